extension CollectiveSchedule {
    /// Most messages of a schedule; each takes about a hundred bytes.
    static let messageLimit = 1 << 22

    /// The steps of an operation.
    ///
    /// - Parameters:
    ///   - elements: of each rank's buffer.
    ///   - flows: parts of the buffer that are worked on independently of each other; more of them keep a tree's links busy.
    ///   - order: ranks in the order of the ring, tree or exchange, each once; `nil` for 0, 1, 2, …
    /// - Throws: `CollectiveError` for ranks or parts that do not exist, or numbers that an algorithm cannot work with.
    public init(
        _ operation: CollectiveOperation, ranks: Int, elements: Int, flows: Int = 1, order: [Int]? = nil
    ) throws(CollectiveError) {
        guard (1...(1 << 16)).contains(ranks) else { throw .init("\(ranks) ranks; there must be 1 to \(1 << 16)") }
        guard (1...(1 << 48)).contains(elements) else { throw .init("\(elements) elements; there must be at least 1") }
        guard (1...(1 << 16)).contains(flows), flows <= elements else {
            throw .init("\(flows) flows for \(elements) elements; there must be at least 1 and at most as many as elements")
        }
        let messages = operation.messages(ranks: ranks, flows: flows)
        guard messages <= Self.messageLimit else {
            throw .init("\(ranks) ranks and \(flows) flows make \(messages) messages; at most \(Self.messageLimit) are simulated; use fewer")
        }
        let order = order ?? Array(0..<ranks)
        guard order.count == ranks, Set(order) == Set(0..<ranks) else {
            throw .init("the order of ranks must name each of the \(ranks) ranks once")
        }
        self.ranks = ranks
        self.elements = elements
        self.flows = flows
        for flow in 0..<flows {
            let range = Self.part(flow, of: flows, in: 0..<elements)
            switch operation {
            case .allReduce(.ring):
                addRing(flow, order, range, step: 0, action: .reduce)
                addRing(flow, order, range, step: ranks - 1, action: .copy)
            case .reduceScatter(.ring): addRing(flow, order, range, step: 0, action: .reduce)
            case .allGather(.ring): addRing(flow, order, range, step: 0, action: .copy)
            case .allReduce(.halvingDoubling):
                let steps = try logarithm(ranks)
                addHalving(flow, order, range, step: 0, steps: steps)
                addDoubling(flow, order, range, step: steps, steps: steps)
            case .reduceScatter(.halvingDoubling): addHalving(flow, order, range, step: 0, steps: try logarithm(ranks))
            case .allGather(.halvingDoubling): addDoubling(flow, order, range, step: 0, steps: try logarithm(ranks))
            case .allReduce(.tree):
                let depth = addTree(flow, order, range, step: 0, root: order[0], action: .reduce)
                _ = addTree(flow, order, range, step: depth, root: order[0], action: .copy)
            case .broadcast(let root):
                guard (0..<ranks).contains(root) else { throw .init("root \(root) is none of the \(ranks) ranks") }
                _ = addTree(flow, order, range, step: 0, root: root, action: .copy)
            case .reduceScatter(.tree), .allGather(.tree):
                throw .init("a tree moves whole buffers; use ring or halving-doubling to gather or scatter parts")
            case .allToAll: addAllToAll(flow, ranks, flows: flows)
            }
        }
        transfers.removeAll { $0.elements.isEmpty }
    }

    private func logarithm(_ ranks: Int) throws(CollectiveError) -> Int {
        guard ranks & (ranks - 1) == 0 else {
            throw .init("halving and doubling need a power of two of ranks, not \(ranks); use ring")
        }
        return ranks.trailingZeroBitCount
    }

    /// n − 1 steps round the circle. Reducing, the rank at place p ends with part p; copying, it begins with it.
    private mutating func addRing(_ flow: Int, _ order: [Int], _ range: Range<Int>, step: Int, action: Action) {
        let count = order.count
        for round in 0..<max(0, count - 1) {
            for place in 0..<count {
                let part = action == .reduce ? place - 1 - round : place - round
                add(flow, step + round, order[place], order[(place + 1) % count], partOf(order, part, range), action)
            }
        }
    }

    /// The part of the buffer that belongs to the rank at a place of the order: parts are numbered by rank.
    private func partOf(_ order: [Int], _ place: Int, _ range: Range<Int>) -> Range<Int> {
        let count = order.count
        return Self.part(order[((place % count) + count) % count], of: count, in: range)
    }

    /// Partners half of the group apart exchange the half that the other one keeps, and go on with their own.
    private mutating func addHalving(_ flow: Int, _ order: [Int], _ range: Range<Int>, step: Int, steps: Int) {
        for round in 0..<steps {
            let distance = order.count >> (round + 1)
            for place in order.indices {
                let partner = place ^ distance
                // Parts of the places whose numbers agree with the partner's above and at this bit.
                addParts(flow, step + round, order, from: place, to: partner, group: partner, distance, range, .reduce)
            }
        }
    }

    private mutating func addDoubling(_ flow: Int, _ order: [Int], _ range: Range<Int>, step: Int, steps: Int) {
        for round in 0..<steps {
            let distance = 1 << round
            for place in order.indices {
                addParts(flow, step + round, order, from: place, to: place ^ distance, group: place, distance, range, .copy)
            }
        }
    }

    /// The parts of the `size` places around `group`, those that lie next to each other in one transfer.
    private mutating func addParts(
        _ flow: Int, _ step: Int, _ order: [Int], from place: Int, to partner: Int, group: Int, _ size: Int, _ range: Range<Int>,
        _ action: Action
    ) {
        let first = group & ~(size - 1)
        var parts = (first..<first + size).map { partOf(order, $0, range) }
        parts.sort { $0.lowerBound < $1.lowerBound }
        var current = parts[0]
        for part in parts.dropFirst() {
            if part.lowerBound == current.upperBound {
                current = current.lowerBound..<part.upperBound
            } else {
                add(flow, step, order[place], order[partner], current, action)
                current = part
            }
        }
        add(flow, step, order[place], order[partner], current, action)
    }

    /// A binomial tree over the ranks in order, the root first. Returns the number of steps.
    private mutating func addTree(
        _ flow: Int, _ order: [Int], _ range: Range<Int>, step: Int, root: Int, action: Action
    ) -> Int {
        let count = order.count
        let first = order.firstIndex(of: root) ?? 0
        var depth = 0
        while 1 << depth < count { depth += 1 }
        for place in 1..<max(1, count) {
            let level = place.trailingZeroBitCount
            let child = order[(first + place) % count]
            let parent = order[(first + place - (1 << level)) % count]
            if action == .reduce {
                add(flow, step + level, child, parent, range, .reduce)
            } else {
                add(flow, step + depth - 1 - level, parent, child, range, .copy)
            }
        }
        return depth
    }

    private mutating func addAllToAll(_ flow: Int, _ ranks: Int, flows: Int) {
        for distance in 0..<ranks {
            for source in 0..<ranks {
                let target = (source + distance) % ranks
                let from = Self.part(flow, of: flows, in: Self.part(target, of: ranks, in: 0..<elements))
                let to = Self.part(flow, of: flows, in: Self.part(source, of: ranks, in: 0..<elements))
                // Parts of unequal length: what fits on both sides.
                let length = min(from.count, to.count)
                transfers.append(
                    Transfer(
                        flow: flow, step: 0, source: source, target: target, elements: from.lowerBound..<from.lowerBound + length,
                        place: to.lowerBound, action: .copy))
            }
        }
    }

    private mutating func add(_ flow: Int, _ step: Int, _ source: Int, _ target: Int, _ elements: Range<Int>, _ action: Action) {
        transfers.append(
            Transfer(
                flow: flow, step: step, source: source, target: target, elements: elements, place: elements.lowerBound, action: action))
    }
}
