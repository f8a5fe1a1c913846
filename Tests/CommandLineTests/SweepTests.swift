import Exploration
import Foundation
import Testing

@Suite("Sweeps")
struct SweepTests {
    private let space = SweepFixture.space

    /// Every point of a sweep has the figures that `simulate` prints for the same settings.
    @Test func figuresAreThoseOfSimulate() throws {
        try SweepFixture.with(space.replacing("random, points: 300", with: "random, points: 24")) { folder in
            try SweepFixture.sweep(["--quiet"], in: folder)
            let results = try SweepFixture.results(folder + "/small-arrays.sqlite")
            #expect(results.points.count == 24)
            var compared = 0
            for point in results.points.prefix(12) {
                var arguments = ["simulate", "gemmini", "products.csv", "--output", "run", "--quiet"]
                for (parameter, choice) in zip(results.parameters, point.point.choices) { arguments += ["--set", "\(parameter.targets[0])=\(parameter.values[choice])"] }
                let run = try Tool.run(arguments, in: folder)
                guard point.status != .failed else {
                    #expect(run.status == 65 && run.errors.contains(point.reason.prefix(40)), "\(point.reason)\n\(run.errors)")
                    continue
                }
                let summary = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder + "/run/summary.json"))) as? [String: Any])
                for name in ["cycles", "macs"] { #expect(point[figure: name] == summary[name] as? Double, "\(name) of point \(point.number)") }
                // Foundation's reader of JSON is off in the last digit.
                for name in ["seconds", "utilization"] {
                    let (ours, theirs) = (try #require(point[figure: name]), try #require(summary[name] as? Double))
                    #expect(abs(ours - theirs) <= 1e-14 * abs(theirs), "\(name) of point \(point.number)")
                }
                let bytes = try #require(summary["dramReadBytes"] as? Double) + (try #require(summary["dramWriteBytes"] as? Double))
                #expect(point[figure: "dramBytes"] == bytes)
                #expect(point.objectives == [point[figure: "cycles"], point[figure: "utilization"]])
                #expect(point.status == (point.objectives[0] <= 20_000 ? .finished : .beyondLimit))
                compared += 1
            }
            #expect(compared > 5)
        }
    }

    @Test func neitherJobsNorMemoryNorStopsChangeAFigure() throws {
        try SweepFixture.with { folder in
            try SweepFixture.sweep(["--jobs", "1", "--output", "a.sqlite", "--export", "a.csv", "--export", "a.json"], in: folder)
            try SweepFixture.sweep(["--jobs", "5", "--output", "b.sqlite", "--no-memoisation", "--export", "b.csv", "--export", "b.json"], in: folder)
            try SweepFixture.sweep(["--output", "c.sqlite", "--points", "77"], in: folder)
            try SweepFixture.sweep(["--output", "c.sqlite", "--points", "80"], in: folder)
            let a = try SweepFixture.results(folder + "/a.sqlite")
            #expect(a.points.count == 300)
            #expect(Set(a.points.map(\.status)) == Set(EvaluatedPoint.Status.allCases))
            #expect(try SweepFixture.results(folder + "/b.sqlite") == a)
            #expect(try SweepFixture.results(folder + "/c.sqlite").points == Array(a.points.prefix(80)))
            for suffix in [".csv", ".json"] {
                let text = try String(contentsOfFile: folder + "/a" + suffix, encoding: .utf8)
                #expect(try String(contentsOfFile: folder + "/b" + suffix, encoding: .utf8) == text)
            }
            // What other programs read.
            let object = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder + "/a.json"))) as? [String: Any])
            let points = try #require(object["points"] as? [[String: Any]])
            #expect(points.count == 300 && (points[7]["number"] as? Int) == 7)
            #expect(points.compactMap { ($0["figures"] as? [String: Double])?["cycles"] } == a.points.compactMap { $0[figure: "cycles"] })
            let lines = try String(contentsOfFile: folder + "/a.csv", encoding: .utf8).components(separatedBy: "\r\n")
            #expect(lines.count == 302)
            #expect(lines[0].hasPrefix("number,status,reason,rows,columns,bandwidth,scratchpad,objective:cycles,objective:utilization,cycles,seconds,utilization,macs,dramBytes,energy,"))
        }
    }

    /// Several workloads, one of which a parameter does not reach, and technology, which no cycle depends on.
    @Test func memoryOfRunsChangesNothing() throws {
        let text = """
            space: shared
            architecture: gemmini
            workloads:
              - { workload: products.csv, name: products, weight: 3 }
              - { workload: config.json, name: gpt2, weight: 0.5, set: { phase: decode, layers: 1, context: 64 } }
            set: { mapper: rule }
            parameters:
              node: { sets: technology.node, values: [45 nm, 22 nm] }
              tokens: { sets: gpt2.batch, values: [1, 2] }
              rows: { sets: [engines.mesh.rows, engines.mesh.columns], values: [8, 16] }
              weights: { sets: mapping.row-major-weights, values: [true, false] }
            objectives: [cycles]

            """
        let model = """
            {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_embd": 64, "n_layer": 1, "n_head": 2, "n_positions": 128, "n_ctx": 128,
             "vocab_size": 256, "layer_norm_epsilon": 1e-5, "activation_function": "gelu_new"}
            """
        try SweepFixture.with(text) { folder in
            try model.write(toFile: folder + "/config.json", atomically: true, encoding: .utf8)
            try SweepFixture.sweep(["--output", "a.sqlite", "--jobs", "3"], in: folder)
            try SweepFixture.sweep(["--output", "b.sqlite", "--no-memoisation"], in: folder)
            let results = try SweepFixture.results(folder + "/a.sqlite")
            #expect(try SweepFixture.results(folder + "/b.sqlite") == results)
            #expect(results.points.count == 16 && results.points.allSatisfy { $0.status == .finished }, "\(results.points.map(\.reason))")
            for point in results.points {
                let parts = try ["products", "gpt2"].map { try #require(point[figure: "\($0).cycles"]) }
                #expect(point[figure: "cycles"] == 3 * parts[0] + 0.5 * parts[1])
                let twin = try #require(results.points.first { $0.point.choices.dropFirst() == point.point.choices.dropFirst() })
                // A smaller process changes the price of a run and none of its cycles.
                for name in ["cycles", "seconds", "gpt2.utilization", "dramBytes"] { #expect(twin[figure: name] == point[figure: name]) }
                #expect((twin[figure: "area"] == point[figure: "area"]) == (twin == point))
            }
            #expect(Set(results.points.compactMap { $0[figure: "gpt2.cycles"] }).count > 4)
        }
    }

    @Test func theSummarySaysWhatUsersAskFor() throws {
        try SweepFixture.with { folder in
            let result = try SweepFixture.sweep(in: folder)
            for part in ["small-arrays", "Pareto front", "least cycles", "most utilization", "Points", "300", "Why points have no part", "Results are in small-arrays.sqlite"] {
                #expect(result.output.contains(part), "\(part)\n\(result.output)")
            }
            #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 100 && !$0.hasSuffix(" ") }, "\(result.output)")
            // Its front is that of the file.
            let results = try SweepFixture.results(folder + "/small-arrays.sqlite")
            for index in results.paretoFront([0, 1]).prefix(20) { #expect(result.output.contains(" \(results.points[index].number) "), "\(result.output)") }
            let again = try SweepFixture.sweep(in: folder)
            #expect(again.output.contains("300 were known before"))
            // One file that can be copied alone is all that is left.
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["products.csv", "small-arrays.sqlite", "space.yaml"])
        }
    }

    @Test func mistakesAreFoundBeforeAnythingIsRun() throws {
        func expect(_ old: String, _ new: String, status: Int32, _ parts: String...) throws {
            try SweepFixture.with(space.replacing(old, with: new)) { folder in
                let result = try Tool.run(["sweep", "space.yaml"], in: folder)
                #expect(result.status == status, "\(result.errors)")
                for part in parts { #expect(result.errors.contains(part), "\(result.errors) lacks \(part)") }
                #expect(!FileManager.default.fileExists(atPath: folder + "/small-arrays.sqlite"))
            }
        }
        try expect("engines.mesh.rows", "engines.mesh.row", status: 64, "parameter rows", "did you mean \"rows\"?")
        try expect("engines.mesh.rows", "engines.mehs.rows", status: 64, "did you mean \"mesh\"?")
        try expect("engines.mesh.rows", "engine.mesh.rows", status: 64, "did you mean \"engines.mesh.rows\"?")
        try expect("engines.mesh.rows", "mapping.tile.x", status: 64, "did you mean \"mapping.tile")
        try expect("architecture: gemmini", "architecture: gemini", status: 66, "did you mean \"gemmini\"?")
        try expect("  - cycles", "  - cycle", status: 65, "did you mean \"cycles\"?")
        try expect("cycles <= 20000", "cycels <= 20000", status: 65, "did you mean \"cycles\"?")
        try expect("name: random", "name: randon", status: 65, "did you mean \"random\"?")
        try expect("workload: products.csv", "workload: { workload: products.csv, set: { bach: 2 } }", status: 64, "bach")
        try expect("space: small", "spac: small", status: 65, "space.yaml:1", "did you mean \"space\"?")
        try SweepFixture.with { folder in
            expectFailure(try Tool.run(["sweep", "nowhere.yaml"], in: folder), status: 66, mentions: "nowhere.yaml")
            expectFailure(try Tool.run(["sweep", "space.yaml", "--strategy", "gird"], in: folder), status: 64, mentions: "did you mean \"grid\"?")
            expectFailure(try Tool.run(["sweep", "space.yaml", "--output", "nowhere/a.sqlite"], in: folder), status: 73, mentions: "nowhere/a.sqlite")
            for arguments in [["--jobs", "0"], ["--points", "0"], ["--export", "a.txt"], ["--shared-folder", "x"], ["--engine", "condor"]] {
                #expect(try Tool.run(["sweep", "space.yaml"] + arguments, in: folder).status == 64)
            }
        }
    }

    @Test func anotherSpaceOnTheSameFileIsRefused() throws {
        try SweepFixture.with { folder in
            try SweepFixture.sweep(["--points", "5"], in: folder)
            let before = try SweepFixture.results(folder + "/small-arrays.sqlite")
            try space.replacing("[2, 4, 8, 16, 32, 64]", with: "[2, 4, 8]").write(toFile: folder + "/space.yaml", atomically: true, encoding: .utf8)
            let result = try Tool.run(["sweep", "space.yaml"], in: folder)
            expectFailure(result, status: 65, mentions: "holds another sweep", "the parameter rows had the values 2, 4, 8, 16, 32, 64 and has 2, 4, 8")
            try space.write(toFile: folder + "/space.yaml", atomically: true, encoding: .utf8)
            try "Layer, M, N, K,\nfirst, 64, 64, 65,\n".write(toFile: folder + "/products.csv", atomically: true, encoding: .utf8)
            expectFailure(try Tool.run(["sweep", "space.yaml"], in: folder), status: 65, mentions: "products.csv has changed since")
            expectFailure(try Tool.run(["sweep", "space.yaml", "--seed", "6"], in: folder), status: 65, mentions: "the seed was 5 and is 6")
            #expect(try SweepFixture.results(folder + "/small-arrays.sqlite") == before)
        }
    }

    /// A limit on the size of files stands for a full disk; the shell has the process ignore the signal that comes with it.
    @Test func aFullDiskIsSaidAndLosesNothing() throws {
        try SweepFixture.with { folder in
            let process = Tool.process([], in: folder)
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", "trap '' XFSZ; ulimit -f 200; exec \"$0\" sweep space.yaml 2> errors", Tool.path]
            try process.run()
            process.waitUntilExit()
            let errors = try String(contentsOfFile: folder + "/errors", encoding: .utf8)
            #expect(process.terminationStatus == 74 && errors.contains("small-arrays.sqlite: cannot") && errors.contains("run the same command again"), "\(errors)")
            let kept = try SweepFixture.results(folder + "/small-arrays.sqlite")
            #expect(!kept.points.isEmpty && kept.points.count < 300)
            try SweepFixture.sweep(in: folder)
            try SweepFixture.sweep(["--output", "whole.sqlite"], in: folder)
            #expect(try SweepFixture.results(folder + "/small-arrays.sqlite") == SweepFixture.results(folder + "/whole.sqlite"))
        }
    }
}
