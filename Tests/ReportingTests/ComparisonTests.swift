import Foundation
import Reporting
import Testing

@Suite("Runs side by side")
struct ComparisonTests {
    private static func report(_ names: [String], scale: Int) -> RunReport {
        SyntheticRun.report(
            layers: names.enumerated().map { index, name in
                .init(name: name, type: "Conv", macs: 1_000_000 * (index + 1) * scale, input: 50_000, weights: 40_000 * scale, output: 30_000)
            }, workload: "net")
    }

    /// Folders of runs, and what is read from them.
    private func compared<Result>(_ runs: [[String]], _ body: ([String], () throws -> RunComparison) throws -> Result) throws -> Result {
        let root = NSTemporaryDirectory() + "/comparison-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        let folders = try runs.enumerated().map { index, names in
            try ReportFolder.write(Self.report(names, scale: index + 1), to: "\(root)/run\(index)")
            return "\(root)/run\(index)"
        }
        return try body(folders) { try RunComparison(try folders.map { try RunSummary(path: $0) }) }
    }

    @Test func ratiosAreThoseOfTheSummaries() throws {
        try compared([["a", "b", "c"], ["a", "b", "d"]]) { folders, comparison in
            let comparison = try comparison()
            let summaries = try folders.map { folder in
                try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder + "/summary.json"))) as? [String: Any])
            }
            for key in ["cycles", "seconds", "macs", "utilization", "dramReadBytes"] {
                let row = try #require(comparison.totals.first { $0.measure == key })
                let values = try summaries.map { try #require($0[key] as? NSNumber).doubleValue }
                #expect(row.values == values && row.ratio(1) == values[1] / values[0], "\(key)")
            }
            #expect(comparison.operators.map(\.name) == ["a", "b"] && comparison.alone == [["c"], ["d"]])
            let seconds = try #require(comparison.measures.firstIndex(of: "seconds"))
            let operators = try summaries.map { try #require($0["operators"] as? [[String: Any]]) }
            for (place, operation) in comparison.operators.enumerated() {
                for run in 0..<2 {
                    let cycles = try #require(operators[run][place]["cycles"] as? NSNumber).doubleValue
                    let total = try #require(summaries[run]["cycles"] as? NSNumber).doubleValue, time = try #require(summaries[run]["seconds"] as? NSNumber).doubleValue
                    #expect(abs((operation.rows[seconds].values[run] ?? 0) / (cycles * time / total) - 1) < 1e-12)
                }
            }
            let ratios = comparison.operators.map { $0.rows[seconds].ratio(1) ?? 0 }
            let mean = try #require(comparison.meanRatio(seconds, run: 1))
            #expect(abs(mean.ratio - (ratios[0] * ratios[1]).squareRoot()) < 1e-12 && mean.operators == 2)
        }
    }

    @Test func everyFormatSaysTheSame() throws {
        try compared([["a", "b", "c"], ["a", "b", "d"], ["b", "c"]]) { folders, comparison in
            let comparison = try comparison()
            // Three runs: an operator of any two has a row.
            #expect(comparison.operators.map(\.name) == ["a", "b", "c"] && comparison.alone == [[], ["d"], []])
            #expect(comparison.labels == ["run0", "run1", "run2"])
            let text = ComparisonText.text(of: comparison, style: .plain)
            #expect(text.contains("only in run1: d") && text.contains("run2 ÷ run0") && text.contains("geometric mean of 2 ratios, run1 to run0"))
            let markdown = ComparisonText.markdown(of: comparison)
            #expect(markdown.contains("## seconds by operator") && markdown.contains("- only in run1: d"))
            let csv = ComparisonDocuments.csv(comparison)
            #expect(csv.hasPrefix("level,name,type,measure,run0,run1,run2,ratio run1,ratio run2\n") && csv.contains("\nalone,d,,,,1,,,\n"))
            let macs = try #require(csv.split(separator: "\n").first { $0.hasPrefix("run,,,macs,") })
            let json = try #require(try JSONSerialization.jsonObject(with: Data(ComparisonDocuments.json(comparison).utf8)) as? [String: Any])
            let totals = try #require(json["totals"] as? [[String: Any]])
            let row = try #require(totals.first { $0["measure"] as? String == "macs" })
            let cells = macs.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            func numbers(_ key: String) -> [Double] { (row[key] as? [NSNumber])?.map(\.doubleValue) ?? [] }
            #expect(numbers("values") == cells[4...6].map { Double($0) ?? -1 } && numbers("ratios") == cells[7...].map { Double($0) ?? -1 })
            let first = try ComparisonDocuments.html(comparison)
            #expect(try ComparisonDocuments.html(comparison) == first && !first.contains("{{") && !first.contains("<script"))
            let written = try ReportFolder.write(comparison, to: folders[0] + "/comparison")
            #expect(written.map { ($0 as NSString).lastPathComponent } == ["comparison.html", "comparison.md", "comparison.csv", "comparison.json"])
        }
    }

    /// The second of two operators of one name meets the second of the other run.
    @Test func namesThatOccurAgainAreCounted() throws {
        try compared([["a", "a", "b"], ["a", "a", "a"]]) { _, comparison in
            let comparison = try comparison()
            #expect(comparison.operators.map(\.name) == ["a", "a (2)"] && comparison.alone == [["b"], ["a (3)"]])
        }
    }

    @Test func runsWithNothingInCommonAreRefused() throws {
        try compared([["a"], ["b"]]) { folders, comparison in
            let error = #expect(throws: RunFileError.self) { try comparison() }
            #expect(error?.description.contains("no operator of the same name") == true && error?.description.contains(folders[1]) == true)
        }
    }

    @Test func filesThatAreNoRuns() throws {
        let folder = NSTemporaryDirectory() + "/no-run-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func refused(_ text: String?, _ message: String) throws {
            let path = folder + "/summary.json"
            try? FileManager.default.removeItem(atPath: path)
            if let text { try text.write(toFile: path, atomically: true, encoding: .utf8) }
            let error = #expect(throws: RunFileError.self) { try RunSummary(path: folder) }
            #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        }
        try refused(nil, "has no summary.json")
        try refused("{", "is not JSON")
        try refused("[]", "is not the summary.json of a run")
        try refused(#"{"schemaVersion": 2, "architecture": "a", "workload": "w", "operators": []}"#, "version 2 of the format, and this is version 1")
        try refused(#"{"schemaVersion": 1, "architecture": "a", "workload": "w", "operators": [{}]}"#, "an operator without a name")
        #expect(throws: RunFileError.self) { try RunSummary(path: folder + "/missing") }
    }

    /// What a priced run adds to its summary: totals in joules and square millimetres, items by component, an energy for each operator.
    @Test func energiesAreComparedWhereRunsHaveThem() throws {
        func run(_ scale: Double) throws -> RunSummary {
            let path = NSTemporaryDirectory() + "/priced-\(UUID().uuidString).json"
            defer { try? FileManager.default.removeItem(atPath: path) }
            let text = """
                {"schemaVersion": 1, "architecture": "m\(scale)", "workload": "w", "cycles": 100, "seconds": 1e-6,
                 "operators": [{"name": "x", "cycles": 100, "energy": {"joules": \(3 * scale), "quectojoules": "3", "leakage": \(scale)}}],
                 "cost": {"joules": \(3 * scale), "squareMillimetres": 2, "teraOperationsPerJoule": \(4 / scale), "power": {"secondsPerStretch": 1, "watts": [1]},
                  "items": [{"component": "mesh", "joules": \(scale)}, {"component": "mesh", "joules": \(scale)}, {"component": "dram", "joules": \(scale)}]}}
                """
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return try RunSummary(path: path)
        }
        let runs = [try run(1), try run(2)]
        let comparison = try RunComparison(runs)
        func total(_ name: String) -> [Double?]? { comparison.totals.first { $0.measure == name }?.values }
        #expect(total("cost.joules") == [3, 6] && total("energy.mesh") == [2, 4] && total("energy.dram") == [1, 2])
        #expect(total("cost.power.secondsPerStretch") == nil)
        let energy = try #require(comparison.measures.firstIndex(of: "energy.joules"))
        #expect(comparison.operators[0].rows[energy].ratio(1) == 2)
        #expect(ComparisonText.text(of: comparison, style: .plain).contains("Operator: energy.joules"))
        #expect(RunComparison.isLessBetter("cost.joules") == true && RunComparison.isLessBetter("cost.teraOperationsPerJoule") == false)
        #expect(RunSet.results(runs, version: "test").objectives.map(\.name) == ["time", "energy", "area"])
        #expect(SweepReport(RunSet.results(runs, version: "test")).energies?.components == ["mesh", "dram"])
    }

    /// Runs get a sweep's report: each is a point, its figures are the objectives.
    @Test func runsAreReportedOnLikeASweep() throws {
        try compared([["a", "b"], ["a", "b"], ["a"]]) { folders, _ in
            let runs = try folders.map { try RunSummary(path: $0) }
            let results = RunSet.results(runs, version: "test")
            #expect(results.objectives.map(\.name) == ["time", "dramBytes"] && results.points.count == 3)
            #expect(results.points.map { $0.objectives[0] } == runs.map { $0.figures["seconds"] ?? -1 })
            let page = try SweepPage.text(of: SweepReport(results, runPages: [0: "a"]))
            #expect(page.contains("3 runs"))
        }
    }
}
