/// Networks side by side on accelerators that are not alike: each network is a chain of layers, a layer runs on one accelerator, an accelerator
/// runs one layer at a time. The setting of Yang et al., "Co-Exploration of Neural Architectures and Heterogeneous ASIC Accelerator Designs
/// Targeting Multiple Tasks" (NASAIC), DAC 2020: least energy within a makespan.
public struct ChainProblem: Sendable, Hashable {
    public struct Cost: Sendable, Hashable {
        /// At least 0.
        public var time: Int
        public var energy: Int

        public init(time: Int, energy: Int) { self.time = time; self.energy = energy }
    }

    public struct Layer: Sendable, Hashable {
        public var name: String
        /// By accelerator; `nil` where it cannot run.
        public var costs: [Cost?]

        public init(name: String, costs: [Cost?]) { self.name = name; self.costs = costs }
    }

    public var accelerators: Int
    public var chains: [[Layer]]

    public init(accelerators: Int, chains: [[Layer]]) {
        precondition(
            accelerators > 0 && chains.allSatisfy { $0.allSatisfy { $0.costs.count == accelerators && $0.costs.contains { $0 != nil } } },
            "each layer runs somewhere")
        self.accelerators = accelerators; self.chains = chains
    }

    /// The same as tasks, chain after chain.
    public var tasks: TaskProblem {
        let names = (0..<accelerators).map(String.init)
        var tasks: [TaskProblem.Task] = [], edges: [TaskProblem.Edge] = []
        for (job, chain) in chains.enumerated() {
            for (index, layer) in chain.enumerated() {
                if index > 0 { edges.append(.init(from: tasks.count - 1, to: tasks.count, amount: 0)) }
                tasks.append(.init(name: layer.name, job: job, costs: layer.costs.map { $0?.time }))
            }
        }
        return TaskProblem(
            processors: names, links: names.map { _ in names.map { _ in .init() } }, tasks: tasks, edges: edges, arrivals: chains.map { _ in 0 })
    }

    /// Energy of each task on each accelerator, in the order of ``tasks``.
    public var energies: [[Int?]] { chains.flatMap { $0.map { $0.costs.map { $0?.energy } } } }

    public func energy(_ schedule: TaskSchedule) -> Int {
        zip(energies, schedule.placements).reduce(0) { $0 + ($1.0[$1.1.processor] ?? 0) }
    }
}

/// Where the layers run.
public struct ChainOutcome: Sendable, Hashable {
    /// Of ``ChainProblem/tasks``.
    public var schedule: TaskSchedule
    public var energy: Int
    public var makespan: Int { schedule.makespan }
    /// Whether the makespan is within what was asked for; where nothing is, the schedule is the shortest that was found.
    public var meetsLimit: Bool
    /// Whether nothing was left out: the energy is the least within the limit, or no schedule is within it.
    public var isExact: Bool

    public init(schedule: TaskSchedule, energy: Int, meetsLimit: Bool, isExact: Bool) {
        self.schedule = schedule; self.energy = energy; self.meetsLimit = meetsLimit; self.isExact = isExact
    }
}
