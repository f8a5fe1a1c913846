import Foundation
import NumberFormats

/// An operator that applies a real function to every element of a floating-point tensor.
///
/// The function is evaluated in binary64 and its result rounded once to the element format.
struct RealFunctionOperator: OperatorDefinition {
    let name: String
    let since: Int
    let until: Int?
    /// Attributes with their standard values, handed to the function in this order.
    let parameters: [(name: String, standard: Float)]
    let function: @Sendable (Double, [Double]) -> Double

    init(
        _ name: String, since: Int, until: Int? = nil, parameters: [(name: String, standard: Float)] = [],
        _ function: @escaping @Sendable (Double, [Double]) -> Double
    ) {
        self.name = name; self.since = since; self.until = until
        self.parameters = parameters; self.function = function
    }

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let type = try context.type(0)
        guard type.element.isFloatingPoint else {
            throw context.error("takes floating-point numbers, the input is \(type.element.rawValue)")
        }
        return [type]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        var values: [Double] = []
        for parameter in parameters { values.append(Double(try context.float(parameter.name, parameter.standard))) }
        let parameters = values
        return [try context.tensor(0).mapReals { function($0, parameters) }]
    }
}

extension Tensor {
    /// A real function of every element, rounded to the element format.
    func mapReals(_ function: (Double) -> Double) -> Tensor {
        if case .double(let values) = storage { return Tensor(element, shape, .double(values.map(function))) }
        return Tensor(element, shape, floats: floatValues.map { Float(function(Double($0))) })
    }
}

extension OperatorRegistry {
    static let realFunctions: [any OperatorDefinition] = [
        RealFunctionOperator("Exp", since: 6) { x, _ in exp(x) },
        RealFunctionOperator("Log", since: 6) { x, _ in log(x) },
        RealFunctionOperator("Sqrt", since: 6) { x, _ in x.squareRoot() },
        RealFunctionOperator("Reciprocal", since: 6) { x, _ in 1 / x },
        RealFunctionOperator("Erf", since: 9) { x, _ in erf(x) },
        RealFunctionOperator("Ceil", since: 6) { x, _ in x.rounded(.up) },
        RealFunctionOperator("Floor", since: 6) { x, _ in x.rounded(.down) },
        RealFunctionOperator("Round", since: 11) { x, _ in x.rounded(.toNearestOrEven) },
        RealFunctionOperator("Sin", since: 7) { x, _ in sin(x) },
        RealFunctionOperator("Cos", since: 7) { x, _ in cos(x) },
        RealFunctionOperator("Tan", since: 7) { x, _ in tan(x) },
        RealFunctionOperator("Asin", since: 7) { x, _ in asin(x) },
        RealFunctionOperator("Acos", since: 7) { x, _ in acos(x) },
        RealFunctionOperator("Atan", since: 7) { x, _ in atan(x) },
        RealFunctionOperator("Sinh", since: 9) { x, _ in sinh(x) },
        RealFunctionOperator("Cosh", since: 9) { x, _ in cosh(x) },
        RealFunctionOperator("Asinh", since: 9) { x, _ in asinh(x) },
        RealFunctionOperator("Acosh", since: 9) { x, _ in acosh(x) },
        RealFunctionOperator("Atanh", since: 9) { x, _ in atanh(x) },
        RealFunctionOperator("Tanh", since: 6) { x, _ in tanh(x) },
    ]
}
