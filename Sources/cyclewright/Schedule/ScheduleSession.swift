import Architecture
import MappingSearch
import OperatorGraph
import Quantities
import Reporting

/// One run of `cyclewright schedule`, from two names to an order and residences.
struct ScheduleSession {
    private let command: ScheduleCommand
    private let capacity: ScheduleCommand.Capacity
    private let progress: ProgressBar

    init(_ command: ScheduleCommand, capacity: ScheduleCommand.Capacity) {
        self.command = command
        self.capacity = capacity
        progress = ProgressBar(command.common, isQuiet: command.quiet)
    }

    func run() throws(CommandFailure) {
        defer { progress.finish() }
        let pair = try InputPair(command.pair, progress) { () throws(CommandFailure) in
            if let path = command.output { try OutputFolder.check(FilePath.folder(path)) }
        }
        let (architecture, graph, workloadPath) = (pair.architecture, pair.graph, pair.workloadPath)
        guard !graph.isLayerList else {
            throw CommandFailure(.data, "\(workloadPath): its layers are not connected, so that nothing could stay on chip; give an ONNX model or a config.json")
        }
        let conversion = ScheduleConversion(graph, on: architecture, weights: command.weights)
        let (problem, memory) = try problem(conversion, architecture, name: FilePath.stem(workloadPath))
        let outcome = try search(problem)
        progress.finish()
        let text = ScheduleText(
            problem: problem, outcome: outcome, architecture: architecture.name, workload: FilePath.stem(workloadPath), order: command.order,
            memory: memory, streamedBytes: command.weights == .streamed ? conversion.streamedBytes : nil)
        if let path = command.output { try OutputFolder.write(text.yaml, to: path) }
        if !command.quiet { try Console.write(text.summary + text.table + (command.output.map { "Schedule written to \($0)\n" } ?? "")) }
        if outcome.wasCancelled && !outcome.isOptimal {
            throw CommandFailure(.interrupted, "interrupted: the schedule is the best that was found so far")
        }
    }

    /// The problem, and the memory whose capacity it has.
    private func problem(
        _ conversion: ScheduleConversion, _ architecture: Architecture, name: String
    ) throws(CommandFailure) -> (ScheduleProblem, memory: String?) {
        var memory: String?
        let bytes: Int
        switch capacity {
        case .bytes(let given): bytes = given
        case .least: bytes = PlacementProblem.maximumValue
        case .architecture:
            let largest = try largestMemory(of: architecture)
            (memory, bytes) = (largest.name, largest.capacity.count)
        }
        do throws(ScheduleProblemError) {
            let problem = try ScheduleProblem(tensors: conversion.tensors, operators: conversion.operators, capacity: bytes)
            guard case .least = capacity else { return (problem, memory) }
            return (try problem.with(capacity: problem.leastCapacity), nil)
        } catch { throw CommandFailure(.data, "\(name) on \(architecture.name): \(error)") }
    }

    private func largestMemory(of architecture: Architecture) throws(CommandFailure) -> Memory {
        var largest: Memory?
        for memory in architecture.memories {
            guard case .sram = memory.kind, memory.capacity.count > largest?.capacity.count ?? 0 else { continue }
            largest = memory
        }
        guard let largest else { throw CommandFailure(.data, "\(architecture.name): has no SRAM; give --capacity") }
        return largest
    }

    private func search(_ problem: ScheduleProblem) throws(CommandFailure) -> ScheduleOutcome {
        let label = "scheduling \(problem.operators.count) operators"
        progress.begin(label)
        var scheduler = Scheduler()
        scheduler.searchLimit = command.limit
        do throws(ScheduleFailure) {
            return try Interruption.shared.asking { (isStopped) throws(ScheduleFailure) in
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
