import Architecture

/// Task graphs, the processors they run on, and the jobs that arrive, as a file describes them. Documentation/task-graphs.md has the format.
public struct TaskGraphDescription: Sendable, Hashable {
    public struct Graph: Sendable, Hashable {
        public var name: String
        /// Every task behind those that it needs.
        public var tasks: [Task]
        /// Between indices of `tasks`.
        public var edges: [TaskProblem.Edge]

        public struct Task: Sendable, Hashable {
            public var name: String
            /// By processor; `nil` where it cannot run.
            public var costs: [Int?]
        }
    }

    public struct Jobs: Sendable, Hashable {
        /// Index into `graphs`.
        public var graph: Int
        public var arrivals: TaskArrivals
    }

    public var name: String
    /// Where the figures come from; empty when the file does not say.
    public var source: String
    /// Of all times, for tables: "us"; empty for bare numbers.
    public var unit: String
    public var processors: [String]
    /// By sender, then receiver.
    public var links: [[TaskProblem.Link]]
    public var graphs: [Graph]
    public var jobs: [Jobs]

    public static let maximumProcessors = 64
    /// Of all jobs together.
    public static let maximumTasks = 20_000
    public static let maximumTime = 1_000_000_000

    /// - Throws: `ArchitectureError` with file, line and path.
    public static func load(path: String) throws(ArchitectureError) -> TaskGraphDescription {
        try decode(text: try ArchitectureFile.read(path: path, kind: "task graph"), file: path)
    }

    /// Reads it from text; `file` is used in messages.
    public static func decode(text: String, file: String) throws(ArchitectureError) -> TaskGraphDescription {
        let root = try YAMLDocument.parse(text, file: file, kind: "task graph", beginning: "task-graph: NAME")
        return try TaskGraphDecoder(file: file).decode(root)
    }

    /// All jobs by arrival, those that arrive together in the order of the file.
    public var arrivals: [(graph: Int, time: Int)] {
        let all = jobs.flatMap { job in job.arrivals.times.map { (graph: job.graph, time: $0) } }
        return all.indices.sorted { (all[$0].time, $0) < (all[$1].time, $1) }.map { all[$0] }
    }

    /// All tasks of all jobs. A task is called after its graph's; with more than one job, "3.decode" is the one of job 3.
    public var problem: TaskProblem {
        let jobs = arrivals
        var tasks: [TaskProblem.Task] = [], edges: [TaskProblem.Edge] = []
        for (number, job) in jobs.enumerated() {
            let first = tasks.count
            for task in graphs[job.graph].tasks {
                tasks.append(.init(name: jobs.count == 1 ? task.name : "\(number).\(task.name)", job: number, release: job.time, costs: task.costs))
            }
            edges += graphs[job.graph].edges.map { .init(from: $0.from + first, to: $0.to + first, amount: $0.amount) }
        }
        return TaskProblem(processors: processors, links: links, tasks: tasks, edges: edges, arrivals: jobs.map(\.time))
    }
}
