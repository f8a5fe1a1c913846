import Foundation
import Testing

@Suite("Reports of sweeps and comparisons of runs")
struct ReportCommandTests {
    /// Two runs of a small net on machines of two sizes, and one of another net.
    private static func runs(_ body: (String) throws -> Void) throws {
        try TemporaryFolder.with { folder in
            for (name, workload, setting) in [("small", "alexnet", "64"), ("large", "alexnet", "128")] {
                let result = try Tool.run(
                    ["simulate", "tpu-v1", workload, "--set", "engines.mxu.rows=\(setting)", "--set", "engines.mxu.columns=\(setting)", "--output", name, "--quiet"],
                    in: folder)
                try #require(result.status == 0, "\(result.errors)")
            }
            try body(folder)
        }
    }

    /// Three points of one parameter, written by hand.
    private static let sweep = """
        {"kind": "cyclewright-sweep", "schemaVersion": 1, "version": "0", "name": "by hand", "architecture": "tpu-v1",
         "workloads": [{"name": "lenet", "weight": 1}], "strategy": "grid", "seed": "1",
         "parameters": [{"name": "rows", "targets": ["engines.mxu.rows"], "isOrdered": true, "values": [8, 16, 32]}],
         "constraints": [], "objectives": [{"name": "cycles", "expression": "cycles", "goal": "minimize", "unit": "cycles"},
          {"name": "area", "expression": "area", "goal": "minimize", "unit": "mm2"}],
         "limits": [], "figures": ["cycles"], "points": [
          {"number": 0, "choices": [0], "status": "finished", "reason": "", "objectives": [900, 1], "figures": [900]},
          {"number": 1, "choices": [1], "status": "finished", "reason": "", "objectives": [500, 2], "figures": [500]},
          {"number": 2, "choices": [2], "status": "failed", "reason": "does not fit", "objectives": [], "figures": []}]}
        """

    @Test func aSweepGetsItsReport() throws {
        try TemporaryFolder.with { folder in
            try Self.sweep.write(toFile: folder + "/sweep.json", atomically: true, encoding: .utf8)
            try FileManager.default.createDirectory(atPath: folder + "/runs/1", withIntermediateDirectories: true)
            try "".write(toFile: folder + "/runs/1/report.html", atomically: true, encoding: .utf8)
            let result = try Tool.run(["report", "sweep.json", "--output", "out/here"], in: folder)
            #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
            for part in ["by hand", "Pareto front", "500 cycles", "rows 16", "does not fit", "Report written to out/here/report.html"] {
                #expect(result.output.contains(part), "\(part)\n\(result.output)")
            }
            let page = try String(contentsOfFile: folder + "/out/here/report.html", encoding: .utf8)
            #expect(page.contains(#""runs": {"1": "../../runs/1/report.html"}"#))
            #expect(page.contains("cyclewright simulate tpu-v1 lenet") && page.contains(" --set engines.mxu.rows=16"))
            let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/out/here").sorted()
            #expect(files == ["plots", "points.csv", "report.html", "report.md", "sensitivity.csv", "sweep.json"])
            // The report's own folder is a sweep again, with the same bytes.
            #expect(try Tool.run(["report", "out/here", "--output", "again", "--runs", "runs", "-q"], in: folder).status == 0)
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/again/points.csv")) == Data(contentsOf: URL(fileURLWithPath: folder + "/out/here/points.csv")))
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/again/sweep.json")) == Data(contentsOf: URL(fileURLWithPath: folder + "/out/here/sweep.json")))
        }
    }

    @Test func runsAreComparedAndReported() throws {
        try Self.runs { folder in
            let result = try Tool.run(["compare", "small", "large", "--output", "both"], in: folder)
            #expect(result.status == 0, "\(result.errors)")
            for part in ["base: ", "cycles", "ratio", "geometric mean of", "Comparison written to both/comparison.html"] {
                #expect(result.output.contains(part), "\(part)\n\(result.output)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/both").sorted() == ["comparison.csv", "comparison.html", "comparison.json", "comparison.md"])
            let json = try Tool.run(["compare", "small", "large/summary.json", "--format", "json"], in: folder)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            let totals = try #require(object["totals"] as? [[String: Any]])
            let cycles = try #require(totals.first { $0["measure"] as? String == "cycles" }?["values"] as? [NSNumber])
            for (name, value) in zip(["small", "large"], cycles) {
                let summary = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)/summary.json"))) as? [String: Any]
                #expect(summary?["cycles"] as? NSNumber == value)
            }
            let report = try Tool.run(["report", "small", "large", "--output", "set"], in: folder)
            #expect(report.status == 0, "\(report.errors)")
            let page = try String(contentsOfFile: folder + "/set/report.html", encoding: .utf8)
            #expect(page.contains(#""runs": {"0": "../small/report.html", "1": "../large/report.html"}"#))
        }
    }

    /// Exit codes and the words that say what to do.
    @Test(arguments: [
        ("report missing.json", 66, "there is no such file"),
        ("report text.txt", 65, "is neither a sweep's database nor JSON"),
        ("report empty", 66, "has neither a summary.json nor a sweep.json"),
        ("report other.json", 65, "version 9 of the format, and this is version 1"),
        ("report sweep.json sweep.json", 64, "a report is about one sweep"),
        ("report", 64, "inputs"),
        ("compare run-a", 64, "Name two runs or more"),
        ("compare run-a run-b", 65, "no operator of the same name"),
        ("compare run-a missing", 66, "there is no such file or folder"),
        ("compare run-a empty", 66, "has no summary.json"),
        ("compare run-a run-c", 65, "version 2 of the format"),
        ("compare run-a text.txt", 65, "is not JSON"),
        ("report sweep.json --output text.txt", 73, "text.txt"),
        ("report fake.sqlite", 65, "fake.sqlite"),
    ] as [(String, Int32, String)])
    func badInputIsExplained(_ line: String, _ status: Int32, _ message: String) throws {
        try TemporaryFolder.with { folder in
            func write(_ path: String, _ text: String) throws {
                try FileManager.default.createDirectory(atPath: (folder + "/" + path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
                try text.write(toFile: folder + "/" + path, atomically: true, encoding: .utf8)
            }
            try write("sweep.json", Self.sweep)
            try write("text.txt", "no JSON")
            try write("other.json", #"{"kind": "cyclewright-sweep", "schemaVersion": 9}"#)
            try write("fake.sqlite", "SQLite format 3\u{0}and nothing more")
            try write("empty/note.txt", "")
            for (name, version, operation) in [("a", 1, "x"), ("b", 1, "y"), ("c", 2, "x")] {
                try write("run-\(name)/summary.json", #"{"schemaVersion": \#(version), "architecture": "m", "workload": "w", "cycles": 3, "seconds": 1, "operators": [{"name": "\#(operation)", "cycles": 3}]}"#)
            }
            let result = try Tool.run(line.split(separator: " ").map(String.init), in: folder)
            #expect(result.status == status && result.output.isEmpty, "\(line): \(result.status) \(result.output)")
            #expect(result.errors.contains(message), "\(line): \(result.errors)")
        }
    }
}
