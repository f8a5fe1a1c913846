import Architecture
import Exploration
import Foundation
import Reporting

/// One run of `cyclewright sweep`, from a space to its best points.
struct SweepSession {
    private let command: SweepCommand
    private let progress: ProgressBar

    init(_ command: SweepCommand) {
        self.command = command
        progress = ProgressBar(command.common, isQuiet: command.quiet)
    }

    func run() throws(CommandFailure) {
        defer { progress.finish() }
        progress.begin("reading")
        let inputs = try SweepSetup(command.space, memoises: !command.noMemoisation)
        let description = try strategy(inputs.space)
        do throws(FigureError) {
            try inputs.space.checkFigures(available: inputs.figureNames)
        } catch {
            throw CommandFailure(.data, "\(command.space): \(error)")
        }
        for path in command.export { try OutputFolder.check(FilePath.folder(path)) }
        let path = command.output ?? FilePath.safe(inputs.space.name) + ".sqlite"
        let database: SweepDatabase
        do throws(SweepDatabaseError) { database = try SweepDatabase(path: path, header: inputs.header(description)) } catch { throw CommandFailure(error) }
        let known = database.evaluatedCount
        let summary = try sweep(inputs, description, database, path)
        progress.finish()
        try tell(path, summary, known: known)
        // After the reader's: the last connection tidies up.
        do throws(SweepDatabaseError) { try database.close() } catch { throw CommandFailure(error) }
        if summary.ending == .interrupted {
            throw CommandFailure(.interrupted, "interrupted: what was finished is in \(path); the same command goes on from there")
        }
    }

    private func tell(_ path: String, _ summary: SweepRunner.Summary, known: Int) throws(CommandFailure) {
        let reader: SweepReader
        do throws(SweepDatabaseError) { reader = try SweepReader(path: path) } catch { throw CommandFailure(error) }
        defer { reader.close() }
        for file in command.export { try SweepExport(reader).write(to: file) }
        if !command.quiet { try Console.write(SweepText(reader, summary, known: known, style: Terminal.output.style).text()) }
    }

    /// The space's strategy with what the command line changes of it.
    func strategy(_ space: DesignSpace) throws(CommandFailure) -> StrategyDescription {
        var description = space.strategy
        if let name = command.strategy, name != description.name {
            description.name = name
            // They belong to the other one.
            description.options = []
        }
        if let seed = command.seed { description.seed = seed }
        if let points = command.points { description.points = points }
        do throws(StrategyError) {
            try Strategies.check(name: description.name, options: description.options)
        } catch {
            throw CommandFailure(command.strategy == nil ? .data : .usage, (command.strategy == nil ? "\(command.space): " : "--") + error.description)
        }
        return description
    }

    private func sweep(
        _ inputs: SweepSetup, _ description: StrategyDescription, _ database: SweepDatabase, _ path: String
    ) throws(CommandFailure) -> SweepRunner.Summary {
        progress.begin("sweeping")
        let logger = command.common.logger
        var engine: any PointEngine
        switch command.engine {
        case .local: engine = LocalEngine(jobs: command.jobs ?? ProcessInfo.processInfo.activeProcessorCount, evaluator: inputs.evaluator)
        case .slurm: engine = try SweepCluster.engine(command, inputs, header: database.header, database: path) { [progress] in progress.begin($0) }
        }
        let runner = SweepRunner(database: database, space: inputs.space, pointLimit: description.points)
        let most = Double(description.points ?? Int(min(inputs.space.cardinality, 1e15)))
        do {
            var space = inputs.space
            space.strategy = description
            space.strategy.points = database.header.plannedPoints
            var strategy = try Strategies.make(for: space)
            return try Interruption.shared.asking { isAsked in
                try runner.run(&strategy, on: &engine, goesOn: { !isAsked() }) { [progress] state in
                    logger.info("stored", metadata: ["points": "\(state.evaluated)"])
                    let failed = state.failed > 0 ? ", \(QuantityText.integer(state.failed)) failed" : ""
                    progress.begin("\(QuantityText.integer(state.evaluated)) points\(failed)")
                    progress.update(Double(state.evaluated) / max(1, most))
                }
            }
        } catch let error as SweepDatabaseError {
            throw CommandFailure(error)
        } catch let error as SweepError {
            throw CommandFailure(error)
        } catch let error as StrategyError {
            throw CommandFailure(.data, error.description)
        } catch {
            throw CommandFailure(.software, "\(error)")
        }
    }
}

extension CommandFailure {
    init(_ error: SweepDatabaseError) {
        switch error.kind {
        case .missing: self.init(.noInput, error.description)
        case .inaccessible, .inUse: self.init(.cannotCreate, error.description)
        case .foreign, .newer, .damaged, .otherSweep: self.init(.data, error.description)
        case .full: self.init(.inputOutput, error.description)
        }
    }

    init(_ error: SweepError) {
        switch error {
        case .changedStrategy, .greedyStrategy: self.init(.data, error.description)
        case .cluster: self.init(.inputOutput, error.description)
        }
    }
}
