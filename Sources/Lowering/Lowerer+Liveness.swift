import OperatorGraph

/// Who reads a value last, and what has to lie off chip because of who reads it.
extension Lowerer {
    mutating func findLiveness() {
        // What a view is of.
        var sources: [Graph.ValueID: Graph.ValueID] = [:]
        for (part, place) in fused.parts { root[part] = place.whole; owners[part] = place.whole }
        for (position, group) in groups.enumerated() {
            for input in group.inputs {
                lastUse[rootOf(input)] = position
                // A view that has to be copied lives until the last reader of its own.
                var value = input
                while buffers == .shared, let source = sources[value] {
                    lastUse[value] = position
                    value = source
                }
            }
            if group.kind == .view, let source = group.inputs.first {
                root[group.output] = rootOf(source)
                sources[group.output] = source
            }
            lastUse[rootOf(group.output)] = max(lastUse[rootOf(group.output)] ?? 0, position)
            // A stationary or streamed right operand comes through the weights' memory.
            if group.kind == .matmul, cores[0].rightMemory != cores[0].leftMemory, let right = group.nodes.first(where: { OperatorGrouping.matmuls.contains($0.operation) })?.inputs[1] {
                offChip.insert(rootOf(right))
            }
            if group.kind == .append { for input in group.inputs.prefix(1) { offChip.insert(rootOf(input)) } }
        }
        for output in graph.outputs + graph.states.map(\.output) {
            offChip.insert(rootOf(output))
            lasting.insert(rootOf(output))
        }
        // Everything that lies off chip for the whole run has its own place; the rest is shared out in turn.
        if cores[0].weights != nil { inFlash = weightsForFlash() }
        for (value, description) in graph.values.enumerated() where description.kind != .intermediate || lasting.contains(value) {
            if inFlash.contains(value) { flashTensors.count(description.type.bytes) } else { offChipTensors.count(description.type.bytes) }
        }
        offChipZone = ResidentZone(
            memory: cores[0].dram.name, base: offChipTensors.end, size: 1 << 60, pageBytes: OffChipTensors.pageBytes)
    }

    /// Constants that nothing reads but arrays, as right operands of products: their tiles come straight from flash.
    func weightsForFlash() -> Set<Graph.ValueID> {
        var weights: Set<Graph.ValueID> = []
        // Products read a transposed matrix as it lies.
        var original: [Graph.ValueID: Graph.ValueID] = [:]
        for group in groups where group.kind == .view && group.nodes[0].operation == "Transpose" {
            guard let input = group.nodes[0].inputs[0], graph.values[input].type.shape.count == 2 else { continue }
            original[group.output] = input
        }
        func source(_ value: Graph.ValueID) -> Graph.ValueID { original[value] ?? value }
        for group in groups where group.kind == .matmul {
            guard let main = group.nodes.first(where: { OperatorGrouping.matmuls.contains($0.operation) }), let weight = main.inputs[1].map(source)
            else { continue }
            let kind = graph.values[weight].kind
            // Depthwise convolutions may run on the vector unit.
            guard kind == .parameter || kind == .constant, !VectorShape.isDepthwise(main, graph) else { continue }
            weights.insert(weight)
        }
        for group in groups where original[group.output] == nil {
            let main = group.kind == .matmul ? group.nodes.first { OperatorGrouping.matmuls.contains($0.operation) } : nil
            for node in group.nodes {
                for (position, input) in node.inputs.enumerated() {
                    guard let input, !(position == 1 && node.outputs == main?.outputs && !VectorShape.isDepthwise(node, graph)) else { continue }
                    weights.remove(source(input))
                }
            }
        }
        for output in graph.outputs + graph.states.map(\.output) { weights.remove(source(output)) }
        return weights
    }

    func rootOf(_ value: Graph.ValueID) -> Graph.ValueID { root[value] ?? value }
}
