import Mapping
import OperatorGraph
import Programs

/// A graph in which operators that are fused were replaced by their blocks.
struct FusedGraph {
    var graph: Graph
    /// Results of blocks, which lie in place in the result of all of them.
    var parts: [Graph.ValueID: FusedPart] = [:]
    /// Views of operands that blocks read.
    var slices: Set<Graph.ValueID> = []
    /// Names of nodes that are blocks, without the block's number.
    var bases: Set<String> = []
    /// What the largest block keeps on chip, or two of them that overlap, by the result of all blocks.
    var blockBytes: [Graph.ValueID: Int] = [:]
    /// What was fused, and what it takes.
    var summaries: [FusionSummary] = []

    init(_ graph: Graph) { self.graph = graph }

    /// Whether a group is a block's operator, or a view for one: those follow from what is said of the whole.
    func isBlock(_ group: OperatorGroup) -> Bool { slices.contains(group.output) || group.nodes.contains { base(of: $0.name) != nil } }

    /// A function of a block makes a part of the whole, under whose name it is known.
    func naming(_ function: Program.Function) -> Program.Function {
        guard let part = function.outputs.first, let whole = parts[part]?.whole else { return function }
        var function = function
        function.outputs = [whole]
        for index in function.nodes.indices { function.nodes[index].outputs = function.nodes[index].outputs.map { $0 == part ? whole : $0 } }
        return function
    }

    /// The operator whose block a node is.
    func base(of name: String) -> String? { BlockName.base(of: name).flatMap { bases.contains($0) ? $0 : nil } }
}

/// Where a block's result lies in the whole.
struct FusedPart {
    var whole: Graph.ValueID
    var dimension: Int
    var range: Range<Int>
}

/// What a group of fused operators keeps from being whole anywhere.
public struct FusionSummary: Sendable, Equatable {
    public var operators: FusedOperators
    /// Tensors that only exist by blocks, and bytes of them as a whole, and of the blocks that are largest.
    public var intermediates: [String]
    public var bytes: Int
    public var blockBytes: Int
}
