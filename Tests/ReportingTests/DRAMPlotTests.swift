import MemorySystem
import Reporting
import Simulation
import Testing

/// What a report shows of a memory whose channels were simulated.
@Suite struct DRAMPlotTests {
    /// ResNet-50 with its weights in a memory of so many channels, of which the last has nothing to do.
    static func report(channels: Int, twice: Bool = false) -> RunReport {
        let plain = SyntheticRun.report(layers: SyntheticRun.resnet50)
        var record = plain.record
        let cycles = Int(record.seconds / 0.9375e-9)
        var dram = DRAMRecord(standard: "DDR3-2133", channels: channels, cycles: cycles)
        dram.busUtilization = (0..<channels).map { $0 == channels - 1 ? 0 : 0.5 }
        (dram.reads, dram.writes) = (1000, 100)
        (dram.rowHits, dram.rowMisses, dram.rowConflicts) = (800, 100, 200)
        dram.stalls = [("tRP", 9000), ("tFAW", 7000), ("tCCD_S", 5000), ("tRFC", 3000), ("tNew", 1000)].map { (rule: $0.0, cycles: $0.1) }
        var history = BandwidthHistory(channels: channels, unit: 937_500)
        for step in 0..<2000 {
            for channel in 0..<max(1, channels - 1) {
                history.add(channel: channel, time: step * (cycles / 2000), bytes: 64 * (1 + (step * 7 + channel * 13) % 50))
            }
        }
        dram.bandwidth = history
        record.memories[0].dram = dram
        if twice {
            record.memories[1].kind = .dram
            record.memories[1].dram = dram
        }
        return RunReport(record: record, architecture: plain.architecture, workload: plain.workload)
    }

    @Test("Bandwidth, row hits and stalls are drawn, for one channel and for many", arguments: [1, 2, 16, 64, 100])
    func plotsAreThere(_ channels: Int) throws {
        let page = try HTMLReport.text(of: Self.report(channels: channels))
        try HTMLReportTests.expectWellFormed(page)
        #expect(page.contains("<svg id=\"plot-bandwidth\"") && page.contains("<svg id=\"plot-dram-stalls\""))
        #expect(page.contains("72.7 % row hits") && page.contains("another row open"))
        #expect(page.contains(">tRP</text>") && page.contains("row conflicts") && page.contains(">tNew</text>"))
        #expect(page.contains("class=\"heat-"))
        // A row for each channel up to 64, then for two each.
        let name = channels > 64 ? "channels 0 to 1:" : "channel 0:"
        #expect(page.contains(name))
        #expect(page.utf8.count < 900_000, "\(page.utf8.count) bytes")
        #expect(!page.contains("NaN") && !page.contains("inf "))
    }

    @Test("A memory without channels has neither plot nor tile: its traffic over time is not known")
    func nothingIsInvented() throws {
        let page = try HTMLReport.text(of: SyntheticRun.report(layers: SyntheticRun.resnet50))
        #expect(!page.contains("plot-bandwidth") && !page.contains("plot-dram-stalls") && !page.contains("Row hits"))
    }

    @Test("Two memories have plots of their own names")
    func twoMemories() throws {
        let page = try HTMLReport.text(of: Self.report(channels: 4, twice: true))
        try HTMLReportTests.expectWellFormed(page)
        #expect(page.contains("<svg id=\"plot-bandwidth-2\"") && page.contains("<svg id=\"plot-dram-stalls-2\""))
    }

    @Test("The summary has the bytes of every channel and step, and the stalls by group")
    func summary() throws {
        let report = Self.report(channels: 4)
        let history = try #require(report.record.memories[0].dram?.bandwidth)
        let memories = try #require(try SummaryDocumentTests.parse(SummaryDocument.text(of: report))["memories"] as? [[String: Any]])
        let dram = try #require(memories[0]["dram"] as? [String: Any])
        let bandwidth = try #require(dram["bandwidth"] as? [String: Any])
        let bytes = try #require(bandwidth["bytes"] as? [[Int]])
        #expect(bytes.count == 4)
        #expect(bytes.allSatisfy { $0.count == history.usedBuckets })
        #expect(bytes.map { $0.reduce(0, +) } == (0..<4).map { history.bytes(ofChannel: $0) })
        #expect(bytes[3].allSatisfy { $0 == 0 })
        let seconds = try #require(bandwidth["bucketSeconds"] as? Double)
        #expect(abs(seconds / history.bucketSeconds - 1) < 1e-12)
        #expect(
            dram["stallGroups"] as? [String: Int]
                == ["row conflicts": 9000, "rate of activates": 7000, "data bus": 5000, "refresh": 3000, "other": 1000])
    }

    @Test("Every rule of every shipped standard has a group")
    func everyRuleHasAGroup() throws {
        for name in DRAMStandard.shippedNames {
            for constraint in try DRAMStandard(named: name).constraints {
                #expect(DRAMStallGroup(rule: constraint.name) != .other, "\(name): \(constraint.name)")
            }
        }
        #expect(DRAMStallGroup(rule: "tRPab") == .refresh && DRAMStallGroup(rule: "tRP") == .rowConflicts)
        #expect(DRAMStallGroup(rule: "tCCD_L") == .bankGroups && DRAMStallGroup(rule: "tCCD_S") == .dataBus)
        #expect(DRAMStallGroup(rule: "tRCDRD") == .rowConflicts && DRAMStallGroup(rule: "tRTW_L") == .turnaround)
    }
}
