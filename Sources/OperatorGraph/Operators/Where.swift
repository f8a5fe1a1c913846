import NumberFormats

/// Where: elements of the second input where the condition holds, else of the third; all broadcast.
struct WhereOperator: OperatorDefinition {
    let name = "Where"
    let since = 9

    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?] {
        let condition = try context.type(0), a = try context.type(1), b = try context.type(2)
        guard condition.element == .bool, a.element == b.element else {
            throw context.error("takes bool and two tensors of one format, not \(condition.text), \(a.text), \(b.text)")
        }
        return [TensorType(a.element, try context.broadcastShape([condition.shape, a.shape, b.shape]))]
    }

    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?] {
        let condition = try context.tensor(0)
        let shape = try context.broadcastShape([condition.shape, context.shape(1), context.shape(2)])
        let choices = condition.broadcast(to: shape).boolValues
        let a = try context.tensor(1).broadcast(to: shape), b = try context.tensor(2).broadcast(to: shape)
        guard let storage = a.storage.merged(with: b.storage, Selection(choices: choices)) else {
            throw context.error("choices differ in format")
        }
        return [Tensor(a.element, shape, storage)]
    }

    private struct Selection: StorageMerge {
        let choices: [Bool]
        func apply<T>(_ first: [T], _ second: [T]) -> [T] {
            choices.indices.map { choices[$0] ? first[$0] : second[$0] }
        }
    }
}
