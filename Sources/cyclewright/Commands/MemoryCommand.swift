import ArgumentParser
import MemorySystem

/// Simulates a DRAM memory alone, under a trace or a pattern.
struct MemoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory",
        abstract: "Simulate a DRAM memory alone, under a trace or a pattern.",
        usage: """
            cyclewright memory STANDARD --pattern NAME [OPTIONS]
            cyclewright memory STANDARD --trace FILE [OPTIONS]
            cyclewright memory --list
            """,
        discussion: """
            Prints bandwidth beside peak, latencies, row hits, what accesses waited for, and energy. Every request is one access \
            (burst) of the standard; they are made in order, each as soon as the memory takes it.

            EXAMPLES
              cyclewright memory --list
              cyclewright memory DDR4-3200 --pattern random
              cyclewright memory HBM3-6400 --pattern seq --bytes 1GiB --channels 16
              cyclewright memory DDR4-3200 --pattern seqmix --mapping ro-ra-ba-bg-co --set controller.page-policy=closed
              cyclewright memory DDR4-3200 --pattern random --set timing.tFAW=40 --set organization.ranks=2
              cyclewright memory DDR5-4800 --trace app.trace --wrap-addresses --format json --output app.json
              cyclewright memory my-memory.yaml --pattern stride512 --check --log-commands commands.csv

            PATTERNS
              seq        one access after the other, reads
              random     reads of addresses that are drawn (also: rand)
              randmix    the same, every third a write
              seqmix     a[i] = b[i] + c[i], every third a write
              strideS    every S bytes, reads: stride512

            TRACES, one access per line, told apart by their first
              LD 0x12345680        Ramulator 2's load-store traces; ST writes
              0x12345680 R         Ramulator's memory traces; W writes
              0x12345680 READ 10   DRAMsim3's traces, made in cycle 10 or later; WRITE writes
            """)

    @Argument(
        help: "A shipped standard that --list prints, or the YAML file of one.", completion: .custom { _, _, _ in DRAMStandard.shippedNames })
    var standard: String?

    @Flag(name: .long, help: "List the shipped standards with their organisation and source.")
    var list = false

    @Option(
        name: .long, help: ArgumentHelp("Make the accesses of a trace; - is the standard input.", valueName: "file"), completion: .file())
    var trace: String?

    @Option(
        name: .long, help: ArgumentHelp("Make the accesses of a pattern.", valueName: "name"), completion: .list(TrafficPattern.names))
    var pattern: String?

    @Option(name: .long, help: ArgumentHelp("Accesses to make. (default: 1000000 of a pattern, all of a trace)", valueName: "n"))
    var requests: Int?

    @Option(name: .long, help: ArgumentHelp("Bytes to access, instead of --requests: 1GiB.", valueName: "size"))
    var bytes: String?

    @Option(name: .long, help: ArgumentHelp("Bytes of the memory that a pattern uses: 1GiB. (default: all)", valueName: "size"))
    var capacity: String?

    @Flag(name: .long, help: "Take addresses of a trace modulo the memory's capacity instead of refusing those beyond it.")
    var wrapAddresses = false

    @Option(name: .long, help: ArgumentHelp("Channels, a power of two.", valueName: "n"))
    var channels = 1

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How addresses are spread: fields from the highest bit to the lowest, as in ro-ra-ba-co-bg-ch, or a name: \(AddressMapping.namedSchemes.map(\.name).joined(separator: ", ")).",
            valueName: "fields"))
    var mapping = AddressMapping.defaultScheme

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The controller whose settings --set changes: \(DRAMControllerConfiguration.presetNames.joined(separator: ", ")).", valueName: "name"),
        completion: .list(DRAMControllerConfiguration.presetNames))
    var policy = "default"

    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Set a parameter; may be repeated.",
            discussion: "Of the standard by its path: timing.tFAW=40, organization.ranks=2. Of the controller: controller.page-policy=closed; "
                + "its settings are \(DRAMControllerConfiguration.settings.map(\.name).joined(separator: ", ")).",
            valueName: "path=value"),
        completion: .list(DRAMControllerConfiguration.settings.map { "controller.\($0.name)=" }))
    var assignments: [String] = []

    @OptionGroup var figures: FigureOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write every command to a file; - is the output (the figures then go to the error stream).", valueName: "file"),
        completion: .file())
    var logCommands: String?

    @Flag(name: .long, help: "Audit every command with the timing checker, which knows nothing of the controller.")
    var check = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if list {
            if standard != nil || trace != nil || pattern != nil { throw ValidationError("--list takes no standard and no traffic.") }
            return
        }
        if trace != nil && pattern != nil { throw ValidationError("--pattern and --trace are two ways to say what to run; give one of them.") }
        if requests != nil && bytes != nil { throw ValidationError("Give --requests or --bytes, not both.") }
        if let requests, requests < 1 { throw ValidationError("--requests must be at least 1.") }
        if trace != nil && capacity != nil { throw ValidationError("--capacity is for patterns; --wrap-addresses folds a trace's addresses.") }
        if pattern != nil && wrapAddresses { throw ValidationError("--wrap-addresses is for traces; a pattern stays within the memory.") }
        if logCommands == "" { throw ValidationError("--log-commands needs the name of a file.") }
    }

    func run() throws {
        if list { return try Console.write(MemoryStandardsList.text(style: Terminal.output.style)) }
        guard let standard else {
            throw CommandFailure(
                .usage, "name a memory standard, such as DDR4-3200; `cyclewright memory --list` prints the shipped ones, `cyclewright memory --help` explains the rest")
        }
        try MemorySession(self, standard: standard).run()
    }
}
