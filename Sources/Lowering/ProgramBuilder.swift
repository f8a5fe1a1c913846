import NumberFormats
import OperatorGraph
import Programs

/// Collects the streams of a program operator by operator, and orders operators that touch the same memory.
///
/// Within an operator the lowering writes its own semaphores. Between operators the builder knows which memory ranges
/// each one reads and writes: a unit that touches a range waits until the operators before it that conflict have ended, in all
/// of their units. Everything else runs ahead.
struct ProgramBuilder {
    private struct Touched {
        var range: Range<Int>
        var operators: [Int]
        var isWrite: Bool
        /// The operator that writes all of it: history for the operators after that one, but not for its other units.
        var coveredBy: Int?
    }

    /// Cores of the machine.
    let cores: Int
    private(set) var operators: [Program.Operator] = []
    private(set) var functions: [Program.Function] = []
    private var semaphores: [OperatorSemaphore] = []
    private var sections: [String: [OperatorSection]] = [:]
    /// Streams in the order in which their units first appear.
    private var unitOrder: [String] = []
    private var known: [String: Set<Int>] = [:]
    private var touched: [String: [Touched]] = [:]

    init(cores: Int) { self.cores = cores }

    /// Index of the operator that is being lowered.
    var current: Int { operators.count - 1 }

    mutating func begin(_ name: String, type: String, unit: String, macs: Int, notes: [String] = []) {
        operators.append(Program.Operator(name: name, type: type, unit: unit, macs: macs, notes: notes))
    }

    mutating func note(_ text: String) { operators[operators.count - 1].notes.append(text) }

    mutating func emit(_ unit: String, _ statements: [Statement]) {
        section(unit) { $0.body += statements }
    }

    private mutating func section(_ unit: String, _ change: (inout OperatorSection) -> Void) {
        if sections[unit] == nil {
            sections[unit] = []
            unitOrder.append(unit)
        }
        let index = current
        if sections[unit]?.last?.operatorIndex != index { sections[unit]?.append(OperatorSection(operatorIndex: index)) }
        guard var list = sections.removeValue(forKey: unit), !list.isEmpty else { return }
        change(&list[list.count - 1])
        sections[unit] = list
    }

    /// A semaphore of the current operator on one core; returns its name in the program.
    mutating func semaphore(
        _ name: String, core: Int, count: Int = 1, initial: Int = 0, _ meaning: Program.Semaphore.Meaning
    ) -> String {
        let shortName = cores > 1 ? "core\(core).\(name)" : name
        let full = "op\(current).\(shortName)"
        semaphores.append(
            OperatorSemaphore(
                operatorIndex: current, shortName: shortName, core: core, joinedName: "op\(current).\(name)",
                semaphore: Program.Semaphore(name: full, count: count, initial: initial, meaning: meaning)))
        return full
    }

    mutating func add(_ function: Program.Function) -> Int {
        functions.append(function)
        return functions.count - 1
    }

    mutating func change(_ function: Int, _ change: (inout Program.Function) -> Void) { change(&functions[function]) }

    /// Declares that `units` touch a range of a memory for the current operator, and makes them wait for those in conflict.
    mutating func touch(_ memory: String, _ range: Range<Int>, isWrite: Bool, by units: [String]) {
        guard !range.isEmpty else { return }
        // Taken out, so that it is changed in place.
        var list = touched.removeValue(forKey: memory) ?? []
        var conflicts: Set<Int> = []
        var position = 0
        while position < list.count {
            let entry = list[position]
            if let coverer = entry.coveredBy, coverer != current {
                list.remove(at: position)
                continue
            }
            if entry.range.overlaps(range), isWrite || entry.isWrite {
                conflicts.formUnion(entry.operators)
                // What a write covers entirely is history: whoever conflicts with it conflicts with the write. The units of other
                // cores, which write for the same operator, still have to wait for it.
                if isWrite, range.lowerBound <= entry.range.lowerBound, range.upperBound >= entry.range.upperBound,
                    !entry.operators.contains(current)
                {
                    list[position].coveredBy = current
                }
            }
            position += 1
        }
        if let same = list.firstIndex(where: { $0.range == range && $0.isWrite == isWrite && $0.coveredBy == nil }) {
            if list[same].operators.last != current { list[same].operators.append(current) }
        } else {
            list.append(Touched(range: range, operators: [current], isWrite: isWrite))
        }
        touched[memory] = list
        for unit in units {
            for conflict in conflicts.sorted() where conflict != current && known[unit, default: []].insert(conflict).inserted {
                section(unit) { $0.waits.append(conflict) }
            }
        }
    }

    /// The parts of the finished program.
    ///
    /// - Parameter rolls: whether operators that repeat become loops, and equal cores one text.
    func assembly(rolls: Bool) -> ProgramAssembly {
        ProgramAssembly(
            operators: operators, functions: functions, semaphores: semaphores, units: unitOrder, sections: sections, cores: cores,
            rolls: rolls)
    }
}

/// A part of a memory in which operators take buffers in turn, round and round.
struct BufferZone {
    let memory: String
    private var base: Int
    private var size: Int
    /// Cores whose units take buffers here for the same operator.
    private let sharers: Int
    /// Where the next buffer begins, if it fits there.
    var cursor = 0
    /// What the current operator has taken.
    private var taken: [Range<Int>] = []
    private var operatorIndex = -1

    init(memory: String, base: Int, size: Int, sharers: Int) {
        self.memory = memory
        self.base = base
        self.size = size
        self.sharers = max(1, sharers)
    }

    /// Bytes that one core may take for one operator at most.
    var limit: Int { size / sharers / 64 * 64 }
    /// Bytes that leave room to fill the next operator's buffers meanwhile.
    var budget: Int { limit / 2 }

    /// Makes sure that the next `bytes` follow each other, so that the buffers of one operator never meet.
    mutating func reserve(_ bytes: Int, for operatorIndex: Int) {
        begin(operatorIndex)
        if taken.isEmpty, cursor + bytes * sharers > size { cursor = 0 }
    }

    /// The next free range, `nil` when the operator's own buffers fill the zone.
    mutating func allocate(_ bytes: Int, for operatorIndex: Int) -> Range<Int>? {
        begin(operatorIndex)
        let rounded = (bytes + 63) / 64 * 64
        guard rounded <= size else { return nil }
        if cursor + rounded > size { cursor = 0 }
        let range = (base + cursor)..<(base + cursor + rounded)
        guard !taken.contains(where: { $0.overlaps(range) }) else { return nil }
        cursor += rounded
        taken.append(range)
        return range
    }

    /// Moves the zone's beginning, and leaves its end where it is.
    mutating func begin(at address: Int) {
        let next = base + cursor
        (base, size) = (address, base + size - address)
        cursor = max(0, next - address)
        if cursor > size { cursor = 0 }
    }

    /// Goes back to the zone's beginning.
    mutating func restart() { cursor = 0 }

    private mutating func begin(_ index: Int) {
        guard index != operatorIndex else { return }
        operatorIndex = index
        taken = []
    }
}

/// A part of a memory in which tensors live from the operator that makes them to the last that needs them.
struct ResidentZone {
    let memory: String
    private let limit: Range<Int>
    /// Tensors of at least this size begin at its multiples.
    private let pageBytes: Int
    private var taken: [(range: Range<Int>, value: Graph.ValueID)] = []
    /// The highest address that was ever taken.
    private(set) var peak = 0

    init(memory: String, base: Int, size: Int, pageBytes: Int = 64) {
        self.memory = memory
        self.pageBytes = pageBytes
        limit = base..<(base + max(0, size))
    }

    /// The lowest free range of the size, or the one at an address if that is free.
    mutating func allocate(_ bytes: Int, for value: Graph.ValueID, at address: Int? = nil) -> Range<Int>? {
        let rounded = max(64, (bytes + 63) / 64 * 64)
        if let address {
            let range = address..<(address + rounded)
            guard range.lowerBound >= limit.lowerBound, range.upperBound <= limit.upperBound, !taken.contains(where: { $0.range.overlaps(range) }) else { return nil }
            peak = max(peak, range.upperBound)
            taken.insert((range, value), at: taken.firstIndex { $0.range.lowerBound > address } ?? taken.count)
            return range
        }
        let alignment = bytes < pageBytes ? 64 : pageBytes
        func aligned(_ address: Int) -> Int { (address + alignment - 1) / alignment * alignment }
        var start = aligned(limit.lowerBound)
        for (range, _) in taken {
            if range.lowerBound - start >= rounded { break }
            start = max(start, aligned(range.upperBound))
        }
        guard start + rounded <= limit.upperBound else { return nil }
        let range = start..<(start + rounded)
        peak = max(peak, range.upperBound)
        let place = taken.firstIndex { $0.range.lowerBound > start } ?? taken.count
        taken.insert((range, value), at: place)
        return range
    }

    mutating func free(_ value: Graph.ValueID) { taken.removeAll { $0.value == value } }

    var size: Int { limit.count }

    func bytes(_ isCounted: (Graph.ValueID) -> Bool) -> Int { taken.reduce(0) { $0 + (isCounted($1.value) ? $1.range.count : 0) } }

    /// The first address above everything that is in it.
    var top: Int { taken.last?.range.upperBound ?? limit.lowerBound }

    /// Bytes of the largest free range.
    var largestGap: Int {
        var (start, largest) = (limit.lowerBound, 0)
        for (range, _) in taken {
            largest = max(largest, range.lowerBound - start)
            start = max(start, range.upperBound)
        }
        return max(largest, limit.upperBound - start)
    }
}
