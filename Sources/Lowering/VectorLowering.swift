import Architecture
import NumberFormats
import OperatorGraph
import Programs

extension Lowerer {
    /// Lowers work of the vector unit: cut into blocks when operands or the result have to come on chip first.
    mutating func lowerVector(_ group: OperatorGroup, notes: [String] = []) throws(LoweringError) {
        let shape = VectorShape(group, graph)
        let name = group.nodes.first { OperationCosts.pointwise[$0.operation] == nil }?.name ?? group.nodes[0].name
        guard let vector = active[0].vector else {
            throw LoweringError(
                name, "\(architecture.name) has no vector unit for \(group.type)", suggestion: "add an engine of kind vector")
        }
        let macs = group.nodes.reduce(0) { $0 + Operators.multiplyAccumulates(of: $1, in: graph) }
        var remarks = notes
        if shape.isWhole, graph.values[group.output].type.count > 1 {
            remarks.append("\(group.nodes[0].operation) is not cut into blocks: it runs as one command of the vector unit")
        }
        builder.begin(name, type: group.type, unit: vector.name, macs: 0, notes: remarks)
        let function = builder.add(
            fused.naming(Program.Function(
                name: name, nodes: group.nodes, inputs: group.inputs.filter { shape.follows[$0] != nil }, outputs: [group.output],
                steps: steps(of: group, macs: macs))))
        var operands: [VectorEmitter.Operand] = []
        for input in group.inputs {
            guard let follows = shape.follows[input] else { continue }
            operands.append(
                VectorEmitter.Operand(
                    location: try location(of: input), follows: follows, window: shape.window?.operand == input ? shape.window : nil))
        }
        let output = try place(group.output, layout: layout(for: group))
        try emitVector(operands, output, shape, function: function)
    }

    /// Copies `source`, element by element, to `target`: what a view costs when no strides can express it.
    mutating func lowerMove(_ name: String, type: String, from source: TensorLocation, to target: TensorLocation, value: Graph.ValueID) throws(LoweringError) {
        let follows = target.shape.indices.map { source.shape[$0] == 1 && target.shape[$0] != 1 ? nil : Optional($0) }
        try lowerIdentity(name, type: type, of: VectorEmitter.Operand(location: source, follows: follows), to: target, value: value)
    }

    /// Writes zeros.
    mutating func lowerZeros(_ name: String, type: String, to target: TensorLocation, value: Graph.ValueID) throws(LoweringError) {
        var source = target
        source.isDRAM = false
        let operand = VectorEmitter.Operand(location: source, follows: target.shape.indices.map { $0 }, isZero: true)
        try lowerIdentity(name, type: type, of: operand, to: target, value: value)
    }

    /// Writes an operand's elements to `target` as they are.
    private mutating func lowerIdentity(
        _ name: String, type: String, of operand: VectorEmitter.Operand, to target: TensorLocation, value: Graph.ValueID
    ) throws(LoweringError) {
        guard let vector = active[0].vector else {
            throw LoweringError(name, "\(architecture.name) has no vector unit for \(type)", suggestion: "add an engine of kind vector")
        }
        builder.begin(name, type: type, unit: vector.name, macs: 0)
        let input = graph.values.count
        let function = builder.add(
            Program.Function(
                name: name, nodes: [Graph.Node(name: name, operation: "Identity", version: 13, inputs: [input], outputs: [value])],
                inputs: [input], outputs: [value], steps: [.init("move")]))
        try emitVector([operand], target, VectorShape(moving: target.shape), function: function)
    }

    private mutating func emitVector(
        _ operands: [VectorEmitter.Operand], _ output: TensorLocation, _ shape: VectorShape, function: Int
    ) throws(LoweringError) {
        let blocks = try VectorBlocks(
            operands: operands, output: output, shape: shape, cores: active.count, zone: zones[cores[0].leftMemory],
            name: builder.operators.last?.name ?? "")
        if let window = shape.window, blocks.cuts.contains(where: { $0.dimension == VectorShape.Window.dimension }) {
            builder.change(function) { $0.nodes = $0.nodes.map(window.unpadded) }
        }
        for core in active { reserve(core.leftMemory, blocks.bytes) }
        if let work = work(operands, output, shape, blocks, function: function) { vectorWork.append(work) }
        for core in active {
            var emitter = VectorEmitter(
                operands: operands, output: output, shape: shape, blocks: blocks, core: core, function: function,
                operatorIndex: builder.current)
            try emitter.emit(into: &self)
        }
    }

    private func steps(of group: OperatorGroup, macs: Int) -> [Program.Function.Step] {
        var steps: [Program.Function.Step] = []
        for node in group.nodes {
            if let price = OperationCosts.pointwiseSteps(node, in: graph) { steps += price; continue }
            if let price = OperationCosts.rowwise[node.operation] ?? OperationCosts.reductions[node.operation] { steps += price; continue }
            let output = (node.outputs.first ?? nil).map { max(1, graph.values[$0].type.count) } ?? 1
            switch node.operation {
            case "MaxPool", "AveragePool", "LpPool":
                var area = 1
                if case .ints(let kernel)? = node.attributes["kernel_shape"] { area = kernel.reduce(1, *) }
                steps.append(.init("add", repeats: max(1, area - 1)))
                if node.operation == "AveragePool" { steps.append(.init("multiply")) }
            case "GlobalAveragePool", "GlobalMaxPool": steps.append(.init("add"))
            case "BatchNormalization": steps += [.init("multiply"), .init("add")]
            case "InstanceNormalization": steps += [.init("add", repeats: 2), .init("multiply", repeats: 3), .init("add")]
            case "RotaryEmbedding": steps += [.init("multiply", repeats: 2), .init("add")]
            case "LRN": steps += [.init("multiply", repeats: 2), .init("add", repeats: 5), .init("logarithm"), .init("exponential"), .init("multiply")]
            case "TopK": steps.append(.init("add", repeats: 2))
            default:
                // A contraction on the vector unit: one product and one sum for each multiply-accumulate.
                if macs > 0 {
                    let each = max(1, ceilingDivide(macs, output))
                    steps += [.init("multiply", repeats: each), .init("add", repeats: each)]
                } else {
                    steps.append(.init("move"))
                }
            }
        }
        return steps
    }
}
