/// How urgent tasks are, by mean costs (Topcuoglu et al. 2002, section 4.1).
struct TaskRanks {
    /// From the beginning of a task to the end of the graph.
    let upward: [Double]
    /// From the beginning of the graph to that of a task.
    let downward: [Double]

    init(_ problem: TaskProblem) {
        let means = problem.tasks.map { task in
            let costs = task.costs.compactMap { $0 }
            return Double(costs.reduce(0, +)) / Double(costs.count)
        }
        // The paper's mean communication: mean latency, and the amount at the mean rate.
        var (latency, rate, pairs) = (0, 0, 0)
        for (sender, row) in problem.links.enumerated() {
            for (receiver, link) in row.enumerated() where sender != receiver {
                latency += link.latency
                rate += link.bandwidth
                pairs += 1
            }
        }
        func mean(_ edge: TaskProblem.Edge) -> Double {
            pairs == 0 ? 0 : Double(latency) / Double(pairs) + Double(edge.amount) * Double(pairs) / Double(rate)
        }
        var up = [Double](repeating: 0, count: means.count), down = up
        for index in means.indices.reversed() {
            up[index] = means[index] + (problem.outgoing[index].map { mean($0) + up[$0.to] }.max() ?? 0)
        }
        for index in means.indices {
            down[index] = problem.incoming[index].map { down[$0.from] + means[$0.from] + mean($0) }.max() ?? 0
        }
        (upward, downward) = (up, down)
    }

    /// To 1/1024: sums of thirds that are equal on paper differ in their last bit otherwise, and the order of tasks with them.
    static func step(_ rank: Double) -> Int { Int((rank * 1024).rounded()) }

    /// Most urgent first; among equals in the order of the problem, so that what is needed always comes before what needs it.
    var order: [Int] {
        let steps = upward.map(Self.step)
        return steps.indices.sorted { (steps[$1], $0) < (steps[$0], $1) }
    }
}
