import OperatorGraph
import Programs

/// Which tensors of a program can be compared with a reference after the run.
package enum ComparableTensors {
    /// Operators whose output is their input under another shape, so that both may lie in one place.
    private static let views: Set<String> = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity"]

    /// All outputs, and every intermediate whose place nothing else takes; in the order in which the graph computes them.
    package static func of(_ program: Program, _ graph: Graph) -> [Graph.ValueID] {
        let owner = owners(graph)
        let placements = program.tensors.sorted { ($0.memory, $0.address) < ($1.memory, $1.address) }
        var overwritten = Set<Graph.ValueID>()
        // Placements that may still reach into the next one, by the memory's order.
        var open: [Program.Placement] = []
        for placement in placements {
            open.removeAll { $0.memory != placement.memory || $0.address + $0.bytes <= placement.address }
            for other in open where owner[other.value] != owner[placement.value] {
                overwritten.insert(other.value)
                overwritten.insert(placement.value)
            }
            open.append(placement)
        }
        var chosen = Set<Graph.ValueID>()
        for placement in program.tensors {
            switch placement.role {
            case .output: chosen.insert(placement.value)
            case .intermediate where !overwritten.contains(placement.value): chosen.insert(placement.value)
            default: break
            }
        }
        let computed = graph.nodes.flatMap { $0.outputs.compactMap { $0 } }.filter { chosen.remove($0) != nil }
        // An output may be an input that is handed through.
        return computed + chosen.sorted()
    }

    /// For each value, the one whose storage it is a view of: itself, for most.
    private static func owners(_ graph: Graph) -> [Graph.ValueID] {
        var owner = Array(graph.values.indices)
        for node in graph.nodes where views.contains(node.operation) {
            if let input = node.inputs.first.flatMap({ $0 }), let output = node.outputs.first.flatMap({ $0 }) {
                owner[output] = owner[input]
            }
        }
        return owner
    }
}
