import NumberFormats

/// Who makes and who reads each value, and whether the graph is one.
extension Graph {
    /// For each value, the node that produces it; `nil` for inputs, parameters and constants.
    public func producers() -> [NodeID?] {
        var producers = [NodeID?](repeating: nil, count: values.count)
        for (id, node) in nodes.enumerated() {
            for case let output? in node.outputs where values.indices.contains(output) { producers[output] = id }
        }
        return producers
    }

    /// For each value, the nodes that read it, in order; a node that reads it twice is listed once.
    public func consumers() -> [[NodeID]] {
        var consumers = [[NodeID]](repeating: [], count: values.count)
        for (id, node) in nodes.enumerated() {
            for case let input? in node.inputs where values.indices.contains(input) {
                if consumers[input].last != id { consumers[input].append(id) }
            }
        }
        return consumers
    }

    /// Adds a value and returns its identifier.
    @discardableResult
    public mutating func addValue(_ value: Value) -> ValueID {
        values.append(value)
        return values.count - 1
    }

    /// Values that must survive every pass: the graph's outputs and what its states leave.
    public var results: Set<ValueID> { Set(outputs).union(states.map(\.output)) }

    /// Orders the nodes so that every value is produced before it is read; nodes that are in order stay so.
    ///
    /// - Throws: an error that names the nodes of a cycle.
    public mutating func sortTopologically() throws(GraphError) {
        let producers = producers()
        var missing = nodes.map { node in
            Set(node.inputs.compactMap { $0.flatMap { values.indices.contains($0) ? producers[$0] : nil } }).count
        }
        let consumers = consumers()
        var ready = PriorityList(nodes.indices.filter { missing[$0] == 0 })
        var order: [NodeID] = []
        order.reserveCapacity(nodes.count)
        while let id = ready.popFirst() {
            order.append(id)
            var successors: Set<NodeID> = []
            for case let output? in nodes[id].outputs where values.indices.contains(output) {
                if producers[output] == id { successors.formUnion(consumers[output]) }
            }
            for successor in successors {
                missing[successor] -= 1
                if missing[successor] == 0 { ready.insert(successor) }
            }
        }
        if order.count < nodes.count { throw cycleError(blocked: nodes.indices.filter { missing[$0] > 0 }, producers) }
        nodes = order.map { nodes[$0] }
    }

    /// Follows producers among the blocked nodes until one repeats.
    private func cycleError(blocked: [NodeID], _ producers: [NodeID?]) -> GraphError {
        let isBlocked = Set(blocked)
        var path: [NodeID] = []
        var seen: [NodeID: Int] = [:]
        var current = blocked.first
        while let id = current, seen[id] == nil {
            seen[id] = path.count
            path.append(id)
            current = nodes[id].inputs.lazy.compactMap { $0.flatMap { producers[$0] } }.first { isBlocked.contains($0) }
        }
        let cycle = current.flatMap { seen[$0] }.map { Array(path[$0...].reversed()) } ?? path
        let shown = cycle.prefix(8).map { "\"\(nodes[$0].name)\"" }.joined(separator: " → ")
        let more = cycle.count > 8 ? " and \(cycle.count - 8) more" : ""
        return GraphError(message: "nodes \(shown)\(more) form a cycle", suggestion: "a workload is an acyclic graph")
    }

    /// Checks identifiers, order, types and data: every value has one origin, is produced before it is read,
    /// and holds as many values as its type says.
    public func validate(limits: GraphLimits = .standard) throws(GraphError) {
        var isKnown = [Bool](repeating: false, count: values.count)
        for (id, value) in values.enumerated() {
            if let objection = limits.objection(to: value.type) {
                throw GraphError(message: "value \"\(value.name)\": \(objection)", suggestion: "use smaller dimensions")
            }
            if let data = value.data, data.type != value.type || data.storage.count != data.count {
                throw GraphError(message: "value \"\(value.name)\" of type \(value.type.text) holds data of type \(data.type.text)")
            }
            isKnown[id] = value.kind != .intermediate
        }
        func check(_ id: ValueID, _ role: String) throws(GraphError) {
            if !values.indices.contains(id) { throw GraphError(message: "\(role) names value \(id) of \(values.count)") }
        }
        for id in inputs { try check(id, "an input") }
        for node in nodes {
            for case let input? in node.inputs {
                try check(input, "an input of node \"\(node.name)\"")
                guard isKnown[input] else {
                    throw GraphError(node, "reads \"\(values[input].name)\" before it is produced", suggestion: "sort the nodes")
                }
            }
            for case let output? in node.outputs {
                try check(output, "an output of node \"\(node.name)\"")
                guard !isKnown[output] else { throw GraphError(node, "produces \"\(values[output].name)\", which has another origin") }
                isKnown[output] = true
            }
        }
        for id in outputs + states.flatMap({ [$0.input, $0.output] }) {
            try check(id, "an output or state")
            guard isKnown[id] else { throw GraphError(message: "nothing produces the output \"\(values[id].name)\"") }
        }
    }
}

/// Node identifiers from which the smallest is taken first: a binary heap.
private struct PriorityList {
    private var heap: [Int] = []

    init(_ items: [Int]) { heap = items.sorted() }

    mutating func insert(_ item: Int) {
        heap.append(item)
        var child = heap.count - 1
        while child > 0, heap[(child - 1) / 2] > heap[child] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst() -> Int? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if heap.isEmpty { return first }
        heap[0] = last
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[smallest] { smallest = child }
            if smallest == parent { return first }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
