import Architecture
import Lowering
import MappingSearch
import OperatorGraph
import Programs
import Simulation
import Verification

/// One run of `cyclewright verify`, from two names to a certificate.
struct VerificationSession {
    private let command: VerifyCommand
    private let progress: ProgressBar

    init(_ command: VerifyCommand) {
        self.command = command
        progress = ProgressBar(isEnabled: Terminal.errors.isInteractive && !command.quiet && !command.common.verbose)
    }

    func run() throws(CommandFailure) {
        defer { progress.finish() }
        let resolver = InputResolver()
        let architecturePath = try resolver.path(command.architecture, .architecture)
        let workloadPath = try resolver.path(command.workload, .workload)
        let settings = try Settings(command.settings.assignments)
        if let path = command.certificate { try OutputFolder.check(FilePath.folder(path)) }
        progress.begin("reading")
        let architecture = try InputFiles.architecture(architecturePath, settings)
        let graph = try InputFiles.workload(workloadPath, settings, architecture: architecture, readsWeights: false)
        progress.begin("lowering")
        let program = try program(graph, architecture)
        if let missing = command.operator.first(where: { $0 >= program.operators.count }) {
            throw CommandFailure(.usage, "--operator \(missing): the program has operators 0 to \(program.operators.count - 1)")
        }
        progress.begin("proving")
        HostMemory.keepFreed()
        let (certificate, times) = Verifier.measured(
            program, on: architecture,
            options: VerificationOptions(resources: command.resources, symbolicSizes: command.sizes == .symbolic, operators: command.operator))
        progress.finish()
        if let path = command.certificate { try OutputFolder.write(CertificateDocument.json(certificate, program), to: path) }
        let text = CertificateText(certificate, program)
        if !command.quiet || !certificate.isProved { try Console.write(text.text) }
        // On the error stream: what is proved is the same on every machine, and how long it took is not.
        if command.common.verbose { Console.noteRaw(text.text(times)) }
        if !certificate.isProved { throw CommandFailure(.mismatch, text.verdict) }
    }

    private func program(_ graph: Graph, _ architecture: Architecture) throws(CommandFailure) -> Program {
        if let path = command.program {
            let program = try InputFiles.program(path, for: architecture)
            guard program.name == graph.name else {
                throw CommandFailure(.data, "\(path): is a program for \(program.name.prefix(200)), and the workload is \(graph.name)")
            }
            return program
        }
        let mapping = try command.mapping.map { (path) throws(CommandFailure) in try InputFiles.mapping(path) }
        do throws(LoweringError) {
            // The program that `simulate` runs.
            return try Lowering.lower(
                graph, to: architecture, options: LoweringOptions(mapper: MachineMapper.quick(), mapping: mapping, memorySpeed: Simulation.memorySpeed(of: architecture))
            ).program
        } catch {
            throw CommandFailure(error, workload: graph.name, architecture: architecture.name)
        }
    }
}
