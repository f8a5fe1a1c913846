import NumberFormats
import OperatorGraph

/// Finds every tensor's type in topological order and computes on the way what depends on constants alone.
///
/// Shapes in ONNX are data: a `Reshape` takes its target from a chain of `Shape`, `Gather` and `Concat`.
/// Small values are therefore computed wherever they are known. Nodes of which all inputs are constants are
/// replaced by their results; those that depend on trained weights stay, because they belong to the workload.
struct ONNXTypeInference {
    let file: String
    private(set) var values: [ONNXModelGraph.Value]
    /// Values known at import, by value.
    private var known: [Tensor?]
    /// True where a value is the same for every run and every set of weights.
    private var isConstant: [Bool]
    /// Nodes that remain, in order.
    private(set) var nodes: [Graph.Node] = []
    /// Elements that folding may still touch: bounds time and memory whatever the model says.
    private var budget = 1 << 25

    /// Most elements of a value that is computed from weights for the sake of shapes.
    private static let mostShapeElements = 4096
    /// Most elements of a constant that replaces a node.
    private static let mostConstantElements = 1 << 22
    /// Most multiply–accumulates of a node that is computed at import.
    private static let mostMultiplyAccumulates = 1 << 22

    private static let random: Set<String> = [
        "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli",
    ]

    /// These say in which format a tensor is kept and therefore stay, even on constants.
    private static let formats: Set<String> = ["QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"]

    init(file: String, values: [ONNXModelGraph.Value]) {
        self.file = file
        self.values = values
        known = values.map(\.data)
        isConstant = values.map { $0.kind == .constant && $0.data != nil }
    }

    mutating func run(_ graph: [Graph.Node]) throws(ImportError) {
        for node in graph { try infer(node) }
    }

    private mutating func infer(_ node: Graph.Node) throws(ImportError) {
        var types: [TensorType?] = []
        var tensors: [Tensor?] = []
        for input in node.inputs {
            types.append(input.flatMap { values[$0].type })
            tensors.append(input.flatMap { known[$0] })
        }
        let outputs: [TensorType?]
        do throws(GraphError) {
            if let tensor = try Self.shapeValue(node, types.first ?? nil), let output = node.outputs.first ?? nil {
                set(output, tensor.type)
                fold(output, tensor)
                return
            }
            outputs = try Operators.inferTypes(of: node, inputs: types, constants: tensors)
            for (position, output) in node.outputs.enumerated() {
                guard let output else { continue }
                guard position < outputs.count, let type = outputs[position] else {
                    throw GraphError(node, "the operator has no output \(position)")
                }
                set(output, type)
            }
        } catch {
            throw ONNXImport.error(error, node: node, file: file)
        }
        let results = computed(node, inputs: tensors, types: types, outputs: outputs)
        let isFolded = !Self.formats.contains(node.operation) && node.inputs.allSatisfy { $0.map { isConstant[$0] } ?? true }
        if let results, isFolded {
            for (output, tensor) in zip(node.outputs, results) {
                if let output, let tensor { fold(output, tensor) }
            }
        } else {
            if let results {
                for (output, tensor) in zip(node.outputs, results) {
                    if let output { known[output] = tensor }
                }
            }
            nodes.append(node)
        }
    }

    private mutating func set(_ value: Int, _ type: TensorType) { values[value].type = type }

    private mutating func fold(_ value: Int, _ tensor: Tensor) {
        known[value] = tensor
        isConstant[value] = true
        values[value].kind = .constant
        values[value].data = tensor
    }

    /// The outputs' values where all inputs are known and the work is small; `nil` otherwise.
    private mutating func computed(
        _ node: Graph.Node, inputs: [Tensor?], types: [TensorType?], outputs: [TensorType?]
    ) -> [Tensor?]? {
        for (type, tensor) in zip(types, inputs) where type != nil && tensor == nil { return nil }
        guard !Self.random.contains(node.operation) else { return nil }
        let isPure = node.inputs.allSatisfy { $0.map { isConstant[$0] } ?? true }
        let limit = isPure ? Self.mostConstantElements : Self.mostShapeElements
        var elements = 1
        for type in types + outputs {
            guard let type else { continue }
            if type.count > limit { return nil }
            elements += type.count
        }
        guard elements <= budget else { return nil }
        do throws(GraphError) {
            let context = OperatorContext(node: node, types: types, tensors: inputs)
            let work = try OperatorRegistry.definition(for: node).multiplyAccumulates(context)
            if work > Self.mostMultiplyAccumulates { return nil }
            let results = try Operators.evaluate(node, inputs: inputs)
            budget -= elements + work / 64
            // A result of another type than the inferred one would be a fault of the operator's definition.
            for (result, type) in zip(results, outputs) where result != nil && result?.type != type { return nil }
            let isComplete = node.outputs.indices.allSatisfy {
                node.outputs[$0] == nil || ($0 < results.count && results[$0] != nil)
            }
            return isComplete ? results : nil
        } catch {
            // Bad values (an index outside of its tensor) are reported when the graph runs.
            return nil
        }
    }

    /// What `Shape` and `Size` give: it depends on the type of their input only.
    private static func shapeValue(_ node: Graph.Node, _ type: TensorType?) throws(GraphError) -> Tensor? {
        guard node.domain.isEmpty, node.operation == "Shape" || node.operation == "Size", let type else { return nil }
        let context = OperatorContext(node: node, types: [type], tensors: [nil])
        return try OperatorRegistry.definition(for: node).evaluate(context).first ?? nil
    }
}
