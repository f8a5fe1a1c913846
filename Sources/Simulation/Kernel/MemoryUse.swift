import Programs

/// Which bytes of the on-chip memories a program uses, from its text: the union of what the operands of its commands reach over
/// all iterations of the loops around them.
///
/// An upper bound: addresses and extents are taken by interval arithmetic, each on its own, and cut at the memory's ends.
/// Operands whose addresses are not affine in their coordinates are left out: what they read, an affine operand has written.
struct MemoryUse {
    private var ranges: [[Range<Int>]]

    private let capacities: [Int]

    init(of code: CompiledProgram, memories: [Machine.MemoryPart]) {
        ranges = Array(repeating: [], count: memories.count)
        capacities = memories.map(\.capacity)
        for stream in code.streams {
            var shift = IndexShift(slot: -1, step: 0, slots: stream.slots)
            var pc = stream.first
            while code.instructions[pc].code != .end {
                let instruction = code.instructions[pc]
                if instruction.code == .loop {
                    let bound = code.expressions.value(instruction.b, under: shift)
                    shift.ranges[instruction.a] = bound.isBounded ? 0...max(0, bound.high - 1) : nil
                } else if instruction.code == .command {
                    for region in code.commands[instruction.a].operands { add(region, code.expressions, shift) }
                }
                pc += 1
            }
        }
    }

    private mutating func add(_ region: CompiledProgram.CompiledRegion, _ expressions: ExpressionTable, _ shift: IndexShift) {
        guard let strides = region.strides else { return }
        let base = expressions.value(region.base, under: shift)
        let offset = expressions.value(region.offset, under: shift)
        guard base.isBounded, offset.isBounded else { return }
        var (low, high) = (offset.low, offset.high)
        for (extent, stride) in zip(region.extents, strides) {
            let value = expressions.value(extent, under: shift)
            guard value.isBounded, value.high > 0 else { return }
            if stride > 0 { high += (value.high - 1) * stride } else { low += (value.high - 1) * stride }
        }
        let bits = region.element.bits
        let first = max(0, base.low + floorDivide(low * bits, 8))
        let end = min(capacities[region.memory], base.high + ((high + 1) * bits + 7) / 8)
        if first < end { ranges[region.memory].append(first..<end) }
    }

    /// Bytes of a memory that are used.
    func bytes(_ memory: Int) -> Int {
        var total = 0
        var end = Int.min
        for range in ranges[memory].sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) where range.upperBound > end {
            total += range.upperBound - max(end, range.lowerBound)
            end = range.upperBound
        }
        return total
    }
}
