import ArgumentParser
import MappingSearch

extension MappingObjective: ExpressibleByArgument {}
extension ComposeMode: ExpressibleByArgument {}

/// How long a search may take.
enum MapEffort: String, ExpressibleByArgument, CaseIterable {
    case full, fast

    var limits: SearchEffort { self == .full ? .full : .fast }
}

/// Searches for the best mapping of a workload.
struct MapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Search for the best mapping of a workload on an architecture.",
        usage: "cyclewright map ARCHITECTURE WORKLOAD [--objective cycles|energy|edp|traffic] [OPTIONS]",
        discussion: """
            Looks at every tile size that differs, every loop order and every way to keep operands on chip, for each product of the workload, \
            decides for all operators together which results stay on chip, which operators run block by block, and on which cores, and writes the best as a file for `cyclewright simulate --mapping`. The summary says what was proved: that nothing better \
            exists under the model, or how much better it could be. Interrupted with Control-C, it writes the best found so far.

            EXAMPLES
              cyclewright map tpu-v1 resnet50-int8 --output mapping.yaml
              cyclewright map gemmini resnet18-int8 --objective traffic -o mapping.yaml
              cyclewright map tpu-v4-core llama-3.1-8b --set phase=decode --constraints limits.yaml -o mapping.yaml
              cyclewright simulate gemmini resnet18-int8 --mapping mapping.yaml
            """)

    @OptionGroup var pair: PairArguments

    @Option(
        name: .long,
        help: "What is least: cycles; bytes to and from off-chip memory (traffic); energy by a table of relative costs; energy × delay (edp).")
    var objective: MappingObjective = .cycles

    @Option(
        name: .long,
        help: ArgumentHelp("A file with constraints: tiles, orders, operands and tensors that are fixed or bounded.", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var constraints: String?

    @Option(
        name: .customLong("compose"),
        help: "Results that stay on chip, operators that run block by block, cores that run them: chosen for all operators together (joint), or results as they come while there is room (greedy).")
    var composing: ComposeMode = .joint

    @Option(name: .long, help: "full: every tile size that differs, with a proof; fast: a few sizes of each dimension, in well under a second.")
    var effort: MapEffort = .full

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write the mapping to a file. (default: the output)", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var output: String?

    @Flag(name: .shortAndLong, help: "Print no summary.")
    var quiet = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if output == "" { throw ValidationError("--output needs the name of a file.") }
    }

    func run() throws {
        try MapSession(self).run()
    }
}
