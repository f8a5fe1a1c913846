import OperatorGraph
import Programs

/// Which scalar operations of a vector unit an operator takes for each element, and over which elements they run.
enum OperationCosts {
    typealias Step = Program.Function.Step

    /// Operators that work on each element for itself, with broadcasting.
    static let pointwise: [String: [Step]] = {
        let add = [Step("add")]
        let multiply = [Step("multiply")]
        let tanh = [Step("tanh")]
        var table: [String: [Step]] = [:]
        for name in [
            "Add", "Sub", "Neg", "Abs", "Relu", "Max", "Min", "And", "Or", "Not", "Xor", "Where", "Equal", "Less", "LessOrEqual",
            "Greater", "GreaterOrEqual", "Sign", "IsNaN", "IsInf", "Sum", "BitwiseAnd", "BitwiseOr", "BitwiseNot",
        ] { table[name] = add }
        for name in ["Floor", "Ceil", "Round", "Cast", "CastLike"] { table[name] = [Step("convert")] }
        for name in ["Sigmoid", "Tanh", "Erf"] { table[name] = tanh }
        for name in ["Exp", "Sin", "Cos"] { table[name] = [Step("exponential")] }
        table["Mul"] = multiply
        table["Div"] = [Step("divide")]
        table["Reciprocal"] = [Step("divide")]
        table["Mod"] = [Step("divide"), Step("multiply"), Step("add")]
        table["Log"] = [Step("logarithm")]
        table["Sqrt"] = [Step("rsqrt")]
        table["Pow"] = [Step("logarithm"), Step("multiply"), Step("exponential")]
        table["Clip"] = [Step("add", repeats: 2)]
        table["LeakyRelu"] = multiply + add
        table["PRelu"] = multiply + add
        table["HardSigmoid"] = multiply + [Step("add", repeats: 2)]
        table["HardSwish"] = [Step("add", repeats: 2), Step("multiply", repeats: 2)]
        table["Swish"] = tanh + multiply
        table["Gelu"] = multiply + tanh + add + multiply
        table["Elu"] = [Step("exponential")] + multiply + add
        table["Selu"] = [Step("exponential")] + multiply + add
        table["Celu"] = [Step("exponential")] + multiply + add
        table["Softplus"] = [Step("exponential"), Step("logarithm")]
        table["Softsign"] = add + [Step("divide")]
        table["Mish"] = [Step("exponential"), Step("logarithm"), Step("tanh"), Step("multiply")]
        table["QuantizeLinear"] = multiply + [Step("convert")]
        table["DequantizeLinear"] = [Step("convert")] + multiply
        table["Identity"] = [Step("move")]
        return table
    }()

    /// Operators that need whole rows along some axes but leave the shape as it is.
    static let rowwise: [String: [Step]] = [
        "Softmax": [Step("add", repeats: 2), Step("exponential"), Step("add"), Step("divide")],
        "LogSoftmax": [Step("add", repeats: 2), Step("exponential"), Step("add"), Step("logarithm"), Step("add")],
        // Mean, centring, variance, scaling by 1/σ, scale and bias; the one reciprocal root of a row is in the latency.
        "LayerNormalization": [
            Step("add", repeats: 2), Step("multiply"), Step("add"), Step("rsqrt", repeats: 0), Step("multiply", repeats: 2), Step("add"),
        ],
        "RMSNormalization": [Step("multiply"), Step("add"), Step("rsqrt", repeats: 0), Step("multiply", repeats: 2)],
        "LpNormalization": [Step("multiply"), Step("add"), Step("divide")],
        "CumSum": [Step("add")],
    ]

    /// Reductions: the operations run over the elements of the input.
    static let reductions: [String: [Step]] = [
        "ReduceSum": [Step("add")], "ReduceMean": [Step("add")], "ReduceMax": [Step("add")], "ReduceMin": [Step("add")],
        "ReduceProd": [Step("multiply")], "ReduceL1": [Step("add", repeats: 2)], "ReduceL2": [Step("multiply"), Step("add")],
        "ReduceSumSquare": [Step("multiply"), Step("add")], "ReduceLogSumExp": [Step("exponential"), Step("add")],
        "ArgMax": [Step("add")], "ArgMin": [Step("add")],
    ]

    /// Price of a pointwise node; a power with a constant exponent of 2 or ½ is a product or a root.
    static func pointwiseSteps(_ node: Graph.Node, in graph: Graph) -> [Step]? {
        if node.operation == "Pow", node.inputs.count > 1, let exponent = node.inputs[1],
            let value = graph.values[exponent].data?.doubleValues.first, graph.values[exponent].type.count == 1
        {
            if value == 2 { return [Step("multiply")] }
            if value == 3 { return [Step("multiply", repeats: 2)] }
            if value == 0.5 || value == -0.5 { return [Step("rsqrt")] }
        }
        return pointwise[node.operation]
    }
}
