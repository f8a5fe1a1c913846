import GraphImport
import ONNXSchema
import OperatorGraph

/// Runs a case as a user's model goes: imported with all shapes inferred beforehand, simplified, then executed.
///
/// A case has as inputs what a model has as constants (the target of a Reshape, the axes of a ReduceSum), so
/// inputs of at most one dimension that hold integers or truth values become initializers. Operators whose
/// result shapes depend on any value (NonZero, Unique) get all inputs as initializers.
enum WholeImport {
    static func run(
        _ model: ONNXModelProto, file: String, inputs: [ONNXTensorProto], decoded: [Tensor]
    ) throws -> [Tensor] {
        let parameters = decoded.map { $0.shape.count <= 1 && !$0.element.isFloatingPoint || $0.shape.isEmpty }
        do {
            return try evaluate(model, file, inputs, decoded, isParameter: parameters)
        } catch is ImportError {
            return try evaluate(model, file, inputs, decoded, isParameter: decoded.map { _ in true })
        }
    }

    private static func evaluate(
        _ model: ONNXModelProto, _ file: String, _ inputs: [ONNXTensorProto], _ decoded: [Tensor], isParameter: [Bool]
    ) throws -> [Tensor] {
        var model = model
        var fed: [String: Tensor] = [:]
        for (index, input) in model.graph.input.enumerated() where index < inputs.count {
            if isParameter[index] {
                var tensor = inputs[index]
                tensor.name = input.name
                model.graph.initializer.append(tensor)
            } else {
                fed[input.name] = decoded[index]
            }
        }
        let graph = try ONNXImport.graph(model, file: file, options: ImportOptions(dimensions: sizes(model, fed)))
            .applying([ConstantFolding(), IdentityElimination(), DeadNodeElimination()])
        var values: [Graph.ValueID: Tensor] = [:]
        for input in graph.inputs { values[input] = fed[graph.values[input].name] }
        let results = try ReferenceExecutor.run(graph, inputs: values)
        return graph.outputs.compactMap { results[$0] }
    }

    /// Sizes of the symbolic dimensions, as the inputs have them.
    private static func sizes(_ model: ONNXModelProto, _ fed: [String: Tensor]) -> [String: Int] {
        var sizes: [String: Int] = [:]
        for input in model.graph.input {
            guard let tensor = fed[input.name] else { continue }
            for (axis, dimension) in input.type.tensorType.shape.dim.enumerated() where axis < tensor.shape.count {
                if case .dimValue? = dimension.value { continue }
                let name = dimension.dimParam.isEmpty ? "\(input.name).\(axis)" : dimension.dimParam
                sizes[name] = tensor.shape[axis]
            }
        }
        return sizes
    }
}
