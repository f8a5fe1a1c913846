import Programs

extension ImplicitOperand {
    /// Blocks that are looked at one by one at most.
    private static let blockLimit = 4096

    /// True when elements always lie so close together that no vector can be late.
    func isConflictFree(_ extents: [Int], under shift: IndexShift, _ expressions: ExpressionTable) -> Bool {
        let (first, second) = (expressions.value(extents[0], under: shift), expressions.value(extents[1], under: shift))
        guard isSeparable, first.isBounded, second.isBounded else { return false }
        var shift = shift
        shift.coordinates = [0...max(0, first.high - 1), 0...max(0, second.high - 1)]
        let part = expressions.value(index[readDimension], under: shift)
        guard part.isBounded else { return false }
        guard isTurned else { return mostCycles(span: part.high &- part.low) <= 1 }
        let along = expressions.value(index[1 - readDimension], under: shift)
        let vectors = readDimension == 0 ? first.low : second.low
        return along.isBounded && mostCycles(span: part.high &- part.low &+ along.high &- along.low) <= vectors
    }

    /// True when no vector can be late, whatever values the loop indices take in their ranges.
    func isConflictFree(_ extents: [Int], _ ranges: [ClosedRange<Int>?], _ expressions: ExpressionTable) -> Bool {
        if isConflictFree(extents, under: IndexShift(ranges), expressions) { return true }
        let elements = expressions.value(extents[readDimension], under: IndexShift(ranges))
        guard isSeparable, !isTurned, elements.isBounded, (1...Self.blockLimit).contains(elements.high) else { return false }
        // Block by block the elements lie closer together, or may be looked at.
        var varying: [(slot: Int, range: ClosedRange<Int>)] = []
        var blocks = 1
        var slots: Set<Int> = []
        expressions.forEachSlot(index[readDimension]) { slots.insert($0) }
        for slot in slots.sorted() {
            guard let range = ranges[slot], range.count <= Self.blockLimit else { return false }
            varying.append((slot, range))
            blocks *= range.count
            guard blocks <= Self.blockLimit else { return false }
        }
        var lines = BankLines(banks: banks)
        var values = [Int](repeating: 0, count: ranges.count + 1)
        return values.withUnsafeMutableBufferPointer { values in
            guard let variables = values.baseAddress else { return false }
            for block in 0..<blocks {
                var rest = block
                for (slot, range) in varying {
                    variables[slot] = range.lowerBound + rest % range.count
                    rest /= range.count
                }
                guard isConflictFree(elements: elements.high, variables, expressions, &lines) else { return false }
            }
            return true
        }
    }

    /// Whether the elements of a block lie in different banks or the same lines wherever in a line it begins. What guards
    /// leave of them then does, too.
    private func isConflictFree(
        elements: Int, _ variables: UnsafeMutablePointer<Int>, _ expressions: ExpressionTable, _ lines: inout BankLines
    ) -> Bool {
        let part = index[readDimension]
        let span = expressions.range(part, variables, coordinates: 0...(elements - 1))
        if mostCycles(span: span.high &- span.low) <= 1 { return true }
        guard lineBits <= 8 * Self.blockLimit else { return false }
        let values = withUnsafeTemporaryAllocation(of: Int.self, capacity: 2) { coordinates in
            (0..<elements).map { element in
                coordinates.initialize(repeating: element)
                return coordinates.baseAddress.map { expressions.evaluate(part, variables, at: $0) } ?? 0
            }
        }
        let runs = ElementRuns(values, width: 1, bits: elementBits, [])
        for bit in stride(from: 0, to: lineBits, by: min(8, elementBits)) {
            var key = bit
            runs.add(&key, [], lineBits: lineBits, to: &lines)
            if lines.finish() > 1 { return false }
        }
        return true
    }
}
