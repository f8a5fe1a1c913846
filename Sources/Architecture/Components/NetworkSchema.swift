/// The format of network files as data: every section and every kind of topology with its parameters.
///
/// Decoding, defaults, ranges and messages come from these tables, as they do for architectures. What is a list in the file (the
/// channels of a custom network, a routing table, destinations) is read where networks are built, in `MemorySystem`.
public enum NetworkSchema {
    /// Keys of the top level that are groups.
    package static let sections = ["topology", "router", "traffic", "measurement"]

    public static let root = ComponentSchema(
        kind: "network", title: "Network", help: "The top level of the file.",
        parameters: [
            ParameterSchema("network", .text, .named("1 … 128 characters"), .required, "Name of the network, as reports print it."),
            ParameterSchema(
                "clock", .frequency, .quantities(from: "1 kHz", to: "1 THz"), .value("1 GHz"),
                "Clock of all routers. It turns cycles into time and changes no cycle."),
            ParameterSchema(
                "flit", .bytes, .quantities(from: "1 B", to: "1 MiB"), .value("32 B"),
                "Payload of a flit, which a channel carries each cycle. It turns flits into bytes and changes no cycle."),
        ])

    /// Kinds of topologies.
    public static let topologies: [ComponentSchema] = [
        grid("mesh", "A grid of routers, each joined to its neighbours in both directions."),
        grid("torus", "A grid whose rows and columns close to rings."),
        topology(
            "ring", "Routers in a circle, joined in both directions.",
            [
                count("routers", 1...65_536, "Routers of the ring."), terminalsPerRouter, latency,
            ]),
        topology("bus", "One channel that all terminals share.", [count("terminals", 1...65_536, "Terminals at the bus."), latency]),
        topology("crossbar", "One router that joins all terminals.", [count("terminals", 1...65_536, "Terminals at the router.")]),
        topology(
            "h-tree", "A tree with terminals at its leaves and one channel each way between parent and child.",
            [
                count("arity", 2...64, "Children of a router."), count("levels", 1...16, "Levels of routers."), latency,
                ParameterSchema(
                    "wires", .choice(["equal", "doubling"], noun: "a kind of wires"), .named("equal, doubling"), .value("equal"),
                    "doubling: channels take twice as long from one level to the next towards the root, as the wires of an H-tree of arity 4 do."),
            ]),
        topology(
            "fat-tree", "A k-ary n-tree: as many channels up as down at every switch.",
            [
                count("arity", 2...32, "Channels of a switch in each direction."), count("levels", 1...16, "Rows of switches."), latency,
            ]),
        topology(
            "custom", "Routers and channels one by one, in the lists `terminals`, `links` (both ways) and `channels` (one way).",
            [count("routers", 1...65_536, "Routers, numbered from 0.")]),
    ]

    public static let router = ComponentSchema(
        kind: "router", title: "Router", help: "All routers are alike: input queues with virtual channels, credits, wormhole switching.",
        parameters: [
            ParameterSchema(
                "routing", .choice(routings, noun: "a routing algorithm"), .named(routings.joined(separator: ", ")),
                .value("standard"),
                "How packets find their way. standard: dimension order on grids, up and down on trees, shortest paths elsewhere."),
            integer("virtual-channels", "channels", 1...64, "8", "Virtual channels of each port, all virtual networks together."),
            integer("buffer", "flits", 1...65_536, "8", "Depth of each virtual channel's input buffer."),
            integer("virtual-networks", "networks", 1...64, "1", "Classes of packets that never wait for each other."),
            integer("input-speedup", "inputs", 1...64, "1", "Crossbar inputs of each input port."),
            ParameterSchema(
                "allocator", .choice(["islip", "separable"], noun: "a switch allocator"), .named("islip, separable"), .value("islip"),
                "How inputs and outputs of a switch are matched in each cycle."),
            integer("iterations", "iterations", 1...64, "1", "Rounds of the islip allocator in each cycle."),
            ParameterSchema(
                "reuse", .choice(["when-tail-sent", "when-empty"], noun: "a rule of reuse"), .named("when-tail-sent, when-empty"),
                .derived("when-empty with adaptive routing, else when-tail-sent") { values in
                    // Not there when the file's was refused.
                    .text(values["routing"] == .text("minimal-adaptive") ? "when-empty" : "when-tail-sent")
                },
                "When an output's virtual channel may be given to the next packet. Adaptive routing needs when-empty."),
            integer("route-cycles", "cycles", 0...64, "1", "Cycles of route computation; 0 for look-ahead routing."),
            integer("channel-cycles", "cycles", 1...64, "1", "Cycles of virtual-channel allocation."),
            integer("switch-cycles", "cycles", 1...64, "1", "Cycles of switch allocation."),
            integer("crossing-cycles", "cycles", 0...64, "1", "Cycles of switch traversal."),
            integer("credit-cycles", "cycles", 0...64, "1", "Cycles to process a credit, wire not counted."),
            ParameterSchema(
                "cycles-of-channels", .choice(["refuse", "allow"], noun: "refuse or allow"), .named("refuse, allow"), .value("refuse"),
                "allow: take routing whose channels can wait for each other in a circle. A watchdog then ends the run when nothing can move."),
        ])

    public static let traffic = ComponentSchema(
        kind: "traffic", title: "Traffic", help: "What terminals send: packets at random, each cycle with the same chance.",
        parameters: [
            ParameterSchema(
                "pattern", .choice(patterns, noun: "a traffic pattern"), .named(patterns.joined(separator: ", ")), .value("uniform"),
                "Where packets go. hotspot takes hotspot: {terminal: …, share: …}, permutation a list of destinations."),
            integer("packet", "flits", 1...1_048_576, "1", "Flits of every packet, head included."),
            integer("seed", "seed", 0...1_000_000_000, "1", "Seed of the random numbers."),
        ])

    public static let measurement = ComponentSchema(
        kind: "measurement", title: "Measurement", help: "How a point of the latency–load curve is taken.",
        parameters: [
            integer("warm-up", "cycles", 0...1_000_000_000, "3000", "Cycles before the measurement."),
            integer("cycles", "cycles", 1...1_000_000_000, "10000", "Cycles in which packets are created that are measured."),
            integer("latency-limit", "cycles", 1...1_000_000_000, "500", "A mean latency above it counts as saturation."),
        ])

    /// Paths of all parameters below the top level, for a kind of topology; those of every kind where it is not known.
    public static func paths(ofTopology kind: String? = nil) -> [String] {
        let known = topologies.filter { $0.kind == kind }
        let sizes = (known.isEmpty ? topologies : known).flatMap { schema in schema.parameters.map { "topology.\($0.name)" } }
        return sizes + [router, traffic, measurement].flatMap { schema in schema.parameters.map { "\(schema.kind).\($0.name)" } }
    }

    /// Names of patterns, those with parameters among them.
    public static let patterns = [
        "uniform", "transpose", "bit-complement", "bit-reverse", "shuffle", "tornado", "neighbour", "hotspot", "permutation",
    ]
    /// Names of routing algorithms.
    public static let routings = ["standard", "dimension-order", "minimal-adaptive", "spanning-tree", "table"]

    /// The reference of all groups and parameters, as tables in Markdown.
    public static func markdownReference() -> String {
        ([root] + topologies + [router, traffic, measurement]).map { $0.markdownLines.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    // MARK: Parts

    private static func topology(_ kind: String, _ help: String, _ parameters: [ParameterSchema]) -> ComponentSchema {
        ComponentSchema(kind: kind, title: "\(kind) (`kind: \(kind)`)", help: help, parameters: parameters + [terminalLatency])
    }

    private static func grid(_ kind: String, _ help: String) -> ComponentSchema {
        topology(
            kind, help,
            [
                count("columns", 1...65_536, "Routers in the first dimension."),
                integer("rows", "routers", 1...65_536, "1", "Routers in the second dimension."),
                integer("layers", "routers", 1...65_536, "1", "Routers in the third dimension."), terminalsPerRouter, latency,
            ])
    }

    private static let terminalsPerRouter = integer("terminals-per-router", "terminals", 1...64, "1", "Terminals at each router.")
    private static let latency = integer("latency", "cycles", 1...32_768, "1", "Cycles on the wire of a channel.")
    private static let terminalLatency = integer(
        "terminal-latency", "cycles", 1...32_768, "1", "Cycles on the wire between a terminal and its router.")

    private static func count(_ name: String, _ range: ClosedRange<Int>, _ help: String) -> ParameterSchema {
        ParameterSchema(name, .integer(unit: name), .integers(range), .required, help)
    }

    private static func integer(_ name: String, _ unit: String, _ range: ClosedRange<Int>, _ value: String, _ help: String) -> ParameterSchema {
        ParameterSchema(name, .integer(unit: unit), .integers(range), .value(value), help)
    }
}
