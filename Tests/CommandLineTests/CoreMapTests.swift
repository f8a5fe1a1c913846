import Foundation
import Testing

@Suite("Operators on cores of their own, decided for all of them together")
struct CoreMapTests {
    private func cycles(_ line: Substring) throws -> Int {
        try #require(Int(line.drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "," }.filter(\.isNumber)))
    }

    /// Branches side by side take less than all cores for everything; what is written runs as it was simulated, computes the same, and is
    /// proved.
    @Test func branchesSideBySide() throws {
        try TemporaryFolder.with { folder in
            let result = try Tool.run("map tpu-v4-core googlenet --effort fast -o cores.yaml", in: folder)
            let other = try Tool.run("map tpu-v4-core googlenet --effort fast --compose greedy -o all.yaml", in: folder)
            #expect(result.status == 0 && other.status == 0, "\(result.errors)\(other.errors)")
            #expect(!other.output.contains("Cores: ") && result.output.contains("Cores: "), "\(result.output)")
            #expect(result.output.contains("operators on some of them or divided otherwise: predicted ") && result.output.contains("proved the best"), "\(result.output)")
            func simulated(_ output: String) throws -> Int { try cycles(try #require(output.split(separator: "\n").first { $0.contains("Simulated: ") })) }
            let (together, apart) = (try simulated(result.output), try simulated(other.output))
            #expect(Double(together) < 0.8 * Double(apart), "\(result.output)")
            // The prediction is near what is simulated.
            let line = try #require(result.output.split(separator: "\n").first { $0.hasPrefix("Cores: ") })
            let predicted = try cycles(line[(try #require(line.firstRange(of: "predicted ")).upperBound)...])
            #expect(abs(Double(predicted) / Double(together) - 1) < 0.15, "\(line)")
            let text = try String(contentsOfFile: folder + "/cores.yaml", encoding: .utf8)
            #expect(text.contains("\ncores:\n") && text.contains(" operators on cores of their own or divided otherwise, decided together"))
            #expect(try !String(contentsOfFile: folder + "/all.yaml", encoding: .utf8).contains("\ncores:\n"))
            let run = try Tool.run("simulate tpu-v4-core googlenet --mapping cores.yaml", in: folder)
            let shown = try #require(run.output.split(separator: "\n").first { $0.hasPrefix("  Cycles ") }, "\(run.output)\(run.errors)")
            #expect(try cycles(shown) == together)
            let proof = try Tool.run("verify tpu-v4-core googlenet cores.yaml", in: folder)
            #expect(proof.status == 0 && proof.output.contains("obligations are proved"), "\(proof.output)")
            // Again it is the same file.
            #expect(try Tool.run("map tpu-v4-core googlenet --effort fast -q -o again.yaml", in: folder).status == 0)
            #expect(try String(contentsOfFile: folder + "/again.yaml", encoding: .utf8) == text)
        }
    }

    @Test func valuesAreTheSameOnPartsOfTheCores() throws {
        try TemporaryFolder.with { folder in
            let text = "mapping: 1\narchitecture: four-core-mesh\nworkload: \"squeezenet1-1\"\ncores:\n  node_conv2d_2: 0-1\n  node_conv2d_3: 2-3\n  node_conv2d_5: 1 by rows\n  node_cat: 3\n"
            try text.write(toFile: folder + "/m.yaml", atomically: true, encoding: .utf8)
            let run = try Tool.run("simulate four-core-mesh squeezenet1-1 --mapping m.yaml --check-values", in: folder)
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("cores of 4 operators as m.yaml says"), "\(run.output)")
            try text.replacing("2-3", with: "2-7").write(toFile: folder + "/bad.yaml", atomically: true, encoding: .utf8)
            let bad = try Tool.run("simulate four-core-mesh squeezenet1-1 --mapping bad.yaml", in: folder)
            #expect(bad.status != 0 && bad.errors.contains("bad.yaml:6: cores.node_conv2d_3: four-core-mesh has no core 7; its cores are 0 to 3"), "\(bad.errors)")
        }
    }
}
