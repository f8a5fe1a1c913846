import Architecture
import Foundation
import MemorySystem
import Testing

/// Networks as files: what is accepted, and what is refused with which words.
@Suite struct NetworkDescriptionTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/Networks/"

    private func decode(_ text: String, _ overrides: [String: String] = [:]) throws -> NetworkDescription {
        try NetworkDescription.decode(text: text, file: "n.yaml", overrides: overrides)
    }

    private func failure(_ text: String, _ overrides: [String: String] = [:]) -> String {
        do {
            _ = try decode(text, overrides)
            return "accepted"
        } catch { return "\(error)" }
    }

    @Test("The schema's names of traffic are those of the patterns") func patternNames() {
        #expect(NetworkSchema.patterns == NetworkTraffic.named.map(\.name) + ["hotspot", "permutation"])
    }

    @Test("A file with a topology alone is BookSim's router on it; all parameters are listed")
    func defaults() throws {
        let network = try decode("network: small\ntopology: { kind: mesh, columns: 4, rows: 2 }\n")
        #expect(network.experiment.topology == (try .mesh([4, 2])))
        #expect(network.experiment.parameters == NetworkParameters())
        #expect(network.experiment.packetFlits == 1 && network.experiment.warmUpCycles == 3000 && network.experiment.measuredCycles == 10_000)
        #expect(network.clock.hertz == 1e9 && network.channelBytesPerSecond == 32e9)
        #expect(network.parameters.contains { $0.path == "topology.columns" && $0.value == "4" && !$0.isDefault })
        #expect(network.parameters.contains { $0.path == "router.virtual-channels" && $0.value == "8" && $0.isDefault })
    }

    @Test("Every parameter reaches the network")
    func everything() throws {
        let network = try decode(
            """
            network: all
            source: "a paper"
            clock: 2 GHz
            flit: 16 B
            topology: { kind: torus, columns: 4, rows: 3, layers: 3, terminals-per-router: 2, latency: 3, terminal-latency: 2 }
            router:
              routing: dimension-order
              virtual-channels: { value: 6, source: "the same paper, table 1" }
              buffer: 5
              virtual-networks: 3
              input-speedup: 2
              allocator: separable
              reuse: when-empty
              route-cycles: 0
              channel-cycles: 2
              switch-cycles: 3
              crossing-cycles: 4
              credit-cycles: 5
            traffic: { pattern: hotspot, hotspot: { terminal: 7, share: 25 % }, packet: 4, seed: 9 }
            measurement: { warm-up: 10, cycles: 20, latency-limit: 30 }
            """)
        var topology = try NetworkTopology.torus([4, 3, 3], terminalsPerRouter: 2, latency: 3)
        topology.terminalLatency = 2
        let experiment = network.experiment
        #expect(experiment.topology == topology)
        #expect(
            experiment.parameters
                == NetworkParameters(
                    routing: .dimensionOrder, virtualChannels: 6, bufferDepth: 5, virtualNetworks: 3,
                    timing: RouterTiming(routing: 0, virtualChannelAllocation: 2, switchAllocation: 3, switchTraversal: 4, creditDelay: 5),
                    inputSpeedup: 2, allocator: .separableInputFirst, reuse: .whenEmpty, flitBytes: 16))
        #expect(experiment.pattern == .hotspot(terminal: 7, share: 0.25) && experiment.packetFlits == 4 && experiment.seed == 9)
        #expect(experiment.warmUpCycles == 10 && experiment.measuredCycles == 20 && experiment.latencyLimit == 30)
        #expect(network.parameters.first { $0.path == "router.virtual-channels" }?.source == "the same paper, table 1")
        #expect(network.source == "a paper" && network.clock.hertz == 2e9)
    }

    @Test("Custom networks: links both ways, channels one way, routing by table")
    func custom() throws {
        let network = try decode(
            """
            network: triangle
            topology:
              kind: custom
              routers: 3
              terminals: [0, 1, 2]
              links: [{ between: [0, 1], latency: 2 }]
              channels: [{ from: 1, to: 2 }, { from: 2, to: 0 }, { from: 2, to: 1 }]
            router: { routing: table, table: [[0, 1, 1], [0, 1, 2], [1, 1, 2]] }
            """)
        let topology = network.topology
        #expect(topology.channels == [.init(from: 0, to: 1, latency: 2), .init(from: 1, to: 0, latency: 2), .init(from: 1, to: 2), .init(from: 2, to: 0), .init(from: 2, to: 1)])
        #expect(network.experiment.parameters.routing == .table([[0, 1, 1], [0, 1, 2], [1, 1, 2]]))
    }

    @Test("Every kind has a default, and every shipped file decodes and can be analysed")
    func shipped() throws {
        #expect(NetworkDescription.kindNames.count == NetworkTopology.kinds.count)
        for kind in NetworkDescription.kindNames { #expect(try NetworkDescription.ofKind(kind).name == kind) }
        #expect(throws: ArchitectureError.self) { try NetworkDescription.ofKind("mash") }
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter { $0.hasSuffix(".yaml") }.sorted()
        #expect(files.count >= 7)
        for file in files {
            let network = try NetworkDescription.load(path: Self.folder + file)
            #expect(network.name + ".yaml" == file && !network.source.isEmpty)
            #expect(try NetworkAnalysis(network.experiment).deadlock.isFree, "\(file)")
        }
    }

    static let mesh = "network: m\ntopology: { kind: mesh, columns: 4, rows: 4 }\n"

    @Test(
        "Mistakes are named with file, line and path",
        arguments: [
            ("network: m\n", "topology: is missing"),
            ("- 1\n", "a network begins with \"network: NAME\""),
            ("", "n.yaml: is empty; a network begins with \"network: NAME\""),
            ("network: m\ntopology: { kind: mesh, columns: 0, rows: 4 }\n", "n.yaml:2: topology.columns: 0 is outside of 1 … 65536"),
            ("network: m\ntopology: { kind: mesh }\n", "n.yaml:2: topology.columns: is missing"),
            ("network: m\ntopology: { kind: mash, columns: 4 }\n", "topology.kind: \"mash\" is not a kind of topology; did you mean \"mesh\"?"),
            ("network: m\ntopology: { kind: mesh, colums: 4 }\n", "topology.colums: is not a parameter of \"mesh\"; did you mean \"columns\"?"),
            ("network: m\ntopolgy: { kind: mesh, columns: 4 }\n", "did you mean \"topology\"?"),
            ("network: m\nclock: fast\ntopology: { kind: mesh, columns: 4 }\n", "n.yaml:2: clock: \"fast\""),
            ("network: m\ntopology: { kind: mesh, columns: 4000, rows: 4000 }\n", "n.yaml:2: topology: number of terminals is"),
            ("network: m\ntopology: { kind: crossbar, terminals: 100 }\n", "a switch has at most 64"),
            ("network: m\ntopology: { kind: custom, routers: 4, terminals: [0, 3], links: [{ between: [0, 1] }] }\n", "n.yaml:2: topology: the network is disconnected: no path leads from terminal 0 to terminal 1"),
            ("network: m\ntopology: { kind: custom, routers: 2, terminals: [0, 2], links: [{ between: [0, 1] }] }\n", "topology.terminals: \"2\" is not a whole number from 0 to 1"),
            ("network: m\ntopology:\n  kind: custom\n  routers: 2\n  terminals: [0, 1]\n  links:\n    - { between: [0] }\n", "n.yaml:7: topology.links.0.between: names 1 router; a link joins two"),
            ("network: m\ntopology: { kind: custom, routers: 2, terminals: [0, 1], channels: [{ from: 1, to: 1 }] }\n", "topology.channels.0: leads from router 1 to itself"),
            ("network: m\ntopology: { kind: custom, routers: 2, terminals: [0, 1], links: [{ betwen: [0, 1] }] }\n", "did you mean \"between\"?"),
            ("network: m\ntopology: { kind: custom, routers: 2, terminals: [] }\n", "topology.terminals: is an empty list"),
            ("network: m\ntopology: { kind: custom, routers: 1 }\n", "topology.terminals: is missing"),
            (mesh + "router: { routing: dimension-oder }\n", "n.yaml:3: router.routing: \"dimension-oder\" is not a routing algorithm; did you mean \"dimension-order\"?"),
            (mesh + "router: { routing: table }\n", "router.table: is missing"),
            (mesh + "router: { table: [[0]] }\n", "router.table: is for routing: table"),
            (mesh + "router: { routing: table, table: [[0, 1], [0, 1]] }\n", "router.table: rows of the routing table is 2"),
            (mesh + "router: { virtual-channels: 0 }\n", "router.virtual-channels: 0 is outside of 1 … 64"),
            (mesh + "router: { virtual-channels: 4, virtual-networks: 3 }\n", "router.virtual-channels: virtualChannels is 4; it must be a multiple of the 3 virtual networks"),
            (mesh + "router: { routing: minimal-adaptive, reuse: when-tail-sent }\n", "router.reuse: minimal adaptive routing is not defined on a network whose buffers may hold two packets; let them be reused only when-empty"),
            (mesh + "router: { routing: minimal-adaptive, virtual-channels: 1 }\n", "router.virtual-channels: 1 virtual channels are too few"),
            (mesh + "router: { input-speedup: 16, virtual-channels: 16 }\n", "router.input-speedup: router"),
            (mesh + "router: { buffer: 65536, virtual-channels: 64 }\n", "router.buffer: flits of all buffers together"),
            (mesh + "traffic: { pattern: bitcomplement }\n", "traffic.pattern: \"bitcomplement\" is not a traffic pattern; did you mean \"bit-complement\"?"),
            (mesh + "traffic: { pattern: hotspot }\n", "traffic.hotspot: is missing; write {terminal: 0, share: 0.1}"),
            (mesh + "traffic: { pattern: hotspot, hotspot: { terminal: 16, share: 0.1 } }\n", "traffic.pattern: hotspot terminal is 16"),
            (mesh + "traffic: { pattern: hotspot, hotspot: { terminal: 1, share: 1.5 } }\n", "traffic.hotspot.share: \"1.5\" is not a share from 0 to 1"),
            (mesh + "traffic: { hotspot: { terminal: 1, share: 0.5 } }\n", "traffic.hotspot: is for pattern: hotspot, and pattern is \"uniform\""),
            (mesh + "traffic: { pattern: permutation, destinations: [0, 1] }\n", "traffic.pattern: length of the permutation is 2"),
            (mesh + "measurement: { cycles: 0 }\n", "measurement.cycles: 0 is outside of 1"),
            ("network: m\ntopology: { kind: mesh, columns: 3, rows: 3 }\ntraffic: { pattern: shuffle }\n", "n.yaml:3: traffic.pattern: number of terminals is 9; this pattern needs a power of two"),
            ("network: m\ntopology: { kind: fat-tree, arity: 2, levels: 3 }\nrouter:\n  routing: dimension-order\n", "n.yaml:4: router.routing: dimension-order routing is not defined on a 2-ary 3-tree"),
        ])
    func mistakes(_ text: String, _ message: String) {
        let found = failure(text)
        #expect(found.contains(message), "\(found)")
    }

    @Test("Routing that can deadlock is refused with the circle of channels, unless it is asked for")
    func deadlock() throws {
        let ring = """
            network: one-way
            topology: { kind: ring, routers: 4 }
            router:
              routing: table
              table: [[0, 1, 1, 1], [2, 1, 2, 2], [3, 3, 2, 3], [0, 0, 0, 3]]
            """
        let message = failure(ring)
        #expect(
            message.contains("n.yaml:4: router.routing: the routing function can deadlock")
                && message.contains("channel 0→1 → channel 1→2 → channel 2→3 → channel 3→0"), "\(message)")
        let allowed = try decode(ring, ["router.cycles-of-channels": "allow"])
        #expect(try !NetworkAnalysis(allowed.experiment).deadlock.isFree)
    }

    @Test("--set goes through the same checks")
    func overrides() throws {
        #expect(try decode(Self.mesh, ["topology.columns": "6"]).topology == .mesh([6, 4]))
        #expect(try decode(Self.mesh, ["traffic.pattern": "hotspot", "traffic.hotspot": "{terminal: 3, share: 0.5}"]).experiment.pattern == .hotspot(terminal: 3, share: 0.5))
        #expect(try decode(Self.mesh, ["topology.kind": "torus"]).topology == .torus([4, 4]))
        #expect(failure(Self.mesh, ["topology.columns": "0"]).hasPrefix("--set topology.columns: 0 is outside"))
        #expect(failure(Self.mesh, ["router.bufer": "4"]).contains("did you mean \"buffer\"?"))
        #expect(failure(Self.mesh, ["routers.buffer": "4"]).contains("did you mean \"router\"?"))
        #expect(failure(Self.mesh, ["router": "4"]).contains("names a group"))
        #expect(failure(Self.mesh, ["clock.x": "4"]).contains("is a single value"))
    }

    @Test("Damaged files are refused and nothing else happens")
    func damaged() throws {
        let text = try String(contentsOfFile: Self.folder + "two-clusters.yaml", encoding: .utf8)
        let bytes = Array(text.utf8)
        var random = Xorshift64Star(seed: 17)
        var refused = 0
        for _ in 0..<400 {
            var changed = bytes
            for _ in 0...random.below(4) { changed[random.below(changed.count)] = UInt8(0x20 + random.below(95)) }
            if failure(String(decoding: changed, as: UTF8.self)) != "accepted" { refused += 1 }
        }
        #expect(refused > 100 && refused < 400)
    }
}

/// The reference of the network format, which the code generates.
@Suite struct NetworkFormatDocumentationTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/Documentation/network-format.md"

    @Test("The reference in the documentation is the one that the code generates")
    func reference() throws {
        let begin = "<!-- reference: generated by NetworkSchema.markdownReference, do not edit -->\n"
        var document = try String(contentsOfFile: Self.path, encoding: .utf8)
        let start = try #require(document.range(of: begin)?.upperBound, "the first marker is missing")
        let stop = try #require(document.range(of: "<!-- end of reference -->")?.lowerBound, "the second marker is missing")
        let reference = "\n" + NetworkSchema.markdownReference() + "\n"
        if ProcessInfo.processInfo.environment["CYCLEWRIGHT_UPDATE_DOCUMENTATION"] != nil {
            document.replaceSubrange(start..<stop, with: reference)
            try document.write(toFile: Self.path, atomically: true, encoding: .utf8)
            return
        }
        #expect(document[start..<stop] == reference, "out of date: run CYCLEWRIGHT_UPDATE_DOCUMENTATION=1 swift test --filter NetworkFormatDocumentationTests")
    }

    @Test("The examples of the documentation are networks")
    func examples() throws {
        let document = try String(contentsOfFile: Self.path, encoding: .utf8)
        let examples = document.components(separatedBy: "```yaml\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
        #expect(examples.count == 2)
        for example in examples { _ = try NetworkDescription.decode(text: example, file: "network-format.md") }
    }
}
