import NumberFormats

/// Mean of one or more tensors with broadcasting.
struct MeanOperator: OperatorDefinition {
    let name = "Mean"
    let since = 6

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let types = try ArithmeticOperator("Mean", since: 6, isVariadic: true, AddFunction.self).inferTypes(context)
        guard try context.type(0).element.isFloatingPoint else { throw context.error("takes floating-point numbers") }
        return types
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let sum = try ArithmeticOperator("Mean", since: 6, isVariadic: true, AddFunction.self).evaluate(context)
        let count = Double(context.tensors.count)
        return [sum[0]?.mapReals { $0 / count }]
    }
}
