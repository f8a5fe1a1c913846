import Architecture
import Cost
import GraphImport
import Logging
import Mapping
import MappingSearch
import OperatorGraph
import Programs
import Reporting
import Simulation

/// One run of `cyclewright simulate`, from two names to a report.
struct SimulationSession {
    private let command: SimulateCommand
    private let logger: Logger
    private let progress: ProgressBar

    init(_ command: SimulateCommand) {
        self.command = command
        logger = command.common.logger
        progress = ProgressBar(command.common, isQuiet: command.quiet)
    }

    func run() throws(CommandFailure) {
        defer { progress.finish() }
        let pair = try InputPair(command.pair, readsWeights: needsValues, progress)
        let (architecture, graph, workloadPath) = (pair.architecture, pair.graph, pair.workloadPath)
        logger.info("read the architecture", metadata: ["file": "\(pair.architecturePath)"])
        logger.info("read the workload", metadata: ["file": "\(workloadPath)", "operators": "\(graph.nodes.count)"])
        let folder = command.output ?? "reports/\(FilePath.safe(architecture.name))--\(FilePath.safe(FilePath.stem(workloadPath)))"
        // Better now than after a long run.
        try OutputFolder.check(folder)
        if let path = command.recordOrder { try OutputFolder.check(FilePath.folder(path)) }
        let order = try command.order.map { (path) throws(CommandFailure) in try InputFiles.order(path) }

        let machine = try price(architecture)

        progress.begin("lowering")
        let lowered = try schedule(pair)
        logger.info("lowered", metadata: ["operators": "\(lowered.program.operators.count)", "streams": "\(lowered.program.streams.count)"])
        try emit(lowered.program, folder: folder)
        if command.checkValues, !lowered.keepsValues {
            throw CommandFailure(
                .data, "\(graph.name) on \(architecture.name): values mean nothing here, because \(lowered.notes.first ?? "its formats were changed"); use a workload in the machine's own formats")
        }

        let check =
            needsValues
            ? try ValueCheck(
                lowered.graph, program: lowered.program, on: architecture, seed: command.seed, isCompared: command.checkValues, progress)
            : nil
        let outcome = try simulate(lowered.program, architecture, values: check?.source, order: order)
        if let path = command.recordOrder, let recorded = outcome.order { try OutputFolder.write(recorded, to: path) }
        logger.info("simulated", metadata: ["cycles": "\(outcome.record.cycles)", "replays": "\(outcome.replays)"])

        progress.begin("reporting")
        let facts = WorkloadFacts.of(graph, name: FilePath.stem(workloadPath), settings: pair.settings)
        var notes = architecture.notes + lowered.notes
        if !lowered.products.isEmpty {
            let check = PredictionCheck(lowered.products, outcome.record, architecture)
            notes.append("predicted and simulated: \(check.summary); off-chip bytes \(check.traffic(architecture))")
        }
        var cost: RunCost?
        switch machine {
        case .success(let machine):
            do throws(CostError) { cost = try RunCost(outcome.record, on: machine) } catch { notes.append("not priced: \(error)") }
        case .failure(let reason): notes.append("not priced: \(reason)")
        }
        let report = RunReport(
            record: outcome.record, architecture: architecture, workload: facts, mapping: lowered.mapping, notes: notes, cost: cost)
        let files = try write(report, to: folder)
        let verdict = command.checkValues ? check?.verdict(outcome.tensors) : nil
        progress.finish()
        try print(report, files: files, verdict: verdict)
        if let mismatch = verdict?.mismatch { throw CommandFailure(.mismatch, mismatch) }
    }

    /// What the machine costs, or why nobody knows: a machine without a price still runs, but tables that a user brings have to fit.
    private func price(_ architecture: Architecture) throws(CommandFailure) -> Result<MachineCost, CostError> {
        let book = try command.prices.book()
        do throws(CostError) { return .success(try MachineCost(of: architecture, prices: book)) } catch {
            if book === PriceBook.shipped { return .failure(error) }
            throw CommandFailure(error, of: architecture.name)
        }
    }

    /// The arrays' registers move values, so that register fidelity cannot do without.
    private var needsValues: Bool { command.checkValues || command.fidelity == .register }

    /// What is run, and what is known about it.
    private struct Schedule {
        var program: Program
        /// The graph whose values the program's tensors are.
        var graph: Graph
        /// How products were mapped, and how far that is from the best; empty when nobody knows.
        var mapping: String
        /// Those that a mapping file had, so that it can be held against the run; empty without a file.
        var products: [MappedProduct] = []
        var notes: [String]
        var keepsValues: Bool
    }

    private func schedule(_ pair: InputPair) throws(CommandFailure) -> Schedule {
        if let path = command.program {
            return Schedule(program: try InputFiles.program(path, for: pair.architecture), graph: pair.graph, mapping: "", notes: [], keepsValues: false)
        }
        let mapping = try command.mapping.map { (path) throws(CommandFailure) in try InputFiles.mapping(path) }
        let search = command.mapper == .search ? MachineMapper.quick() : nil
        let lowered = try pair.lowered(
            by: search ?? HeuristicMatmulMapper() as any MatmulMapper, mapping, tilesWeights: !command.rowMajorWeights)
        return Schedule(
            program: lowered.program, graph: lowered.graph, mapping: MappingOrigin(mapping, search, lowered).text,
            products: mapping == nil ? [] : lowered.products, notes: lowered.notes, keepsValues: lowered.keepsValues)
    }

    private func simulate(
        _ program: Program, _ architecture: Architecture, values: ValueSource?, order: ServiceOrder?
    ) throws(CommandFailure) -> Simulation.Outcome {
        progress.begin("simulating")
        let options = SimulationOptions(
            fidelity: command.fidelity, fastForward: !command.noFastForward, trace: command.trace, values: values, order: order,
            recordsOrder: command.recordOrder != nil, progress: { [progress] in progress.update($0) })
        do throws(SimulationError) {
            return try Simulation.run(program, on: architecture, options: options)
        } catch {
            if case .order = error { throw CommandFailure(.data, "\(command.order ?? ""): \(error)") }
            throw CommandFailure(error)
        }
    }

    // MARK: Output

    /// True when the output carries the program, and the summary must not mix with it.
    private var programGoesToOutput: Bool { command.emitProgram == "-" }

    private func emit(_ program: Program, folder: String) throws(CommandFailure) {
        switch command.emitProgram {
        case nil: return
        case "-"?: try Console.write(program.text)
        case ArgumentRewriting.absent?: try OutputFolder.write(program.text, to: folder + "/program.txt")
        case let path?: try OutputFolder.write(program.text, to: path)
        }
    }

    private func write(_ report: RunReport, to folder: String) throws(CommandFailure) -> [String] {
        do throws(ReportError) {
            return try Interruption.shared.protect(folder) { () throws(ReportError) in
                try ReportFolder.write(report, to: folder, trace: command.trace)
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func print(_ report: RunReport, files: [String], verdict: ValueCheck.Verdict?) throws(CommandFailure) {
        if command.quiet { return }
        let style = programGoesToOutput ? Terminal.errors.style : Terminal.output.style
        var text = TerminalSummary.text(of: report, style: style) + "\n"
        if let verdict { text += verdict.summary + "\n" }
        let page = files.first { $0.hasSuffix(".html") } ?? ""
        text += "Report written to \(page)\n"
        if programGoesToOutput { Console.noteRaw(text) } else { try Console.write(text) }
    }
}

extension WorkloadFacts {
    /// - Parameter name: what the user calls the workload.
    package static func of(_ graph: Graph, name: String, settings: Settings) -> WorkloadFacts {
        let leading = graph.inputs.lazy.map { graph.values[$0].type.shape }.first { $0.count > 1 }?.first
        let batch = settings.workload["batch"].flatMap { Int($0) } ?? (graph.isLayerList || !graph.states.isEmpty ? nil : leading)
        return WorkloadFacts(
            name: name, origin: graph.origin, parameterCount: GraphSummary.parameterCount(graph),
            operatorCount: graph.nodes.count, inferences: max(1, batch ?? 1))
    }
}
