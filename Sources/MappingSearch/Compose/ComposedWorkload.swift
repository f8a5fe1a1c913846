import Mapping

/// Which results stay on chip, and where, decided for all operators together.
public struct ComposedWorkload: Sendable {
    /// By tensor: the address at which it stays; `nil` where it is off chip.
    public var addresses: [Int?]
    /// By step: whether the vector unit runs it.
    public var isOnVector: [Bool]
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
        for objective: ProductObjective, leavesRoom: Bool, composer: Composer = Composer(), isCancelled: () -> Bool = { false }
    ) throws(ComposeFailure) -> ComposedWorkload? {
        guard !steps.isEmpty, bytesPerCycle > 0 else { return nil }
        var options = CompositionOptions(self, objective, leavesRoom: leavesRoom)
        var tables: [[ComposeOption]] = []
        for step in steps {
            if isCancelled() { return nil }
            tables.append(options.options(step))
        }
        var bound: Double?
        // Places of tensors leave gaps: where they do not fit, with less room for all.
        for room in [16, 15, 14, 12, 10, 8] {
            guard let problem = problem(tables, capacity: capacity / 16 * room) else { return nil }
            let outcome: ComposeOutcome
            switch objective {
            case .cycles: outcome = try composer.compose(problem, weights: ComposeWeights(cycles: 1024, bytes: 1), isCancelled: isCancelled)
            case .traffic: outcome = try composer.compose(problem, weights: ComposeWeights(cycles: 1, bytes: 1024), isCancelled: isCancelled)
            case .energy: outcome = try composer.compose(problem, for: .energy, isCancelled: isCancelled)
            case .edp: outcome = try composer.compose(problem, for: .edp, isCancelled: isCancelled)
            }
            let least = bound ?? outcome.lowerBound
            bound = least
            guard let addresses = ResidencyPacking(self, outcome.plan, problem).addresses else { continue }
            return ComposedWorkload(
                addresses: addresses,
                isOnVector: outcome.plan.steps.map { problem.segments[$0.segment].options[$0.option].unit == CompositionOptions.vector }, cost: outcome.cost, lowerBound: min(least, outcome.cost), bytes: outcome.figures.bytes / CompositionOptions.byteUnits)
        }
        return nil
    }

    private func problem(_ tables: [[ComposeOption]], capacity: Int) -> ComposeProblem? {
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
            layers: steps.count, segments: tables.indices.map { ComposeSegment(layers: $0..<$0 + 1, options: tables[$0]) }, tensors: described,
            machine: ComposeMachine(units: 2, capacity: capacity, bandwidth: bandwidth, energyPerByte: 1))
    }
}

/// Addresses for tensors that stay, such that what lies above the highest of them is enough for each step's buffers.
struct ResidencyPacking {
    private(set) var addresses: [Int?]?

    init(_ composition: WorkloadComposition, _ plan: ComposePlan, _ problem: ComposeProblem) {
        let lives = composition.lives
        let staying = composition.tensors.indices.filter { plan.stays[$0].first ?? false }
        // What buffers leave at each step.
        let room = plan.steps.map { composition.capacity - problem.segments[$0.segment].options[$0.option].buffer }
        func bytes(_ tensor: Int) -> Int { (composition.tensors[tensor].bytes + 63) / 64 * 64 }
        func life(_ tensor: Int) -> ClosedRange<Int> { lives[tensor] ?? 0...0 }
        func length(_ tensor: Int) -> Int { life(tensor).count }
        let orders: [(Int, Int) -> Bool] = [
            { (life($0).lowerBound, $0) < (life($1).lowerBound, $1) },
            { (bytes($1), $0) < (bytes($0), $1) },
            { (length($1), $0) < (length($0), $1) },
            { (length($1) * bytes($1), $0) < (length($0) * bytes($0), $1) },
            // Where buffers leave least, first.
            { (life($0).map { room[$0] }.min() ?? 0, $0) < (life($1).map { room[$0] }.min() ?? 0, $1) },
        ]
        var best: (places: [Int?], height: Int)?
        for order in orders {
            var places = [Int?](repeating: nil, count: composition.tensors.count)
            var placed: [Int] = []
            var fits = true
            for tensor in staying.sorted(by: order) {
                let others = placed.filter { life($0).overlaps(life(tensor)) }.map { (places[$0] ?? 0)..<(places[$0] ?? 0) + bytes($0) }
                    .sorted { $0.lowerBound < $1.lowerBound }
                var address = 0
                for other in others where other.lowerBound < address + bytes(tensor) && other.upperBound > address { address = other.upperBound }
                guard life(tensor).allSatisfy({ address + bytes(tensor) <= room[$0] }) else {
                    fits = false
                    break
                }
                places[tensor] = address
                placed.append(tensor)
            }
            guard fits else { continue }
            var height = 0
            for step in composition.steps.indices {
                height += staying.filter { life($0).contains(step) }.map { (places[$0] ?? 0) + bytes($0) }.max() ?? 0
            }
            if best.map({ height < $0.height }) ?? true { best = (places, height) }
        }
        addresses = best?.places
    }
}
