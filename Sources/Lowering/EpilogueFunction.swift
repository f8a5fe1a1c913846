import NumberFormats
import OperatorGraph
import Programs

/// Codes of element types in ONNX attributes (TensorProto.DataType).
enum ElementCode {
    static func code(_ element: ElementType) -> Int? {
        switch element {
        case .fp32: 1
        case .uint8: 2
        case .int8: 3
        case .uint16: 4
        case .int16: 5
        case .int32: 6
        case .int64: 7
        case .bool: 9
        case .fp16: 10
        case .fp64: 11
        case .uint32: 12
        case .uint64: 13
        case .bf16: 16
        case .fp8E4M3: 17
        case .fp8E5M2: 19
        case .uint4: 21
        case .int4: 22
        case .fp4E2M1: 23
        default: nil
        }
    }
}

/// What the vector unit makes of a product's sums: bias, conversion, and the nodes that were fused behind it.
struct EpilogueFunction {
    var function: Program.Function
    /// Operands besides the sums, with the result dimension that each of their dimensions follows.
    var operands: [Operand]

    struct Operand {
        var value: Graph.ValueID
        var follows: [Int?]
        /// The operand is seen under this shape rather than its own.
        var shape: [Int]
    }
}

extension Lowerer {
    /// - Parameters:
    ///   - main: the contraction, one of `group`'s nodes.
    ///   - product: gives the result's dimensions.
    ///   - sums: format of the array's sums.
    func epilogue(
        _ group: OperatorGroup, main: Graph.Node, product: MatmulProduct, sums: ElementType
    ) throws(LoweringError) -> EpilogueFunction {
        guard let mainOutput = main.outputs[0] else { throw LoweringError(main.name, "the operator has no result") }
        let type = graph.values[mainOutput].type
        var nextValue = graph.values.count
        func fresh() -> Graph.ValueID { nextValue += 1; return nextValue - 1 }
        var nodes: [Graph.Node] = []
        var steps: [Program.Function.Step] = []
        var operands: [EpilogueFunction.Operand] = []
        var current = fresh()
        let sumsValue = current

        func append(_ operation: String, _ inputs: [Graph.ValueID], to output: Graph.ValueID, _ attributes: [String: Attribute] = [:]) {
            nodes.append(
                Graph.Node(
                    name: "\(main.name).\(operation)", operation: operation, version: 13, inputs: inputs, outputs: [output],
                    attributes: attributes))
        }
        func scale(by factor: Float) {
            let constant = fresh()
            nodes.append(
                Graph.Node(
                    name: "\(main.name).scale", operation: "Constant", version: 13, inputs: [], outputs: [constant],
                    attributes: ["value": .tensor(Tensor(sums, [], .float([factor])))]))
            let scaled = fresh()
            append("Mul", [current, constant], to: scaled)
            steps.append(.init("multiply"))
            current = scaled
        }
        if main.operation == "Gemm", case .float(let alpha)? = main.attributes["alpha"], alpha != 1, sums == .fp32 { scale(by: alpha) }
        let columnAxis = product.resultAxes.firstIndex { if case .columns = $0 { true } else { false } } ?? product.resultShape.count - 1
        if ["Conv", "Gemm"].contains(main.operation), main.inputs.count > 2, let bias = main.inputs[2] {
            let shape = graph.values[bias].type.shape
            var follows: [Int?] = []
            if main.operation == "Conv" {
                follows = [columnAxis]
            } else {
                for dimension in shape.indices { follows.append(shape[dimension] == 1 ? nil : dimension + 2 - shape.count) }
            }
            operands.append(.init(value: bias, follows: follows, shape: shape))
            var value = bias
            if graph.values[bias].type.element != sums, let code = ElementCode.code(sums) {
                let cast = fresh()
                append("Cast", [value], to: cast, ["to": .int(code)])
                value = cast
            }
            if main.operation == "Conv" {
                // The bias is a vector; the other dimensions of the result come behind it.
                let shaped = fresh()
                let axes = product.resultShape.indices.filter { $0 != columnAxis }
                let shapeValue = fresh()
                nodes.append(
                    Graph.Node(
                        name: "\(main.name).axes", operation: "Constant", version: 13, inputs: [], outputs: [shapeValue],
                        attributes: ["value": .tensor(Tensor(.int64, [axes.count], .int64(axes.map { Int64($0) })))]))
                append("Unsqueeze", [value, shapeValue], to: shaped)
                value = shaped
            }
            let added = fresh()
            append("Add", [current, value], to: added)
            steps.append(.init("add"))
            current = added
        }
        if type.element != sums {
            guard let code = ElementCode.code(type.element) else {
                throw LoweringError(main.name, "sums in \(sums.rawValue) cannot be converted to \(type.element.rawValue)")
            }
            append("Cast", [current], to: mainOutput, ["to": .int(code)])
            steps.append(.init("convert"))
        } else if nodes.isEmpty, group.nodes.count == 1 {
            append("Identity", [current], to: mainOutput)
            steps.append(.init("move"))
        } else if nodes.isEmpty {
            // The first fused node reads the sums themselves.
            append("Identity", [current], to: mainOutput)
        } else {
            nodes[nodes.count - 1].outputs = [mainOutput]
        }
        var produced: Set<Graph.ValueID> = [mainOutput]
        let rank = product.resultShape.count
        let flattened = rank != type.shape.count
        for original in group.nodes where original.outputs != main.outputs {
            var node = original
            if flattened, node.attributes["axis"] != nil { node.attributes["axis"] = .int(1) }
            for (position, input) in node.inputs.enumerated() {
                guard let input, !produced.contains(input), !operands.contains(where: { $0.value == input }) else { continue }
                let shape = graph.values[input].type.shape
                if shape.reduce(1, *) == 1 { continue }
                if ["QuantizeLinear", "DequantizeLinear"].contains(node.operation), position > 0, shape.count == 1 {
                    operands.append(.init(value: input, follows: [columnAxis], shape: shape))
                } else if flattened {
                    let isVector = shape.dropLast().allSatisfy { $0 == 1 }
                    operands.append(
                        isVector ? .init(value: input, follows: [1], shape: [shape.last ?? 1])
                            : .init(value: input, follows: [0, 1], shape: product.resultShape))
                } else {
                    operands.append(
                        .init(value: input, follows: shape.indices.map { shape[$0] == 1 ? nil : $0 + type.shape.count - shape.count }, shape: shape))
                }
            }
            nodes.append(node)
            for case let output? in node.outputs { produced.insert(output) }
            guard let price = OperationCosts.pointwiseSteps(node, in: graph) else {
                throw LoweringError(node.name, "\(node.operation) cannot follow a product")
            }
            steps += price
        }
        let function = Program.Function(
            name: main.name, nodes: nodes, inputs: [sumsValue] + operands.map(\.value), outputs: [group.output], steps: steps)
        return EpilogueFunction(function: function, operands: operands)
    }
}
