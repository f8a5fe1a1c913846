import Architecture
import MappingSearch
import TimeloopFiles

/// One run of `cyclewright timeloop`, from files to figures.
struct TimeloopSession {
    private let command: TimeloopCommand
    private let objective: MappingObjective?
    private let progress: ProgressBar

    /// - Parameter objective: `nil` for what the files ask for.
    init(_ command: TimeloopCommand, objective: MappingObjective?) {
        self.command = command
        self.objective = objective
        progress = ProgressBar(command.common)
    }

    func run() throws(CommandFailure) {
        defer { progress.finish() }
        let specification = try read()
        let text = TimeloopText(specification, style: Terminal.output.style)
        if let mapping = specification.mapping, !command.search {
            let report: LoopNestReport
            do throws(LoopNestError) {
                report = try LoopNestAnalysis(specification.problem, on: specification.hierarchy).report(mapping)
            } catch {
                throw CommandFailure(specification.located(error))
            }
            try write(mapping, specification, [])
            return try Console.write(text.evaluated(mapping, report))
        }
        let outcome = try search(specification)
        guard command.imperfect else {
            progress.finish()
            try write(outcome.mapping, specification, text.summary(outcome))
            return try Console.write(text.searched(outcome))
        }
        let imperfect = try searchImperfect(specification, outcome)
        progress.finish()
        let summary = text.summary(outcome) + text.summary(imperfect, of: specification.problem)
        var longer = specification
        longer.problem = imperfect.problem
        try write(imperfect.outcome.mapping, longer, summary)
        try Console.write(TimeloopText(longer, style: Terminal.output.style).searched(imperfect.outcome, summary: summary))
    }

    /// Beyond the mappings whose factors divide.
    private func searchImperfect(_ specification: TimeloopSpecification, _ perfect: MapspaceOutcome) throws(CommandFailure) -> ImperfectOutcome {
        progress.begin("searching for factors that do not divide")
        var search = ImperfectSearch(specification.problem, on: specification.hierarchy, constraints: specification.constraints)
        search.labelLimit = min(search.labelLimit, command.limit)
        do throws(MapspaceError) { return try search.run(perfect.objective, from: perfect) } catch {
            throw CommandFailure(.data, "\(command.files[0]): \(error)")
        }
    }

    private func read() throws(CommandFailure) -> TimeloopSpecification {
        var files: [(name: String, text: String)] = []
        for path in command.files {
            if ShippedFiles.isFolder(path) { throw CommandFailure(.noInput, "\(path.prefix(200)): is a folder; name the files in it") }
            guard ShippedFiles.exists(path) else { throw CommandFailure(.noInput, "\(path.prefix(200)): there is no such file") }
            do throws(ArchitectureError) {
                files.append((path, try ArchitectureFile.read(path: path, kind: "Timeloop")))
            } catch { throw CommandFailure(error) }
        }
        do throws(ArchitectureError) { return try TimeloopSpecification(files: files) } catch { throw CommandFailure(error) }
    }

    private func search(_ specification: TimeloopSpecification) throws(CommandFailure) -> MapspaceOutcome {
        var search = MapspaceSearch(specification.problem, on: specification.hierarchy, constraints: specification.constraints)
        search.labelLimit = command.limit
        search.skeletonLabelLimit = min(search.skeletonLabelLimit, command.limit)
        let objective = objective ?? specification.metrics.first.flatMap { MappingObjective(timeloopName: $0.rawValue) } ?? .edp
        progress.begin("searching for the least \(objective.rawValue)")
        let logger = command.common.logger
        let configured = search
        do throws(MapspaceError) {
            return try Interruption.shared.asking { (isAsked) throws(MapspaceError) in
                try configured.run(objective) { best, bound in
                    logger.info("best \(best), at least \(bound)")
                    progress.begin("best \(TimeloopText.value(best, objective)), at least \(TimeloopText.value(bound, objective))")
                    return !isAsked()
                }
            }
        } catch {
            throw CommandFailure(.data, "\(command.files[0]): \(error)")
        }
    }

    private func write(_ mapping: LoopNestMapping, _ specification: TimeloopSpecification, _ comment: [String]) throws(CommandFailure) {
        guard let path = command.output else { return }
        try OutputFolder.write(TimeloopMappingText.yaml(mapping, specification.problem, on: specification.hierarchy, comment: comment), to: path)
    }
}
