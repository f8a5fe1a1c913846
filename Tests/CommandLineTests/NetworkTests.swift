import Foundation
import Testing

@Suite("Networks alone")
struct NetworkTests {
    /// Runs `cyclewright network` with short measurements and reads its summary.
    private func summary(_ line: String, in folder: String) throws -> [String: Any] {
        let result = try Tool.run("network \(line) --output out --quiet --set measurement.cycles=2000 --set measurement.warm-up=500", in: folder)
        #expect(result.status == 0 && result.output.isEmpty, "\(line): \(result.errors)")
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/out/summary.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func number(_ figures: [String: Any], _ key: String) throws -> Double { try #require((figures[key] as? NSNumber)?.doubleValue, "\(key)") }

    @Test func theTableSaysWhatUsersAskFor() throws {
        try TemporaryFolder.with { folder in
            let result = try Tool.run("network mesh-8x8 --loads 0.1,0.2 --set measurement.cycles=2000", in: folder)
            #expect(result.status == 0, "\(result.errors)")
            for part in [
                "mesh-8x8 under uniform traffic", "8×8 mesh: 64 terminals, 64 routers of up to 5 ports, 224 channels", "at most 14 channels",
                "8 channels each way, 256 GB/s", "free: ", "33.25 cycles", "0.500 flits per terminal and cycle: channel", "Saturation",
                "p99", "Report written to reports/network-mesh-8x8--uniform/report.html",
            ] { #expect(result.output.contains(part), "\(part)\n\(result.output)") }
            #expect(!result.output.contains("\u{1B}") && result.errors.isEmpty)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/reports/network-mesh-8x8--uniform").sorted()
            #expect(files == ["latency-load.csv", "report.html", "summary.json"])
        }
    }

    /// 8×8 mesh with BookSim's router: its published curve reaches three times the zero-load latency at 0.423.
    @Test func saturationIsThatOfTheMesh() throws {
        try TemporaryFolder.with { folder in
            let mesh = try summary("mesh-8x8", in: folder)
            #expect(abs(try number(mesh, "saturationLoad") / 0.423 - 1) < 0.06)
            #expect(try number(mesh, "loadBound") == 0.5)
            let points = try #require(mesh["points"] as? [[String: Any]])
            #expect(points.count > 8)
            #expect(try number(try #require(points.first), "meanLatency") < 35)
            let transposed = try summary("mesh-8x8 --pattern transpose", in: folder)
            // Few terminals send over the busiest channel: the mean passes the limit a little later than they do.
            let ratio = try number(transposed, "saturationLoad") / number(transposed, "loadBound")
            #expect(ratio > 0.8 && ratio < 1.3)
            #expect(try abs(number(transposed, "loadBound") - 1.0 / 7) < 1e-9)
        }
    }

    @Test func kindsNeedNoFile() throws {
        try TemporaryFolder.with { folder in
            for (kind, terminals) in [("ring", 16), ("crossbar", 16), ("bus", 8), ("h-tree", 64), ("fat-tree", 64)] {
                let figures = try summary("\(kind) --load 0.02", in: folder)
                #expect((figures["topology"] as? [String: Any])?["terminals"] as? Int == terminals)
                #expect(figures["saturationLoad"] is NSNull)
                #expect((figures["points"] as? [Any])?.count == 1)
            }
            let torus = try summary("torus --set topology.columns=4 --set topology.rows=3 --load 0.1", in: folder)
            #expect((torus["topology"] as? [String: Any])?["name"] as? String == "4×3 torus")
        }
    }

    @Test func shippedNetworksAreListedAndDescribed() throws {
        let list = try Tool.run("list networks")
        #expect(list.status == 0)
        let names = list.output.split(separator: "\n").dropFirst().compactMap { $0.split(separator: " ").first.map(String.init) }
        for name in ["mesh-8x8", "torus-8x8", "ring-16", "fat-tree-64", "h-tree-64", "crossbar-16", "bus-8", "mesh"] { #expect(names.contains(name)) }
        #expect(!list.output.contains("–"))
        for name in names where !["mesh", "torus", "ring", "crossbar", "bus", "h-tree", "fat-tree"].contains(name) {
            let description = try Tool.run("describe \(name)")
            #expect(description.status == 0, "\(description.errors)")
            #expect(description.output.contains("Deadlock") && description.output.contains("Zero load"))
        }
        let file = try Tool.run("describe \(Tool.repository)/Networks/mesh-8x8.yaml --set topology.columns=4")
        #expect(file.status == 0 && file.output.contains("4×8 mesh"), "\(file.errors)")
    }

    @Test func equalRunsGiveEqualFiles() throws {
        try TemporaryFolder.with { folder in
            for name in ["a", "b"] {
                #expect(try Tool.run("network bus-8 --output \(name) --set measurement.cycles=1000", in: folder).status == 0)
            }
            for file in ["summary.json", "latency-load.csv", "report.html"] {
                let texts = try ["a", "b"].map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)/\(file)")) }
                #expect(texts[0] == texts[1] && !texts[0].isEmpty)
            }
        }
    }

    @Test(
        "Bad descriptions exit with 65 and name the rule",
        arguments: [
            ("topology: { kind: mesh, columns: 0 }", "bad.yaml:2: topology.columns: 0 is outside of 1 … 65536"),
            ("topology: { kind: custom, routers: 2, terminals: [0, 1] }", "bad.yaml:2: topology: the network is disconnected"),
            ("topology: { kind: ring, routers: 4 }\nrouter: { routing: table, table: [[0, 1, 1, 1], [2, 1, 2, 2], [3, 3, 2, 3], [0, 0, 0, 3]] }", "bad.yaml:3: router.routing: the routing function can deadlock"),
            ("topology: { kind: mesh, columns: 4, row: 4 }", "bad.yaml:2: topology.row: is not a parameter of \"mesh\"; did you mean \"rows\"?"),
            ("topology: [", "is not YAML"),
        ])
    func badDescriptions(_ text: String, _ message: String) throws {
        try TemporaryFolder.with { folder in
            try "network: bad\n\(text)\n".write(toFile: folder + "/bad.yaml", atomically: true, encoding: .utf8)
            expectFailure(try Tool.run("network bad.yaml", in: folder), status: 65, mentions: message)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") } == ["bad.yaml"])
        }
    }

    /// A ring in which packets only go up, let in all the same: the watchdog ends the run.
    @Test func deadlocksOfNetworksThatWereLetInAreReported() throws {
        try TemporaryFolder.with { folder in
            let text = """
                network: one-way
                topology: { kind: ring, routers: 4 }
                router: { routing: table, table: [[0, 1, 1, 1], [2, 1, 2, 2], [3, 3, 2, 3], [0, 0, 0, 3]], virtual-channels: 1, buffer: 1, cycles-of-channels: allow }
                traffic: { packet: 8 }
                """
            try text.write(toFile: folder + "/ring.yaml", atomically: true, encoding: .utf8)
            expectFailure(try Tool.run("network ring.yaml --load 0.9", in: folder), status: 65, mentions: "one-way: deadlock in cycle", "waits for")
        }
    }

    @Test(arguments: [
        ("network", 64, "Usage: "), ("network mesh-8x8 --load 2", 64, "\"2\" is not a load"), ("network mesh-8x8 --loads 0.1,,0.2", 64, "is not a load"),
        ("network mesh-8x8 --load 0.1 --loads 0.2", 64, "not both"), ("network mesh-8x8 --pattern transposed", 64, "did you mean \"transpose\"?"),
        ("network mesh-8x8 --set topology.columns=0", 64, "--set topology.columns: 0 is outside"), ("network mesh-8x8 --set columns", 64, "path=value"),
        ("network mesh-9x8", 66, "write mesh --set topology.columns=9 --set topology.rows=8"), ("network mash", 66, "did you mean \"mesh\"?"), ("network nowhere.yaml", 66, "there is no such file"),
        ("network tpu-v1", 64, "is an architecture, not a network"), ("network resnet18.onnx", 64, "is a workload, not a network"),
        ("simulate mesh-8x8 resnet18", 64, "is a network, not an architecture"), ("network .", 66, "is a folder"),
        ("network bus-8 --output /proc/none", 73, "/proc/none"),
    ])
    func mistakes(_ line: String, _ status: Int32, _ message: String) throws {
        let result = try Tool.run(line)
        expectFailure(result, status: status, mentions: message)
        #expect(result.output.isEmpty)
    }
}
