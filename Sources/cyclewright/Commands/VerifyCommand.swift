import ArgumentParser

/// Proves that a workload's program is right.
struct VerifyCommand: ParsableCommand {
    enum Sizes: String, ExpressibleByArgument, CaseIterable { case symbolic, concrete }

    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove that the program for a workload is right, or show where it is not.",
        usage: "cyclewright verify ARCHITECTURE WORKLOAD [MAPPING] [OPTIONS]",
        discussion: """
            Lowers the workload and proves of the program itself: that every multiply-accumulate is executed once, that every address \
            lies in its tensor or memory, that units which share memory take turns by semaphores alone, and that nothing waits for \
            ever. What does not hold is shown with the loop indices for which it fails. Exits with 1 when a proof fails.

            EXAMPLES
              cyclewright verify tpu-v1 alexnet
              cyclewright verify gemmini resnet18-int8 --certificate proof.json
              cyclewright verify gemmini mobilenet-v2 mapping.yaml
              cyclewright verify tpu-v1 alexnet --program changed.txt --operator 4
            """)

    @OptionGroup var pair: PairArguments

    @Argument(
        help: "A mapping file, which `cyclewright map` or a person wrote. (default: the mapping that `cyclewright simulate` chooses)",
        completion: .file(extensions: ["yaml"]))
    var mapping: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Verify this program, which `simulate --emit-program` wrote, instead of lowering the workload.", valueName: "file"),
        completion: .file())
    var program: String?

    @Option(
        name: .long,
        help: "concrete: for the workload's sizes. symbolic: besides, say which proofs hold for every size of the operator's dimensions.")
    var sizes: Sizes = .concrete

    @Option(name: .long, help: ArgumentHelp("Write obligations, verdicts and resources as JSON.", valueName: "file"), completion: .file(extensions: ["json"]))
    var certificate: String?

    @Option(name: .long, help: ArgumentHelp("Verify this operator only; may be repeated.", valueName: "n"))
    var `operator`: [Int] = []

    @Option(name: .long, help: ArgumentHelp("Resources of one query, in Z3's own units; about 20 million are a second.", valueName: "n"))
    var resources: UInt32 = 3_000_000

    @Flag(name: .shortAndLong, help: "Print nothing but what fails.")
    var quiet = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if resources == 0 { throw ValidationError("--resources: give from 1 on.") }
        if program != nil, mapping != nil { throw ValidationError("--program is mapped already: leave out the mapping.") }
        if certificate == "" { throw ValidationError("--certificate needs the name of a file.") }
        if let bad = self.operator.first(where: { $0 < 0 }) { throw ValidationError("--operator \(bad): operators count from 0.") }
    }

    func run() throws {
        try VerificationSession(self).run()
    }
}
