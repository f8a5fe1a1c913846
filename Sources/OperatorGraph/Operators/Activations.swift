import Foundation
import NumberFormats

/// Activation functions of one input; alpha, beta, … are attributes.
extension OperatorRegistry {
    static let activations: [any OperatorDefinition] = [
        RealFunctionOperator("Sigmoid", since: 6) { x, _ in sigmoid(x) },
        RealFunctionOperator("HardSigmoid", since: 6, parameters: [("alpha", 0.2), ("beta", 0.5)]) { x, p in
            max(0, min(1, p[0] * x + p[1]))
        },
        RealFunctionOperator("HardSwish", since: 14) { x, _ in x * max(0, min(1, x / 6 + 0.5)) },
        RealFunctionOperator("LeakyRelu", since: 6, parameters: [("alpha", 0.01)]) { x, p in x < 0 ? p[0] * x : x },
        RealFunctionOperator("Elu", since: 6, parameters: [("alpha", 1)]) { x, p in x < 0 ? p[0] * expm1(x) : x },
        RealFunctionOperator("Selu", since: 6, parameters: [("alpha", 1.67326319), ("gamma", 1.05070102)]) { x, p in
            x > 0 ? p[1] * x : p[1] * p[0] * expm1(x)
        },
        RealFunctionOperator("Celu", since: 12, parameters: [("alpha", 1)]) { x, p in
            max(0, x) + min(0, p[0] * expm1(x / p[0]))
        },
        RealFunctionOperator("ThresholdedRelu", since: 10, parameters: [("alpha", 1)]) { x, p in x > p[0] ? x : 0 },
        RealFunctionOperator("Softplus", since: 1) { x, _ in softplus(x) },
        RealFunctionOperator("Softsign", since: 1) { x, _ in x / (1 + abs(x)) },
        RealFunctionOperator("Mish", since: 18) { x, _ in x * tanh(softplus(x)) },
        RealFunctionOperator("Swish", since: 24, parameters: [("alpha", 1)]) { x, p in x * sigmoid(p[0] * x) },
        GeluOperator(),
        ShrinkOperator(),
        ParametricReluOperator(),
        ClipOperator(),
        SwiGLUOperator(),
    ]
}

func sigmoid(_ x: Double) -> Double { x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }

/// ln(1 + eˣ) without overflow.
func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

/// Gelu: x·Φ(x), exact with erf or with the tanh approximation.
struct GeluOperator: OperatorDefinition {
    let name = "Gelu"
    let since = 20

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] { [try context.type(0)] }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        switch try context.string("approximate", "none") {
        case "none": return [try context.tensor(0).mapReals { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) }]
        case "tanh":
            let factor = (2 / Double.pi).squareRoot()
            return [try context.tensor(0).mapReals { 0.5 * $0 * (1 + tanh(factor * ($0 + 0.044715 * $0 * $0 * $0))) }]
        case let other: throw context.error("approximate \"\(other)\" is not known", suggestion: "use none or tanh")
        }
    }
}

/// Shrink: values near zero become zero, others move towards it by `bias`.
struct ShrinkOperator: OperatorDefinition {
    let name = "Shrink"
    let since = 9

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] { [try context.type(0)] }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let bias = Double(try context.float("bias", 0)), lambda = Double(try context.float("lambd", 0.5))
        let input = try context.tensor(0)
        return [
            Tensor(input.element, input.shape, doubles: input.doubleValues.map { x in
                x < -lambda ? x + bias : x > lambda ? x - bias : 0
            })
        ]
    }
}

/// PRelu: a slope for negative values, broadcast one way to the input.
struct ParametricReluOperator: OperatorDefinition {
    let name = "PRelu"
    let since = 7

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.type(0)
        guard try context.broadcastShape([type.shape, context.shape(1)]) == type.shape else {
            throw context.error("slope \(try context.shape(1)) does not broadcast to \(type.shape)")
        }
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let input = try context.tensor(0), slope = try context.tensor(1)
        if input.element.isFloatingPoint && input.element != .fp64 {
            let values = broadcastMap(input.floatValues, input.shape, slope.floatValues, slope.shape, input.shape) {
                $0 < 0 ? $0 * $1 : $0
            }
            return [Tensor(input.element, input.shape, floats: values)]
        }
        let values = broadcastMap(input.doubleValues, input.shape, slope.doubleValues, slope.shape, input.shape) {
            $0 < 0 ? $0 * $1 : $0
        }
        return [Tensor(input.element, input.shape, doubles: values)]
    }
}

/// SwiGLU: swish(a, alpha) · b of two tensors of one shape.
struct SwiGLUOperator: OperatorDefinition {
    let name = "SwiGLU"
    let since = 28

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.type(0)
        guard try context.type(1) == type else {
            throw context.error("inputs are \(type.text) and \(try context.type(1).text)", suggestion: "give both one type")
        }
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let alpha = Double(try context.float("alpha", 1))
        let gate = try context.tensor(0), value = try context.tensor(1)
        // The definition composes Swish and Mul, each of which rounds.
        let swish = gate.mapReals { $0 * sigmoid(alpha * $0) }
        return [combined(MultiplyFunction.self, swish, value, gate.shape)]
    }
}
