import OperatorGraph

/// Counts over a graph that need no lowering.
public enum GraphSummary {
    /// Elements of all trained parameters. A parameter that several nodes read counts once, one that no node reads
    /// (an expert without tokens) counts too; constants such as rotary tables and masks do not.
    public static func parameterCount(_ graph: Graph) -> Int {
        graph.values.reduce(0) { $0 + ($1.kind == .parameter ? $1.type.count : 0) }
    }

    /// Packed size of these parameters in bytes.
    public static func parameterBytes(_ graph: Graph) -> Int {
        graph.values.reduce(0) { $0 + ($1.kind == .parameter ? $1.type.bytes : 0) }
    }
}
