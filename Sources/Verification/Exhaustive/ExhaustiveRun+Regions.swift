import Programs

/// Where operands lie.
extension ExhaustiveRun {
    /// Bytes of a region in runs.
    mutating func runs(_ operand: ExhaustiveChecker.Operand, _ values: [Int]) -> [Range<Int>] {
        let extents = operand.extents.map { max(0, $0.value(values)) }
        let count = extents.reduce(1, *)
        budget -= count
        guard budget > 0 else { problem = "it touches too many elements"; return [] }
        guard count > 0 else { return [] }
        let start = operand.base.value(values) * 8
        var result: [Range<Int>] = []
        func add(_ bit: Int, _ bits: Int) {
            let bytes = floorDivide(bit, 8)..<floorDivide(bit + bits + 7, 8)
            if let last = result.last, last.upperBound == bytes.lowerBound || last.upperBound - 1 == bytes.lowerBound {
                result[result.count - 1] = last.lowerBound..<bytes.upperBound
            } else {
                result.append(bytes)
            }
        }
        var point = extents.map { _ in 0 }
        // The innermost dimension at once where its elements lie next to each other.
        if let strides = operand.strides {
            let order = extents.indices.sorted { strides[$0] > strides[$1] }
            let origin = start + operand.index.value(values, at: point) * operand.bits
            let inner = order.last
            let isRun = inner.map { strides[$0] == 1 } ?? false
            let length = isRun ? extents[inner ?? 0] : 1
            let walked = isRun ? Array(order.dropLast()) : order
            while true {
                var bit = origin
                for dimension in walked { bit += point[dimension] * strides[dimension] * operand.bits }
                add(bit, length * operand.bits)
                var place = walked.count - 1
                while place >= 0 {
                    point[walked[place]] += 1
                    if point[walked[place]] < extents[walked[place]] { break }
                    point[walked[place]] = 0
                    place -= 1
                }
                if place < 0 { break }
            }
            return result
        }
        while true {
            let isInside = operand.guards.allSatisfy { $0.1.holds($0.0.value(values, at: point), $0.2.value(values, at: point)) }
            if isInside { add(start + operand.index.value(values, at: point) * operand.bits, operand.bits) }
            var dimension = extents.count - 1
            while dimension >= 0 {
                point[dimension] += 1
                if point[dimension] < extents[dimension] { break }
                point[dimension] = 0
                dimension -= 1
            }
            if dimension < 0 { break }
        }
        return result
    }
}
