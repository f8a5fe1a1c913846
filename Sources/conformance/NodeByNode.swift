import GraphImport
import OperatorGraph

/// Runs a model on given inputs one node after the other: types are inferred with every earlier value known,
/// and what is computed must have the inferred types.
enum NodeByNode {
    static func run(_ graph: ONNXModelGraph, inputs: [Tensor]) throws(GraphError) -> [Tensor] {
        guard inputs.count == graph.inputs.count else {
            throw GraphError(message: "the case has \(inputs.count) inputs, the model \(graph.inputs.count)")
        }
        var values = graph.values.map { $0.data }
        for (input, tensor) in zip(graph.inputs, inputs) { values[input] = tensor }
        for node in graph.nodes {
            let operands = node.inputs.map { $0.flatMap { values[$0] } }
            let inferred = try Operators.inferTypes(
                of: node, inputs: operands.map { $0?.type }, constants: operands)
            let results = try Operators.evaluate(node, inputs: operands)
            for (position, output) in node.outputs.enumerated() {
                guard let output else { continue }
                guard position < results.count, let result = results[position] else {
                    throw GraphError(node, "output \(position) was not computed")
                }
                guard position < inferred.count, let type = inferred[position], type == result.type else {
                    let type = position < inferred.count ? inferred[position] : nil
                    throw GraphError(
                        node, "output \(position) is \(result.type.text), inferred was \(type?.text ?? "nothing")")
                }
                values[output] = result
            }
        }
        var outputs: [Tensor] = []
        for output in graph.outputs {
            guard let tensor = values[output] else {
                throw GraphError(message: "output \"\(graph.values[output].name)\" was not computed")
            }
            outputs.append(tensor)
        }
        return outputs
    }
}
