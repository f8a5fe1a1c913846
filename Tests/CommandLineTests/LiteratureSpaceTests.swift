import Foundation
import Testing

/// The example spaces after papers, a few points of each.
@Suite("Spaces after papers")
struct LiteratureSpaceTests {
    @Test(arguments: ["archgym-dram", "nasaic"])
    func examplesRun(_ name: String) throws {
        try TemporaryFolder.with { folder in
            let space = Tool.repository + "/Examples/spaces/\(name).yaml"
            func points(_ options: String) throws -> String {
                let result = try Tool.run("sweep \(space) --points 6 --quiet --export p.csv \(options)", in: folder)
                #expect(result.status == 0, "\(result.errors)")
                return try String(contentsOfFile: folder + "/p.csv", encoding: .utf8)
            }
            let csv = try points("--jobs 2 -o a.sqlite")
            let rows = csv.split(whereSeparator: \.isNewline)
            #expect(rows.count == 7 && rows.dropFirst().contains { $0.contains("finished") || $0.contains("beyond-limit") }, "\(csv)")
            #expect(!csv.contains("failed"), "\(csv)")
            // Neither threads nor memory change a figure.
            #expect(try points("--jobs 1 -o b.sqlite") == csv)
            #expect(try points("--jobs 1 --no-memoisation -o c.sqlite") == csv)
        }
    }

    @Test func whatIsNotThereIsSaidBeforeTheFirstPoint() throws {
        let memory = "space: s\nmemory: DDR3-1600\nworkload: random\nobjectives: [seconds]\nparameters:\n  q: { sets: controller.page-polcy, values: [open] }\n"
        let side = """
            space: s
            accelerators: { one: \(Tool.repository)/Architectures/gemmini.yaml }
            workload: \(Tool.repository)/Workloads/alexnet-layers.csv
            objectives: [seconds]
            parameters:
              q: { sets: on.engines.mesh.rows, values: [8] }

            """
        for (text, message) in [
            (memory, "did you mean \"controller.page-policy\"?"), (memory.replacing("DDR3-1600", with: "DDR9"), "DDR9"),
            (memory.replacing("random", with: "randm"), "neither a pattern"), (memory.replacing("page-polcy", with: "page-policy").replacing("objectives: [seconds]", with: "objectives: [secnds]"), "\"seconds\""),
            (side, "begins with no accelerator's name"), (side.replacing("accelerators", with: "memory: DDR3-1600\naccelerators"), "does not go with"),
        ] {
            try TemporaryFolder.with { folder in
                try text.write(toFile: folder + "/s.yaml", atomically: true, encoding: .utf8)
                let result = try Tool.run("sweep s.yaml", in: folder)
                #expect(result.status != 0 && result.errors.contains(message), "\(result.errors)")
            }
        }
    }
}
