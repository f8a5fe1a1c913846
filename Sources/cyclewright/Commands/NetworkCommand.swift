import Architecture
import ArgumentParser
import MemorySystem

/// Measures a network alone, under a traffic pattern.
struct NetworkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network",
        abstract: "Measure a network alone: latency against load.",
        usage: "cyclewright network NETWORK [OPTIONS]",
        discussion: """
            Simulates the network flit by flit at each load. Prints its topology, why it cannot deadlock, the latency of the empty \
            network and the load at which it saturates, and writes summary.json, latency-load.csv and report.html into a folder.

            EXAMPLES
              cyclewright list networks
              cyclewright network mesh-8x8
              cyclewright network mesh-8x8 --pattern transpose --loads 0.05,0.1,0.15,0.2
              cyclewright network torus --set topology.columns=4 --set topology.rows=4 --load 0.3
              cyclewright network fat-tree --set router.routing=minimal-adaptive --set traffic.packet=4
              cyclewright network mesh-8x8 --pattern hotspot --set "traffic.hotspot={terminal: 27, share: 0.1}"
              cyclewright network my-network.yaml --output runs/my-network

            KINDS, with sizes that --set topology.… changes
              mesh, torus (columns, rows, layers), ring (routers), crossbar, bus (terminals), h-tree, fat-tree (arity, levels)

            A network file is described in Documentation/Cyclewright.docc/Networks.md.
            """)

    @Argument(
        help: "A network file (.yaml), the name of a shipped one, or a kind of topology.",
        completion: .custom { _, _, prefix in
            InputCompletion.candidates([.network], prefix) + NetworkDescription.kindNames.filter { $0.hasPrefix(prefix) }
        })
    var network: String

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where packets go, instead of what the file says: \(NetworkSchema.patterns.joined(separator: ", ")).", valueName: "name"),
        completion: .list(NetworkSchema.patterns))
    var pattern: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Measure at one load, in flits per terminal and cycle; the load of saturation is not looked for.", valueName: "load"))
    var load: String?

    @Option(
        name: .long, help: ArgumentHelp("Measure at these loads: 0.1,0.2,0.3. (default: round ones up to saturation)", valueName: "loads"))
    var loads: String?

    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Set a parameter by its path: topology.columns=16, router.virtual-channels=4, traffic.packet=5, measurement.cycles=50000; may be repeated.",
            valueName: "path=value"),
        completion: .list(NetworkSchema.paths().map { $0 + "=" }))
    var assignments: [String] = []

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Folder for the report. (default: reports/network-NAME--PATTERN)", valueName: "dir"),
        completion: .directory)
    var output: String?

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if load != nil && loads != nil { throw ValidationError("Give --load or --loads, not both.") }
        if output == "" { throw ValidationError("--output needs the name of a folder.") }
        _ = try chosenLoads()
    }

    /// The loads that were asked for; `nil` for none.
    func chosenLoads() throws -> [Double]? {
        guard let text = load ?? loads else { return nil }
        let option = load == nil ? "--loads" : "--load"
        let parts = load == nil ? text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) : [text]
        guard parts.count <= 1000 else { throw ValidationError("\(option) names \(parts.count) loads; at most 1000 are measured in one run.") }
        return try parts.map { part in
            guard let value = Double(part), value > 0, value <= 1 else {
                throw ValidationError("\(option): \"\(part.prefix(40))\" is not a load; write flits per terminal and cycle, above 0 and up to 1: 0.25")
            }
            return value
        }
    }

    func run() throws {
        try NetworkSession(self, loads: chosenLoads()).run()
    }
}
