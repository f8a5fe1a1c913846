import Architecture
import Lowering
import Mapping
import MappingSearch
import OperatorGraph
import Programs

/// How results that may stay on chip are chosen.
enum ComposeMode: String, CaseIterable {
    /// For all operators together, with the room that tiles take.
    case joint
    /// As they come, while there is room in a fixed part of the memory.
    case greedy
}

/// Turns a lowered workload into a problem of composition, and its solution into what a mapping file says.
struct JointComposition {
    private let composition: WorkloadComposition
    private let limits: WorkloadMapping
    /// Of the node that each step is named for, and of those that either unit can run.
    private let stepNames: [String?]
    private let either: [String]
    private let fusion: FusionSearch?

    /// - Returns: `nil` where nothing can stay on chip from operator to operator.
    init?(_ graph: Graph, on architecture: Architecture, _ limits: WorkloadMapping, _ memorySpeed: DRAMSpeed?) throws(LoweringError) {
        var apart = limits
        apart.buffers = .shared
        self.limits = apart
        // Tiles do not matter here, and everything is off chip; what the user wants on chip is up to the composition.
        apart.constraints.tensors.removeAll { $0.place == .onChip }
        func lower(_ limits: WorkloadMapping) throws(LoweringError) -> LoweredWorkload {
            try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapper: MachineMapper.quick(), rollsLayers: false, mapping: limits, memorySpeed: memorySpeed))
        }
        var lowered = try lower(apart)
        // Operators that either unit can run, once on each.
        let either = lowered.units.map(\.name)
        var vectorCycles: [String: Double] = [:]
        if !either.isEmpty {
            func forced(_ kind: ChosenUnit.Kind) throws(LoweringError) -> LoweredWorkload {
                var all = apart
                all.units = either.map { ChosenUnit(name: $0, kind: kind) }
                return try lower(all)
            }
            for step in try forced(.vector).steps where step.vectorCycles > 0 {
                if let name = step.node, either.contains(name) { vectorCycles[name] = step.vectorCycles }
            }
            lowered = try forced(.array)
        }
        guard let capacity = lowered.residentCapacity, let first = lowered.products.first, limits.constraints.tensors.allSatisfy({ $0.address == nil }) else { return nil }
        let forbidden = Set(limits.constraints.tensors.filter { $0.place == .offChip }.map(\.name))
        let pinned = Set(limits.constraints.tensors.filter { $0.place == .onChip }.map(\.name))
        var values: [Graph.ValueID] = []
        for step in lowered.steps {
            for value in step.reads + (step.makes.map { [$0] } ?? []) where !values.contains(value) && !forbidden.contains(lowered.graph.values[value].name) { values.append(value) }
        }
        guard !values.isEmpty || !either.isEmpty else { return nil }
        stepNames = lowered.steps.map(\.node)
        self.either = either
        let index = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($0.element, $0.offset) })
        let places = Dictionary(lowered.program.tensors.map { ($0.value, $0) }) { first, _ in first }
        let products = Dictionary(lowered.products.map { ($0.operatorIndex, $0) }) { first, _ in first }
        let steps = lowered.steps.map { step in
            // A tensor of the product by where it lies.
            func tensor(at block: ProductLayout.Block?) -> Int? {
                guard let block else { return nil }
                let value = step.reads.first { value in
                    places[value].map { ($0.address..<$0.address + max(1, $0.bytes)).contains(block.address) } ?? false
                }
                return value.flatMap { index[$0] }
            }
            var product: WorkloadComposition.Product?
            if let mapped = step.operators.lazy.compactMap({ products[$0] }).first, let layout = mapped.request.problem.layout,
                layout.streams.count == mapped.request.problem.streams.count
            {
                var left: ProductLayout.Block?
                switch layout.left {
                case .block(let block), .image(let block, _): left = block
                case nil: break
                }
                product = WorkloadComposition.Product(
                    request: mapped.request, left: tensor(at: left), right: layout.rightIsElsewhere ? nil : tensor(at: layout.right?.block),
                    streams: layout.streams.map { tensor(at: $0) }, out: layout.out == nil ? nil : step.makes.flatMap { index[$0] })
            }
            return WorkloadComposition.Step(
                name: lowered.program.operators[step.operators.lowerBound].name, reads: step.reads.compactMap { index[$0] },
                makes: step.makes.flatMap { index[$0] }, frees: step.frees.compactMap { index[$0] }, product: product,
                cycles: product == nil ? step.vectorCycles : step.node.flatMap { vectorCycles[$0] })
        }
        composition = WorkloadComposition(
            tensors: values.map { value in
                let value = lowered.graph.values[value]
                return WorkloadComposition.Tensor(name: value.name, bytes: (value.type.bytes + 63) / 64 * 64, isPinned: pinned.contains(value.name))
            },
            steps: steps, capacity: capacity, bytesPerCycle: first.request.most.bytesPerCycle)
        guard limits.constraints.fusion != .off else {
            fusion = nil
            return
        }
        fusion = FusionSearch(lowered, composition, graph, architecture, either: either) { (groups: [FusedOperators]) throws(LoweringError) -> LoweredWorkload in
            var all = apart
            all.fusion = groups
            all.units = either.map { ChosenUnit(name: $0, kind: .vector) }
            return try lower(all)
        }
    }

    /// - Returns: the limits of the search with places for all results, and how good those are; `nil` where none fit.
    func composed(
        for objective: MappingObjective, leavesRoom: Bool, fuses: Bool = false, goesOn: () -> Bool
    ) -> (limits: WorkloadMapping, result: ComposedWorkload)? {
        let candidates = fuses ? fusion?.found ?? [] : []
        guard !fuses || !candidates.isEmpty,
            let result = try? composition.composed(for: objective, leavesRoom: leavesRoom, fusing: candidates.map(\.candidate), isCancelled: { !goesOn() }),
            !fuses || !result.fused.isEmpty
        else { return nil }
        var limits = limits
        limits.tensors = zip(composition.tensors, result.addresses).map { tensor, address in
            PlacedTensor(name: tensor.name, place: address == nil ? .offChip : .onChip, address: address)
        }
        limits.units = zip(stepNames, result.isOnVector).compactMap { name, isOnVector in
            name.flatMap { either.contains($0) ? ChosenUnit(name: $0, kind: isOnVector ? .vector : .array) : nil }
        }
        for (index, addresses) in result.fused {
            let found = candidates[index]
            var group = found.group
            let bytes = found.candidate.inside.reduce(0) { $0 + composition.tensors[$1].bytes }
            group.comment = "\(bytes) bytes between them exist by blocks of \(found.candidate.blockBytes.reduce(0, +))"
            limits.fusion.append(group)
            limits.tensors.removeAll { found.tensorNames.contains($0.name) }
            limits.tensors += zip(found.tensorNames, addresses).map { PlacedTensor(name: $0, place: .onChip, address: $1) }
            limits.units.removeAll { found.onVector.contains($0.name) }
            limits.units += found.onVector.map { ChosenUnit(name: $0, kind: .vector) }
        }
        return (limits, result)
    }
}
