/// Tasks with precedence on processors that are not alike: what a task takes depends on where it runs, and what one task hands to another takes
/// time where the two run on different processors.
///
/// The model is that of Topcuoglu, Hariri and Wu, "Performance-effective and low-complexity task scheduling for heterogeneous computing",
/// IEEE TPDS 13(3), 2002: a processor runs one task at a time, to its end; transfers begin when their task ends, keep no processor, and do not
/// wait for each other. Beside it tasks have a time before which they are not known: the arrival of their job.
///
/// All times are whole units, whatever the unit is.
public struct TaskProblem: Sendable, Hashable {
    public struct Task: Sendable, Hashable {
        public var name: String
        /// Index of the job that it belongs to.
        public var job: Int
        /// No earlier than this may it begin.
        public var release: Int
        /// By processor; `nil` where it cannot run. At least one is not.
        public var costs: [Int?]

        public init(name: String, job: Int = 0, release: Int = 0, costs: [Int?]) {
            self.name = name; self.job = job; self.release = release; self.costs = costs
        }

        /// On the processor that takes least.
        public var leastCost: Int { costs.lazy.compactMap { $0 }.min() ?? 0 }
    }

    /// What one task hands to another.
    public struct Edge: Sendable, Hashable {
        public var from: Int
        public var to: Int
        public var amount: Int

        public init(from: Int, to: Int, amount: Int) { self.from = from; self.to = to; self.amount = amount }
    }

    /// Between two processors, in one direction.
    public struct Link: Sendable, Hashable {
        /// Before the first of the amount is there.
        public var latency: Int
        /// Amount in one unit of time, at least 1.
        public var bandwidth: Int

        public init(latency: Int = 0, bandwidth: Int = 1) { self.latency = latency; self.bandwidth = bandwidth }

        /// Rounded up to whole units of time.
        public func time(_ amount: Int) -> Int { latency + (amount + bandwidth - 1) / bandwidth }
    }

    public var processors: [String]
    /// By sender, then receiver; what stands on the diagonal is not used.
    public var links: [[Link]]
    /// Every task behind those that it needs.
    public private(set) var tasks: [Task]
    public private(set) var edges: [Edge]
    /// Of each job.
    public var arrivals: [Int]
    /// Edges by the task that they lead to, and by the task that they come from.
    public private(set) var incoming: [[Edge]]
    public private(set) var outgoing: [[Edge]]

    /// - Parameters:
    ///   - tasks: every task behind those that it needs, each with a cost for each processor.
    ///   - arrivals: of each job.
    public init(processors: [String], links: [[Link]], tasks: [Task], edges: [Edge], arrivals: [Int] = [0]) {
        precondition(links.count == processors.count && links.allSatisfy { $0.count == processors.count }, "a link for each pair of processors")
        precondition(
            tasks.allSatisfy { $0.costs.count == processors.count && $0.costs.contains { $0 != nil } && arrivals.indices.contains($0.job) },
            "each task runs somewhere, for a job")
        precondition(edges.allSatisfy { $0.from < $0.to && tasks.indices.contains($0.to) && $0.from >= 0 }, "edges lead onwards")
        self.processors = processors; self.links = links; self.tasks = tasks; self.edges = edges; self.arrivals = arrivals
        incoming = Array(repeating: [], count: tasks.count)
        outgoing = incoming
        for edge in edges {
            incoming[edge.to].append(edge)
            outgoing[edge.from].append(edge)
        }
    }

    /// From the end of a task on one processor until what it hands over is on another.
    public func transfer(_ amount: Int, from sender: Int, to receiver: Int) -> Int {
        sender == receiver ? 0 : links[sender][receiver].time(amount)
    }

    /// From the beginning of each task to the end of everything that needs it, at least: each on its fastest processor, nothing to wait for.
    var tails: [Int] {
        var tails = [Int](repeating: 0, count: tasks.count)
        for index in tasks.indices.reversed() {
            tails[index] = tasks[index].leastCost + (outgoing[index].map { tails[$0.to] }.max() ?? 0)
        }
        return tails
    }

    /// When each task can begin at the earliest, in the same sense.
    var heads: [Int] {
        var heads = tasks.map(\.release)
        for (index, task) in tasks.enumerated() {
            for edge in outgoing[index] { heads[edge.to] = max(heads[edge.to], heads[index] + task.leastCost) }
        }
        return heads
    }
}

/// What a schedule is wanted to be short in.
public enum TaskObjective: String, Sendable, Hashable, CaseIterable {
    /// The end of the last task.
    case makespan
    /// Of all jobs together, each from its arrival to the end of its last task.
    case latency
}
