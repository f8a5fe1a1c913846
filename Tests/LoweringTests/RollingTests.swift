import Architecture
import Foundation
import GraphImport
import Lowering
import Programs
import Simulation
import Testing

/// Layers that repeat become loops, equal cores one text, and nothing else changes.
@Suite struct RollingTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func lower(_ workload: String, _ architecture: String, rolls: Bool = true, _ bindings: [String: String] = [:]) throws -> (Program, Architecture) {
        let machine = try Architecture.load(path: root.appendingPathComponent("Architectures/\(architecture).yaml").path, overrides: [:])
        var options = ImportOptions()
        options.readsWeights = false
        options.settings = bindings
        let graph = try WorkloadImport.load(path: root.appendingPathComponent("Workloads/\(workload)").path, options: options)
        return (try Lowering.lower(graph, to: machine, options: LoweringOptions(rollsLayers: rolls)).program, machine)
    }

    private static func layerLoops(_ program: Program) -> [Int] {
        program.streams.flatMap { stream in
            stream.body.compactMap { statement in
                if case .loop(let variable, .constant(let count), _) = statement, variable.hasPrefix("layer") { count } else { nil }
            }
        }
    }

    @Test("A program's text grows with the layer, not with the number of layers")
    func textsOfDeepModelsAreShort() throws {
        let decode = ["phase": "decode", "context": "512"]
        let (small, _) = try Self.lower("language-models/llama-3.1-8b.json", "tpu-v4-core", decode)
        let (written, _) = try Self.lower("language-models/llama-3.1-8b.json", "tpu-v4-core", rolls: false, decode)
        #expect(Self.layerLoops(small).allSatisfy { $0 >= 30 } && !Self.layerLoops(small).isEmpty)
        #expect(small.streams.contains { $0.family?.count == 4 })
        #expect(small.text.utf8.count * 20 < written.text.utf8.count)
        #expect(small.text.utf8.count < 128 << 10)
        #expect(try Program(text: small.text, file: "llama") == small)
        #expect(try Program(text: written.text, file: "llama") == written)
    }

    @Test(
        "Rolled and written out, a network takes the same cycles and moves the same bytes",
        arguments: [
            ("language-models/gpt2.json", "tpu-v1"), ("language-models/gpt2.json", "eyeriss"), ("bert-base.onnx", "gemmini"),
            ("language-models/qwen2.5-0.5b.json", "tpu-v4-core"), ("vit-b-16.onnx", "tpu-v4-core"),
        ])
    func figuresStay(_ workload: String, _ architecture: String) throws {
        let bindings = workload.hasSuffix("json") ? ["phase": "decode", "context": "256"] : [:]
        let (rolled, machine) = try Self.lower(workload, architecture, bindings)
        let (written, _) = try Self.lower(workload, architecture, rolls: false, bindings)
        #expect(!Self.layerLoops(rolled).isEmpty)
        let a = try Simulation.run(rolled, on: machine).record
        let b = try Simulation.run(written, on: machine).record
        #expect(a.macs == b.macs)
        #expect(a.memories.map(\.readBytes) == b.memories.map(\.readBytes))
        #expect(a.memories.map(\.writeBytes) == b.memories.map(\.writeBytes))
        #expect(a.operators.map(\.name) == b.operators.map(\.name))
        #expect(a.operators.map(\.macs) == b.operators.map(\.macs))
        // Where buffers are taken from the same place in every layer, neighbours may wait for each other a little longer or shorter:
        // by 94 cycles of 78 million on eyeriss, by 58 of 62 million on gemmini, not at all on the others.
        #expect(abs(a.cycles - b.cycles) * 100_000 <= b.cycles, "\(a.cycles) rolled, \(b.cycles) written out")
        let stepped = try Simulation.run(rolled, on: machine, options: SimulationOptions(fastForward: false)).record
        #expect(stepped.cycles == a.cycles)
        #expect(stepped.operators.map(\.start) == a.operators.map(\.start))
        #expect(stepped.operators.map(\.activity) == a.operators.map(\.activity))
    }

    @Test("Random deep networks have loops over layers, on some machine each")
    func randomLayersAreFound() {
        var rolled = 0
        TimingLawTests.forEach(.layers, seeds: 0..<20) { law in
            if !Self.layerLoops(law.program).isEmpty || law.program.streams.contains(where: { $0.family != nil }) { rolled += 1 }
        }
        #expect(rolled >= 10)
    }
}
