extension BankAccessCounter {
    /// Makes those vectors of a matmul's feed late whose elements meet in one bank.
    ///
    /// - Parameter keepsEach: the delay of each vector is needed, not just the sum.
    mutating func addConflicts(
        to feed: inout SystolicFeed, command index: Int, keepsEach: Bool, _ code: CompiledProgram, _ variables: UnsafeMutablePointer<Int>
    ) {
        var stream: (first: Access?, second: Access?)
        var load: Access?
        for position in 0..<2 {
            let operand = code.commands[index].operands[position].implicit
            guard operand >= 0 else { continue }
            let isStationary = position == 0 ? feed.leftIsStationary : feed.rightIsStationary
            let access = Access(
                operand, extents: position == 0 ? (feed.m, feed.k) : (feed.k, feed.n),
                readDimension: code.implicitOperands[operand].readDimension)
            guard Self.mayBeLate(access, interval: isStationary ? feed.loadInterval : feed.streamInterval, code, variables) else { continue }
            if isStationary { load = access } else if stream.first == nil { stream.first = access } else { stream.second = access }
        }
        guard stream.first != nil || load != nil else { return }
        feed.delay(
            stream: delays(stream.first, stream.second, interval: feed.streamInterval, skipsFirst: true, keepsEach, code, variables),
            load: delays(load, nil, interval: feed.loadInterval, skipsFirst: false, keepsEach, code, variables).padded(to: feed.rows))
    }

    /// A vector that takes part in two accesses waits for the later one.
    private mutating func delays(
        _ first: Access?, _ second: Access?, interval: Int, skipsFirst: Bool, _ keepsEach: Bool, _ code: CompiledProgram,
        _ variables: UnsafeMutablePointer<Int>
    ) -> DeliveryDelays {
        guard let first else { return .none }
        if second == nil, !keepsEach {
            return DeliveryDelays(total: totalDelay(first, interval: interval, skipsFirst: skipsFirst, code, variables))
        }
        var each = delays(first, interval: interval, skipsFirst: skipsFirst, code, variables)
        if let second {
            let others = delays(second, interval: interval, skipsFirst: skipsFirst, code, variables)
            for vector in each.indices { each[vector] = max(each[vector], others[vector]) }
        }
        return DeliveryDelays(each: each)
    }
}
