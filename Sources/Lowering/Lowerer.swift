import Architecture
import Mapping
import NumberFormats
import OperatorGraph
import Programs

/// Walks a workload's operator groups and writes the program for each.
struct Lowerer {
    let graph: Graph
    /// Operators of it that are blocks of fused ones.
    let fused: FusedGraph
    /// The workload before its formats were changed, by which a mapping file knows it.
    let original: Graph
    /// What a mapping file says.
    let mapping: WorkloadMapping?
    let architecture: Architecture
    let instances: MachineInstances
    let cores: [CoreUnits]
    /// Those that run the current group, and what a product is divided by among them.
    var active: [CoreUnits] = []
    var division: AssignedCores.Division?
    var given: GivenCores
    let mapper: any MatmulMapper
    let memorySpeed: DRAMSpeed?
    /// Whether weights lie off chip in tiles.
    let tilesWeights: Bool
    var builder: ProgramBuilder
    var locations: [Graph.ValueID: TensorLocation] = [:]
    var placements: [Program.Placement] = []
    /// Products in the order in which they were lowered, and results with a choice of place: whether they stay on chip.
    var products: [MappedProduct] = []
    var choices: [Graph.ValueID: PlacedTensor.Place] = [:]
    var zones: [String: BufferZone] = [:]
    /// What each step has to do with them, and whose memory a view uses.
    var steps: [LoweredStep] = []
    var owners: [Graph.ValueID: Graph.ValueID] = [:]
    /// Tiles that all blocks of an operator read, by tensor.
    var sharedWeights: [Graph.ValueID: WeightTiles] = [:]
    /// The step that makes a value.
    var makers: [Graph.ValueID: Int] = [:]
    /// Of vector operators: what the core with most of one does.
    var vectorWork: [VectorWork] = []
    /// Of operators that either kind of unit can run.
    var units: [ChosenUnit] = []
    var residents: ResidentZone?
    /// Off chip, what comes with the workload and its results.
    var offChipTensors = OffChipTensors()
    /// Weights in flash, and their addresses there.
    var inFlash: Set<Graph.ValueID> = []
    var flashTensors = OffChipTensors()
    /// Behind that: where results live that no operator needs for long.
    var offChipZone: ResidentZone
    /// Values there that nobody reads any more, whose places are not given back yet.
    var retired: [Graph.ValueID] = []
    /// Results that stay after the run.
    var lasting: Set<Graph.ValueID> = []
    /// Index of the last group that reads a value, or one of its views.
    var lastUse: [Graph.ValueID: Int] = [:]
    /// The value whose memory a view uses.
    var root: [Graph.ValueID: Graph.ValueID] = [:]
    /// Values that must lie off chip because of who reads them.
    var offChip: Set<Graph.ValueID> = []
    let groups: [OperatorGroup]
    /// Groups at which buffers are taken from their zone's beginning again.
    private let layerStarts: Set<Int>
    private var index = 0

    /// - Parameter alignsLayers: whether each layer of a deep network takes its buffers from the same place on, so that the layers'
    ///   programs differ in nothing but the addresses of their tensors.
    init(
        _ fused: FusedGraph, from original: Graph, _ architecture: Architecture, _ options: LoweringOptions, alignsLayers: Bool = false
    ) throws(LoweringError) {
        let graph = fused.graph
        self.graph = graph
        self.fused = fused
        self.original = original
        mapping = options.mapping
        self.architecture = architecture
        mapper = options.mapper
        memorySpeed = options.memorySpeed
        tilesWeights = options.tilesWeights
        instances = MachineInstances(of: architecture)
        cores = try CoreUnits.all(of: architecture, instances)
        builder = ProgramBuilder(cores: cores.count)
        groups = try Self.ordered(OperatorGrouping(graph).groups, graph, original, options.mapping)
        given = try Self.assigned(groups, graph, original, options.mapping, cores: cores.count, machine: architecture.name)
        active = cores
        layerStarts = alignsLayers ? Repetition.starts(in: groups.map { $0.form(in: graph) }, least: Self.deep) : []
        offChipZone = ResidentZone(memory: cores[0].dram.name, base: 0, size: 0)
        makeZones()
        findLiveness()
        try checkMapping()
    }

    /// Names of operators in the order in which they run.
    var operatorOrder: [String] { GivenOrder.names(of: groups.filter { !fused.isBlock($0) }, graph) }

    /// Operators that do not run on all cores by the rule.
    var assignedCores: [AssignedCores] { given.assigned(groups, graph) }

    var buffers: BufferRoom { mapping?.buffers ?? .apart }

    /// Bytes of the memory in which results may stay, with the part that buffers take of it.
    var residentCapacity: Int? {
        residents.flatMap { instances.memory(named: $0.memory)?.description.capacity.count }.map { $0 / 64 * 64 }
    }

    /// Names of the operators that are products.
    var productNames: [String] {
        groups.compactMap { group in group.kind == .matmul ? group.nodes.first { OperatorGrouping.matmuls.contains($0.operation) }?.name : nil }
    }

    /// Names of those that the vector unit can run as well.
    var eitherUnitNames: [String] {
        groups.compactMap { group in group.kind == .matmul ? group.nodes.first { OperatorGrouping.matmuls.contains($0.operation) && VectorShape.isDepthwise($0, graph) }?.name : nil }
    }

    /// Layers of a network from which on it is deep.
    private static let deep = 6

    /// Whether the network has many equal layers.
    var isDeep: Bool { !Repetition.starts(in: groups.map { $0.form(in: graph) }, least: Self.deep).isEmpty }

    enum Layout { case rowMajor, channelsLast, kernelChannelsOutputs, outputsInputs }

    // MARK: Walking

    mutating func lower() throws(LoweringError) {
        let names = GivenOrder.groupNames(of: groups, graph)
        // Parameters alone may be too many; that need not wait for the programs of a thousand experts.
        try checkCapacity()
        for position in groups.indices {
            index = position
            active = Array(cores[given.cores(of: position)])
            division = given.division(of: position)
            if layerStarts.contains(position) { for memory in zones.keys { zones[memory]?.restart() } }
            alignCores()
            shareRoom()
            let before = builder.operators.count
            try lower(groups[position])
            let freed = lastUse.filter { $0.value == position }.map(\.key).sorted()
            for value in freed {
                residents?.free(value)
                retired.append(value)
            }
            // Operators side by side would wait for each other where one's result takes the place of another's operand.
            if !given.isPartial || active.count == cores.count { freeRetired() }
            noteStep(groups[position], after: before, freed: freed, name: names[position])
        }
        try checkPlaces()
        // Outputs that are inputs or views of them have a place too.
        for output in graph.outputs where locations[output] == nil { _ = try location(of: output) }
        try checkCapacity()
    }

    private mutating func lower(_ group: OperatorGroup) throws(LoweringError) {
        switch group.kind {
        case .matmul: try lowerProduct(group)
        case .vector: try lowerVector(group)
        case .view: try lowerView(group)
        case .concatenation: try lowerConcatenation(group)
        case .padding: try lowerPadding(group)
        case .gather: try lowerGather(group)
        case .append: try lowerAppend(group)
        }
    }
}
