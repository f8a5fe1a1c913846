import GraphImport
import ONNXSchema
import OperatorGraph

/// Why a case is out of scope: it needs values or a kind of execution that an accelerator's workload does not
/// have. Operators that are merely missing are reported by name, elsewhere.
enum SkipReason {
    static func of(_ model: ONNXModelProto) -> String? {
        let graph = model.graph
        if let version = model.opsetImport.first(where: { $0.domain.isEmpty })?.version,
            version < OperatorRegistry.oldestVersion
        {
            return "opsets older than \(OperatorRegistry.oldestVersion)"
        }
        for node in graph.node {
            if let reason = of(node) { return reason }
        }
        for value in graph.input + graph.output {
            if let reason = of(value.type) { return reason }
        }
        return nil
    }

    /// "Name" for the default domain, "domain.Name" for others.
    static func name(_ summary: UnsupportedOperator) -> String {
        let name = summary.domain.isEmpty ? summary.operation : "\(summary.domain).\(summary.operation)"
        let isKnownElsewhere = OperatorRegistry.supported.contains { $0.name == summary.operation && $0.domain == summary.domain }
        return isKnownElsewhere ? "\(name) (opset \(summary.version))" : name
    }

    private static let sequences: Set<String> = [
        "SequenceEmpty", "SequenceConstruct", "SequenceInsert", "SequenceErase", "SequenceAt", "SequenceLength",
        "SplitToSequence", "ConcatFromSequence", "Optional", "OptionalGetElement", "OptionalHasElement",
    ]
    private static let controlFlow: Set<String> = ["If", "Loop", "Scan", "SequenceMap"]
    private static let random: Set<String> = [
        "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli",
    ]
    private static let texts: Set<String> = ["StringConcat", "StringNormalizer", "StringSplit", "RegexFullMatch"]

    private static func of(_ node: ONNXNodeProto) -> String? {
        if node.domain == "ai.onnx.preview.training" { return "training" }
        guard node.domain.isEmpty || node.domain == "ai.onnx" else { return nil }
        if controlFlow.contains(node.opType) { return "control flow (If, Loop, Scan, SequenceMap)" }
        if sequences.contains(node.opType) { return "sequence, optional or map values" }
        if random.contains(node.opType) { return "random operators" }
        if texts.contains(node.opType) { return "text" }
        return nil
    }

    private static func of(_ type: ONNXTypeProto) -> String? {
        guard case .tensorType(let tensor)? = type.value else { return "sequence, optional or map values" }
        if tensor.elemType == ONNXElementType.text { return "text" }
        if ONNXElementType.element(tensor.elemType) == nil {
            return "element type \(ONNXElementType.name(tensor.elemType))"
        }
        return nil
    }
}
