import Architecture
import Mapping
import OperatorGraph
import Programs

/// How a workload is lowered.
public struct LoweringOptions: Sendable {
    /// Chooses tile sizes and loop orders of products.
    public var mapper: any MatmulMapper
    /// Operators that repeat, as the layers of a network do, become loops; otherwise each is written out.
    public var rollsLayers: Bool
    /// Weights that one product reads by tiles lie in DRAM tile after tile, in the order in which they are read; otherwise row
    /// after row.
    public var tilesWeights: Bool
    public init(mapper: any MatmulMapper = HeuristicMatmulMapper(), rollsLayers: Bool = true, tilesWeights: Bool = true) {
        self.mapper = mapper
        self.rollsLayers = rollsLayers
        self.tilesWeights = tilesWeights
    }
}

/// A program and the graph that it computes.
public struct LoweredWorkload: Sendable {
    public var program: Program
    /// The graph after preparation; its value numbers are those of `program.tensors`.
    public var graph: Graph
    /// What a user should know about the whole: changed formats, assumptions.
    public var notes: [String]
    /// False when formats were changed so that values would mean nothing.
    public var keepsValues: Bool
}

/// From a workload and an architecture to a program.
public enum Lowering {
    /// - Throws: `LoweringError` when the machine lacks a unit or a path that an operator needs, or a tile does not fit.
    public static func lower(
        _ graph: Graph, to architecture: Architecture, options: LoweringOptions = LoweringOptions()
    ) throws(LoweringError) -> LoweredWorkload {
        let prepared = try WorkloadPreparation.prepare(graph, for: architecture)
        var lowerer = try Lowerer(prepared.graph, architecture, options)
        try lowerer.lower()
        var assembly = lowerer.builder.assembly(rolls: options.rollsLayers)
        if options.rollsLayers, lowerer.isDeep, assembly.rolledOperators < lowerer.builder.operators.count / 2 {
            // Buffers that go round and round may keep equal layers from having equal programs.
            var aligned = try Lowerer(prepared.graph, architecture, options, alignsLayers: true)
            try aligned.lower()
            let other = aligned.builder.assembly(rolls: true)
            if other.rolledOperators > assembly.rolledOperators { (lowerer, assembly) = (aligned, other) }
        }
        let program = assembly.program(name: graph.name, architecture: architecture.name, tensors: lowerer.placements)
        return LoweredWorkload(
            program: program, graph: prepared.graph, notes: prepared.notes, keepsValues: prepared.keepsValues)
    }
}
