import Architecture
import MappingSearch
import Reporting

/// The figures of a schedule for people and for programs.
struct TasksText {
    /// Raised when a key changes its meaning or goes away; new keys do not raise it.
    static let schemaVersion = 1
    /// Rows of tasks that a table shows.
    private static let maximumRows = 400

    let description: TaskGraphDescription
    let problem: TaskProblem
    let objective: TaskObjective
    /// At least one.
    let results: [TaskResult]

    // MARK: For people

    func table(_ style: TerminalStyle) -> String {
        var lines = [style.paint(TerminalText.visible(description.name), .heading) + style.paint("  \(size)", .dim)]
        if !description.source.isEmpty { lines.append(style.paint(TerminalText.visible(description.source), .dim)) }
        lines.append("")
        var figures = TerminalTable([
            .init(title: "scheduler", role: .accent), .init(title: "makespan", isRight: true), .init(title: "mean latency", isRight: true),
            .init(title: "longest", isRight: true), .init(title: "busy", isRight: true),
        ])
        for result in results {
            let latencies = result.schedule.latencies(problem)
            figures.rows.append([
                result.name, time(result.schedule.makespan), mean(latencies), time(latencies.max() ?? 0), QuantityText.percent(busy(result)),
            ])
        }
        lines += figures.lines(style)
        for result in results where result.outcome != nil { lines += ["", "  " + proof(result)] }
        if let result = results.first, results.count == 1 {
            lines += ["", style.paint("Where and when", .heading)] + gantt(result.schedule, style)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var size: String {
        "\(problem.tasks.count) tasks of \(problem.arrivals.count) \(problem.arrivals.count == 1 ? "job" : "jobs"), \(problem.edges.count) edges, \(problem.processors.count) processors"
    }

    private func time(_ value: Int) -> String { QuantityText.integer(value) + (description.unit.isEmpty ? "" : " \(description.unit)") }

    private func mean(_ latencies: [Int]) -> String {
        QuantityText.fixed(Double(latencies.reduce(0, +)) / Double(max(1, latencies.count)), decimals: 1) + (description.unit.isEmpty ? "" : " \(description.unit)")
    }

    private func busy(_ result: TaskResult) -> Double {
        let all = Double(result.schedule.makespan * problem.processors.count)
        return all == 0 ? 0 : Double(result.schedule.busy(problem).reduce(0, +)) / all
    }

    private func proof(_ result: TaskResult) -> String {
        guard let outcome = result.outcome else { return "" }
        let work: String
        if let record = outcome.queries.first?.record {
            let used = outcome.queries.reduce(0) { $0 + Int(clamping: $1.record.resourcesUsed) }
            work = "Z3 \(record.version), \(outcome.queries.count) \(outcome.queries.count == 1 ? "question" : "questions"), \(QuantityText.integer(used)) of its units of work"
        } else if let nodes = result.nodes {
            work = "\(QuantityText.integer(nodes)) branches"
        } else {
            work = "by a bound that the graph itself gives"
        }
        return outcome.isOptimal
            ? "no schedule has a smaller \(objective.rawValue): proved (\(work))"
            : "not proved: no schedule has a \(objective.rawValue) below \(outcome.lowerBound); this has \(outcome.value) (\(work))"
    }

    /// A line for each processor and task, with a bar where it runs.
    private func gantt(_ schedule: TaskSchedule, _ style: TerminalStyle) -> [String] {
        var table = TerminalTable([
            .init(title: "processor", role: .accent), .init(title: "task", isFlexible: true), .init(title: "from", isRight: true), .init(title: "to", isRight: true),
            .init(title: "", canGo: true),
        ])
        let whole = max(1, schedule.makespan), columns = max(10, min(60, style.width - 50))
        for processor in problem.processors.indices {
            for (position, task) in schedule.order(on: processor).enumerated() {
                let placement = schedule.placements[task]
                let first = placement.start * columns / whole
                let last = max(first + 1, (placement.end * columns + whole - 1) / whole)
                table.rows.append([
                    position == 0 ? problem.processors[processor] : "", problem.tasks[task].name, QuantityText.integer(placement.start),
                    QuantityText.integer(placement.end), String(repeating: "·", count: first) + String(repeating: "█", count: last - first),
                ])
            }
        }
        let more = table.rows.count - Self.maximumRows
        table.rows = Array(table.rows.prefix(Self.maximumRows))
        return table.lines(style) + (more > 0 ? ["  … and \(QuantityText.integer(more)) more; --format json or csv has all"] : [])
    }

    // MARK: For programs

    var json: String {
        JSONValue.object([
            ("schemaVersion", .integer(Self.schemaVersion)), ("taskGraph", .string(description.name)), ("source", .string(description.source)),
            ("unit", .string(description.unit)), ("objective", .string(objective.rawValue)), ("processors", .array(problem.processors.map { .string($0) })),
            ("arrivals", .array(problem.arrivals.map { .integer($0) })), ("schedules", .array(results.map(json))),
        ]).document
    }

    private func json(_ result: TaskResult) -> JSONValue {
        let latencies = result.schedule.latencies(problem)
        var members: [(String, JSONValue)] = [
            ("scheduler", .string(result.name)), ("makespan", .integer(result.schedule.makespan)),
            ("meanLatency", .number(Double(latencies.reduce(0, +)) / Double(max(1, latencies.count)))), ("latencies", .array(latencies.map { .integer($0) })),
            ("busy", .array(result.schedule.busy(problem).map { .integer($0) })),
        ]
        if let outcome = result.outcome {
            members += [("value", .integer(outcome.value)), ("lowerBound", .integer(outcome.lowerBound)), ("isOptimal", .boolean(outcome.isOptimal))]
            members.append(("queries", .array(outcome.queries.map { query in
                .object([
                    ("target", .integer(query.target)), ("verdict", .string("\(query.record.verdict)")),
                    ("resources", .integer(Int(clamping: query.record.resourcesUsed))), ("seed", .integer(Int(query.record.limits.seed))),
                    ("version", .string(query.record.version)),
                ])
            })))
            if let nodes = result.nodes { members.append(("branches", .integer(nodes))) }
        }
        members.append(("tasks", .array(zip(problem.tasks, result.schedule.placements).map { task, placement in
            .object([
                ("name", .string(task.name)), ("job", .integer(task.job)), ("processor", .string(problem.processors[placement.processor])),
                ("start", .integer(placement.start)), ("end", .integer(placement.end)),
            ])
        })))
        return .object(members)
    }

    var csv: String {
        var text = "scheduler,job,task,processor,start,end\n"
        for result in results {
            for (task, placement) in zip(problem.tasks, result.schedule.placements) {
                let cells = [result.name, String(task.job), task.name, problem.processors[placement.processor], String(placement.start), String(placement.end)]
                text += cells.map(quoted).joined(separator: ",") + "\n"
            }
        }
        return text
    }

    /// RFC 4180.
    private func quoted(_ cell: String) -> String {
        cell.contains { ",\"\n\r".contains($0) } ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
    }
}
