import OperatorGraph

/// Orders nodes so that each comes after those that produce its inputs. Works without recursion: a chain of
/// a million nodes takes no stack.
enum ONNXTopologicalOrder {
    /// Indices of the nodes in order; the file's own order where that is one already. On a cycle, the names of
    /// the nodes on it.
    ///
    /// - Parameter producers: by value, the index of the node that produces it; negative for none.
    static func order(_ nodes: [Graph.Node], producers: [Int]) -> Result<[Int], Cycle> {
        if isOrdered(nodes, producers) { return .success(Array(nodes.indices)) }
        var waiting = nodes.map { node in node.inputs.count { isProduced($0, producers) } }
        var consumers = [[Int]](repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for input in node.inputs where isProduced(input, producers) {
                if let input { consumers[producers[input]].append(index) }
            }
        }
        var order = nodes.indices.filter { waiting[$0] == 0 }
        var next = 0
        while next < order.count {
            for consumer in consumers[order[next]] {
                waiting[consumer] -= 1
                if waiting[consumer] == 0 { order.append(consumer) }
            }
            next += 1
        }
        if order.count == nodes.count { return .success(order) }
        return .failure(cycle(nodes, producers, waiting))
    }

    /// Nodes that wait for each other.
    struct Cycle: Error {
        /// Each takes a value from the next, the last from the first.
        var nodes: [Int]
    }

    private static func isProduced(_ value: Int?, _ producers: [Int]) -> Bool { value.map { producers[$0] >= 0 } ?? false }

    private static func isOrdered(_ nodes: [Graph.Node], _ producers: [Int]) -> Bool {
        for (index, node) in nodes.enumerated() {
            for input in node.inputs {
                if let input, producers[input] >= index { return false }
            }
        }
        return true
    }

    /// Every node that still waits has an input from one that waits as well: following these must come back.
    private static func cycle(_ nodes: [Graph.Node], _ producers: [Int], _ waiting: [Int]) -> Cycle {
        guard var current = nodes.indices.first(where: { waiting[$0] > 0 }) else { return Cycle(nodes: []) }
        var position: [Int: Int] = [:]
        var path: [Int] = []
        while position[current] == nil {
            position[current] = path.count
            path.append(current)
            let origins = nodes[current].inputs.lazy.compactMap { $0 }.map { producers[$0] }
            guard let origin = origins.first(where: { $0 >= 0 && waiting[$0] > 0 }) else { break }
            current = origin
        }
        return Cycle(nodes: Array(path[(position[current] ?? 0)...]))
    }
}
