import Foundation
import Testing

@Suite("Operators that run block by block")
struct FusionCommandTests {
    /// Names of ResNet's first two convolutions behind the stem, as its mapping has them.
    private func file(in folder: String, blocks: Int = 7) throws -> String {
        let result = try Tool.run("map gemmini resnet18-int8 --effort fast --compose greedy -o apart.yaml -q", in: folder)
        #expect(result.status == 0, "\(result.errors)")
        let text = try String(contentsOfFile: folder + "/apart.yaml", encoding: .utf8)
        let names = text.split(separator: "\n").filter { $0.hasPrefix("  \"") && $0.contains("\":  # predicted") }.compactMap { $0.split(separator: "\"").dropFirst().first }
        try #require(names.count > 4)
        return "mapping: 1\narchitecture: gemmini\nworkload: resnet18-int8\nfusion:\n  - { operators: [\"\(names[1])\", \"\(names[2])\"], dimension: rows, blocks: \(blocks) }\n"
    }

    @Test func simulatedAndVerified() throws {
        try TemporaryFolder.with { folder in
            try file(in: folder).write(toFile: folder + "/m.yaml", atomically: true, encoding: .utf8)
            let run = try Tool.run("simulate gemmini resnet18-int8 --mapping m.yaml --check-values", in: folder)
            #expect(run.status == 0 && run.output.contains(" equal"), "\(run.output)\(run.errors)")
            let proof = try Tool.run("verify gemmini resnet18-int8 m.yaml", in: folder)
            #expect(proof.status == 0 && proof.output.contains("obligations are proved"), "\(proof.output)\(proof.errors)")
        }
    }

    /// MobileNet's expanded channels do not fit Eyeriss's buffer as a whole: with the fewest bytes as the aim they exist by blocks only.
    @Test func mapFusesWhereItPays() throws {
        try TemporaryFolder.with { folder in
            try "mapping: 1\nconstraints:\n  fusion: off\n".write(toFile: folder + "/off.yaml", atomically: true, encoding: .utf8)
            func bytes(_ name: String, _ options: String) throws -> (bytes: Int, output: String) {
                let result = try Tool.run("map eyeriss mobilenet-v2 --objective traffic -o \(name).yaml \(options)", in: folder)
                #expect(result.status == 0, "\(result.errors)")
                #expect(result.output.contains("to the byte"), "\(result.output)")
                let run = try Tool.run("simulate eyeriss mobilenet-v2 --mapping \(name).yaml -o \(name) -q", in: folder)
                #expect(run.status == 0, "\(run.errors)")
                let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/\(name)/summary.json"))
                let summary = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
                let memories = try #require(summary["memories"] as? [[String: Any]])
                let dram = try #require(memories.first { $0["kind"] as? String == "dram" })
                return (try #require(dram["readBytes"] as? Int) + #require(dram["writeBytes"] as? Int), result.output)
            }
            let fused = try bytes("fused", "")
            let apart = try bytes("apart", "--constraints off.yaml")
            #expect(fused.output.contains("Fused: ") && !apart.output.contains("Fused: "))
            // 37.8 MB instead of 58.1.
            #expect(Double(fused.bytes) < 0.75 * Double(apart.bytes), "\(fused.bytes) of \(apart.bytes)")
            let proof = try Tool.run("verify eyeriss mobilenet-v2 fused.yaml", in: folder)
            #expect(proof.status == 0 && proof.output.contains("obligations are proved"), "\(proof.output)")
        }
    }

    @Test func wrongFiles() throws {
        try TemporaryFolder.with { folder in
            try file(in: folder, blocks: 1000).write(toFile: folder + "/m.yaml", atomically: true, encoding: .utf8)
            for command in ["simulate gemmini resnet18-int8 --mapping m.yaml", "verify gemmini resnet18-int8 m.yaml"] {
                let result = try Tool.run(command, in: folder)
                #expect(result.status == 65 && result.errors.contains("m.yaml:5: fusion[0]: 56 rows make no 1000 blocks"), "\(result.errors)")
            }
            let both = try Tool.run("verify gemmini resnet18-int8 m.yaml --program p.txt", in: folder)
            #expect(both.status == 64, "\(both.errors)")
        }
    }
}
