import Architecture
import MappingSearch
import OperatorGraph
import Quantities
import Reporting

/// One run of `cyclewright schedule`, from two names to an order and residences.
struct ScheduleSession {
    private let command: ScheduleCommand
    private let capacity: Int?
    private let progress: ProgressBar

    /// - Parameter capacity: in bytes; `nil` for the architecture's.
    init(_ command: ScheduleCommand, capacity: Int?) {
        self.command = command
        self.capacity = capacity
        progress = ProgressBar(isEnabled: Terminal.errors.isInteractive && !command.quiet && !command.common.verbose)
    }

    func run() throws(CommandFailure) {
        defer { progress.finish() }
        let resolver = InputResolver()
        let architecturePath = try resolver.path(command.architecture, .architecture)
        let workloadPath = try resolver.path(command.workload, .workload)
        if let path = command.output { try OutputFolder.check(FilePath.folder(path)) }
        let settings = try Settings(command.settings.assignments)
        progress.begin("reading")
        let architecture = try InputFiles.architecture(architecturePath, settings)
        let graph = try InputFiles.workload(workloadPath, settings, architecture: architecture, readsWeights: false)
        guard !graph.isLayerList else {
            throw CommandFailure(.data, "\(workloadPath): its layers are not connected, so that nothing could stay on chip; give an ONNX model or a config.json")
        }
        let memory = try memory(of: architecture)
        let conversion = ScheduleConversion(graph, on: architecture, weights: command.weights)
        let problem: ScheduleProblem
        do throws(ScheduleProblemError) {
            problem = try ScheduleProblem(tensors: conversion.tensors, operators: conversion.operators, capacity: capacity ?? memory.bytes)
        } catch { throw CommandFailure(.data, "\(FilePath.stem(workloadPath)) on \(architecture.name): \(error)") }
        let outcome = try search(problem)
        progress.finish()
        let text = ScheduleText(
            problem: problem, outcome: outcome, architecture: architecture.name, workload: FilePath.stem(workloadPath), order: command.order,
            memory: capacity == nil ? memory.name : nil, streamedBytes: command.weights == .streamed ? conversion.streamedBytes : nil)
        if let path = command.output { try OutputFolder.write(text.yaml, to: path) }
        guard !command.quiet else { return }
        try Console.write(text.summary + text.table + (command.output.map { "Schedule written to \($0)\n" } ?? ""))
    }

    private func memory(of architecture: Architecture) throws(CommandFailure) -> (name: String, bytes: Int) {
        var largest: (name: String, bytes: Int)?
        for memory in architecture.memories {
            guard case .sram = memory.kind, memory.capacity.count > largest?.bytes ?? 0 else { continue }
            largest = (memory.name, memory.capacity.count)
        }
        if let largest { return largest }
        guard let capacity else { throw CommandFailure(.data, "\(architecture.name): has no SRAM; give --capacity") }
        return ("", capacity)
    }

    private func search(_ problem: ScheduleProblem) throws(CommandFailure) -> ScheduleOutcome {
        let label = "scheduling \(problem.operators.count) operators"
        progress.begin(label)
        var scheduler = Scheduler()
        scheduler.searchLimit = command.limit
        do throws(ScheduleFailure) {
            return try Interruption.shared.stoppable { (isStopped) throws(ScheduleFailure) in
                try scheduler.schedule(problem, order: command.order, isCancelled: isStopped) { best in
                    let gap = Double(best.bytes - best.lowerBound) / Double(max(1, best.bytes))
                    progress.begin("\(label): \(QuantityText.integer(best.bytes)) bytes, at most \(QuantityText.fixed(100 * gap, decimals: 1)) % too many")
                }
            }
        } catch {
            switch error {
            case .problem, .none: throw CommandFailure(.data, error.description)
            case .solver, .unsound, .placement: throw CommandFailure(.software, error.description)
            }
        }
    }
}
