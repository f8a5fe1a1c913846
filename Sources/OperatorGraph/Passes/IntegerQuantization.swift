import NumberFormats

/// Turns products of dequantised tensors into exact integer products followed by one dequantisation.
///
///     DequantizeLinear(x) ─┐                     ConvInteger(x, w) → Add(bias) → DequantizeLinear(sx·sw)
///     DequantizeLinear(w) ─┼→ Conv        ⇒
///     DequantizeLinear(b) ─┘
///
/// Conv becomes ConvInteger, MatMul and Gemm become MatMulInteger, all summed in int32; the sum is dequantised with
/// the product of the scales, per output channel where the weights' scale is. A bias that was quantised with that
/// product is added in int32, any other bias after the dequantisation. What lies between (activations, residual sums,
/// QuantizeLinear) stays as it was. Operands of at most 8 bits are taken; blocked and per-row scales are left alone.
///
/// Nodes that lose their readers stay until `DeadNodeElimination`.
public struct IntegerQuantization: GraphPass {
    public init() {}

    public func run(on graph: inout Graph) throws(GraphError) {
        var rewriter = IntegerRewriter(graph)
        for node in graph.nodes {
            switch node.operation {
            case "Conv": rewriter.rewriteConvolution(node)
            case "MatMul": rewriter.rewriteProduct(node)
            case "Gemm": rewriter.rewriteGemm(node)
            default: rewriter.keep(node)
            }
        }
        graph = rewriter.finished
    }
}

/// A tensor that a DequantizeLinear node reads.
struct DequantizedOperand {
    var quantized: Graph.ValueID
    var scale: Graph.ValueID
    var zeroPoint: Graph.ValueID?
    /// The axis along which the scale varies; `nil` for one scale.
    var axis: Int?
    /// Axes reordered between the dequantisation and the reader.
    var permutation: [Int]?
}

struct IntegerRewriter {
    private(set) var finished: Graph
    private let producers: [Graph.NodeID?]
    private let original: [Graph.Node]

    init(_ graph: Graph) {
        finished = graph
        original = graph.nodes
        producers = graph.producers()
        finished.nodes = []
    }

    mutating func keep(_ node: Graph.Node) { finished.nodes.append(node) }

    // MARK: Patterns

    mutating func rewriteConvolution(_ node: Graph.Node) {
        guard let x = operand(node, 0), x.axis == nil, x.permutation == nil, let w = operand(node, 1), w.permutation == nil,
            w.axis == nil || w.axis == 0, let output = node.outputs[0]
        else { return keep(node) }
        let type = finished.values[output].type
        let sum = intermediate("\(node.name)/accumulator", TensorType(.int32, type.shape))
        var integer = Graph.Node(
            name: node.name, operation: "ConvInteger", version: max(node.version, 10),
            inputs: trimmed([x.quantized, w.quantized, x.zeroPoint, w.zeroPoint]), outputs: [sum], attributes: node.attributes)
        integer.attributes["kernel_shape"] = .ints(Array(finished.values[w.quantized].type.shape.dropFirst(2)))
        keep(integer)
        let bias = node.inputs.count > 2 ? node.inputs[2] : nil
        finish(node, sum, x, w, bias: bias, channelAxis: 1, factor: 1)
    }

    mutating func rewriteProduct(_ node: Graph.Node) {
        guard let a = operand(node, 0), a.axis == nil, let b = operand(node, 1),
            b.axis == nil || (b.permutation == nil && b.axis == finished.values[b.quantized].type.shape.count - 1),
            let output = node.outputs[0]
        else { return keep(node) }
        product(node, ordered(a, node, "a"), ordered(b, node, "b"), finished.values[output].type.shape, bias: nil, factor: 1)
    }

    mutating func rewriteGemm(_ node: Graph.Node) {
        let transposesA = node.attributes["transA"] == .int(1), transposesB = node.attributes["transB"] == .int(1)
        guard var a = operand(node, 0), a.axis == nil, a.permutation == nil, var b = operand(node, 1), b.permutation == nil,
            b.axis == nil || b.axis == (transposesB ? 0 : 1), let output = node.outputs[0]
        else { return keep(node) }
        var factor: Float = 1
        if case .float(let alpha)? = node.attributes["alpha"] { factor = alpha }
        let bias = node.inputs.count > 2 ? node.inputs[2] : nil
        if bias != nil {
            if case .float(let beta)? = node.attributes["beta"], beta != 1 { return keep(node) }
        }
        if transposesA { a.permutation = [1, 0] }
        if transposesB { b.permutation = [1, 0] }
        if b.axis != nil { b.axis = 1 }
        product(node, ordered(a, node, "a"), ordered(b, node, "b"), finished.values[output].type.shape, bias: bias, factor: factor)
    }

    private mutating func product(
        _ node: Graph.Node, _ a: DequantizedOperand, _ b: DequantizedOperand, _ shape: [Int], bias: Graph.ValueID?, factor: Float
    ) {
        let sum = intermediate("\(node.name)/accumulator", TensorType(.int32, shape))
        keep(
            Graph.Node(
                name: node.name, operation: "MatMulInteger", version: max(node.version, 10),
                inputs: trimmed([a.quantized, b.quantized, a.zeroPoint, b.zeroPoint]), outputs: [sum]))
        finish(node, sum, a, b, bias: bias, channelAxis: shape.count - 1, factor: factor)
    }

    // MARK: Parts

    /// The dequantised tensor that an input reads, possibly through a Transpose; `nil` for anything else.
    private func operand(_ node: Graph.Node, _ index: Int) -> DequantizedOperand? {
        guard node.domain.isEmpty, index < node.inputs.count, let input = node.inputs[index], let id = producers[input] else { return nil }
        var source = original[id]
        var permutation: [Int]?
        if source.operation == "Transpose", let inner = source.inputs.first.flatMap({ $0 }), let innerID = producers[inner] {
            let rank = finished.values[inner].type.shape.count
            permutation = Array((0..<rank).reversed())
            if case .ints(let given)? = source.attributes["perm"] { permutation = given }
            source = original[innerID]
        }
        guard source.operation == "DequantizeLinear", source.inputs.count >= 2, let quantized = source.inputs[0],
            let scale = source.inputs[1], source.attributes["block_size"] == nil || source.attributes["block_size"] == .int(0)
        else { return nil }
        let type = finished.values[quantized].type, scaleShape = finished.values[scale].type.shape
        guard type.element.isInteger, type.element.bits <= 8, scaleShape.count <= 1, finished.values[scale].type.element == .fp32 else {
            return nil
        }
        let zeroPoint = source.inputs.count > 2 ? source.inputs[2] : nil
        var axis: Int?
        if scaleShape.count == 1, scaleShape[0] != 1 {
            var given = 1
            if case .int(let value)? = source.attributes["axis"] { given = value }
            axis = given < 0 ? given + type.shape.count : given
            if permutation != nil { return nil }
        }
        return DequantizedOperand(
            quantized: quantized, scale: scale, zeroPoint: zeroPoint, axis: axis, permutation: permutation)
    }

    /// The operand with its axes in the order in which they are multiplied.
    private mutating func ordered(_ operand: DequantizedOperand, _ node: Graph.Node, _ name: String) -> DequantizedOperand {
        guard let permutation = operand.permutation else { return operand }
        let source = finished.values[operand.quantized]
        let type = TensorType(source.type.element, permutation.map { source.type.shape[$0] })
        var result = operand
        result.permutation = nil
        if let data = source.data, source.kind != .intermediate {
            result.quantized = finished.addValue(
                Graph.Value(name: "\(source.name)/transposed", type: type, kind: source.kind, data: data.transposed(permutation)))
            return result
        }
        result.quantized = intermediate("\(node.name)/\(name)", type)
        keep(
            Graph.Node(
                name: "\(node.name)/\(name)/transpose", operation: "Transpose", version: max(node.version, 13),
                inputs: [operand.quantized], outputs: [result.quantized], attributes: ["perm": .ints(permutation)]))
        return result
    }

    /// Bias and dequantisation of an int32 sum.
    private mutating func finish(
        _ node: Graph.Node, _ sum: Graph.ValueID, _ a: DequantizedOperand, _ b: DequantizedOperand, bias: Graph.ValueID?,
        channelAxis: Int, factor: Float
    ) {
        guard let output = node.outputs[0] else { return }
        let type = finished.values[output].type
        let version = max(node.version, 13)
        let scale = combinedScale(node, a, b, factor)
        var total = sum
        var addend = bias
        if factor == 1, let bias, let integers = integerBias(bias, a, b) {
            total = intermediate("\(node.name)/biased", TensorType(.int32, type.shape))
            let spread = channels(node, integers, type.shape, channelAxis, version)
            keep(
                Graph.Node(
                    name: "\(node.name)/bias", operation: "Add", version: version, inputs: [sum, spread], outputs: [total]))
            addend = nil
        }
        let target = addend == nil ? output : intermediate("\(node.name)/dequantized", type)
        keep(
            Graph.Node(
                name: "\(node.name)/dequantize", operation: "DequantizeLinear", version: version, inputs: [total, scale],
                outputs: [target], attributes: ["axis": .int(channelAxis)]))
        if let addend {
            let spread = channels(node, addend, type.shape, channelAxis, version)
            keep(
                Graph.Node(
                    name: "\(node.name)/bias", operation: "Add", version: version, inputs: [target, spread], outputs: [output]))
        }
    }

    /// The scale of the sum: a constant where both are known, else computed in the graph.
    private mutating func combinedScale(
        _ node: Graph.Node, _ a: DequantizedOperand, _ b: DequantizedOperand, _ factor: Float
    ) -> Graph.ValueID {
        let shape = b.axis == nil ? [] : finished.values[b.scale].type.shape
        if let products = scaleProducts(a, b) {
            let data = Tensor(.fp32, shape, .float(products.map { $0 * factor }))
            return finished.addValue(
                Graph.Value(name: "\(node.name)/scale", type: data.type, kind: .constant, data: data))
        }
        let scaleType = TensorType(.fp32, Broadcasting.shape(of: [finished.values[a.scale].type.shape, finished.values[b.scale].type.shape]) ?? shape)
        var result = intermediate("\(node.name)/scale", scaleType)
        keep(
            Graph.Node(
                name: "\(node.name)/scale/product", operation: "Mul", version: max(node.version, 13),
                inputs: [a.scale, b.scale], outputs: [result]))
        if factor != 1 {
            let data = Tensor(.fp32, [], .float([factor]))
            let constant = finished.addValue(Graph.Value(name: "\(node.name)/alpha", type: data.type, kind: .constant, data: data))
            let scaled = intermediate("\(node.name)/scale/alpha", scaleType)
            keep(
                Graph.Node(
                    name: "\(node.name)/scale/factor", operation: "Mul", version: max(node.version, 13),
                    inputs: [result, constant], outputs: [scaled]))
            result = scaled
        }
        return result
    }

    private func scaleProducts(_ a: DequantizedOperand, _ b: DequantizedOperand) -> [Float]? {
        guard let left = finished.values[a.scale].data?.floatValues, left.count == 1,
            let right = finished.values[b.scale].data?.floatValues
        else { return nil }
        return right.map { left[0] * $0 }
    }

    /// The int32 tensor behind a bias whose scale is the product of the operands' scales, without a zero point.
    private func integerBias(_ bias: Graph.ValueID, _ a: DequantizedOperand, _ b: DequantizedOperand) -> Graph.ValueID? {
        guard let id = producers[bias], original[id].operation == "DequantizeLinear",
            let quantized = original[id].inputs[0], finished.values[quantized].type.element == .int32,
            let scale = original[id].inputs[1], let given = finished.values[scale].data?.floatValues,
            let expected = scaleProducts(a, b), given.count == expected.count || given.count == 1 || expected.count == 1
        else { return nil }
        if original[id].inputs.count > 2, let zero = original[id].inputs[2] {
            guard let values = finished.values[zero].data?.intValues, values.allSatisfy({ $0 == 0 }) else { return nil }
        }
        for index in 0..<max(given.count, expected.count) {
            let (ours, theirs) = (expected[expected.count == 1 ? 0 : index], given[given.count == 1 ? 0 : index])
            guard abs(ours - theirs) <= abs(theirs) * 1e-6 else { return nil }
        }
        return quantized
    }

    /// A vector of channel values in a shape that broadcasts along the channel axis.
    private mutating func channels(
        _ node: Graph.Node, _ vector: Graph.ValueID, _ shape: [Int], _ axis: Int, _ version: Int
    ) -> Graph.ValueID {
        let value = finished.values[vector]
        if value.type.shape.count != 1 || axis == shape.count - 1 { return vector }
        let target = [value.type.shape[0]] + Array(repeating: 1, count: shape.count - 1 - axis)
        if let data = value.data, value.kind != .intermediate {
            return finished.addValue(
                Graph.Value(
                    name: "\(node.name)/\(value.name)", type: TensorType(value.type.element, target), kind: value.kind,
                    data: data.reshaped(target)))
        }
        let extents = Tensor(.int64, [target.count], integers: target)
        let constant = finished.addValue(
            Graph.Value(name: "\(node.name)/bias/shape", type: extents.type, kind: .constant, data: extents))
        let reshaped = intermediate("\(node.name)/bias/reshaped", TensorType(value.type.element, target))
        keep(
            Graph.Node(
                name: "\(node.name)/bias/reshape", operation: "Reshape", version: version, inputs: [vector, constant],
                outputs: [reshaped]))
        return reshaped
    }

    private mutating func intermediate(_ name: String, _ type: TensorType) -> Graph.ValueID {
        finished.addValue(Graph.Value(name: name, type: type, kind: .intermediate))
    }

    /// Inputs without the missing ones at the end.
    private func trimmed(_ inputs: [Graph.ValueID?]) -> [Graph.ValueID?] {
        var result = inputs
        while let last = result.last, last == nil { result.removeLast() }
        return result
    }
}
