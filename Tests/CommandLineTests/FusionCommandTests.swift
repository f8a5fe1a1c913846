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
