import Architecture
import GraphImport
import Lowering
import Mapping
import MappingSearch
import OperatorGraph
import Simulation
import Synchronization

/// One run of `cyclewright map`, from two names to a mapping file.
struct MapSession {
    private let command: MapCommand
    private let progress: ProgressBar

    init(_ command: MapCommand) {
        self.command = command
        progress = ProgressBar(command.common, isQuiet: command.quiet)
    }

    func run() throws(CommandFailure) {
        defer { progress.finish() }
        let pair = try InputPair(command.pair, progress)
        let (architecture, graph) = (pair.architecture, pair.graph)
        var limits = WorkloadMapping(architecture: "", workload: "")
        if let path = command.constraints {
            let file = try InputFiles.mapping(path)
            limits.file = path
            limits.constraints = file.constraints
            if limits.constraints.isEmpty {
                throw CommandFailure(.data, "\(path): has no constraints; write them under \"constraints:\"")
            }
        }
        progress.begin("searching")
        let search = MapSearch(
            command.objective, effort: command.effort.limits, graph, architecture, limits, composing: command.composing,
            progress: { [progress] step in progress.begin("searching: \(step)") }, goesOn: { !Interruption.shared.isAsked })
        let found: FoundMapping
        do throws(LoweringError) {
            found = try Interruption.shared.asking { (_) throws(LoweringError) in try search.run() }
        } catch {
            if let conflict = search.conflict { throw CommandFailure(.data, conflict) }
            throw CommandFailure(error, workload: graph.name, architecture: architecture.name)
        }
        progress.finish()
        let text = MapText(found, objective: command.objective, title: pair.title, style: Terminal.output.style)
        if let path = command.output {
            try OutputFolder.write(found.mapping.text, to: path)
            if !command.quiet { try Console.write(text.summary + "Mapping written to \(path)\n") }
        } else {
            try Console.write(found.mapping.text)
            if !command.quiet { Console.noteRaw(text.summary) }
        }
        if found.isInterrupted {
            throw CommandFailure(.interrupted, "interrupted: the mapping is the best that was found so far")
        }
    }
}
