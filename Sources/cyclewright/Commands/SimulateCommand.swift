import ArgumentParser
import Simulation

extension Fidelity: ExpressibleByArgument {}

/// What maps the products of a workload.
enum SimulationMapper: String, ExpressibleByArgument, CaseIterable { case rule, search }

/// Runs a workload on an architecture and writes a report.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run a workload on an architecture and write a report.",
        usage: "cyclewright simulate ARCHITECTURE WORKLOAD [OPTIONS]",
        discussion: """
            Prints a summary and writes summary.json, operators.csv and report.html into a folder.

            EXAMPLES
              cyclewright simulate tpu-v1 resnet50-int8
              cyclewright simulate gemmini resnet18-int8 --set engines.mesh.rows=32 --set engines.mesh.columns=32
              cyclewright simulate tpu-v4-core llama-3.1-8b --set phase=decode --set context=4096
              cyclewright simulate scalesim-google Workloads/resnet50-layers.csv --output runs/google
              cyclewright simulate tpu-v1 resnet18-int8 --check-values
              cyclewright simulate tpu-v1 alexnet --emit-program=- --quiet | less
              cyclewright simulate tpu-v1 resnet50-int8 --mapping mapping.yaml

            COMPARE MACHINES WITH THE SAME PROGRAM IN THE SAME ORDER
              cyclewright simulate gemmini resnet18-int8 --emit-program=a.txt --record-order a.order
              cyclewright simulate gemmini resnet18-int8 --program a.txt --order a.order --set memories.dram.latency=20ns
            """)

    @OptionGroup var pair: PairArguments

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Folder for the report. (default: reports/ARCHITECTURE--WORKLOAD)", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Option(
        name: .long,
        help: "event: jump from one cycle in which something can change to the next; register: move every register of the arrays every cycle, on values. Both give the same figures.")
    var fidelity: Fidelity = .event

    @Flag(name: .long, help: "Run on values as well, compare them with the reference, and exit with 1 when they differ.")
    var checkValues = false

    @Flag(name: .long, help: "Step every command instead of replaying repeated periods. Changes no figure.")
    var noFastForward = false

    @Flag(
        name: .long,
        help: "Leave weights in off-chip memory row after row, as matrices of k × n. Without it they lie there tile after tile, in the order in which the program reads them.")
    var rowMajorWeights = false

    @Flag(name: .long, help: "Write trace.json too: every command and wait of every unit, for ui.perfetto.dev.")
    var trace = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Write the program as text: --emit-program=FILE, or =- for the output (the summary then goes to the error stream). Without a value, program.txt in the report folder.",
            valueName: "file"))
    var emitProgram: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Tile products and place tensors as this file says, which `cyclewright map` or a person wrote; where it says nothing the mapper decides.",
            valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var mapping: String?

    @Option(
        name: .long,
        help: "What maps products that no file maps. search: a short search, which begins with the rule and keeps to it unless something is predicted to be a quarter better; rule: a rule of thumb.")
    var mapper: SimulationMapper = .search

    @Option(
        name: .long,
        help: ArgumentHelp("Run this program, which --emit-program wrote, instead of lowering the workload for this machine.", valueName: "file"),
        completion: .file())
    var program: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Serve units in the order of this file, which --record-order wrote, where they share memories, ports and semaphores; without it whoever comes first is served. In one order a better machine is never slower.",
            valueName: "file"),
        completion: .file())
    var order: String?

    @Option(name: .long, help: ArgumentHelp("Write the order in which units were served to a file.", valueName: "file"), completion: .file())
    var recordOrder: String?

    @Option(name: .long, help: ArgumentHelp("Seed of values that are drawn.", valueName: "n"))
    var seed: UInt64 = 1

    @OptionGroup var prices: PriceOptions

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if output == "" { throw ValidationError("--output needs the name of a folder.") }
        if program != nil, mapping != nil { throw ValidationError("--program is mapped already: leave out --mapping.") }
        if program != nil, checkValues || fidelity == .register {
            throw ValidationError("--program runs on shapes alone: leave out --check-values and --fidelity register.")
        }
    }

    func run() throws {
        try SimulationSession(self).run()
    }
}
