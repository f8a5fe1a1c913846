import Foundation
import Testing

@Suite("Results on chip, chosen for all operators together")
struct ResidencyTests {
    /// Cycles of the whole workload, as `map` says.
    private func cycles(_ output: String) throws -> Int {
        let line = try #require(output.split(separator: "\n").first { $0.contains("Simulated: ") }, "\(output)")
        return try #require(Int(line.drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "," }.filter(\.isNumber)))
    }

    /// Read and written, as `simulate` says.
    private func mebibytes(_ output: String) throws -> Double {
        let line = try #require(output.split(separator: "\n").first { $0.hasPrefix("  DRAM ") }, "\(output)")
        #expect(line.contains(" MiB read") && line.contains(" MiB written"))
        return line.split { $0 == " " || $0 == "," }.compactMap { Double($0) }.reduce(0, +)
    }

    /// Fewer bytes than as they come, in the simulation of what was written too, and the machine computes the same.
    @Test func fewerBytes() throws {
        try TemporaryFolder.with { folder in
            let result = try Tool.run("map gemmini resnet18-int8 --objective traffic --effort fast -o together.yaml", in: folder)
            let other = try Tool.run("map gemmini resnet18-int8 --objective traffic --effort fast --compose greedy -o apart.yaml", in: folder)
            #expect(result.status == 0 && other.status == 0, "\(result.errors)\(other.errors)")
            #expect(result.output.contains("chosen together: ") && result.output.contains("to the byte"), "\(result.output)")
            #expect(other.output.contains("as they come while there is room"), "\(other.output)")
            let text = try String(contentsOfFile: folder + "/together.yaml", encoding: .utf8)
            #expect(text.contains("buffers: shared\n") && text.contains(": on-chip at ") && text.contains("; results on chip "))
            #expect(try !String(contentsOfFile: folder + "/apart.yaml", encoding: .utf8).contains("buffers: shared"))
            let run = try Tool.run("simulate gemmini resnet18-int8 --mapping together.yaml --check-values", in: folder)
            let apart = try Tool.run("simulate gemmini resnet18-int8 --mapping apart.yaml", in: folder)
            #expect(run.status == 0 && apart.status == 0, "\(run.errors)\(apart.errors)")
            #expect(try mebibytes(run.output) < 0.95 * mebibytes(apart.output))
            #expect(run.output.contains("Cycles        \(grouped(try cycles(result.output))) at"), "\(run.output)")
            // The proofs know that buffers lie where results were before.
            #expect(try Tool.run("simulate gemmini resnet18-int8 --mapping together.yaml --emit-program=p.txt", in: folder).status == 0)
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

    /// Depthwise convolutions of which the array would fetch every channel by itself.
    @Test func units() throws {
        try TemporaryFolder.with { folder in
            let result = try Tool.run("map gemmini mobilenet-v2 --effort fast -o m.yaml", in: folder)
            let other = try Tool.run("map gemmini mobilenet-v2 --effort fast --compose greedy -o apart.yaml", in: folder)
            #expect(result.status == 0 && other.status == 0, "\(result.errors)\(other.errors)")
            let text = try String(contentsOfFile: folder + "/m.yaml", encoding: .utf8)
            #expect(text.contains("\nunits:\n") && text.contains(": vector\n"))
            #expect(try 4 * cycles(result.output) < cycles(other.output), "\(result.output)")
        }
    }

    /// What the user pins stays, and everything else is chosen together around it; what cannot stay is refused with its size.
    @Test func pins() throws {
        try TemporaryFolder.with { folder in
            func map(_ tensor: String?) throws -> (result: Tool.Result, text: String) {
                if let tensor {
                    try "mapping: 1\nconstraints:\n  tensors:\n    \"\(tensor)\": on-chip\n".write(toFile: folder + "/c.yaml", atomically: true, encoding: .utf8)
                }
                let result = try Tool.run("map gemmini mobilenet-v2 --effort fast \(tensor == nil ? "" : "--constraints c.yaml")", in: folder)
                return (result, result.output)
            }
            let free = try map(nil).text
            let places = free.split(separator: "\n").filter { $0.hasPrefix("  \"") && $0.hasSuffix(": off-chip") }.compactMap { $0.split(separator: "\"").dropFirst().first }
            let last = String(try #require(places.last))
            let first = String(try #require(places.first))
            let pinned = try map(last)
            #expect(pinned.result.status == 0, "\(pinned.result.errors)")
            #expect(pinned.text.contains("  \"\(last)\": on-chip at ") && pinned.text.contains(", chosen together"), "\(pinned.text)")
            expectFailure(try map(first).result, status: 65, mentions: first, "the tensor cannot stay on chip", "bytes of scratchpad")
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
