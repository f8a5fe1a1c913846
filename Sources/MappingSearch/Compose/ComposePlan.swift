/// A choice of segments and options, and of the tensors that stay.
public struct ComposePlan: Sendable, Hashable {
    public struct Step: Sendable, Hashable {
        public var segment: Int
        public var option: Int
        public init(segment: Int, option: Int) {
            self.segment = segment
            self.option = option
        }
    }

    /// In the order of layers.
    public var steps: [Step]
    /// By tensor, for each use but the last: whether it stays until the next one.
    public var stays: [[Bool]]

    public init(steps: [Step], stays: [[Bool]]) {
        self.steps = steps
        self.stays = stays
    }
}

/// What a plan costs.
public struct ComposeFigures: Sendable, Hashable {
    public var cycles = 0
    public var energy = 0
    /// To and from off chip.
    public var bytes = 0
    /// The most on chip at once, in bytes.
    public var peak = 0

    public init(cycles: Int = 0, energy: Int = 0, bytes: Int = 0, peak: Int = 0) {
        self.cycles = cycles
        self.energy = energy
        self.bytes = bytes
        self.peak = peak
    }

    /// Energy times delay.
    public var product: Double { Double(cycles) * Double(energy) }
}

public enum ComposeViolation: Error, Sendable, Equatable {
    case coverage
    case stays
    case capacity(step: Int, bytes: Int)
    /// An option that needs a tensor on chip which is not.
    case kept(step: Int, tensor: Int)
    case count
}

extension ComposeProblem {
    /// Runs a plan step by step, with code that has no part in finding one.
    public func evaluate(_ plan: ComposePlan) throws(ComposeViolation) -> ComposeFigures {
        var stepOfLayer: [Int] = []
        for (number, step) in plan.steps.enumerated() {
            guard segments.indices.contains(step.segment), segments[step.segment].options.indices.contains(step.option) else { throw .coverage }
            guard segments[step.segment].layers.lowerBound == stepOfLayer.count else { throw .coverage }
            for _ in segments[step.segment].layers { stepOfLayer.append(number) }
        }
        guard stepOfLayer.count == layers else { throw .coverage }
        guard plan.stays.count == tensors.count else { throw .stays }
        var onChip = plan.steps.map { segments[$0.segment].options[$0.option].buffer }
        // By step: tensors that are read or written off chip.
        var moved = [[Int]](repeating: [], count: plan.steps.count)
        for (index, tensor) in tensors.enumerated() {
            // The steps of its uses, each once.
            var steps: [Int] = []
            var staying: [Bool] = []
            guard plan.stays[index].count == max(0, tensor.uses.count - 1) else { throw .stays }
            for (use, layer) in tensor.uses.enumerated() {
                let step = stepOfLayer[layer]
                if steps.last == step { continue }
                if use > 0 { staying.append(plan.stays[index][use - 1]) }
                steps.append(step)
            }
            if tensor.staysWhole, Set(staying).count > 1 { throw .stays }
            guard let first = steps.first else { continue }
            for (number, step) in steps.enumerated() where segments[plan.steps[step].segment].options[plan.steps[step].option].kept.contains(index) {
                let isHere = number > 0 ? staying[number - 1] : tensor.producer != nil && !tensor.isOutput && !staying.contains(false)
                if !isHere { throw .kept(step: step, tensor: index) }
            }
            if tensor.producer == nil || tensor.isOutput || staying.contains(false) { moved[first].append(index) }
            for (use, stays) in staying.enumerated() where !stays { moved[steps[use + 1]].append(index) }
            var last = -1
            for (use, stays) in staying.enumerated() where stays {
                for step in max(steps[use], last + 1)...steps[use + 1] { onChip[step] += tensor.bytes }
                last = steps[use + 1]
            }
        }
        var figures = ComposeFigures()
        for (number, step) in plan.steps.enumerated() {
            if onChip[number] > machine.capacity { throw .capacity(step: number, bytes: onChip[number]) }
            figures.peak = max(figures.peak, onChip[number])
            let option = segments[step.segment].options[step.option]
            var bytes = option.otherBytes
            for transfer in option.transfers where moved[number].contains(transfer.tensor) { bytes += transfer.bytes }
            figures.cycles += max(option.cycles, (bytes + machine.bandwidth - 1) / machine.bandwidth)
            figures.energy += option.energy + bytes * machine.energyPerByte
            figures.bytes += bytes
            guard number > 0 else { continue }
            let before = plan.steps[number - 1]
            if segments[before.segment].options[before.option].unit != option.unit {
                figures.cycles += machine.switchCycles
                figures.energy += machine.switchEnergy
            }
        }
        return figures
    }
}

/// What a plan is to be good at: a sum of its figures with weights.
public struct ComposeWeights: Sendable, Hashable {
    public var cycles: Int
    public var energy: Int
    public var bytes: Int

    public init(cycles: Int = 0, energy: Int = 0, bytes: Int = 0) {
        self.cycles = cycles
        self.energy = energy
        self.bytes = bytes
    }

    func cost(_ figures: ComposeFigures) -> Int { cycles * figures.cycles + energy * figures.energy + bytes * figures.bytes }
    func cost(ofSwitchOn machine: ComposeMachine) -> Int { cycles * machine.switchCycles + energy * machine.switchEnergy }

    /// Of one segment, without switching.
    func cost(_ option: ComposeOption, moving bytes: Int, on machine: ComposeMachine) -> Int {
        cycles * max(option.cycles, (bytes + machine.bandwidth - 1) / machine.bandwidth)
            + energy * (option.energy + bytes * machine.energyPerByte) + self.bytes * bytes
    }
}
