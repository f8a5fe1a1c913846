import Foundation
import Reporting
import Simulation
import Testing

@Suite struct PerfettoTraceTests {
    @Test func everyEventIsThereOnceInItsThread() throws {
        let report = SyntheticRun.report(layers: SyntheticRun.nasty + SyntheticRun.resnet50, traced: true)
        let events = try Self.events(of: report)
        let names = events.filter { $0["name"] as? String == "thread_name" }.compactMap { ($0["args"] as? [String: Any])?["name"] as? String }
        #expect(names == report.record.units.map(\.name))
        let complete = events.filter { $0["ph"] as? String == "X" }
        #expect(complete.count == report.record.trace.count)
        #expect((complete[0]["args"] as? [String: Any])?["operator"] as? String == SyntheticRun.nastyNames[0])
        for (event, traced) in zip(complete, report.record.trace) {
            #expect(event["tid"] as? Int == traced.unit + 1)
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

    static func events(of report: RunReport) throws -> [[String: Any]] {
        var events: [[String: Any]] = []
        try ReportFolderTests.inFolder { folder in
            try ReportFolder.write(report, to: folder, trace: true)
            events = try #require(try SummaryDocumentTests.parse(ReportFolderTests.text(folder + "/trace.json"))["traceEvents"] as? [[String: Any]])
        }
        return events
    }
}
