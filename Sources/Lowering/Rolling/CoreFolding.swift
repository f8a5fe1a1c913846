import Programs

/// Writes the streams of equal cores as one text for all of them.
///
/// What the cores do alike is folded over the core's number; what only some of them do stands under a condition.
struct CoreFolding {
    static let variable = "core"
    let cores: Int

    /// Semaphores of one operator that each core has for itself, as one array each, and where an old name's counters begin in it.
    static func joined(_ semaphores: [OperatorSemaphore], cores: Int) -> (semaphores: [Program.Semaphore], places: [String: (name: String, offset: Int)]) {
        var groups: [String: [OperatorSemaphore]] = [:]
        for entry in semaphores { groups[entry.joinedName, default: []].append(entry) }
        var result: [Program.Semaphore] = []
        var places: [String: (name: String, offset: Int)] = [:]
        for entry in semaphores {
            let group = groups[entry.joinedName] ?? []
            let isComplete =
                group.map(\.core) == Array(0..<cores)
                && group.allSatisfy { ($0.semaphore.count, $0.semaphore.initial, $0.semaphore.meaning) == (entry.semaphore.count, entry.semaphore.initial, entry.semaphore.meaning) }
            guard cores > 1, isComplete else { result.append(entry.semaphore); continue }
            if entry.core == 0 {
                result.append(
                    Program.Semaphore(
                        name: entry.joinedName, count: entry.semaphore.count * cores, initial: entry.semaphore.initial, meaning: entry.semaphore.meaning))
            }
            places[entry.semaphore.name] = (entry.joinedName, entry.core * entry.semaphore.count)
        }
        return (result, places)
    }

    /// One stream for all cores, from each core's chunks; `nil` when they have little in common.
    func fold(_ streams: [[StreamChunk]]) -> [Statement]? {
        var conditional = 0
        var common = 0
        let body = fold(streams, &common, &conditional)
        return common > conditional ? body : nil
    }

    private var folding: StatementFolding {
        var folding = StatementFolding(variable: .variable(Self.variable))
        folding.memory = { regions in
            let pattern = regions[0].memory.replacing("core0.", with: "core*.")
            guard regions.indices.allSatisfy({ Program.memberName(pattern, $0) == regions[$0].memory }) else { return nil }
            return (pattern, .variable(Self.variable))
        }
        return folding
    }

    private func fold(_ streams: [[StreamChunk]], _ common: inout Int, _ conditional: inout Int) -> [Statement] {
        var result: [Statement] = []
        let keys = streams.map { $0.map(\.key) }
        let places = keys.map { list in Dictionary(list.enumerated().map { ($0.element, $0.offset) }) { first, _ in first } }
        for key in Self.order(keys) {
            let chunks = zip(streams, places).map { stream, places in places[key].map { stream[$0] } }
            var loops: [[StreamChunk]] = []
            var variable = ""
            var count = 0
            for case .loop(let name, let bound, let inner)? in chunks { (variable, count) = (name, bound); loops.append(inner) }
            if loops.count == cores {
                result.append(.loop(variable: variable, bound: .constant(count), body: fold(loops, &common, &conditional)))
                continue
            }
            let texts = chunks.compactMap { $0?.statements }
            if texts.count == cores, let body = folding.fold(texts) {
                common += Program.statementCount(of: body)
                result += body
                continue
            }
            for (core, chunk) in chunks.enumerated() {
                guard let body = chunk?.statements, !body.isEmpty else { continue }
                conditional += Program.statementCount(of: body)
                result.append(.when([Condition(.variable(Self.variable), .equal, .constant(core))], body: body))
            }
        }
        return result
    }

    /// All keys in an order that keeps each stream's.
    private static func order(_ lists: [[String]]) -> [String] {
        var result: [String] = []
        var known: Set<String> = []
        for list in lists {
            var position = 0
            for key in list {
                if known.insert(key).inserted {
                    result.insert(key, at: position)
                    position += 1
                } else if let place = result[position...].firstIndex(of: key) {
                    position = place + 1
                }
            }
        }
        return result
    }
}
