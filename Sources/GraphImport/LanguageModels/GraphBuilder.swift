import NumberFormats
import OperatorGraph

/// Grows a graph node by node, with the shape of every result stated by the caller.
struct GraphBuilder {
    /// Operator set that gives every operator its meaning; the first with `RMSNormalization` and `RotaryEmbedding`.
    static let version = 23

    private(set) var graph: Graph
    /// Format of parameters and activations.
    let element: ElementType
    private var integerConstants: [[Int]: [[Int]: Graph.ValueID]] = [:]
    private var scalars: [Float: Graph.ValueID] = [:]

    init(name: String, origin: String, element: ElementType) {
        graph = Graph(name: name, origin: origin)
        self.element = element
    }

    func shape(_ value: Graph.ValueID) -> [Int] { graph.values[value].type.shape }

    private mutating func add(_ value: Graph.Value) -> Graph.ValueID {
        graph.values.append(value)
        return graph.values.count - 1
    }

    mutating func input(_ name: String, _ element: ElementType, _ shape: [Int]) -> Graph.ValueID {
        let value = add(.init(name: name, type: .init(element, shape), kind: .input))
        graph.inputs.append(value)
        return value
    }

    mutating func output(_ value: Graph.ValueID) { graph.outputs.append(value) }

    mutating func state(input: Graph.ValueID, output: Graph.ValueID) {
        graph.states.append(.init(input: input, output: output))
    }

    /// A trained parameter, whose values the file does not hold.
    mutating func parameter(_ name: String, _ shape: [Int]) -> Graph.ValueID {
        add(.init(name: name, type: .init(element, shape), kind: .parameter))
    }

    /// A constant of 64-bit integers (shapes, axes, indices); the same numbers are stored once.
    mutating func integers(_ numbers: [Int], shape: [Int]) -> Graph.ValueID {
        if let known = integerConstants[numbers]?[shape] { return known }
        let tensor = Tensor(.int64, shape, .int64(numbers.map(Int64.init)))
        let value = add(
            .init(name: "integers.\(graph.values.count)", type: tensor.type, kind: .constant, data: tensor))
        integerConstants[numbers, default: [:]][shape] = value
        return value
    }

    mutating func integers(_ numbers: [Int]) -> Graph.ValueID { integers(numbers, shape: [numbers.count]) }

    /// A constant in the format of the activations; every number is rounded to it.
    mutating func reals(_ name: String, _ numbers: [Float], shape: [Int]) -> Graph.ValueID {
        let tensor = Tensor(element, shape, .float(numbers.map(rounded)))
        return add(.init(name: name, type: tensor.type, kind: .constant, data: tensor))
    }

    /// A constant number in the format of the activations.
    mutating func scalar(_ number: Double) -> Graph.ValueID {
        let value = rounded(Float(number))
        if let known = scalars[value] { return known }
        let constant = reals("scalar.\(graph.values.count)", [value], shape: [])
        scalars[value] = constant
        return constant
    }

    /// One node with one result in the format of the activations.
    mutating func node(
        _ name: String, _ operation: String, _ inputs: [Graph.ValueID], shape: [Int],
        attributes: [String: Attribute] = [:]
    ) -> Graph.ValueID {
        node(name, operation, inputs, types: [(name, .init(element, shape))], attributes: attributes)[0]
    }

    /// One node with results of any type.
    mutating func node(
        _ name: String, _ operation: String, _ inputs: [Graph.ValueID], types: [(name: String, type: TensorType)],
        attributes: [String: Attribute] = [:]
    ) -> [Graph.ValueID] {
        let outputs = types.map { add(.init(name: $0.name, type: $0.type, kind: .intermediate)) }
        graph.nodes.append(
            .init(
                name: name, operation: operation, version: Self.version, inputs: inputs, outputs: outputs,
                attributes: attributes))
        return outputs
    }

    /// The nearest number of the element format, ties to even.
    private func rounded(_ number: Float) -> Float {
        let fractionBits: Int
        let smallestExponent: Int
        switch element {
        case .bf16: (fractionBits, smallestExponent) = (7, -126)
        case .fp16: (fractionBits, smallestExponent) = (10, -14)
        default: return number
        }
        guard number.isFinite, number != 0 else { return number }
        let exponent = max(Int(number.exponent), smallestExponent)
        let step = Float(sign: .plus, exponent: exponent - fractionBits, significand: 1)
        return (number / step).rounded(.toNearestOrEven) * step
    }
}

// Operators that several parts of a model use.
extension GraphBuilder {
    mutating func reshape(_ name: String, _ value: Graph.ValueID, to shape: [Int]) -> Graph.ValueID {
        if self.shape(value) == shape { return value }
        let target = integers(shape)
        return node(name, "Reshape", [value, target], shape: shape)
    }

    mutating func transpose(_ name: String, _ value: Graph.ValueID, by permutation: [Int]) -> Graph.ValueID {
        let shape = shape(value)
        return node(
            name, "Transpose", [value], shape: permutation.map { shape[$0] }, attributes: ["perm": .ints(permutation)])
    }

    mutating func add(_ name: String, _ left: Graph.ValueID, _ right: Graph.ValueID) -> Graph.ValueID {
        node(name, "Add", [left, right], shape: shape(left))
    }

    mutating func multiply(_ name: String, _ left: Graph.ValueID, _ right: Graph.ValueID) -> Graph.ValueID {
        node(name, "Mul", [left, right], shape: shape(left))
    }

    /// `value · weight [+ bias]` over the last extent; the weight is `[width of value, columns]`. Parameters are
    /// named after the node unless `parameters` gives a name of their own.
    mutating func linear(
        _ name: String, _ value: Graph.ValueID, columns: Int, bias: Bool, parameters: String? = nil
    ) -> Graph.ValueID {
        let shape = shape(value)
        let owner = parameters ?? name
        let weight = parameter(owner + ".weight", [shape[shape.count - 1], columns])
        let product = node(name, "MatMul", [value, weight], shape: Array(shape.dropLast()) + [columns])
        if !bias { return product }
        let offset = parameter(owner + ".bias", [columns])
        return add(name + ".add_bias", product, offset)
    }

    /// Splits the last extent into parts of the given widths.
    mutating func split(_ name: String, _ value: Graph.ValueID, widths: [(name: String, width: Int)]) -> [Graph.ValueID] {
        let leading = Array(shape(value).dropLast())
        let sizes = integers(widths.map(\.width))
        return node(
            name, "Split", [value, sizes],
            types: widths.map { (name + "." + $0.name, TensorType(element, leading + [$0.width])) },
            attributes: ["axis": .int(-1)])
    }

    /// `cap · tanh(value / cap)`.
    mutating func softCap(_ name: String, _ value: Graph.ValueID, cap: Double) -> Graph.ValueID {
        let divisor = scalar(cap)
        let quotient = node(name + ".divide", "Div", [value, divisor], shape: shape(value))
        let tangent = node(name + ".tanh", "Tanh", [quotient], shape: shape(value))
        return multiply(name + ".multiply", tangent, divisor)
    }

    mutating func activation(
        _ name: String, _ value: Graph.ValueID, _ function: DecoderConfiguration.Activation
    ) -> Graph.ValueID {
        switch function {
        case .relu: return node(name, "Relu", [value], shape: shape(value))
        case .gelu: return node(name, "Gelu", [value], shape: shape(value), attributes: ["approximate": .string("none")])
        case .geluTanh:
            return node(name, "Gelu", [value], shape: shape(value), attributes: ["approximate": .string("tanh")])
        case .silu:
            let gate = node(name + ".sigmoid", "Sigmoid", [value], shape: shape(value))
            return multiply(name, value, gate)
        }
    }
}
