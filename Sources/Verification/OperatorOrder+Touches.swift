import Programs

/// What operators touch, and which of their units begin after others.
extension OperatorOrder {
    /// For each operator's text the units that begin after another unit has begun: their first statement takes what the other
    /// gives.
    func beginnings() -> [[(first: Int, second: Int)]] {
        let initial = Dictionary(program.semaphores.map { ($0.name, $0.initial) }) { a, _ in a }
        return sections.operators.map { text in
            var result: [(first: Int, second: Int)] = []
            var firstCommand: [Int: Int] = [:]
            for site in text.commands { firstCommand[site.stream] = min(firstCommand[site.stream] ?? Int.max, site.position) }
            let layers = Dictionary(text.layers.map { ($0.variable, 0) }) { a, _ in a }
            func ranges(_ site: Site) -> [String: ClosedRange<Int>] {
                var ranges = Dictionary(text.layers.map { ($0.variable, 0...max(0, ($0.bound.constantValue ?? 1) - 1)) }) { a, _ in a }
                for loop in site.loops { ranges[loop.variable] = 0...max(0, (loop.bound.interval(ranges)?.upperBound ?? 1) - 1) }
                return ranges
            }
            for site in text.sites {
                guard case .acquire(let reference, let count) = site.kind, inner.contains(reference.name), initial[reference.name] == 0,
                    let first = firstCommand[site.stream], site.position < first
                else { continue }
                let zero = layers.merging(Dictionary(site.loops.map { ($0.variable, 0) }) { a, _ in a }) { a, _ in a }
                guard site.guards.allSatisfy({ condition in
                    guard let a = condition.left.evaluate(zero), let b = condition.right.evaluate(zero) else { return false }
                    return condition.relation.holds(a, b)
                }), let counter = reference.index.evaluate(zero) else { continue }
                var given: [Int: Int] = [:]
                for other in text.sites {
                    guard case .release(let target, let number, _) = other.kind, target.name == reference.name,
                        target.index.interval(ranges(other))?.contains(counter) ?? true
                    else { continue }
                    given[other.stream] = number
                }
                guard given.count == 1 || given.values.reduce(0, +) == count else { continue }
                for stream in given.keys.sorted() where stream != site.stream { result.append((stream, site.stream)) }
            }
            return result
        }
    }

    /// What a unit touches for an operator. A buffer that the operator fills belongs to it as a whole.
    func touches(_ place: Int, _ stream: Int, _ layers: [String: Int], _ operatorIndex: Int) -> [Touch]? {
        let text = sections.operators[place]
        let own = Dictionary(uniqueKeysWithValues: text.layers.map { ($0.variable, layers[$0.variable] ?? 0) })
        guard let buffers = held.buffers(place, own) else { return nil }
        var result: [Touch] = []
        for buffer in buffers {
            let uses = (buffer.writers + buffer.readers).filter { text.sites[$0.site].stream == stream }
            guard !uses.isEmpty else { continue }
            result.append(Touch(memory: buffer.memory, bytes: buffer.range, isWrite: uses.contains { $0.isWrite }, isFilled: !uses.contains { $0.isWrite }))
        }
        for (index, site) in text.sites.enumerated() where site.stream == stream {
            guard let command = site.command else { continue }
            for access in Access.all(of: command, site: index) where !access.isWrite {
                let region = access.region
                if buffers.contains(where: { buffer in buffer.memory == region.memory && buffer.readers.contains { $0.site == index && $0.operand == access.operand } }) { continue }
                if region.guards.contains(where: { condition in
                    guard let a = condition.left.constantValue, let b = condition.right.constantValue else { return false }
                    return !condition.relation.holds(a, b)
                }) { continue }
                let zero = own.merging(Dictionary(site.loops.map { ($0.variable, 0) }) { a, _ in a }) { a, _ in a }
                let placement = region.base.evaluate(zero).flatMap { tensors.placement(region.memory, $0, isWrite: false, by: operatorIndex) }
                let tensor = placement.map { program.tensors[$0].address..<(program.tensors[$0].address + max(1, program.tensors[$0].bytes)) }
                guard var range = text.hull(of: access, own, reaches) ?? tensor else { return nil }
                guard !range.isEmpty else { continue }
                // What is read lies in its tensor, as the bounds say.
                if let tensor { range = range.clamped(to: tensor) }
                result.append(Touch(memory: region.memory, bytes: range, isWrite: false))
            }
        }
        return result
    }
}

/// Buffers of operators, found once for all of their units.
final class HeldBuffers {
    private struct Key: Hashable {
        var place: Int
        var layers: [String: Int]
    }

    private let sections: ProgramSections
    private let reaches: ReachTable
    private var known: [Key: [Buffer]?] = [:]

    init(_ sections: ProgramSections, _ reaches: ReachTable) {
        self.sections = sections
        self.reaches = reaches
    }

    /// - Parameter place: of the operator's text.
    func buffers(_ place: Int, _ layers: [String: Int]) -> [Buffer]? {
        let key = Key(place: place, layers: layers)
        if let found = known[key] { return found }
        let found = sections.operators[place].buffers(layers, reaches)
        known[key] = .some(found)
        return found
    }
}
