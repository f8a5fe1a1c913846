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
    /// What off-chip memory with banks makes of its peak, for a mapper's times; `nil` leaves it at the peak.
    public var memorySpeed: DRAMSpeed?
    /// What a mapping file says; where it says nothing the mapper decides.
    public var mapping: WorkloadMapping?
    public init(
        mapper: any MatmulMapper = HeuristicMatmulMapper(), rollsLayers: Bool = true, tilesWeights: Bool = true, mapping: WorkloadMapping? = nil,
        memorySpeed: DRAMSpeed? = nil
    ) {
        self.mapper = mapper
        self.mapping = mapping
        self.memorySpeed = memorySpeed
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
    /// Products by core, in the order in which they run, and how each is mapped.
    public var products: [MappedProduct]
    /// Names of operators in the order in which they run; those without a name of their own are left out.
    public var operatorOrder: [String]
    /// Of vector operators that go through blocks, in the order in which they run: what the core with most of one does.
    public var vectorWork: [VectorWork]
    /// Results that may stay on chip, in the order in which they are made, and where they are.
    public var tensors: [PlacedTensor]
    /// What operators have to do with those results, in the order in which they run.
    public var steps: [LoweredStep]
    public var buffers: BufferRoom
    /// Of operators that more than one kind of unit can run.
    public var units: [ChosenUnit]
    /// Of operators that do not run on all cores, or are not divided by the rule.
    public var cores: [AssignedCores]
    /// Bytes of the memory in which results may stay; `nil` where none may.
    public var residentCapacity: Int?
    /// Operators that run by blocks, and what is never whole for it.
    public var fusion: [FusionSummary] = []
}

extension LoweredWorkload {
    /// The mapping that the program follows, as a file.
    ///
    /// - Parameter workload: the graph that was lowered.
    public func mapping(of workload: Graph, on architecture: Architecture) -> WorkloadMapping {
        var mapping = WorkloadMapping(architecture: architecture.name, workload: graph.name, checks: MappingChecks(architecture, workload), tensors: tensors)
        mapping.order = operatorOrder.map { OrderedOperator(name: $0) }
        mapping.buffers = buffers
        mapping.units = units
        mapping.cores = cores
        // Cores share a mapping: that of the first one.
        var seen: Set<Int> = []
        for product in products where seen.insert(product.operatorIndex).inserted {
            mapping.operators.append(MappedOperator(name: product.request.operatorName, product: product.whole, mapping: product.mapping))
        }
        mapping.fusion = fusion.map(\.operators)
        mapping.joinBlocks(products)
        return mapping
    }
}

/// From a workload and an architecture to a program.
public enum Lowering {
    /// - Throws: `LoweringError` when the machine lacks a unit or a path that an operator needs, or a tile does not fit.
    public static func lower(
        _ graph: Graph, to architecture: Architecture, options: LoweringOptions = LoweringOptions()
    ) throws(LoweringError) -> LoweredWorkload {
        let prepared = try WorkloadPreparation.prepare(graph, for: architecture)
        let fused = try GivenFusion.apply(options.mapping, to: prepared.graph)
        var lowerer = try Lowerer(fused, from: graph, architecture, options)
        try lowerer.lower()
        var assembly = lowerer.builder.assembly(rolls: options.rollsLayers)
        if options.rollsLayers, lowerer.isDeep, assembly.rolledOperators < lowerer.builder.operators.count / 2 {
            // Buffers that go round and round may keep equal layers from having equal programs.
            var aligned = try Lowerer(fused, from: graph, architecture, options, alignsLayers: true)
            try aligned.lower()
            let other = aligned.builder.assembly(rolls: true)
            if other.rolledOperators > assembly.rolledOperators { (lowerer, assembly) = (aligned, other) }
        }
        let program = assembly.program(name: graph.name, architecture: architecture.name, tensors: lowerer.placements)
        return LoweredWorkload(
            program: program, graph: fused.graph, notes: prepared.notes, keepsValues: prepared.keepsValues, products: lowerer.products,
            operatorOrder: lowerer.operatorOrder, vectorWork: lowerer.vectorWork, tensors: lowerer.placedTensors, steps: lowerer.steps, buffers: lowerer.buffers, units: lowerer.units, cores: lowerer.assignedCores,
            residentCapacity: lowerer.residentCapacity, fusion: fused.summaries)
    }
}
