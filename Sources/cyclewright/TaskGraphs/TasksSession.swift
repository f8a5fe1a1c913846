import Architecture
import MappingSearch
import Reporting
import SMT

/// One run of `cyclewright tasks`, from a file to schedules.
struct TasksSession {
    private let command: TasksCommand
    private let progress: ProgressBar

    init(_ command: TasksCommand) {
        self.command = command
        progress = ProgressBar(command.common)
    }

    func run() throws(CommandFailure) {
        defer { progress.finish() }
        for path in [command.proof, command.gantt].compactMap({ $0 }) { try OutputFolder.check(FilePath.folder(path)) }
        let description: TaskGraphDescription
        guard ShippedFiles.exists(command.file) else { throw CommandFailure(.noInput, "\(command.file.prefix(200)): there is no such file") }
        do throws(ArchitectureError) { description = try TaskGraphDescription.load(path: command.file) } catch { throw CommandFailure(error) }
        let problem = description.problem
        let results = try schedules(problem)
        progress.finish()
        for result in results {
            let violations = result.schedule.violations(problem)
            guard violations.isEmpty else {
                throw CommandFailure(.software, "the schedule of \(result.name) cannot be run; please report this with the file\n\(violations.joined(separator: "\n"))")
            }
        }
        if let path = command.proof {
            guard let proof = results.first?.outcome?.proof else {
                throw CommandFailure(.data, "--proof: no question was refuted: the best schedule meets a bound that the graph itself gives, or the limit came first")
            }
            try OutputFolder.write(proof, to: path)
        }
        let text = TasksText(description: description, problem: problem, objective: command.objective, results: results)
        if let path = command.gantt, let result = results.first {
            try OutputFolder.write(GanttChart.svg(problem, result.schedule, title: "\(description.name), \(result.name)", unit: description.unit), to: path)
        }
        try command.figures.write(command.figures.text(table: { text.table($0) }, json: { text.json }, csv: { text.csv }))
        if results.contains(where: { $0.wasCancelled }) { throw CommandFailure(.interrupted, "interrupted: the schedule is the best that was found so far") }
    }

    private func schedules(_ problem: TaskProblem) throws(CommandFailure) -> [TaskResult] {
        guard let scheduling = TaskScheduling(name: command.scheduler) else { return [] }
        switch scheduling {
        case .heuristics(let list): return list.map { TaskResult(name: $0.rawValue, schedule: $0.schedule(problem)) }
        case .exhaustive:
            progress.begin("trying all schedules")
            let (outcome, nodes) = TaskBranchAndBound().schedule(problem, objective: command.objective)
            return [TaskResult(name: "exhaustive", schedule: outcome.schedule, outcome: outcome, nodes: nodes)]
        case .exact:
            guard problem.tasks.count <= ExactTaskScheduler.maximumTasks else {
                throw CommandFailure(.data, "\(command.file): has \(problem.tasks.count) tasks; exact takes up to \(ExactTaskScheduler.maximumTasks), heft any number")
            }
            progress.begin("proving a schedule of \(problem.tasks.count) tasks")
            do throws(SMTError) {
                return try Interruption.shared.asking { (isStopped) throws(SMTError) in
                    let outcome = try ExactTaskScheduler(limits: QueryLimits(resources: command.resources))
                        .schedule(problem, objective: command.objective, isCancelled: isStopped)
                    return [TaskResult(name: "exact", schedule: outcome.schedule, outcome: outcome, wasCancelled: isStopped() && !outcome.isOptimal)]
                }
            } catch {
                throw CommandFailure(.software, "\(error)")
            }
        }
    }
}

/// What one scheduler made.
struct TaskResult {
    var name: String
    var schedule: TaskSchedule
    /// Of those that know how good it is.
    var outcome: TaskOutcome?
    /// Of a search that counts them.
    var nodes: Int?
    var wasCancelled = false
}
