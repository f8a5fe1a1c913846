import Foundation
import MemorySystem
import Reporting
import Simulation
import Testing

@Suite struct PerfettoTraceTests {
    @Test func everyEventIsThereOnceInItsThread() throws {
        let report = SyntheticRun.report(layers: SyntheticRun.nasty + SyntheticRun.resnet50, traced: true)
        let events = try Self.events(of: report)
        let named = events.filter { $0["name"] as? String == "thread_name" }
        let names = named.compactMap { ($0["args"] as? [String: Any])?["name"] as? String }
        #expect(names == report.record.units.map(\.name))
        let threads = named.compactMap { $0["tid"] as? Int }
        #expect(Set(threads).count == names.count)
        // A thread of its process's number is shown as "main thread", one of number 0 not at all.
        for event in events { #expect(event["tid"] as? Int != event["pid"] as? Int && event["tid"] as? Int != 0) }
        let order = events.filter { $0["name"] as? String == "thread_sort_index" }.compactMap { ($0["args"] as? [String: Any])?["sort_index"] as? Int }
        #expect(order == Array(names.indices))
        let complete = events.filter { $0["ph"] as? String == "X" }
        #expect(complete.count == report.record.trace.count)
        #expect((complete[0]["args"] as? [String: Any])?["operator"] as? String == SyntheticRun.nastyNames[0])
        for (event, traced) in zip(complete, report.record.trace) {
            #expect(event["tid"] as? Int == threads[traced.unit])
            #expect(event["cat"] as? String == (traced.isStall ? "stall" : "command"))
            let start = try #require(event["ts"] as? Double)
            #expect(abs(start - Double(traced.startFemtoseconds) * 1e-9) <= 0.000501)
        }
    }

    @Test func eventsThatTouchDoNotOverlap() throws {
        // Cycles of 1.428571 ns: rounding starts and durations apart would make neighbours overlap.
        var record = SyntheticRun.record(layers: [], workload: "w", traced: false)
        record.trace = (0..<1000).map {
            TraceEvent(
                unit: 0, operatorIndex: 0, name: "n", isStall: false, startFemtoseconds: $0 * 1_428_571, durationFemtoseconds: 1_428_571)
        }
        let report = RunReport(record: record, architecture: SyntheticRun.architecture, workload: RunReportTests.workload)
        var end = 0
        for event in try Self.events(of: report) where event["ph"] as? String == "X" {
            let start = Int(try #require(event["ts"] as? Double) * 1000 + 0.5)
            #expect(start == end)
            end = start + Int(try #require(event["dur"] as? Double) * 1000 + 0.5)
        }
        #expect(end == 1429)
    }

    /// The counter of a channel holds its bandwidth from each event to the next: what it adds up to are the channel's bytes.
    @Test func channelsOfMemoriesAreCounters() throws {
        var history = BandwidthHistory(channels: 3, unit: 1_000_000, shift: 4)
        for time in 0..<4000 where time % 3 != 0 { history.add(channel: time % 2, time: time * 5, bytes: 64) }
        var record = SyntheticRun.record(layers: [], workload: "w", traced: false)
        var dram = DRAMRecord(standard: "HBM2-2000", channels: 3, cycles: 20_000)
        dram.bandwidth = history
        record.memories = [
            MemoryRecord(
                name: "hbm", kind: .dram, capacityBytes: 1 << 30, allocatedBytes: 0, readBytes: 0, writeBytes: 0, peakBytesPerSecond: 1e11, dram: dram)
        ]
        let events = try Self.events(of: RunReport(record: record, architecture: SyntheticRun.architecture, workload: RunReportTests.workload))
        let counters = events.filter { $0["ph"] as? String == "C" }
        let processes = events.filter { $0["name"] as? String == "process_name" }
        #expect(processes.compactMap { ($0["args"] as? [String: Any])?["name"] as? String }.last == "hbm, HBM2-2000")
        #expect(counters.allSatisfy { $0["pid"] as? Int == processes.last?["pid"] as? Int })
        for channel in 0..<3 {
            let track = counters.filter { $0["name"] as? String == "hbm channel \(channel)" }
            var bytes = 0.0
            for (event, next) in zip(track, track.dropFirst()) {
                let rate = try #require((event["args"] as? [String: Any])?["MB/s"] as? Double)
                bytes += rate * (try #require(next["ts"] as? Double) - (try #require(event["ts"] as? Double)))
            }
            let expected = Double(history.bytes(ofChannel: channel))
            #expect(abs(bytes - expected) <= expected * 0.002, "channel \(channel): \(bytes) of \(expected)")
            #expect((track.last?["args"] as? [String: Any])?["MB/s"] as? Double == 0)
        }
    }

    static func events(of report: RunReport) throws -> [[String: Any]] {
        var events: [[String: Any]] = []
        try ReportFolderTests.inFolder { folder in
            try ReportFolder.write(report, to: folder, trace: true)
            events = try #require(try SummaryDocumentTests.parse(ReportFolderTests.text(folder + "/trace.json"))["traceEvents"] as? [[String: Any]])
        }
        return events
    }
}
