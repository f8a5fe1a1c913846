import Foundation
import Testing

/// `cyclewright cost`, and what `simulate` says of energy, as users run them.
@Suite("cost")
struct CostCommandTests {
    private static func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func areaAndEnergyWithSources() throws {
        let result = try Tool.run(["cost", "tpu-v1"])
        #expect(result.status == 0 && result.errors.isEmpty)
        for word in ["mxu.macs", "unified", "accumulators", "clock", "mm²", "Horowitz", "scaled from", "Sources", "(estimate)"] {
            #expect(result.output.contains(word), "\(word)")
        }
        #expect(!result.output.contains("names no technology node"))
        // The same bytes every time.
        #expect(try Tool.run(["cost", "tpu-v1"]).output == result.output)
    }

    @Test func jsonHasEveryPart() throws {
        let result = try Tool.run(["cost", "tpu-v1", "--json"])
        let parts = try #require(try Self.object(result.output)["parts"] as? [[String: Any]])
        let area = try #require(try Self.object(result.output)["squareMillimetres"] as? Double)
        let sum = parts.reduce(0.0) { sum, part in
            guard part["category"] as? String != "off-chip memory" else { return sum }
            return sum + (part["squareMillimetresEach"] as? Double ?? 0) * Double(part["count"] as? Int ?? 0)
        }
        #expect(abs(sum / area - 1) < 1e-9 && area > 10)
        let actions = parts.flatMap { $0["actions"] as? [[String: Any]] ?? [] }
        #expect(actions.count >= 12 && actions.allSatisfy { ($0["source"] as? String)?.isEmpty == false })
    }

    @Test func whatIsAssumedIsSaid() throws {
        let result = try Tool.run(["cost", "embedded-cache"])
        #expect(result.output.contains("names no technology node") && result.output.contains("45 nm"))
        let chosen = try Tool.run(["cost", "embedded-cache", "--set", "technology.node=16nm"])
        #expect(!chosen.output.contains("names no technology node") && chosen.output.contains("at 16 nm"))
    }

    @Test func userTablesOverride() throws {
        try TemporaryFolder.with { folder in
            try """
                components: mine
                entries:
                  - { component: scratchpad, scales: false, energy: { read: 7 pJ }, area: 0.5 mm2, source: "our memory compiler" }
                """.write(toFile: folder + "/mine.yaml", atomically: true, encoding: .utf8)
            let result = try Tool.run(["cost", "gemmini", "--costs", "mine.yaml"], in: folder)
            #expect(result.status == 0 && result.output.contains("our memory compiler") && result.output.contains("7.00 pJ"))
            let written = try Tool.run(["cost", "gemmini", "--write-ert", "ERT.yaml", "--write-art", "ART.yaml"], in: folder)
            #expect(written.status == 0)
            let again = try Tool.run(["cost", "gemmini", "--ert", "ERT.yaml", "--art", "ART.yaml"], in: folder)
            #expect(again.status == 0 && again.output.contains("energy reference table: gemmini.mesh.macs[1..256]"))
            #expect(again.output.split(separator: "\n").first == written.output.split(separator: "\n").first)
        }
    }

    @Test func mistakes() throws {
        #expect(try Tool.run(["cost", "tpu-v1", "--costs", "nowhere.yaml"]).status == 66)
        #expect(try Tool.run(["cost", "tpu-v1", "--set", "batch=4"]).status == 64)
        #expect(try Tool.run(["cost"]).status == 64)
        let old = try Tool.run(["cost", "tpu-v1", "--set", "technology.node=900nm"])
        #expect(old.status == 65 && old.errors.contains("beyond the published scaling") && old.errors.contains("180 nm"))
        try TemporaryFolder.with { folder in
            try "ERT: { version: '0.4', tables: [{ name: unified, actions: [{ name: raed, energy: 1 }] }] }".write(
                toFile: folder + "/ERT.yaml", atomically: true, encoding: .utf8)
            let result = try Tool.run(["cost", "tpu-v1", "--ert", "ERT.yaml"], in: folder)
            #expect(result.status == 65 && result.errors.contains("raed") && result.errors.contains("read, write"))
        }
    }

    @Test func simulatePricesTheRun() throws {
        try TemporaryFolder.with { folder in
            let result = try Tool.run(["simulate", "gemmini", "alexnet", "--mapper", "rule", "--output", "run"], in: folder)
            #expect(result.status == 0)
            for word in ["Energy", "Power", "TOPS/W", "EDP", "mm²"] { #expect(result.output.contains(word), "\(word)") }
            let summary = try Self.object(String(contentsOfFile: folder + "/run/summary.json", encoding: .utf8))
            let cost = try #require(summary["cost"] as? [String: Any])
            // Parts and operators add up to the whole, to the last digit.
            let whole = try #require((cost["quectojoules"] as? String).flatMap { Int128($0) })
            let items = try #require(cost["items"] as? [[String: Any]]).compactMap { ($0["quectojoules"] as? String).flatMap { Int128($0) } }
            #expect(items.count > 10 && items.reduce(0, +) == whole)
            let operators = try #require(summary["operators"] as? [[String: Any]]).compactMap { ($0["energy"] as? [String: Any])?["quectojoules"] as? String }
            #expect(operators.count > 10 && operators.compactMap { Int128($0) }.reduce(0, +) == whole)
            let page = try String(contentsOfFile: folder + "/run/report.html", encoding: .utf8)
            for id in ["plot-energy-components", "plot-energy-operators", "plot-power", "plot-area"] { #expect(page.contains("id=\"\(id)\""), "\(id)") }
            #expect(try String(contentsOfFile: folder + "/run/operators.csv", encoding: .utf8).contains("joules-off-chip-memory"))
        }
    }

    @Test func tableOfTheSRAMModelIsTheKeptOne() throws {
        let result = try Tool.run(["cost", "--sram-table"])
        #expect(try result.output == String(contentsOfFile: Tool.repository + "/Reports/sram-model.md", encoding: .utf8), "run `make reports`")
    }
}
