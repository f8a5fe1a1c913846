import MappingSearch
import Programs
import Verification

/// One run of `cyclewright verify`, from two names to a certificate.
struct VerificationSession {
    private let command: VerifyCommand
    private let progress: ProgressBar

    init(_ command: VerifyCommand) {
        self.command = command
        progress = ProgressBar(command.common, isQuiet: command.quiet)
    }

    func run() throws(CommandFailure) {
        defer { progress.finish() }
        let pair = try InputPair(command.pair, progress) { () throws(CommandFailure) in
            if let path = command.certificate { try OutputFolder.check(FilePath.folder(path)) }
        }
        let architecture = pair.architecture
        progress.begin("lowering")
        let program = try program(pair)
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

    /// The one of a file, or the one that `simulate` runs.
    private func program(_ pair: InputPair) throws(CommandFailure) -> Program {
        if let path = command.program {
            let program = try InputFiles.program(path, for: pair.architecture)
            guard program.name == pair.graph.name else {
                throw CommandFailure(.data, "\(path): is a program for \(program.name.prefix(200)), and the workload is \(pair.graph.name)")
            }
            return program
        }
        let mapping = try command.mapping.map { (path) throws(CommandFailure) in try InputFiles.mapping(path) }
        return try pair.lowered(by: MachineMapper.quick(), mapping).program
    }
}
