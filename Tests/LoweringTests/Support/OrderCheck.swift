import Architecture
import Programs

/// Runs a program's streams in a random order that its semaphores allow, without time, and checks that they order every two
/// accesses of different units to the same byte of which one writes.
///
/// Vector clocks: each unit knows how many commands of every other one have read their operands, and how many have
/// finished, when it issues a command. A release hands on what its unit knows, an acquire takes it over; a token stands for
/// the release that gave it, first come first served. Commands of one unit are ordered by its interlocks.
struct OrderCheck {
    private struct Known { var read = 0; var finished = 0 }
    private struct Token { var clock: [Known] }
    private struct Cell {
        var writer = -1
        var write = 0
        /// Last read by unit since the last write.
        var reads: [Int: Int] = [:]
    }
    private enum Step { case acquire(String, Int), release(String, Int, ReleaseTime), command(Command, [String: Int]) }

    /// The first problem found.
    private(set) var problem: String?
    private var streams: [[Step]] = []
    private var names: [String] = []
    private var tokens: [String: [Token]] = [:]
    private var clocks: [[Known]] = []
    private var cells: [String: [Int: Cell]] = [:]
    private let capacities: [String: Int]

    init(_ program: Program, on machine: Architecture, seed: Int) {
        capacities = Dictionary(
            uniqueKeysWithValues: MachineInstances(of: machine).memories.map { ($0.name, $0.description.capacity.count) })
        for tensor in program.tensors where tensor.address + tensor.bytes > capacities[tensor.memory, default: 0] {
            problem = "\(tensor.name) does not fit \(tensor.memory)"
        }
        for stream in program.unfolded.streams {
            var steps: [Step] = []
            Self.expand(stream.body, [:], into: &steps)
            streams.append(steps)
            names.append(stream.unit)
        }
        clocks = Array(repeating: Array(repeating: Known(), count: streams.count), count: streams.count)
        for semaphore in program.semaphores {
            for index in 0..<semaphore.count {
                tokens["\(semaphore.name)[\(index)]"] = Array(repeating: Token(clock: clocks.first ?? []), count: semaphore.initial)
            }
        }
        run(seed: seed)
    }

    private static func expand(_ body: [Statement], _ variables: [String: Int], into steps: inout [Step]) {
        func place(_ reference: SemaphoreReference) -> String { "\(reference.name)[\(reference.index.evaluate(variables) ?? -1)]" }
        for statement in body {
            switch statement {
            case .loop(let variable, let bound, let inner):
                var here = variables
                for index in 0..<max(0, bound.evaluate(variables) ?? 0) {
                    here[variable] = index
                    expand(inner, here, into: &steps)
                }
            case .when(let conditions, let inner):
                let holds = conditions.allSatisfy { $0.relation.holds($0.left.evaluate(variables) ?? 0, $0.right.evaluate(variables) ?? 0) }
                if holds { expand(inner, variables, into: &steps) }
            case .acquire(let reference, let count): steps.append(.acquire(place(reference), count))
            case .release(let reference, let count, let time): steps.append(.release(place(reference), count, time))
            case .command(let command): steps.append(.command(command, variables))
            case .read: break
            }
        }
    }

    private mutating func run(seed: Int) {
        var random = RandomStream(seed)
        var position = Array(repeating: 0, count: streams.count)
        var issued = position
        while problem == nil {
            let ready = streams.indices.filter { unit in
                guard position[unit] < streams[unit].count else { return false }
                if case .acquire(let name, let count) = streams[unit][position[unit]] { return tokens[name, default: []].count >= count }
                return true
            }
            guard !ready.isEmpty else {
                if position != streams.map(\.count) { problem = "the streams wait for each other" }
                return
            }
            // One unit runs as far as it can, or a few steps.
            let unit = random.pick(ready)
            for _ in 0..<random.int(1...20) where position[unit] < streams[unit].count && problem == nil {
                switch streams[unit][position[unit]] {
                case .acquire(let name, let count):
                    guard tokens[name, default: []].count >= count else { break }
                    for token in tokens[name, default: []].prefix(count) { join(token, into: unit) }
                    tokens[name]?.removeFirst(count)
                    position[unit] += 1
                case .release(let name, let count, let time):
                    var clock = clocks[unit]
                    clock[unit] = Known(read: issued[unit], finished: time == .finished ? issued[unit] : 0)
                    tokens[name, default: []] += Array(repeating: Token(clock: clock), count: count)
                    position[unit] += 1
                case .command(let command, let variables):
                    issued[unit] += 1
                    access(unit, issued[unit], command, variables)
                    position[unit] += 1
                }
            }
        }
    }

    private mutating func join(_ token: Token, into unit: Int) {
        for other in token.clock.indices {
            clocks[unit][other].read = max(clocks[unit][other].read, token.clock[other].read)
            clocks[unit][other].finished = max(clocks[unit][other].finished, token.clock[other].finished)
        }
    }

    private mutating func access(_ unit: Int, _ number: Int, _ command: Command, _ variables: [String: Int]) {
        for operand in command.operands {
            let isResult = operand.name == "to" || operand.name.hasPrefix("out")
            let accumulates = command.opcode == "matmul" && command[attribute: "accumulate"]?.evaluate(variables) != 0
            let bytes = points(operand.region, variables)
            if !isResult || accumulates { for byte in bytes { read(unit, number, operand.region.memory, byte) } }
            if isResult { for byte in bytes { write(unit, number, operand.region.memory, byte) } }
        }
    }

    private mutating func points(_ region: Region, _ variables: [String: Int]) -> Set<Int> {
        let extents = region.extents.map { max(0, $0.evaluate(variables) ?? 0) }
        var bytes: Set<Int> = []
        guard let base = region.base.evaluate(variables) else { return bytes }
        var point = extents.map { _ in 0 }
        for _ in 0..<extents.reduce(1, *) {
            let isInside = region.guards.allSatisfy {
                $0.relation.holds($0.left.evaluate(variables, at: point) ?? 0, $0.right.evaluate(variables, at: point) ?? 0)
            }
            if isInside, let index = region.index.evaluate(variables, at: point) {
                let first = base + (index * region.element.bits) / 8
                let last = base + (index * region.element.bits + region.element.bits - 1) / 8
                if first < 0 || last >= capacities[region.memory, default: 0] { problem = "\(region.memory)@\(first) is outside" }
                bytes.formUnion(first...max(first, last))
            }
            for dimension in point.indices.reversed() {
                point[dimension] += 1
                if point[dimension] < extents[dimension] { break }
                point[dimension] = 0
            }
        }
        return bytes
    }

    private mutating func read(_ unit: Int, _ number: Int, _ memory: String, _ byte: Int) {
        var cell = cells[memory, default: [:]][byte] ?? Cell()
        if cell.writer >= 0, cell.writer != unit, clocks[unit][cell.writer].finished < cell.write {
            problem = "\(names[unit]) reads \(memory)@\(byte) (command \(number)) before \(names[cell.writer]) has written it (\(cell.write))"
        }
        cell.reads[unit] = number
        cells[memory, default: [:]][byte] = cell
    }

    private mutating func write(_ unit: Int, _ number: Int, _ memory: String, _ byte: Int) {
        let cell = cells[memory, default: [:]][byte] ?? Cell()
        if cell.writer >= 0, cell.writer != unit, clocks[unit][cell.writer].finished < cell.write {
            problem = "\(names[unit]) writes \(memory)@\(byte) (command \(number)) while \(names[cell.writer]) does (\(cell.write))"
        }
        for (reader, last) in cell.reads.sorted(by: { $0.key < $1.key }) where reader != unit && clocks[unit][reader].read < last {
            problem = "\(names[unit]) overwrites \(memory)@\(byte) (command \(number)) before \(names[reader]) has read it (\(last))"
        }
        cells[memory, default: [:]][byte] = Cell(writer: unit, write: number)
    }
}
