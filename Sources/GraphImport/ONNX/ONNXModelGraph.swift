import ONNXSchema
import OperatorGraph

/// A model's operators with functions written out and names resolved, in topological order, before any shape is known.
package struct ONNXModelGraph {
    /// One tensor.
    package struct Value {
        package var name: String
        /// What the file declares, for inputs and outputs.
        package var declared: ONNXTypeProto?
        /// Known at this stage for initializers and constants.
        package var type: TensorType?
        package var kind: Graph.Value.Kind
        package var data: Tensor?

        package init(name: String, kind: Graph.Value.Kind, type: TensorType? = nil, data: Tensor? = nil) {
            self.name = name; self.kind = kind; self.type = type; self.data = data
        }
    }

    package var name: String
    /// Version of each operator set that the model imports; the default domain is "".
    package var operatorSets: [String: Int]
    package var values: [Value]
    package var nodes: [Graph.Node]
    package var inputs: [Int]
    package var outputs: [Int]
    /// What keeps the model from running: one error for each unsupported operator, at its first node.
    package var unsupported: [(summary: UnsupportedOperator, error: GraphError)]
}
