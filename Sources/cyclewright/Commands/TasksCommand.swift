import ArgumentParser
import MappingSearch
import SMT

extension TaskObjective: ExpressibleByArgument {}

/// Schedules task graphs on processors that are not alike.
struct TasksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "Schedule task graphs, arriving over time, on processors that are not alike.",
        usage: "cyclewright tasks FILE [--scheduler NAME] [OPTIONS]",
        discussion: """
            FILE has tasks with a time on each processor, what they hand to each other, links, and when jobs arrive; \
            Documentation/task-graphs.md describes it. Prints where and when each task runs, the makespan, and how long jobs take.

            EXAMPLES
              cyclewright tasks Examples/task-graphs/canonical.yaml
              cyclewright tasks Examples/task-graphs/canonical.yaml --scheduler exact --proof proof.smt2
              cyclewright tasks Examples/task-graphs/arrivals.yaml --scheduler all
              cyclewright tasks Examples/task-graphs/soc.yaml --scheduler exact --objective latency --gantt soc.svg

            SCHEDULERS
              heft             by upward rank, each task where it ends first; what has not begun is planned anew when a job arrives
              heft-committed   the same, but nothing that was planned is moved
              cpop             the critical path on one processor; knows all arrivals from the start
              etf              of all ready tasks the one that ends first
              met              each task on its fastest processor
              exact            by Z3: none is better, or a bound on how much better one could be; knows all arrivals from the start
              exhaustive       by trying all, for small graphs; shares no code with exact
              all              all but the last two, side by side
            """)

    @Argument(help: "A YAML file of task graphs.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Who schedules: \(TaskScheduling.names.joined(separator: ", ")).", valueName: "name"), completion: .list(TaskScheduling.names))
    var scheduler = "heft"

    @Option(name: .long, help: "What exact and exhaustive make small: makespan, or the latency of all jobs together.")
    var objective: TaskObjective = .makespan

    @Option(name: .long, help: ArgumentHelp("Work of one question to Z3, in its own units; 15 to 25 million are about a second.", valueName: "n"))
    var resources: UInt32 = 200_000_000

    @Option(
        name: .long, help: ArgumentHelp("Write the question that Z3 refuted last, the proof of optimality, in SMT-LIB's notation.", valueName: "file"),
        completion: .file())
    var proof: String?

    @Option(name: .long, help: ArgumentHelp("Write a Gantt chart.", valueName: "file.svg"), completion: .file())
    var gantt: String?

    @OptionGroup var figures: FigureOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard TaskScheduling(name: scheduler) != nil else {
            throw ValidationError("--scheduler \(scheduler.prefix(40)): there is no such scheduler; there are \(TaskScheduling.names.joined(separator: ", ")).")
        }
        if resources == 0 { throw ValidationError("--resources must be at least 1.") }
        if proof == "" { throw ValidationError("--proof needs the name of a file.") }
        if gantt == "" { throw ValidationError("--gantt needs the name of a file.") }
        if proof != nil, scheduler != "exact" { throw ValidationError("--proof is of --scheduler exact; the others prove nothing to Z3.") }
        if scheduler == "all", gantt != nil { throw ValidationError("--gantt shows one schedule; name one scheduler.") }
    }

    func run() throws { try TasksSession(self).run() }
}

/// Who schedules.
enum TaskScheduling: Equatable {
    case heuristics([TaskHeuristic])
    case exact
    case exhaustive

    static let names = TaskHeuristic.allCases.map(\.rawValue) + ["exact", "exhaustive", "all"]

    init?(name: String) {
        switch name {
        case "exact": self = .exact
        case "exhaustive": self = .exhaustive
        case "all": self = .heuristics(TaskHeuristic.allCases)
        default:
            guard let heuristic = TaskHeuristic(rawValue: name) else { return nil }
            self = .heuristics([heuristic])
        }
    }
}
