import Foundation
import Testing

@Suite("Searching for mappings")
struct MapTests {
    private func inFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        try TemporaryFolder.with { folder in
            for (name, text) in files { try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8) }
            try body(folder)
        }
    }

    private let product = "Layer, M, N, K,\nproduct, 200, 120, 300,\n"

    @Test func writesAMappingThatSimulateFollows() throws {
        try inFolder(["p.csv": product]) { folder in
            let result = try Tool.run("map gemmini p.csv --objective traffic -o m.yaml", in: folder)
            #expect(result.status == 0, "\(result.errors)")
            for part in ["p on gemmini, objective traffic", "optimal", "Reached: ", "to the byte", "Mapping written to m.yaml"] {
                #expect(result.output.contains(part), "\(part)\n\(result.output)")
            }
            let text = try String(contentsOfFile: folder + "/m.yaml", encoding: .utf8)
            #expect(text.hasPrefix("mapping: 1\narchitecture: \"gemmini\"\nworkload: \"p\"\n"))
            let run = try Tool.run("simulate gemmini p.csv --mapping m.yaml", in: folder)
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("1 of 1 products are mapped as m.yaml says"), "\(run.output)")
            #expect(run.output.contains("predicted and simulated: products take "), "\(run.output)")
            #expect(text.contains("\norder:\n  - \"product\"\n"))
            // The same search, the same file.
            let again = try Tool.run("map gemmini p.csv --objective traffic", in: folder)
            #expect(again.output == text && again.errors.contains("Reached: "))
        }
    }

    @Test func fewestCyclesAreNeverMoreThanBySimulatesOwnSearch() throws {
        try inFolder(["p.csv": product]) { folder in
            let result = try Tool.run("map gemmini p.csv -o m.yaml", in: folder)
            #expect(result.status == 0, "\(result.errors)")
            func cycles(_ output: String, _ line: String) throws -> Int {
                let found = try #require(output.split(separator: "\n").first { $0.contains(line) })
                return try #require(Int(found.drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "," }.filter(\.isNumber)))
            }
            let plain = try Tool.run("simulate gemmini p.csv", in: folder), mapped = try Tool.run("simulate gemmini p.csv --mapping m.yaml", in: folder)
            #expect(try cycles(result.output, "Simulated:") == cycles(mapped.output, "  Cycles  "))
            #expect(try cycles(mapped.output, "  Cycles  ") <= cycles(plain.output, "  Cycles  "))
        }
    }

    @Test func constraintsAreKept() throws {
        let limits = "mapping: 1\nconstraints:\n  operators:\n    \"*\":\n      tile: { m: 20..40, k: 48 }\n      order: m, n, k\n      left: not streamed\n"
        try inFolder(["p.csv": product, "c.yaml": limits]) { folder in
            let result = try Tool.run("map gemmini p.csv --constraints c.yaml", in: folder)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("k: 48, n:") && result.output.contains("order: m, n, k") && result.output.contains("left: held"), "\(result.output)")
            let tile = try #require(result.output.split(separator: "\n").first { $0.contains("tile: { m: ") })
            let m = try #require(Int(tile.drop { !$0.isNumber }.prefix { $0.isNumber }))
            #expect((20...40).contains(m))
            // The constraints go into the file.
            #expect(result.output.contains("constraints:"))
        }
    }

    @Test func contradictoryConstraintsAreNamed() throws {
        let limits = """
            mapping: 1
            constraints:
              operators:
                product:
                  tile: { m: 200, n: 120, k: 100.. }
                  left: held
                  right: streamed

            """
        try inFolder(["p.csv": product, "c.yaml": limits]) { folder in
            let result = try Tool.run("map gemmini p.csv --constraints c.yaml", in: folder)
            #expect(result.status == 65)
            // 2 × 200 × 120 sums of 4 bytes are 192,000 bytes; Gemmini's accumulator has 65,536.
            for part in ["these three requirements cannot hold together for product (200 × 300 × 120):", "tile.m: 200 (line 5)", "tile.n: 120 (line 5)", "sums fit in 65536 bytes"] {
                #expect(result.errors.contains(part), "\(part)\n\(result.errors)")
            }
            #expect(!result.errors.contains("left: held"))
        }
        try inFolder(["p.csv": product, "c.yaml": "mapping: 1\nconstraints:\n  operators:\n    product: { left: held }\n    \"*\": { left: streamed }\n"]) { folder in
            let result = try Tool.run("map gemmini p.csv --constraints c.yaml", in: folder)
            #expect(result.status == 65)
            for part in ["these two requirements cannot hold together", "left: held (line 4)", "left: streamed (line 5)"] {
                #expect(result.errors.contains(part), "\(part)\n\(result.errors)")
            }
        }
    }

    @Test func badFilesAreExplained() throws {
        try inFolder(["p.csv": product, "m.yaml": "mapping: 1\narchitecture: gemmini\nworkload: p\noperators:\n  prodct: { tile: { m: 1, k: 1, n: 1 } }\n", "e.yaml": "mapping: 1\nconstraints: {}\n"]) { folder in
            expectFailure(
                try Tool.run("simulate gemmini p.csv --mapping m.yaml", in: folder), status: 65,
                mentions: "m.yaml:5: operators: the workload has no operator \"prodct\"; did you mean \"product\"?")
            expectFailure(try Tool.run("simulate gemmini p.csv --mapping none.yaml", in: folder), status: 66, mentions: "none.yaml: there is no such file")
            expectFailure(try Tool.run("map gemmini p.csv --constraints e.yaml", in: folder), status: 65, mentions: "e.yaml: has no constraints")
            expectFailure(try Tool.run("map gemmini p.csv --objective speed", in: folder), status: 64, mentions: "speed")
            expectFailure(try Tool.run("simulate gemmini p.csv --mapping m.yaml --program p.txt", in: folder), status: 64, mentions: "leave out --mapping")
        }
    }

    @Test func aShortSearchIsSaidToBeOne() throws {
        try inFolder(["p.csv": product]) { folder in
            let result = try Tool.run("simulate gemmini p.csv", in: folder)
            #expect(result.status == 0 && result.output.contains("  Mapping       short search, "), "\(result.output)\(result.errors)")
            let rule = try Tool.run("simulate gemmini p.csv --mapper rule", in: folder)
            #expect(rule.status == 0 && rule.output.contains("  Mapping       rule of thumb, no bound known"), "\(rule.output)\(rule.errors)")
            expectFailure(try Tool.run("simulate gemmini p.csv --mapper best", in: folder), status: 64, mentions: "best")
        }
    }

    @Test func aScheduleIsAMapping() throws {
        try TemporaryFolder.with { folder in
            let schedule = try Tool.run("schedule tpu-v1 googlenet --capacity 2MiB -q -o s.yaml", in: folder)
            #expect(schedule.status == 0, "\(schedule.errors)")
            let run = try Tool.run("simulate tpu-v1 googlenet --mapping s.yaml", in: folder)
            #expect(run.status == 0 && run.output.contains("order of operators as s.yaml says, and "), "\(run.errors)\(run.output)")
            expectFailure(try Tool.run("simulate tpu-v1 squeezenet1-1 --mapping s.yaml", in: folder), status: 65, mentions: "s.yaml: workload: the mapping is for googlenet")
            try "schedule: 1\nsteps:\n  - on-chip: 3\n".write(toFile: folder + "/bad.yaml", atomically: true, encoding: .utf8)
            expectFailure(try Tool.run("simulate tpu-v1 googlenet --mapping bad.yaml", in: folder), status: 65, mentions: "bad.yaml:3: steps: a step is without its operator")
        }
    }

    @Test func interruptedItWritesTheBestSoFar() throws {
        try TemporaryFolder.with { folder in
            let process = Tool.process(["map", "eyeriss", "vgg16", "-o", "m.yaml"], in: folder)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            Thread.sleep(forTimeInterval: 1)
            process.interrupt()
            process.waitUntilExit()
            #expect(process.terminationReason == .exit && process.terminationStatus == 130)
            let text = try String(contentsOfFile: folder + "/m.yaml", encoding: .utf8)
            #expect(text.contains("reached: \"interrupted; "), "\(text.prefix(400))")
            let run = try Tool.run("simulate eyeriss vgg16 --mapping m.yaml", in: folder)
            #expect(run.status == 0 && run.output.contains("16 of 16 products are mapped as m.yaml says"), "\(run.errors)\(run.output)")
        }
    }

    /// A graph of three thousand equal products is searched once.
    @Test func hugeGraphsDoNotHang() throws {
        let rows = (0..<3000).map { "product\($0), 64, 64, 64,\n" }.joined()
        try inFolder(["p.csv": "Layer, M, N, K,\n" + rows]) { folder in
            let result = try Tool.run("map gemmini p.csv --objective traffic -o m.yaml", in: folder)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("3000"))
        }
    }
}
