/// What the rest of Cyclewright asks about single operators.
public enum Operators {
    /// Element formats and shapes of a node's outputs, checked against the limits.
    ///
    /// - Parameters:
    ///   - inputs: types by input position, `nil` where an optional input is left out.
    ///   - constants: values by input position where they are known; may be shorter than `inputs`.
    /// - Returns: types by output position, as many as the node names outputs.
    public static func inferTypes(
        of node: Graph.Node, inputs: [TensorType?], constants: [Tensor?] = [], limits: GraphLimits = .standard
    ) throws(GraphError) -> [TensorType?] {
        let definition = try OperatorRegistry.definition(for: node)
        let context = OperatorContext(node: node, types: inputs, tensors: constants)
        return try inferTypes(context, definition, limits)
    }

    /// Values of a node's outputs.
    ///
    /// - Parameter inputs: values by input position, `nil` where an optional input is left out.
    /// - Returns: values by output position, as many as the node names outputs.
    public static func evaluate(
        _ node: Graph.Node, inputs: [Tensor?], limits: GraphLimits = .standard
    ) throws(GraphError) -> [Tensor?] {
        let definition = try OperatorRegistry.definition(for: node)
        for (index, tensor) in inputs.enumerated() {
            guard let tensor else { continue }
            guard tensor.storage.count == tensor.type.shape.checkedProduct, tensor.storage.holds(tensor.element) else {
                throw GraphError(node, "input \(index) does not hold the values that its type \(tensor.type.text) asks for")
            }
        }
        let context = OperatorContext(node: node, types: inputs.map { $0?.type }, tensors: inputs)
        _ = try inferTypes(context, definition, limits)
        var outputs = try definition.evaluate(context)
        if outputs.count > node.outputs.count { outputs.removeLast(outputs.count - node.outputs.count) }
        return outputs
    }

    /// Multiply–accumulates of one run of a node of a graph; 0 for operators without a contraction and for
    /// unsupported ones.
    public static func multiplyAccumulates(of node: Graph.Node, in graph: Graph) -> Int {
        guard let definition = try? OperatorRegistry.definition(for: node) else { return 0 }
        let context = OperatorContext(
            node: node, types: node.inputs.map { $0.map { graph.values[$0].type } },
            tensors: node.inputs.map { $0.flatMap { graph.values[$0].data } })
        return (try? definition.multiplyAccumulates(context)) ?? 0
    }

    private static func inferTypes(
        _ context: OperatorContext, _ definition: any OperatorDefinition, _ limits: GraphLimits
    ) throws(GraphError) -> [TensorType?] {
        for type in context.types {
            if let type, let objection = limits.objection(to: type) {
                throw context.error(objection, suggestion: "use smaller dimensions")
            }
        }
        var types = try definition.inferTypes(context)
        if types.count > context.node.outputs.count { types.removeLast(types.count - context.node.outputs.count) }
        for type in types {
            if let type, let objection = limits.objection(to: type) {
                throw context.error(objection, suggestion: "use smaller dimensions")
            }
        }
        return types
    }
}
