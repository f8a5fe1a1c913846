import Foundation
import Testing

@Suite("Results on chip, chosen for all operators together")
struct ResidencyTests {
    private func figures(_ output: String, _ line: String) -> [Int] {
        guard let found = output.split(separator: "\n").first(where: { $0.contains(line) }) else { return [] }
        let figures = found.split(separator: ":").last?.split(separator: " ") ?? []
        return figures.compactMap { Int($0.filter { $0 != "," }) }
    }

    /// Fewer bytes than as they come, in the simulation of what was written too, and the machine computes the same.
    @Test func fewerBytes() throws {
        try TemporaryFolder.with { folder in
            let result = try Tool.run("map gemmini resnet18-int8 --objective traffic --effort fast -o m.yaml", in: folder)
            #expect(result.status == 0, "\(result.errors)")
            let apart = figures(result.output, "with all of the memory"), together = figures(result.output, "with results placed together")
            #expect(apart.count == 2 && together.count == 2 && together.last ?? .max < apart.last ?? 0, "\(result.output)")
            #expect(result.output.contains("chosen together: ") && result.output.contains("to the byte"), "\(result.output)")
            let text = try String(contentsOfFile: folder + "/m.yaml", encoding: .utf8)
            #expect(text.contains("buffers: shared\n") && text.contains(": on-chip at ") && text.contains("; results on chip "))
            let run = try Tool.run("simulate gemmini resnet18-int8 --mapping m.yaml --check-values", in: folder)
            #expect(run.status == 0, "\(run.errors)")
            let cycles = try #require(together.first)
            #expect(run.output.contains("Cycles        \(grouped(cycles)) at"), "\(run.output)")
            // The proofs know that buffers lie where results were before.
            #expect(try Tool.run("simulate gemmini resnet18-int8 --mapping m.yaml --emit-program=p.txt", in: folder).status == 0)
            let proof = try Tool.run("verify gemmini resnet18-int8 --program p.txt", in: folder)
            #expect(proof.status == 0, "\(proof.output)")
        }
    }

    private func grouped(_ number: Int) -> String {
        var text = "", digits = String(number)
        while digits.count > 3 {
            text = "," + digits.suffix(3) + text
            digits.removeLast(3)
        }
        return digits + text
    }

    @Test func asTheyCome() throws {
        let result = try Tool.run("map gemmini resnet18-int8 --objective traffic --effort fast --compose greedy")
        #expect(result.status == 0 && !result.output.contains("buffers: shared") && !result.errors.contains("together"), "\(result.errors)")
        #expect(result.errors.contains("as they come while there is room"))
    }

    /// Depthwise convolutions of which the array would fetch every channel by itself.
    @Test func units() throws {
        try TemporaryFolder.with { folder in
            let result = try Tool.run("map gemmini mobilenet-v2 --effort fast -o m.yaml", in: folder)
            #expect(result.status == 0, "\(result.errors)")
            let text = try String(contentsOfFile: folder + "/m.yaml", encoding: .utf8)
            #expect(text.contains("\nunits:\n") && text.contains(": vector\n"))
            let apart = figures(result.output, "with room for the next"), together = figures(result.output, "with results placed together")
            #expect(2 * (together.first ?? .max / 4) < apart.first ?? 0, "\(result.output)")
        }
    }

    @Test func wrongFiles() throws {
        try TemporaryFolder.with { folder in
            func expect(_ lines: String, _ parts: String...) throws {
                let head = "mapping: 1\narchitecture: gemmini\nworkload: \"resnet18-int8\"\n"
                try (head + lines).write(toFile: folder + "/m.yaml", atomically: true, encoding: .utf8)
                let result = try Tool.run("simulate gemmini resnet18-int8 --mapping m.yaml", in: folder)
                #expect(result.status == 65 && parts.allSatisfy { result.errors.contains($0) }, "\(result.errors)")
            }
            try expect("buffers: sharde\n", "m.yaml:4: buffers", "shared")
            try expect("tensors:\n  \"relu_7_quantized\": on-chip at 100\n", "m.yaml:5", "a multiple of 64 bytes")
            try expect("buffers: shared\ntensors:\n  \"relu_7_quantized\": on-chip at 262080\n", "m.yaml:6", "are not all free at")
            try expect("units:\n  \"node_Conv_311\": vector\n", "m.yaml:5", "no choice of units")
            try expect("units:\n  \"node_Conv_999\": vector\n", "m.yaml:5", "no operator \"node_Conv_999\"")
        }
    }
}
