import Mapping

/// Which results stay on chip, and where, decided for all operators together.
public struct ComposedWorkload: Sendable {
    /// By tensor: the address at which it stays; `nil` where it is off chip.
    public var addresses: [Int?]
    /// By step: whether the vector unit runs it.
    public var isOnVector: [Bool]
    /// Candidates for fusion that were taken, and where blocks of the tensors inside each lie.
    public var fused: [(candidate: Int, addresses: [Int])] = []
    /// In terms of the objective, under the model: cycles, bytes, or energy in units of its own.
    public var cost: Double
    /// Nothing that fits costs less under the model.
    public var lowerBound: Double
    /// Off chip, predicted.
    public var bytes: Int
    public var isOptimal: Bool { cost <= lowerBound }

    /// How far the cost may be above the least there is, as a part of that.
    public var gap: Double { lowerBound > 0 ? max(0, cost / lowerBound - 1) : isOptimal ? 0 : .infinity }
}

extension WorkloadComposition {
    /// Chooses for all operators together under the one capacity, then finds an address for everything that stays.
    ///
    /// - Parameters:
    ///   - leavesRoom: whether each step leaves the next as much room as it takes itself.
    ///   - isCancelled: asked now and then; true makes it return the best so far.
    /// - Returns: `nil` where nothing is to be decided, or nothing fits.
    public func composed(
        for objective: MappingObjective, leavesRoom: Bool, fusing candidates: [FusedCandidate] = [], composer: Composer = Composer(), isCancelled: () -> Bool = { false }
    ) throws(ComposeFailure) -> ComposedWorkload? {
        guard !steps.isEmpty, bytesPerCycle > 0 else { return nil }
        var options = CompositionOptions(self, objective, leavesRoom: leavesRoom)
        var tables: [[ComposeOption]] = []
        for step in steps {
            if isCancelled() { return nil }
            tables.append(options.options(step))
        }
        var segments: [ComposeSegment] = tables.indices.map { ComposeSegment(layers: $0..<$0 + 1, options: tables[$0]) }
        // By segment behind those of one step.
        var sources: [Int] = []
        for (index, candidate) in candidates.enumerated() {
            if isCancelled() { return nil }
            let ways = options.options(candidate)
            guard !ways.isEmpty else { continue }
            segments.append(ComposeSegment(layers: candidate.steps, options: ways))
            sources.append(index)
        }
        var bound: Double?
        // Places of tensors leave gaps: where they do not fit, with less room for all.
        for room in [16, 15, 14, 12, 10, 8] {
            guard let problem = problem(segments, capacity: capacity / 16 * room) else { return nil }
            let outcome: ComposeOutcome
            switch objective {
            case .cycles: outcome = try composer.compose(problem, weights: ComposeWeights(cycles: 1024, bytes: 1), isCancelled: isCancelled)
            case .traffic: outcome = try composer.compose(problem, weights: ComposeWeights(cycles: 1, bytes: 1024), isCancelled: isCancelled)
            case .energy: outcome = try composer.compose(problem, for: .energy, isCancelled: isCancelled)
            case .edp: outcome = try composer.compose(problem, for: .edp, isCancelled: isCancelled)
            }
            let least = bound ?? outcome.lowerBound
            bound = least
            let fused = outcome.plan.steps.compactMap { $0.segment >= steps.count ? sources[$0.segment - steps.count] : nil }
            let packing = ResidencyPacking(self, outcome.plan, problem, fused.map { candidates[$0] })
            guard let addresses = packing.addresses else { continue }
            return ComposedWorkload(
                addresses: addresses,
                isOnVector: outcome.plan.steps.flatMap { step in
                    problem.segments[step.segment].layers.map { _ in problem.segments[step.segment].options[step.option].unit == CompositionOptions.vector }
                }, fused: zip(fused, packing.blockAddresses).map { ($0, $1) }, cost: outcome.cost, lowerBound: min(least, outcome.cost), bytes: outcome.figures.bytes / CompositionOptions.byteUnits)
        }
        return nil
    }

    private func problem(_ segments: [ComposeSegment], capacity: Int) -> ComposeProblem? {
        let lives = lives
        let described = tensors.indices.map { tensor in
            let last = lives[tensor]?.upperBound ?? 0
            var consumers = steps.indices.filter { index in steps[index].reads.contains(tensor) && index > (lives[tensor]?.lowerBound ?? -1) }
            // It keeps its place until a view of it is read for the last time.
            if let made = lives[tensor]?.lowerBound, last > (consumers.last ?? made) { consumers.append(last) }
            return ComposeTensor(
                name: tensors[tensor].name, bytes: max(64, tensors[tensor].bytes), producer: lives[tensor]?.lowerBound, consumers: consumers,
                staysWhole: lives[tensor] != nil)
        }
        let bandwidth = max(1, Int(bytesPerCycle * Double(CompositionOptions.byteUnits) / Double(CompositionOptions.timeUnits)))
        return try? ComposeProblem(
            layers: steps.count, segments: segments, tensors: described,
            machine: ComposeMachine(units: 2, capacity: capacity, bandwidth: bandwidth, energyPerByte: 1))
    }
}

/// Addresses for tensors that stay, such that what lies above the highest of them is enough for each step's buffers.
struct ResidencyPacking {
    private(set) var addresses: [Int?]?
    /// By fused segment, where blocks of its tensors lie.
    private(set) var blockAddresses: [[Int]] = []

    /// Something that needs a place for some steps.
    private struct Item {
        var bytes: Int
        var life: ClosedRange<Int>
    }

    init(_ composition: WorkloadComposition, _ plan: ComposePlan, _ problem: ComposeProblem, _ fused: [FusedCandidate] = []) {
        let lives = composition.lives
        let inside = Set(fused.flatMap(\.inside))
        let staying = composition.tensors.indices.filter { (plan.stays[$0].first ?? false) && !inside.contains($0) }
        func rounded(_ bytes: Int) -> Int { (bytes + 63) / 64 * 64 }
        var items = staying.map { Item(bytes: rounded(composition.tensors[$0].bytes), life: lives[$0] ?? 0...0) }
        for candidate in fused {
            for bytes in candidate.blockBytes { items.append(Item(bytes: rounded(bytes), life: candidate.steps.lowerBound...candidate.steps.upperBound - 1)) }
        }
        // What buffers leave at each step; blocks are items of their own.
        var room: [Int] = []
        for step in plan.steps {
            let layers = problem.segments[step.segment].layers
            let blocks = fused.first { $0.steps == layers && step.segment >= composition.steps.count }.map { $0.blockBytes.reduce(0) { $0 + rounded($1) } } ?? 0
            for _ in layers { room.append(composition.capacity - problem.segments[step.segment].options[step.option].buffer + blocks) }
        }
        let orders: [(Int, Int) -> Bool] = [
            { (items[$0].life.lowerBound, $0) < (items[$1].life.lowerBound, $1) },
            { (items[$1].bytes, $0) < (items[$0].bytes, $1) },
            { (items[$1].life.count, $0) < (items[$0].life.count, $1) },
            { (items[$1].life.count * items[$1].bytes, $0) < (items[$0].life.count * items[$0].bytes, $1) },
            // Where buffers leave least, first.
            { (items[$0].life.map { room[$0] }.min() ?? 0, $0) < (items[$1].life.map { room[$0] }.min() ?? 0, $1) },
        ]
        var best: (places: [Int], height: Int)?
        for order in orders {
            var places = [Int](repeating: 0, count: items.count)
            var placed: [Int] = []
            var fits = true
            for item in items.indices.sorted(by: order) {
                let others = placed.filter { items[$0].life.overlaps(items[item].life) }.map { places[$0]..<places[$0] + items[$0].bytes }
                    .sorted { $0.lowerBound < $1.lowerBound }
                var address = 0
                for other in others where other.lowerBound < address + items[item].bytes && other.upperBound > address { address = other.upperBound }
                guard items[item].life.allSatisfy({ address + items[item].bytes <= room[$0] }) else {
                    fits = false
                    break
                }
                places[item] = address
                placed.append(item)
            }
            guard fits else { continue }
            var height = 0
            for step in composition.steps.indices {
                height += items.indices.filter { items[$0].life.contains(step) }.map { places[$0] + items[$0].bytes }.max() ?? 0
            }
            if best.map({ height < $0.height }) ?? true { best = (places, height) }
        }
        guard let best else { return }
        var found = [Int?](repeating: nil, count: composition.tensors.count)
        for (item, tensor) in staying.enumerated() { found[tensor] = best.places[item] }
        addresses = found
        var next = staying.count
        for candidate in fused {
            blockAddresses.append(candidate.blockBytes.indices.map { best.places[next + $0] })
            next += candidate.blockBytes.count
        }
    }
}
