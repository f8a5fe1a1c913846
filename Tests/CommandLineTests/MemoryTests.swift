import Foundation
import Testing

@Suite("Memory alone")
struct MemoryTests {
    /// The figures of a run as JSON.
    private func figures(_ line: String, in folder: String? = nil) throws -> [String: Any] {
        let result = try Tool.run("memory \(line) --format json", in: folder)
        #expect(result.status == 0, "\(line): \(result.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }

    private func number(_ figures: [String: Any], _ key: String) throws -> Double { try #require((figures[key] as? NSNumber)?.doubleValue, "\(key)") }

    // MARK: Figures

    @Test func theTableSaysWhatUsersAskFor() throws {
        let result = try Tool.run("memory DDR4-3200 --pattern random --requests 20000")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.isEmpty)
        let parts = [
            "DDR4-3200 under rand", "of 25.6 GB/s peak", "64 bytes: 8 transfers of 64 bits", "command clock (CK), 1.60 GHz: cycles of 625 ps",
            "p99", "tFAW", "ACT", "pJ/bit", "Refreshes", "JESD79-4", "8.00 GiB",
            "of random rows 11.5 GB/s",
        ]
        for part in parts { #expect(result.output.contains(part), "\(part)\n\(result.output)") }
        #expect(!result.output.contains("\u{1B}"))
        #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 140 && !$0.hasSuffix(" ") })
    }

    /// Random reads of new rows are bound by four activates in tFAW, and by refresh: 34 / 4 · 12480 / (12480 − 560) = 8.90 cycles.
    @Test func randomReadsMeetTheirBound() throws {
        let figures = try figures("DDR4-3200 --pattern rand --requests 100000")
        // Row conflicts within the queue cost a little on top.
        #expect((8.85...9.25).contains(try number(figures, "cyclesPerRequest")))
        let bounds = try #require(figures["boundCyclesPerRequest"] as? [String: Double])
        #expect(abs(try #require(bounds["randomRead"]) - 8.5 * 12480 / 11920) < 1e-9)
        #expect(try number(figures, "requestBytes") == 64)
        #expect(try number(figures, "peakBytesPerSecond") == 25.6e9)
        let bandwidth = try number(figures, "bytesPerSecond"), utilization = try number(figures, "utilization")
        #expect(abs(bandwidth / 25.6e9 - utilization) < 1e-12)
        #expect(abs(bandwidth - 64 * 100_000 / (try number(figures, "seconds"))) < 1)
        #expect(try number(figures, "rowHitRate") < 0.01)
    }

    /// A stream over all bank groups meets the data bus and refresh: 4 · 12480 / (12480 − 560) = 4.19 cycles.
    @Test func streamsMeetTheirBound() throws {
        let figures = try figures("DDR4-3200 --pattern seq --requests 100000")
        #expect(abs(try number(figures, "cyclesPerRequest") / 4.19 - 1) < 0.02)
        #expect(try number(figures, "rowHitRate") > 0.9)
    }

    @Test func partsAddUp() throws {
        let figures = try figures("HBM2-2000 --pattern randmix --requests 30000 --channels 4 --check")
        #expect(try number(figures, "reads") == 20000)
        #expect(try number(figures, "writes") == 10000)
        let parts = try #require(figures["energyParts"] as? [String: NSNumber])
        #expect(parts.values.reduce(0) { $0 + $1.intValue } == Int(try number(figures, "energyFemtojoules")))
        let channels = try #require(figures["perChannel"] as? [[String: Any]])
        #expect(channels.count == 4)
        #expect(channels.reduce(0) { $0 + (($1["reads"] as? Int) ?? 0) } == 20000)
        let commands = try #require(figures["commands"] as? [String: Int])
        #expect(try number(figures, "checkedCommands") == Double(commands.values.reduce(0, +)))
        let rows = try number(figures, "rowHits") + number(figures, "rowMisses") + number(figures, "rowConflicts")
        #expect(rows <= 30000 && rows > 29000)
        let latency = try #require(figures["readLatencyCycles"] as? [String: NSNumber])
        let ordered = try ["p50", "p90", "p99", "max"].map { try #require(latency[$0]).intValue }
        #expect(ordered == ordered.sorted())
    }

    @Test func bytesAreRequests() throws {
        #expect(try number(figures("DDR4-3200 --pattern seq --bytes 1MiB"), "requests") == 16384)
        #expect(try number(figures("DDR4-3200 --pattern seq --bytes 65B"), "requests") == 2)
    }

    @Test func moreChannelsShareTheWork() throws {
        let one = try figures("DDR4-3200 --pattern seq --requests 64000"), four = try figures("DDR4-3200 --pattern seq --requests 64000 --channels 4")
        #expect(try number(one, "cycles") / number(four, "cycles") > 3.8)
        #expect(try number(four, "peakBytesPerSecond") == 4 * 25.6e9)
        #expect(try number(four, "capacityBytes") == 4 * Double(8 << 30))
    }

    @Test func settingsReachControllerAndStandard() throws {
        let plain = try figures("DDR4-3200 --pattern rand --requests 20000")
        let slow = try figures("DDR4-3200 --pattern rand --requests 20000 --set timing.tFAW=68")
        #expect(abs(try number(slow, "cyclesPerRequest") / 17.8 - 1) < 0.02)
        let closed = try figures("DDR4-3200 --pattern rand --requests 20000 --set controller.page-policy=closed --set controller.refresh=none")
        #expect(try number(closed, "refreshes") == 0)
        #expect((closed["controller"] as? [String: String])?["page-policy"] == "closed")
        let ranks = try figures("DDR4-3200 --pattern rand --requests 20000 --set organization.ranks=2")
        #expect(try number(ranks, "capacityBytes") == 2 * number(plain, "capacityBytes"))
        let preset = try figures("DDR4-3200 --pattern rand --requests 20000 --policy ramulator2.1")
        #expect((preset["controller"] as? [String: String])?["active-requests-leave-queue"] == "true")
    }

    @Test func equalRunsGiveEqualBytes() throws {
        for format in ["table", "json", "csv"] {
            let runs = try (0..<2).map { _ in try Tool.run("memory LPDDR5-6400 --pattern seqmix --requests 5000 --format \(format)").output }
            #expect(runs[0] == runs[1] && !runs[0].isEmpty)
        }
    }

    @Test func csvHasOneLine() throws {
        let lines = try Tool.run("memory GDDR6-14000 --pattern randmix --requests 3000 --format csv").output.components(separatedBy: "\r\n")
        #expect(lines.count == 3 && lines[2].isEmpty)
        let header = lines[0].split(separator: ",", omittingEmptySubsequences: false), row = lines[1].split(separator: ",", omittingEmptySubsequences: false)
        #expect(header.count == row.count)
        let reads = try #require(header.firstIndex(of: "reads"))
        #expect(row[reads] == "2000")
    }

    @Test func theListNamesEveryStandard() throws {
        let result = try Tool.run("memory --list")
        #expect(result.status == 0)
        for name in ["DDR3-1600", "DDR4-3200", "DDR5-4800", "LPDDR5-6400", "GDDR6-14000", "HBM2-2000", "HBM3-6400"] {
            let line = try #require(result.output.split(separator: "\n").first { $0.contains(name) }, "\(name)")
            #expect(line.contains("GB/s") && line.contains("bit"))
        }
    }

    // MARK: Traces and files

    @Test func tracesOfEachFormatRun() throws {
        try TemporaryFolder.with { folder in
            let traces = [
                "ls.trace": "LD 0x12345680\nST 0x40\n", "rw.trace": "0x12345680 R\n0x40 W\n", "timed.trace": "0x12345680 READ 10\n0x40 WRITE 5000\n",
            ]
            for (name, text) in traces.sorted(by: { $0.key < $1.key }) {
                try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
                let figures = try figures("DDR4-3200 --trace \(name) --check", in: folder)
                #expect(try number(figures, "reads") == 1)
                #expect(try number(figures, "writes") == 1)
                #expect(try number(figures, "cycles") > (name == "timed.trace" ? 5000 : 40))
                #expect(try number(figures, "cycles") < 5200)
            }
            let first = try figures("DDR4-3200 --trace ls.trace --requests 1", in: folder)
            #expect(try number(first, "requests") == 1)
        }
    }

    @Test func theStandardInputIsATrace() throws {
        let result = try Tool.run(["-c", "printf 'LD 0x40\\nST 0x80\\n' | \(Tool.path) memory DDR4-3200 --trace - --format csv"], executable: "/bin/sh")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("the standard input"))
    }

    /// An idle stretch of a tenth of a second costs no memory, although its refreshes are logged.
    @Test func longPauses() throws {
        try TemporaryFolder.with { folder in
            try "0x0 READ 0\n0x40 READ 200000000\n".write(toFile: folder + "/a.trace", atomically: true, encoding: .utf8)
            let figures = try figures("DDR4-3200 --trace a.trace --check", in: folder)
            #expect(try number(figures, "refreshes") == Double(200_000_000 / 12480))
        }
    }

    @Test(
        arguments: [
            ("LD 0x40\nLD forty\n", "bad.trace:2: \"LD forty\""), ("0x40 R\n\n0x80 Q\n", "bad.trace:3: \"0x80 Q\""),
            ("3 20734016\n", "bad.trace:1: \"3 20734016\""), ("LD 0xFFFFFFFFFFFF\n", "bad.trace:1:"), ("\u{1B}[31m\n", "bad.trace:1:"), ("# nothing\n", "has no access"),
            ("0x40 READ 99999999999999\n", "bad.trace:1:"),
        ])
    func malformedTracesAreRefusedWithTheirLine(_ text: String, _ message: String) throws {
        try TemporaryFolder.with { folder in
            try text.write(toFile: folder + "/bad.trace", atomically: true, encoding: .utf8)
            let result = try Tool.run("memory DDR4-3200 --trace bad.trace", in: folder)
            expectFailure(result, status: 65, mentions: message)
            #expect(result.output.isEmpty)
            #expect(!result.errors.contains("\u{1B}"))
        }
    }

    @Test func addressesCanBeWrapped() throws {
        try TemporaryFolder.with { folder in
            try "LD 0xFFFFFFFFFFFF\n".write(toFile: folder + "/far.trace", atomically: true, encoding: .utf8)
            #expect(try number(figures("DDR4-3200 --trace far.trace --wrap-addresses", in: folder), "reads") == 1)
        }
    }

    @Test func theCommandLogHoldsEveryCommand() throws {
        try TemporaryFolder.with { folder in
            let figures = try figures("DDR4-3200 --pattern randmix --requests 10000 --channels 2 --log-commands log.csv", in: folder)
            let lines = try String(contentsOfFile: folder + "/log.csv", encoding: .utf8).split(separator: "\n")
            #expect(lines.first == "channel,cycle,command,pseudo-channel,rank,bank-group,bank,row,column")
            let commands = try #require(figures["commands"] as? [String: Int])
            #expect(lines.count - 1 == commands.values.reduce(0, +))
            #expect(lines.filter { $0.contains(",ACT,") }.count == commands["ACT"])
            // In order within a channel.
            let cycles = lines.dropFirst().filter { $0.hasPrefix("1,") }.compactMap { Int($0.split(separator: ",")[1]) }
            #expect(cycles == cycles.sorted() && cycles.count > 1000)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["log.csv"])
        }
    }

    @Test func aLogOnTheOutputLeavesTheFiguresToTheErrorStream() throws {
        let result = try Tool.run("memory DDR4-3200 --pattern seq --requests 10 --log-commands -")
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("channel,cycle,command"))
        #expect(result.output.split(separator: "\n").allSatisfy { $0.split(separator: ",").count == 9 })
        #expect(result.errors.contains("Bandwidth"))
    }

    @Test func figuresGoToAFile() throws {
        try TemporaryFolder.with { folder in
            let result = try Tool.run("memory DDR4-3200 --pattern seq --requests 10 --format json --output figures/a.json", in: folder)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.isEmpty)
            let text = try String(contentsOfFile: folder + "/figures/a.json", encoding: .utf8)
            #expect(text.hasPrefix("{\n  \"schemaVersion\": 1,"))
        }
    }

    /// A failed run leaves no log behind.
    @Test func afterAFailureNoFileAppears() throws {
        try TemporaryFolder.with { folder in
            try "LD 0x40\nLD forty\n".write(toFile: folder + "/bad.trace", atomically: true, encoding: .utf8)
            expectFailure(try Tool.run("memory DDR4-3200 --trace bad.trace --log-commands log.csv", in: folder), status: 65)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["bad.trace"])
        }
    }

    @Test func standardsOfOnesOwn() throws {
        try TemporaryFolder.with { folder in
            let text = "standard: SLOW\nbased-on: DDR4-3200\nsource: \"a test\"\ntiming:\n  source: \"a test\"\n  tFAW: 68\n"
            try text.write(toFile: folder + "/slow.yaml", atomically: true, encoding: .utf8)
            let figures = try figures("slow.yaml --pattern rand --requests 20000", in: folder)
            #expect(figures["standard"] as? String == "SLOW")
            #expect(abs(try number(figures, "cyclesPerRequest") / 17.8 - 1) < 0.02)
        }
    }

    // MARK: Mistakes

    @Test(
        arguments: [
            "memory", "memory DDR4-3200", "memory DDR4-3200 --pattern seq --trace a", "memory --list --pattern seq", "memory --pattern seq",
            "memory DDR4-3200 --pattern seq --requests 0", "memory DDR4-3200 --pattern seq --requests 5 --bytes 1KiB",
            "memory DDR4-3200 --trace a --capacity 1GiB", "memory DDR4-3200 --pattern seq --wrap-addresses", "memory DDR4-3200 --pattern seq --format xml",
            "memory DDR4-3200 --pattern sequ", "memory DDR4-3200 --pattern stride0", "memory DDR4-3200 --pattern seq --channels 3",
            "memory DDR4-3200 --pattern seq --channels 0", "memory DDR4-3200 --pattern seq --mapping ro-ba-co", "memory DDR4-3200 --pattern seq --mapping xyz",
            "memory DDR4-3200 --pattern seq --policy best", "memory DDR4-3200 --pattern seq --set timing.tFAW", "memory DDR4-3200 --pattern seq --set timing.tFOO=3",
            "memory DDR4-3200 --pattern seq --set controller.page-policy=ajar", "memory DDR4-3200 --pattern seq --set controller.queue=3",
            "memory DDR4-3200 --pattern seq --set page-policy=open", "memory DDR4-3200 --pattern seq --set controller.read-queue-size=0",
            "memory DDR4-3200 --pattern seq --capacity 1TiB", "memory DDR4-3200 --pattern seq --capacity 7B", "memory DDR4-3200 --pattern seq --bytes lots",
        ])
    func mistakesInUsage(_ line: String) throws {
        let result = try Tool.run(line)
        expectFailure(result, status: 64)
        #expect(result.output.isEmpty)
    }

    @Test func mistakesAreExplained() throws {
        expectFailure(try Tool.run("memory DDR4-3201 --pattern seq"), status: 66, mentions: "did you mean \"DDR4-3200\"?")
        expectFailure(try Tool.run("memory SDRAM --pattern seq"), status: 66, mentions: "cyclewright memory --list")
        expectFailure(try Tool.run("memory nowhere/a.yaml --pattern seq"), status: 66, mentions: "nowhere/a.yaml")
        expectFailure(try Tool.run("memory DDR4-3200 --trace nowhere.trace"), status: 66, mentions: "nowhere.trace", "No such file")
        expectFailure(try Tool.run("memory DDR4-3200 --pattern seq --set page-policy=open"), status: 64, mentions: "controller.page-policy=open")
        expectFailure(
            try Tool.run("memory DDR4-3200 --pattern seq --set controller.page-polcy=open"), status: 64, mentions: "--set controller.page-polcy: is no setting of the controller; did you mean \"page-policy\"?")
        expectFailure(
            try Tool.run("memory DDR4-3200 --pattern seq --set controller.page-policy=ajar"), status: 64, mentions: "open, closed, adaptive, timeout")
        expectFailure(try Tool.run("memory DDR4-3200 --pattern seq --requests 9 --output /proc/nowhere/a"), status: 73, mentions: "/proc/nowhere")
        expectFailure(try Tool.run("memory DDR4-3200 --pattern seq --log-commands /proc/nowhere/a"), status: 73, mentions: "/proc/nowhere")
    }

    @Test func namesMayBeInSmallLetters() throws {
        #expect(try figures("ddr4-3200 --pattern seq --requests 10")["standard"] as? String == "DDR4-3200")
    }

    @Test func helpHasExamples() throws {
        let result = try Tool.run("memory --help")
        #expect(result.status == 0)
        for part in ["EXAMPLES", "PATTERNS", "TRACES", "cyclewright memory --list", "page-policy"] { #expect(result.output.contains(part), "\(part)") }
    }
}

extension MemoryTests {
    /// The commands of the article run as they stand.
    @Test func theArticlesCommandsRun() throws {
        let article = try String(contentsOfFile: Tool.repository + "/Documentation/Cyclewright.docc/Memory.md", encoding: .utf8)
        let commands = article.split(separator: "\n").filter { $0.hasPrefix("cyclewright memory ") || $0.hasPrefix("$ cyclewright memory ") }
        #expect(commands.count >= 6)
        for command in commands {
            let words = command.split(separator: " ").map(String.init)
            let arguments = Array(words.drop { $0 != "memory" })
            let result = try Tool.run(arguments + (arguments.contains("--list") || arguments.contains("--requests") ? [] : ["--requests", "1000"]))
            #expect(result.status == 0, "\(command): \(result.errors)")
        }
    }
}
