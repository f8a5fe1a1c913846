/// Assigns layers by walking through the chains together: at each combination of how far the chains are, those partial schedules are kept that no
/// other beats in when accelerators are free, when chains are there, and energy. Exact as long as the width is enough; it says where it was not.
public struct ChainAssigner: Sendable {
    /// Partial schedules at one combination: half of them by energy, half by time.
    public var width: Int

    public init(width: Int = 400) { self.width = width }

    /// - Parameter limit: of the makespan; `nil` for none, and then the least makespan is wanted before the least energy.
    public func assign(_ problem: ChainProblem, within limit: Int?) -> ChainOutcome {
        var search = Search(problem, width)
        if let limit, let (label, isExact) = search.run(limit: limit, wantsEnergy: true) {
            return search.outcome(label, meetsLimit: true, isExact: isExact)
        }
        let isCertain = search.isComplete
        // No limit that a shorter schedule than the sequential one could break.
        guard let (label, isExact) = search.run(limit: .max / 4, wantsEnergy: false) else { preconditionFailure("each layer runs somewhere") }
        let outcome = search.outcome(label, meetsLimit: true, isExact: isExact)
        guard let limit else { return outcome }
        var result = outcome
        result.meetsLimit = outcome.makespan <= limit
        result.isExact = isCertain
        return result
    }

    private struct Label {
        /// By accelerator, when it is free; then by chain, when its last layer ended; then the energy.
        var values: [Int]
        /// Index into all labels of the one before, and what was appended; -1 for the first.
        var parent: Int
        var chain: Int
        var accelerator: Int
        /// At least this makespan, and this energy, of whatever follows.
        var time: Int
        var energy: Int
    }

    private struct Search {
        let problem: ChainProblem
        let width: Int
        var isComplete = true
        private var labels: [Label] = []
        /// By chain and layer, of that and all behind it, at least.
        private let leastTime: [[Int]]
        private let leastEnergy: [[Int]]

        init(_ problem: ChainProblem, _ width: Int) {
            self.problem = problem
            self.width = max(2, width)
            func suffix(_ chain: [ChainProblem.Layer], _ value: (ChainProblem.Cost) -> Int) -> [Int] {
                var sums = [0]
                for layer in chain.reversed() { sums.append(sums[sums.count - 1] + (layer.costs.compactMap { $0.map(value) }.min() ?? 0)) }
                return sums.reversed()
            }
            leastTime = problem.chains.map { suffix($0) { $0.time } }
            leastEnergy = problem.chains.map { suffix($0) { $0.energy } }
        }

        mutating func run(limit: Int, wantsEnergy: Bool) -> (label: Int, isExact: Bool)? {
            isComplete = true
            labels = []
            let chains = problem.chains.count
            var strides = [Int](repeating: 1, count: chains), states = 1
            for chain in 0..<chains {
                strides[chain] = states
                states *= problem.chains[chain].count + 1
            }
            var waiting = [[Label]](repeating: [], count: states)
            var first = Label(values: Array(repeating: 0, count: problem.accelerators + chains + 1), parent: -1, chain: 0, accelerator: 0, time: 0, energy: 0)
            bound(&first, Array(repeating: 0, count: chains))
            waiting[0] = [first]
            for state in 0..<states {
                let progress = (0..<chains).map { state / strides[$0] % (problem.chains[$0].count + 1) }
                let kept = best(waiting[state], wantsEnergy: wantsEnergy)
                waiting[state] = []
                if state == states - 1 {
                    guard let label = kept.first else { return nil }
                    labels.append(label)
                    return (labels.count - 1, isComplete)
                }
                for label in kept {
                    labels.append(label)
                    for chain in 0..<chains where progress[chain] < problem.chains[chain].count {
                        var next = progress
                        next[chain] += 1
                        for (accelerator, cost) in problem.chains[chain][progress[chain]].costs.enumerated() {
                            guard let cost else { continue }
                            var extended = label
                            let end = max(label.values[accelerator], label.values[problem.accelerators + chain]) + cost.time
                            extended.values[accelerator] = end
                            extended.values[problem.accelerators + chain] = end
                            extended.values[problem.accelerators + chains] += cost.energy
                            (extended.parent, extended.chain, extended.accelerator) = (labels.count - 1, chain, accelerator)
                            bound(&extended, next)
                            if extended.time <= limit { waiting[state + strides[chain]].append(extended) }
                        }
                    }
                }
            }
            return nil
        }

        private func bound(_ label: inout Label, _ progress: [Int]) {
            let chains = problem.chains.count
            var (time, energy, work) = (0, label.values[problem.accelerators + chains], 0)
            for chain in 0..<chains {
                time = max(time, label.values[problem.accelerators + chain] + leastTime[chain][progress[chain]])
                energy += leastEnergy[chain][progress[chain]]
                work += leastTime[chain][progress[chain]]
            }
            for accelerator in 0..<problem.accelerators { work += label.values[accelerator] }
            (label.time, label.energy) = (max(time, (work + problem.accelerators - 1) / problem.accelerators), energy)
        }

        /// Those that no other beats, the best first, as many as there is room for.
        private mutating func best(_ candidates: [Label], wantsEnergy: Bool) -> [Label] {
            func key(_ label: Label) -> (Int, Int) { wantsEnergy ? (label.energy, label.time) : (label.time, label.energy) }
            var kept: [Label] = []
            let order = candidates.indices.sorted {
                let (a, b) = (key(candidates[$0]), key(candidates[$1]))
                return (a.0, a.1, $0) < (b.0, b.1, $1)
            }
            for index in order {
                let values = candidates[index].values
                if !kept.contains(where: { zip($0.values, values).allSatisfy { $0 <= $1 } }) { kept.append(candidates[index]) }
            }
            guard kept.count > width else { return kept }
            isComplete = false
            let half = width / 2
            let rest = kept[half...].enumerated().sorted { ($0.element.time, $0.element.energy, $0.offset) < ($1.element.time, $1.element.energy, $1.offset) }
            return Array(kept[..<half]) + rest.prefix(width - half).map(\.element)
        }

        func outcome(_ index: Int, meetsLimit: Bool, isExact: Bool) -> ChainOutcome {
            var path: [Label] = []
            var position = index
            while position >= 0, labels[position].parent >= 0 {
                path.append(labels[position])
                position = labels[position].parent
            }
            var firsts: [Int] = [], count = 0
            for chain in problem.chains {
                firsts.append(count)
                count += chain.count
            }
            var placements = [TaskSchedule.Placement](repeating: .init(processor: 0, start: 0, end: 0), count: count)
            var progress = [Int](repeating: 0, count: problem.chains.count)
            for label in path.reversed() {
                let end = label.values[label.accelerator]
                let time = problem.chains[label.chain][progress[label.chain]].costs[label.accelerator]?.time ?? 0
                placements[firsts[label.chain] + progress[label.chain]] = .init(processor: label.accelerator, start: end - time, end: end)
                progress[label.chain] += 1
            }
            let schedule = TaskSchedule(placements: placements)
            return ChainOutcome(schedule: schedule, energy: problem.energy(schedule), meetsLimit: meetsLimit, isExact: isExact)
        }
    }
}
