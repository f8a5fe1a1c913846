import Programs

/// Steps all streams of a program and watches for deadlock and for races, without any model of time or values.
///
/// What `read` binds is drawn from the address, so that every stream reads the same. Two accesses of the same bytes,
/// one of them writing, must be ordered by a chain of releases and acquires: vector clocks, one for what is known to be
/// read and one for what is known to be written (a release at `operandsRead` tells nothing of the results).
struct ProgramStepper {
    enum Outcome: Equatable { case finished, deadlock([String]), race(String) }

    /// Bytes start + i*stride ..< start + i*stride + width for 0 <= i < rows.
    struct Box: Hashable {
        var start: Int, rows: Int, stride: Int, width: Int
        var end: Int { start + (rows - 1) * stride + width }

        func overlaps(_ other: Box) -> Bool {
            guard start < other.end, other.start < end else { return false }
            let (few, many) = rows <= other.rows ? (self, other) : (other, self)
            return (0..<few.rows).contains { row in
                let low = few.start + row * few.stride
                let high = low + few.width
                // First row of the other box that ends after `low`.
                let first = many.stride == 0 ? 0 : Swift.max(0, floorDivide(low - many.start - many.width, many.stride) + 1)
                return first < many.rows && many.start + first * many.stride < high
            }
        }
    }
    enum Kind { case read, write, atomic }
    struct Access { var memory: String, box: Box, kind: Kind, what: String }
    enum Event { case acquire(SemaphoreReference, Int), release(SemaphoreReference, Int, ReleaseTime), accesses([Access]) }
    struct Clocks { var read: [Int], written: [Int] }
    struct Seen { var epoch: Int, what: String }
    struct Key: Hashable { var stream: Int, box: Box }

    /// Operands that a command writes, and those that many units may update at once; all others are only read.
    static let written: Set<String> = [
        "to", "out", "out0", "out1", "sums", "codes", "membranes", "currents", "fired", "count", "positions", "kept", "table", "old",
        "used", "lists", "gates",
    ]
    static let atomic: Set<String> = ["inbox", "counter"]

    let program: Program
    let seed: Int
    /// Multiply-accumulates of all `matmul` and `mac-all` commands.
    private(set) var macs = 0

    init(_ program: Program, seed: Int = 0) { self.program = program.unfolded; self.seed = seed }

    mutating func run() -> Outcome {
        let events = program.streams.map { stream in
            var events: [Event] = []
            var variables: [String: Int] = [:]
            unroll(stream.body, &variables, &events)
            return events
        }
        let count = events.count
        var tokens: [String: [[Clocks]]] = [:]
        let unknown = Clocks(read: Array(repeating: 0, count: count), written: Array(repeating: 0, count: count))
        for semaphore in program.semaphores {
            tokens[semaphore.name] = Array(repeating: Array(repeating: unknown, count: semaphore.initial), count: semaphore.count)
        }
        var clocks = Array(repeating: unknown, count: count)
        var epochs = Array(repeating: 1, count: count)
        var positions = Array(repeating: 0, count: count)
        var reads: [String: [Key: Seen]] = [:]
        var writes: [String: [Key: Seen]] = [:]
        var atomics: [String: [Key: Seen]] = [:]
        var progress = true
        while progress {
            progress = false
            for stream in 0..<count {
                steps: while positions[stream] < events[stream].count {
                    switch events[stream][positions[stream]] {
                    case .acquire(let semaphore, let wanted):
                        let index = semaphore.index.constantValue ?? -1
                        guard let array = tokens[semaphore.name], array.indices.contains(index) else {
                            return .race("\(semaphore.name)[\(index)] does not exist")
                        }
                        guard array[index].count >= wanted else { break steps }
                        for token in array[index].prefix(wanted) {
                            for other in 0..<count {
                                clocks[stream].read[other] = max(clocks[stream].read[other], token.read[other])
                                clocks[stream].written[other] = max(clocks[stream].written[other], token.written[other])
                            }
                        }
                        tokens[semaphore.name]?[index].removeFirst(wanted)
                    case .release(let semaphore, let given, let time):
                        let index = semaphore.index.constantValue ?? -1
                        guard let array = tokens[semaphore.name], array.indices.contains(index) else {
                            return .race("\(semaphore.name)[\(index)] does not exist")
                        }
                        var token = clocks[stream]
                        token.read[stream] = epochs[stream]
                        if time == .finished { token.written[stream] = epochs[stream] }
                        tokens[semaphore.name]?[index] += Array(repeating: token, count: given)
                        epochs[stream] += 1
                    case .accesses(let all):
                        for access in all {
                            let known = clocks[stream]
                            func unordered(_ seen: [Key: Seen]?, _ known: [Int]) -> String? {
                                seen?.first { key, value in
                                    key.stream != stream && value.epoch > known[key.stream] && key.box.overlaps(access.box)
                                }.map { "\($0.value.what) and \(access.what) in \(access.memory)" }
                            }
                            var conflict = unordered(writes[access.memory], known.written)
                            if access.kind != .atomic { conflict = conflict ?? unordered(atomics[access.memory], known.written) }
                            if access.kind != .read { conflict = conflict ?? unordered(reads[access.memory], known.read) }
                            if let conflict { return .race(conflict) }
                            let key = Key(stream: stream, box: access.box)
                            let seen = Seen(epoch: epochs[stream], what: access.what)
                            switch access.kind {
                            case .read: reads[access.memory, default: [:]][key] = seen
                            case .write: writes[access.memory, default: [:]][key] = seen
                            case .atomic: atomics[access.memory, default: [:]][key] = seen
                            }
                        }
                    }
                    positions[stream] += 1
                    progress = true
                }
            }
        }
        let waiting = (0..<count).filter { positions[$0] < events[$0].count }
        return waiting.isEmpty ? .finished : .deadlock(waiting.map { program.streams[$0].unit })
    }

    private mutating func unroll(_ body: [Statement], _ variables: inout [String: Int], _ events: inout [Event]) {
        func value(_ expression: Expression) -> Int { expression.evaluate(variables) ?? .min }
        for statement in body {
            switch statement {
            case .loop(let variable, let bound, let body):
                for index in 0..<max(0, value(bound)) {
                    variables[variable] = index
                    unroll(body, &variables, &events)
                }
            case .when(let conditions, let body):
                if conditions.allSatisfy({ $0.relation.holds(value($0.left), value($0.right)) }) { unroll(body, &variables, &events) }
            case .acquire(let semaphore, let count):
                events.append(.acquire(SemaphoreReference(semaphore.name, .constant(value(semaphore.index))), count))
            case .release(let semaphore, let count, let time):
                events.append(.release(SemaphoreReference(semaphore.name, .constant(value(semaphore.index))), count, time))
            case .read(let symbol, let region):
                let access = access(region, .read, "read", variables)
                if let access { events.append(.accesses([access])) }
                // Mixes place and seed (the constants are those of FNV).
                var hash = UInt64(truncatingIfNeeded: seed &* 31 &+ (access?.box.start ?? 0)) ^ 14_695_981_039_346_656_037
                for byte in (access?.memory ?? "").utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
                variables[symbol] = Int((hash >> 33) % 7)
            case .command(let command):
                events.append(.accesses(command.operands.compactMap { operand in
                    let kind: Kind = Self.atomic.contains(operand.name) ? .atomic : Self.written.contains(operand.name) ? .write : .read
                    return access(operand.region, kind, "\(command.opcode).\(operand.name)", variables)
                }))
                count(command, variables)
            }
        }
    }

    private mutating func count(_ command: Command, _ variables: [String: Int]) {
        func size(_ name: String, _ dimension: Int) -> Int { command[operand: name]?.extents[dimension].evaluate(variables) ?? 0 }
        if command.opcode == "matmul" { macs += size("left", 0) * size("left", 1) * size("right", 1) }
        if command.opcode == "mac-all" { macs += size("matrix", 0) * size("matrix", 1) }
    }

    /// The bytes of a region whose index is affine in its coordinates, in at most one strided dimension after merging;
    /// further dimensions are filled up. `nil` when it is empty or nothing of it exists.
    private func access(_ region: Region, _ kind: Kind, _ what: String, _ variables: [String: Int]) -> Access? {
        let extents = region.extents.map { $0.evaluate(variables) ?? 0 }
        guard extents.allSatisfy({ $0 > 0 }) else { return nil }
        let origin = extents.map { _ in 0 }
        let last = extents.map { $0 - 1 }
        let exists = [origin, last].contains { point in
            region.guards.allSatisfy { condition in
                guard let a = condition.left.evaluate(variables, at: point), let b = condition.right.evaluate(variables, at: point)
                else { return false }
                return condition.relation.holds(a, b)
            }
        }
        guard exists, let first = region.index.evaluate(variables, at: origin), let base = region.base.evaluate(variables) else { return nil }
        var dimensions: [(count: Int, stride: Int)] = []
        for dimension in extents.indices where extents[dimension] > 1 {
            var point = origin
            point[dimension] = 1
            dimensions.append((extents[dimension], (region.index.evaluate(variables, at: point) ?? first) - first))
        }
        dimensions.sort { $0.stride < $1.stride }
        let bytes = max(1, region.element.bits / 8)
        var width = bytes
        var outer: (count: Int, stride: Int) = (1, 0)
        for (count, stride) in dimensions {
            let distance = stride * bytes
            if outer.count == 1, distance <= width {
                width = (count - 1) * distance + width
            } else if outer.count == 1 {
                outer = (count, distance)
            } else {
                width = (outer.count - 1) * outer.stride + width
                outer = (count, distance)
            }
        }
        var memory = region.memory
        if let number = region.instance?.evaluate(variables) { memory = Program.memberName(memory, number) }
        return Access(
            memory: memory, box: Box(start: base + first * bytes, rows: outer.count, stride: outer.stride, width: width), kind: kind, what: what)
    }
}
