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
    private var given: GivenCores
    let mapper: any MatmulMapper
    let memorySpeed: DRAMSpeed?
    /// Whether weights lie off chip in tiles.
    let tilesWeights: Bool
    var builder: ProgramBuilder
    var locations: [Graph.ValueID: TensorLocation] = [:]
    var placements: [Program.Placement] = []
    /// Products in the order in which they were lowered, and results with a choice of place: whether they stay on chip.
    var products: [MappedProduct] = []
    private(set) var choices: [Graph.ValueID: PlacedTensor.Place] = [:]
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
    private var residents: ResidentZone?
    /// Off chip, what comes with the workload and its results.
    private var offChipTensors = OffChipTensors()
    /// Weights in flash, and their addresses there.
    private var inFlash: Set<Graph.ValueID> = []
    private var flashTensors = OffChipTensors()
    /// Behind that: where results live that no operator needs for long.
    private var offChipZone: ResidentZone
    /// Values there that nobody reads any more, whose places are not given back yet.
    private var retired: [Graph.ValueID] = []
    /// Results that stay after the run.
    private var lasting: Set<Graph.ValueID> = []
    /// Index of the last group that reads a value, or one of its views.
    private var lastUse: [Graph.ValueID: Int] = [:]
    /// The value whose memory a view uses.
    private var root: [Graph.ValueID: Graph.ValueID] = [:]
    /// Values that must lie off chip because of who reads them.
    private var offChip: Set<Graph.ValueID> = []
    private let groups: [OperatorGroup]
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

    /// Buffers begin above what stays, where they share a memory.
    private mutating func shareRoom() {
        guard buffers == .shared, let residents else { return }
        zones[residents.memory]?.begin(at: residents.top)
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

    // MARK: Memory

    private mutating func makeZones() {
        for core in cores {
            for memory in Set([core.leftMemory, core.rightMemory, core.sumMemory]).sorted() where zones[memory] == nil {
                guard let instance = instances.memory(named: memory) else { continue }
                let capacity = instance.description.capacity.count / 64 * 64
                // What stays on chip from operator to operator shares the activations' memory with the tiles.
                let keeps = memory == core.leftMemory && cores.count == 1
                if keeps, buffers == .shared {
                    zones[memory] = BufferZone(memory: memory, base: 0, size: capacity, sharers: 1)
                    residents = ResidentZone(memory: memory, base: 0, size: capacity)
                    continue
                }
                let buffers = keeps ? (capacity < 1 << 20 ? capacity / 2 : capacity / 4) / 64 * 64 : capacity
                zones[memory] = BufferZone(
                    memory: memory, base: capacity - buffers, size: buffers, sharers: instance.description.scope == .shared ? cores.count : 1)
                if keeps { residents = ResidentZone(memory: memory, base: 0, size: capacity - buffers) }
            }
        }
    }

    private mutating func findLiveness() {
        // What a view is of.
        var sources: [Graph.ValueID: Graph.ValueID] = [:]
        for (part, place) in fused.parts { root[part] = place.whole; owners[part] = place.whole }
        for (position, group) in groups.enumerated() {
            for input in group.inputs {
                lastUse[rootOf(input)] = position
                // A view that has to be copied lives until the last reader of its own.
                var value = input
                while buffers == .shared, let source = sources[value] {
                    lastUse[value] = position
                    value = source
                }
            }
            if group.kind == .view, let source = group.inputs.first {
                root[group.output] = rootOf(source)
                sources[group.output] = source
            }
            lastUse[rootOf(group.output)] = max(lastUse[rootOf(group.output)] ?? 0, position)
            // A stationary or streamed right operand comes through the weights' memory.
            if group.kind == .matmul, cores[0].rightMemory != cores[0].leftMemory, let right = group.nodes.first(where: { OperatorGrouping.matmuls.contains($0.operation) })?.inputs[1] {
                offChip.insert(rootOf(right))
            }
            if group.kind == .append { for input in group.inputs.prefix(1) { offChip.insert(rootOf(input)) } }
        }
        for output in graph.outputs + graph.states.map(\.output) {
            offChip.insert(rootOf(output))
            lasting.insert(rootOf(output))
        }
        // Everything that lies off chip for the whole run has its own place; the rest is shared out in turn.
        if cores[0].weights != nil { inFlash = weightsForFlash() }
        for (value, description) in graph.values.enumerated() where description.kind != .intermediate || lasting.contains(value) {
            if inFlash.contains(value) { flashTensors.count(description.type.bytes) } else { offChipTensors.count(description.type.bytes) }
        }
        offChipZone = ResidentZone(
            memory: cores[0].dram.name, base: offChipTensors.end, size: 1 << 60, pageBytes: OffChipTensors.pageBytes)
    }

    /// Constants that nothing reads but arrays, as right operands of products: their tiles come straight from flash.
    private func weightsForFlash() -> Set<Graph.ValueID> {
        var weights: Set<Graph.ValueID> = []
        // Products read a transposed matrix as it lies.
        var original: [Graph.ValueID: Graph.ValueID] = [:]
        for group in groups where group.kind == .view && group.nodes[0].operation == "Transpose" {
            guard let input = group.nodes[0].inputs[0], graph.values[input].type.shape.count == 2 else { continue }
            original[group.output] = input
        }
        func source(_ value: Graph.ValueID) -> Graph.ValueID { original[value] ?? value }
        for group in groups where group.kind == .matmul {
            guard let main = group.nodes.first(where: { OperatorGrouping.matmuls.contains($0.operation) }), let weight = main.inputs[1].map(source)
            else { continue }
            let kind = graph.values[weight].kind
            // Depthwise convolutions may run on the vector unit.
            guard kind == .parameter || kind == .constant, !VectorShape.isDepthwise(main, graph) else { continue }
            weights.insert(weight)
        }
        for group in groups where original[group.output] == nil {
            let main = group.kind == .matmul ? group.nodes.first { OperatorGrouping.matmuls.contains($0.operation) } : nil
            for node in group.nodes {
                for (position, input) in node.inputs.enumerated() {
                    guard let input, !(position == 1 && node.outputs == main?.outputs && !VectorShape.isDepthwise(node, graph)) else { continue }
                    weights.remove(source(input))
                }
            }
        }
        for output in graph.outputs + graph.states.map(\.output) { weights.remove(source(output)) }
        return weights
    }

    private func rootOf(_ value: Graph.ValueID) -> Graph.ValueID { root[value] ?? value }

    private func role(of value: Graph.ValueID) -> Program.Placement.Role {
        if graph.outputs.contains(value) || graph.states.contains(where: { $0.output == value }) { return .output }
        switch graph.values[value].kind {
        case .input: return .input
        case .parameter: return .parameter
        case .constant: return .constant
        case .intermediate: return .intermediate
        }
    }

    mutating func record(_ value: Graph.ValueID, _ location: TensorLocation) {
        locations[value] = location
        placements.append(
            Program.Placement(
                value: value, name: graph.values[value].name, role: role(of: value), memory: location.memory,
                address: location.address + location.offset * location.element.bits / 8, element: location.element,
                shape: location.shape, strides: location.strides, bytes: location.bytes))
    }

    enum Layout { case rowMajor, channelsLast, kernelChannelsOutputs, outputsInputs }

    private func strides(_ shape: [Int], _ layout: Layout) -> [Int] {
        switch layout {
        case .rowMajor: return TensorLocation.rowMajor(shape)
        case .channelsLast: return TensorLocation.channelsLast(shape)
        case .outputsInputs:
            return shape.count == 2 ? [1, shape[0]] : TensorLocation.rowMajor(shape)
        case .kernelChannelsOutputs:
            // (outputs, channels, kernel …) with outputs innermost, then channels, then the kernel.
            var strides = [Int](repeating: 1, count: shape.count)
            var step = shape[0]
            if shape.count > 1 { strides[1] = step; step *= shape[1] }
            for dimension in stride(from: shape.count - 1, to: 1, by: -1) {
                strides[dimension] = step
                step *= shape[dimension]
            }
            return strides
        }
    }

    /// Where a value lies; a value that comes with the workload is placed off chip the first time it is asked for.
    mutating func location(of value: Graph.ValueID) throws(LoweringError) -> TensorLocation {
        try parameterLocation(value, layout: graph.values[value].type.shape.count == 4 && graph.values[value].kind == .input ? .channelsLast : .rowMajor)
    }

    /// The same, with the layout that the first reader of a parameter wants.
    mutating func parameterLocation(_ value: Graph.ValueID, layout: Layout) throws(LoweringError) -> TensorLocation {
        if let known = locations[value] { return known }
        let type = graph.values[value].type
        guard graph.values[value].kind != .intermediate else {
            throw LoweringError(graph.values[value].name, "the tensor is read before an operator has made it")
        }
        let bytes = type.bytes
        let flash = inFlash.contains(value) ? cores[0].weights?.name : nil
        let location = TensorLocation(
            memory: flash ?? cores[0].dram.name, isDRAM: true,
            address: flash == nil ? offChipTensors.allocate(bytes) : flashTensors.allocate(bytes), bytes: bytes, element: type.element,
            shape: type.shape, strides: strides(type.shape, layout))
        record(value, location)
        return location
    }

    /// A place for a result: on chip if it fits and nobody needs it off chip, or where the mapping wants it.
    mutating func place(_ value: Graph.ValueID, layout: Layout) throws(LoweringError) -> TensorLocation {
        if let part = fused.parts[value] { return try placePart(part, of: value, layout: layout) }
        let type = graph.values[value].type
        let bytes = type.bytes
        var location = TensorLocation(
            memory: cores[0].dram.name, isDRAM: true, address: 0, bytes: bytes, element: type.element, shape: type.shape,
            strides: strides(type.shape, layout))
        let wanted = wantedPlace(of: value)
        let isFree = !offChip.contains(rootOf(value)) && residents != nil
        if isFree || wanted != nil { choices[value] = .offChip }
        let mayStay = isFree && (buffers == .shared ? wanted?.place == .onChip : wanted?.place != .offChip)
        if mayStay, let range = residents?.allocate(bytes, for: value, at: wanted?.address), let memory = residents?.memory {
            location.memory = memory
            location.isDRAM = false
            location.address = range.lowerBound
            choices[value] = .onChip
            shareRoom()
        } else if let wanted, wanted.place == .onChip {
            throw cannotPlace(wanted, whyOffChip(value, bytes))
        } else if lasting.contains(value) {
            location.address = offChipTensors.allocate(bytes)
        } else {
            if offChipZone.top + bytes > cores[0].dram.description.capacity.count { freeRetired() }
            location.address = offChipZone.allocate(bytes, for: value)?.lowerBound ?? 0
        }
        record(value, location)
        return location
    }

    /// Bytes of the memory for results, and of those of them that are there.
    func residentBytes(_ isCounted: (Graph.ValueID) -> Bool) -> (taken: Int, size: Int) {
        residents.map { ($0.bytes(isCounted), $0.size) } ?? (0, 0)
    }

    mutating func keepOffChip(_ value: Graph.ValueID) { offChip.insert(rootOf(value)) }

    /// Gives back the places off chip of results that nobody reads any more.
    private mutating func freeRetired() {
        for value in retired { offChipZone.free(value) }
        retired = []
    }

    private func whyOffChip(_ value: Graph.ValueID, _ bytes: Int) -> String {
        guard let residents else { return "the scratchpads of \(cores.count) cores are their own, and results pass between them off chip" }
        if lasting.contains(rootOf(value)) { return "it is a result of the workload, which lies off chip" }
        if offChip.contains(rootOf(value)) { return "an operator reads it as a right operand, which comes from off-chip memory to \(cores[0].rightMemory)" }
        if let address = wantedPlace(of: value)?.address {
            return "bytes \(address) to \(address + bytes) of \(residents.memory), which has \(residents.size), are not all free at \(builder.operators.last?.name ?? "this operator")"
        }
        return "it takes \(bytes) bytes of \(residents.memory), where tensors have \(residents.size) in all and \(residents.largestGap) are free in one piece at \(builder.operators.last?.name ?? "this operator")"
    }

    /// Announces what the current operator will take.
    mutating func reserve(_ memory: String, _ bytes: Int) { zones[memory]?.reserve(bytes, for: builder.current) }

    /// Takes buffers for the current operator.
    mutating func buffer(_ memory: String, _ bytes: Int) throws(LoweringError) -> Range<Int> {
        guard let range = zones[memory]?.allocate(bytes, for: builder.current) else {
            throw LoweringError(
                builder.operators.last?.name ?? "", "its tiles need \(bytes) bytes of \(memory), which has \(zones[memory]?.limit ?? 0) for tiles",
                suggestion: "give \(memory) more capacity")
        }
        return range
    }

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

    /// Refuses a workload that memories off chip cannot hold.
    private func checkCapacity() throws(LoweringError) {
        if let flash = cores[0].weights, flashTensors.end > flash.description.capacity.count {
            throw LoweringError(
                "", "the workload has \(flashTensors.end) bytes of weights, but \(flash.name) holds \(flash.description.capacity.count)",
                suggestion: "use a smaller model, or --set memories.\(flash.name).capacity=…")
        }
        let capacity = cores[0].dram.description.capacity.count
        let needed = max(offChipTensors.end, offChipZone.peak)
        guard needed <= capacity else {
            throw LoweringError(
                "", "the workload needs \(needed) bytes off chip, but \(cores[0].dram.name) holds \(capacity)",
                suggestion: "use a smaller model, batch or context, or --set memories.\(cores[0].dram.name).capacity=…")
        }
    }

    /// Equal memories of cores that share an operator give out buffers from the same place on, so that what the cores do alike looks alike.
    private mutating func alignCores() {
        guard active.count > 1 else { return }
        for memory in [cores[0].leftMemory, cores[0].rightMemory, cores[0].sumMemory] where memory.hasPrefix("core0.") {
            let names = active.map { "core\($0.core)." + memory.dropFirst("core0.".count) }
            let cursor = names.compactMap { zones[$0]?.cursor }.max() ?? 0
            for name in names { zones[name]?.cursor = cursor }
        }
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

    /// Layout for the result of an operator: as its largest operand, channels last for images.
    func layout(for group: OperatorGroup) -> Layout {
        let shape = graph.values[group.output].type.shape
        guard shape.count == 4 || shape.count == 3 else { return .rowMajor }
        if group.kind == .matmul {
            return group.nodes.contains { $0.operation.hasPrefix("Conv") } ? .channelsLast : .rowMajor
        }
        for input in group.inputs {
            if let location = locations[input], location.shape.count == shape.count, location.count >= graph.values[group.output].type.count || location.count > 1,
                location.isChannelsLast, location.strides != TensorLocation.rowMajor(location.shape)
            {
                return .channelsLast
            }
        }
        return .rowMajor
    }
}
