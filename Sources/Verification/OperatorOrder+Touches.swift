import Programs

/// What operators touch, and which of their units begin after others.
extension OperatorOrder {
    /// The units that begin with an operator after another unit has begun: their first statement takes what the other gives.
    func beginnings(of text: OperatorText) -> [(first: Int, second: Int)] {
        var firstCommand: [Int: Int] = [:]
        for site in text.sites where site.command != nil { firstCommand[site.stream] = min(firstCommand[site.stream] ?? Int.max, site.position) }
        /// Whether it is taken before its unit's first command, and only this operator gives it.
        func isFirst(_ site: Site) -> SemaphoreReference? {
            guard case .acquire(let reference, _) = site.kind, let first = firstCommand[site.stream], site.position < first,
                inner.contains(reference.name), initialTokens[reference.name] == 0
            else { return nil }
            return reference
        }
        var gifts: [String: [Int]] = [:]
        for (place, site) in text.sites.enumerated() {
            if case .release(let target, _, _) = site.kind { gifts[target.name, default: []].append(place) }
        }
        let layers = Dictionary(text.layers.map { ($0.variable, 0) }) { a, _ in a }
        func ranges(_ site: Site) -> [String: ClosedRange<Int>] {
            var ranges = Dictionary(text.layers.map { ($0.variable, 0...max(0, ($0.bound.constantValue ?? 1) - 1)) }) { a, _ in a }
            for loop in site.loops { ranges[loop.variable] = 0...max(0, (loop.bound.interval(ranges)?.upperBound ?? 1) - 1) }
            return ranges
        }
        var result: [(first: Int, second: Int)] = []
        for site in text.sites {
            guard case .acquire(_, let count) = site.kind, let reference = isFirst(site) else { continue }
            var zero = layers
            for loop in site.loops { zero[loop.variable] = 0 }
            guard site.guards.allSatisfy({ condition in
                guard let a = condition.left.evaluate(zero), let b = condition.right.evaluate(zero) else { return false }
                return condition.relation.holds(a, b)
            }), let counter = reference.index.evaluate(zero) else { continue }
            var given: [Int: Int] = [:]
            for place in gifts[reference.name] ?? [] {
                let other = text.sites[place]
                guard case .release(let target, let number, _) = other.kind, target.index.interval(ranges(other))?.contains(counter) ?? true
                else { continue }
                given[other.stream] = number
            }
            guard given.count == 1 || given.values.reduce(0, +) == count else { continue }
            for stream in given.keys.sorted() where stream != site.stream { result.append((stream, site.stream)) }
        }
        return result
    }
}

/// What units touch for operators, found once for all of an operator's units.
final class OperatorTouches {
    private struct Key: Hashable {
        var place: Int
        var layers: [Int]
    }

    private struct Operand: Hashable {
        var site: Int
        var name: String
    }

    private let program: Program
    private let sections: ProgramSections
    private let tensors: TensorTable
    private let reaches: ReachTable
    private var known: [Key: [Int: [OperatorOrder.Touch]]?] = [:]
    private var numbers: [String: Int] = [:]
    /// Memories by number.
    private(set) var memories: [String] = []

    init(_ program: Program, _ sections: ProgramSections, _ tensors: TensorTable, _ reaches: ReachTable) {
        self.program = program
        self.sections = sections
        self.tensors = tensors
        self.reaches = reaches
    }

    /// What a unit touches for an operator; `nil` where that is not known. A buffer that the operator fills belongs to it as a whole.
    ///
    /// - Parameter place: of the operator's text.
    func touches(_ place: Int, _ stream: Int, _ layers: [String: Int], _ operatorIndex: Int) -> [OperatorOrder.Touch]? {
        let key = Key(place: place, layers: sections.operators[place].layers.map { layers[$0.variable] ?? 0 })
        let all: [Int: [OperatorOrder.Touch]]?
        if let found = known[key] {
            all = found
        } else {
            all = find(sections.operators[place], layers, operatorIndex)
            known[key] = .some(all)
        }
        return all.map { $0[stream] ?? [] }
    }

    private func number(_ memory: String) -> Int {
        if let known = numbers[memory] { return known }
        numbers[memory] = memories.count
        memories.append(memory)
        return memories.count - 1
    }

    private func find(_ text: OperatorText, _ layers: [String: Int], _ operatorIndex: Int) -> [Int: [OperatorOrder.Touch]]? {
        var own: [String: Int] = [:]
        for layer in text.layers { own[layer.variable] = layers[layer.variable] ?? 0 }
        guard let buffers = text.buffers(own, reaches) else { return nil }
        var result: [Int: [OperatorOrder.Touch]] = [:]
        var held: Set<Operand> = []
        for buffer in buffers {
            var writes: [Int: Bool] = [:]
            for access in buffer.writers + buffer.readers {
                let stream = text.sites[access.site].stream
                writes[stream] = (writes[stream] ?? false) || access.isWrite
            }
            for access in buffer.readers { held.insert(Operand(site: access.site, name: access.operand)) }
            let memory = number(buffer.memory)
            for (stream, isWrite) in writes {
                result[stream, default: []].append(OperatorOrder.Touch(memory: memory, bytes: buffer.range, isWrite: isWrite, isFilled: !isWrite))
            }
        }
        for (index, site) in text.sites.enumerated() {
            guard let command = site.command else { continue }
            var zero: [String: Int]?
            for access in Access.all(of: command, site: index) where !access.isWrite {
                let region = access.region
                if held.contains(Operand(site: index, name: access.operand)) { continue }
                if region.guards.contains(where: { condition in
                    guard let a = condition.left.constantValue, let b = condition.right.constantValue else { return false }
                    return !condition.relation.holds(a, b)
                }) { continue }
                if zero == nil {
                    var first = own
                    for loop in site.loops { first[loop.variable] = 0 }
                    zero = first
                }
                let placement = region.base.evaluate(zero ?? own).flatMap { tensors.placement(region.memory, $0, isWrite: false, by: operatorIndex) }
                let tensor = placement.map { program.tensors[$0].address..<(program.tensors[$0].address + max(1, program.tensors[$0].bytes)) }
                guard var range = text.hull(of: access, own, reaches) ?? tensor else { return nil }
                guard !range.isEmpty else { continue }
                // What is read lies in its tensor, as the bounds say.
                if let tensor { range = range.clamped(to: tensor) }
                result[site.stream, default: []].append(OperatorOrder.Touch(memory: number(region.memory), bytes: range, isWrite: false))
            }
        }
        return result
    }
}
