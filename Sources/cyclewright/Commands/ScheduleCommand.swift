import ArgumentParser
import MappingSearch
import Quantities

extension Scheduler.Freedom: ExpressibleByArgument {}

/// Orders operators and decides what stays on chip.
struct ScheduleCommand: ParsableCommand {
    enum Weights: String, CaseIterable, ExpressibleByArgument { case streamed, resident }

    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "Order operators, and decide what stays on chip, for the fewest bytes off chip.",
        usage: "cyclewright schedule ARCHITECTURE WORKLOAD [OPTIONS]",
        discussion: """
            Whole tensors are on chip or not: finds in which order operators run, what stays, what makes room and is read again, and where \
            each tensor lies, so that the fewest bytes move to and from the memory off chip. Says whether that is proved; where the \
            search ends early, how far off it can be at most. Ctrl-C gives the best so far.

            EXAMPLES
              cyclewright schedule tpu-v1 googlenet --capacity 1MiB
              cyclewright schedule tpu-v1 densenet121 --capacity 3MiB --order fixed --output schedule.yaml
              cyclewright schedule tpu-v1 shufflenet-v2 --capacity least
            """)

    @OptionGroup var pair: PairArguments

    @Option(name: .long, help: ArgumentHelp("Bytes on chip: 1048576, 1MiB, or least: as few as the operators can run in. (default: those of the architecture's largest SRAM)", valueName: "bytes"))
    var capacity: String?

    @Option(name: .long, help: "fixed: operators run as they are listed; joint: in the best order.")
    var order: Scheduler.Freedom = .joint

    @Option(
        name: .long,
        help: "streamed: parameters pass by without being whole on chip, and only their bytes count; resident: each is on chip while its operators run.")
    var weights: Weights = .streamed

    @Option(name: .long, help: ArgumentHelp("States that a search looks at before it gives up the proof; about a million are a second.", valueName: "number"))
    var limit: Int = 8_000_000

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write the schedule to a file.", valueName: "file"), completion: .file(extensions: ["yaml"]))
    var output: String?

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if output == "" { throw ValidationError("--output needs the name of a file.") }
        if !(1...1_000_000_000).contains(limit) { throw ValidationError("--limit \(limit): give from 1 to 1000000000.") }
        _ = try chosenCapacity()
    }

    enum Capacity {
        /// Of the architecture's largest SRAM.
        case architecture
        /// As few bytes as the operators can run in.
        case least
        case bytes(Int)
    }

    func chosenCapacity() throws -> Capacity {
        guard let capacity else { return .architecture }
        if capacity == "least" { return .least }
        let bytes: Int?
        if let number = Int(capacity) { bytes = number } else { bytes = (try? Bytes(parsing: capacity))?.count }
        guard let bytes, bytes >= 1, bytes <= PlacementProblem.maximumValue else {
            throw ValidationError("--capacity: \"\(capacity.prefix(40))\" is not a number of bytes from 1 on; write 1048576, 1MiB or least")
        }
        return .bytes(bytes)
    }

    func run() throws {
        try ScheduleSession(self, capacity: chosenCapacity()).run()
    }
}
