import Architecture
import MappingSearch
import Reporting

/// One run of `cyclewright allocate`, from a table of buffers to offsets.
struct AllocationSession {
    private let command: AllocateCommand
    private let capacity: Int?
    private let progress: ProgressBar

    /// - Parameter capacity: in bytes; `nil` for the least that suffices.
    init(_ command: AllocateCommand, capacity: Int?) {
        self.command = command
        self.capacity = capacity
        progress = ProgressBar(command.common, isQuiet: command.quiet)
    }

    func run() throws(CommandFailure) {
        defer { progress.finish() }
        let table = try read()
        progress.begin("placing \(table.buffers.count) buffers")
        // Until the table is written: a search that ends just when it is asked to has its answer shown all the same.
        let (placement, summary, isInterrupted) = try Interruption.shared.asking { (isAsked) throws(CommandFailure) -> Answer in
            if let capacity { try place(table, in: capacity, isAsked) } else { try squeeze(table, isAsked) }
        }
        progress.finish()
        let text = table.csv(with: placement)
        if let path = command.output {
            try OutputFolder.write(text, to: path)
            if !command.quiet { try Console.write(summary + "Table written to \(path)\n") }
        } else {
            try Console.write(text)
            if !command.quiet { Console.noteRaw(summary) }
        }
        if isInterrupted { throw CommandFailure(.interrupted, "interrupted: the placement is the lowest that was found so far") }
    }

    private func read() throws(CommandFailure) -> BufferTable {
        let path = command.file
        if ShippedFiles.isFolder(path) { throw CommandFailure(.noInput, "\(path.prefix(200)): is a folder; name a file in it") }
        guard ShippedFiles.exists(path) else { throw CommandFailure(.noInput, "\(path.prefix(200)): there is no such file") }
        let text: String
        do throws(ArchitectureError) { text = try ArchitectureFile.read(path: path, kind: "table of buffers") } catch { throw CommandFailure(error) }
        do throws(BufferTableError) { return try BufferTable(csv: text, file: path) } catch { throw CommandFailure(.data, error.description) }
    }

    private typealias Answer = (placement: Placement, summary: String, isInterrupted: Bool)

    /// Within a capacity.
    private func place(_ table: BufferTable, in capacity: Int, _ isAsked: () -> Bool) throws(CommandFailure) -> Answer {
        let problem = try problem(table, capacity)
        let outcome: PlacementOutcome
        let live = LiveBytes(of: problem)
        progress.begin("placing \(table.buffers.count) buffers: \(QuantityText.integer(live.bytes)) of \(QuantityText.integer(capacity)) bytes are live at once")
        do throws(PlacementFailure) { outcome = try Placer().place(problem, isCancelled: isAsked) } catch { throw failure(error) }
        let text = AllocationText(file: command.file, problem: problem)
        switch outcome.verdict {
        case .placed(let placement): return (placement, text.placed(placement, outcome), false)
        case .infeasible(let proof): throw CommandFailure(.data, "\(command.file): \(text.infeasible(proof, outcome.effort))")
        case .undecided:
            guard isAsked() else { throw CommandFailure(.data, "\(command.file): \(text.undecided(outcome))") }
            throw CommandFailure(.interrupted, "\(command.file): interrupted: \(text.stopped(outcome, lowest: lowest(table)))")
        }
    }

    /// Height of the lowest placement that is found at once, whatever the capacity.
    private func lowest(_ table: BufferTable) -> Int? {
        guard command.banks == 1, let roomy = try? problem(table, max(1, AllocationSession.room(table.buffers))) else { return nil }
        return (try? Placer().smallestCapacity(roomy, isCancelled: { true }))?.capacity
    }

    /// In as little as suffices.
    private func squeeze(_ table: BufferTable, _ isAsked: () -> Bool) throws(CommandFailure) -> Answer {
        let roomy = try problem(table, max(1, AllocationSession.room(table.buffers)))
        let best: SmallestCapacity?
        do throws(PlacementFailure) {
            best = try Placer().smallestCapacity(roomy, isCancelled: isAsked) { [progress] best in
                progress.begin(
                    "placing \(table.buffers.count) buffers: in \(QuantityText.integer(best.capacity)) bytes, at least \(QuantityText.integer(best.lowerBound)) are needed")
            }
        } catch { throw failure(error) }
        // Only side constraints can be in the way: placing says which.
        guard let best else { return try place(table, in: roomy.capacity, isAsked) }
        let isInterrupted = !best.isOptimal && isAsked()
        return (best.placement, AllocationText(file: command.file, problem: roomy).smallest(best, live: LiveBytes(of: roomy), isInterrupted), isInterrupted)
    }

    /// Enough for all buffers one above the other, wherever the fixed ones are.
    private static func room(_ buffers: [PlacementBuffer]) -> Int {
        buffers.reduce(0) { sum, buffer in
            // Each at most 2^52, and at most 200,000 of them before the sum is cut off.
            min(PlacementProblem.maximumValue, sum + (buffer.fixedOffset ?? 0) + buffer.size + buffer.alignment)
        }
    }

    private func problem(_ table: BufferTable, _ capacity: Int) throws(CommandFailure) -> PlacementProblem {
        do throws(PlacementError) {
            return try table.problem(capacity: capacity, banks: command.banks)
        } catch {
            throw CommandFailure(.data, "\(command.file): \(error)")
        }
    }

    private func failure(_ error: PlacementFailure) -> CommandFailure {
        switch error {
        case .problem(let error): CommandFailure(.data, "\(command.file): \(error)")
        case .solver, .unsound: CommandFailure(.software, "\(command.file): \(error)")
        }
    }
}
