import ArgumentParser
import MemorySystem

extension CollectiveAlgorithm: ExpressibleByArgument {}

/// Times a collective operation of chips over their links.
struct CollectiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collective",
        abstract: "Time an all-reduce, all-gather or all-to-all of chips over their links.",
        usage: "cyclewright collective OPERATION --bytes SIZE --link-bandwidth RATE --link-latency TIME [OPTIONS]",
        discussion: """
            Every message is simulated on every link it passes. Prints time, algorithm bandwidth (size over time), bus bandwidth (what \
            links carry, comparable between numbers of chips; defined as in NVIDIA's nccl-tests), steps, and the closed form for links that \
            nobody else uses: what sharing costs is the ratio of the two.

            EXAMPLES
              cyclewright collective all-reduce --chips 8 --topology ring --bytes 1GiB --link-bandwidth 50GB/s --link-latency 1us
              cyclewright collective all-reduce --chips 8 --topology switch --algorithm tree --bytes 4KiB,1MiB,256MiB --link-bandwidth 450GB/s --link-latency 500ns
              cyclewright collective all-to-all --chips 16 --topology torus --bytes 64MiB --link-bandwidth 50GB/s --link-latency 1us
              cyclewright collective all-gather --topology fat-tree-64 --bytes 1GiB --link-bandwidth 25GB/s --link-latency 500ns --format csv

            OPERATIONS
              all-reduce       all chips end with the combination of all buffers
              all-gather       each begins with its part of the buffer, all end with the whole
              reduce-scatter   each ends with its part of the combination
              all-to-all       part s of chip r's buffer goes to part r of chip s's
              broadcast        all end with the first chip's buffer
            """)

    @Argument(help: "What the chips do together: \(CollectiveOperation.names.joined(separator: ", ")).", completion: .list(CollectiveOperation.names))
    var operation: String

    @Option(name: .long, help: ArgumentHelp("Chips. (default: 8, or the terminals of a network)", valueName: "n"))
    var chips: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How chips are joined: \(CollectiveSystem.kinds.joined(separator: ", ")), or a network file or the name of a shipped one, whose terminals are the chips.",
            valueName: "name"),
        completion: .custom { _, _, prefix in
            CollectiveSystem.kinds.filter { $0.hasPrefix(prefix) } + InputCompletion.candidates([.network], prefix)
        })
    var topology = "ring"

    @Option(name: .long, help: "How an all-reduce, all-gather or reduce-scatter is done: ring, halving-doubling, tree.")
    var algorithm: CollectiveAlgorithm = .ring

    @Option(
        name: .long,
        help: ArgumentHelp("Sizes of the buffer of each chip (all-gather: of the gathered one): 4KiB,1MiB,1GiB.", valueName: "sizes"))
    var bytes: String?

    @Option(name: .long, help: ArgumentHelp("Bandwidth of a link in one direction: 50GB/s.", valueName: "rate"))
    var linkBandwidth: String?

    @Option(name: .long, help: ArgumentHelp("From the last bit sent to the last bit received: 500ns.", valueName: "time"))
    var linkLatency: String?

    @Option(name: .long, help: ArgumentHelp("Share of the bandwidth that the line code leaves: 128/130, or 0.985.", valueName: "share"))
    var lineCode = "1"

    @Option(name: .long, help: ArgumentHelp("Payload of a packet; messages go in one piece without it: 256B.", valueName: "size"))
    var packetPayload: String?

    @Option(name: .long, help: ArgumentHelp("Header, check and acknowledgement of each packet: 24B.", valueName: "size"))
    var packetOverhead: String?

    @Option(name: .long, help: ArgumentHelp("How fast a chip combines what arrives: 1TB/s. (default: at once)", valueName: "rate"))
    var reduceBandwidth: String?

    @Option(name: .long, help: ArgumentHelp("Parts of the buffer that are worked on independently of each other.", valueName: "n"))
    var flows = 1

    @Flag(name: .long, help: "Ring algorithms go from chip to chip in the order of their numbers, also where the topology has a way over neighbours only.")
    var numberOrder = false

    @OptionGroup var figures: FigureOptions

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let chips, chips < 1 { throw ValidationError("--chips must be at least 1.") }
        if packetOverhead != nil && packetPayload == nil { throw ValidationError("--packet-overhead needs --packet-payload.") }
    }

    func run() throws {
        try CollectiveSession(self).run()
    }
}
