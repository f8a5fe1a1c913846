import Architecture
import Foundation
import GraphImport
import Lowering
import Mapping
import Programs
import Testing
import Verification

/// Programs whose operators run on parts of the cores are proved as those on all of them are: values, order, progress, addresses.
@Suite struct CoreRangeProofTests {
    @Test(arguments: [("four-core-mesh.yaml", "squeezenet1-1.onnx"), ("tpu-v4-core.yaml", "googlenet.onnx"), ("four-core-mesh.yaml", "mobilenet-v2.onnx"), ("tpu-v4-core.yaml", "llama-15m.onnx")])
    func randomRangesAreProved(_ machine: String, _ workload: String) throws {
        let architecture = try Subjects.architecture(machine)
        var options = ImportOptions()
        options.readsWeights = false
        let graph = try WorkloadImport.load(path: Subjects.root.appendingPathComponent("Workloads/\(workload)").path, options: options)
        let names = try Lowering.lower(graph, to: architecture).operatorOrder
        for seed in 0..<2 {
            var state = UInt64(seed) &* 977 &+ 5
            func next(_ count: Int) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int((state >> 33) % UInt64(count))
            }
            var mapping = WorkloadMapping(architecture: "", workload: "")
            for name in names where next(4) > 0 {
                let first = next(architecture.cores)
                mapping.cores.append(AssignedCores(name: name, cores: first...(first + next(architecture.cores - first))))
            }
            let lowered = try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapping: mapping))
            #expect(lowered.cores.count > names.count / 3)
            let certificate = Verifier.verify(lowered.program, on: architecture)
            #expect(certificate.isProved, "seed \(seed): \(Subjects.failures(certificate).joined(separator: "\n"))")
        }
    }

    /// A few convolutions of random sizes on random cores: the proofs, and every step with vector clocks, find nothing wrong.
    @Test func randomProgramsAreProvedAndChecked() throws {
        let architecture = try Subjects.architecture("four-core-mesh.yaml")
        var state: UInt64 = 11
        func next(_ range: ClosedRange<Int>) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound + Int((state >> 33) % UInt64(range.count))
        }
        for seed in 0..<12 {
            var text = "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"
            var mapping = WorkloadMapping(architecture: "", workload: "")
            for layer in 0..<next(1...3) {
                let filter = next(1...3)
                text += "layer\(layer), \(filter + next(0...9)), \(filter + next(0...9)), \(filter), \(filter), \(next(1...40)), \(next(1...90)), \(next(1...2)),\n"
                let first = next(0...3)
                mapping.cores.append(AssignedCores(name: "layer\(layer)", cores: first...next(first...3), division: AssignedCores.Division.allCases[next(0...2)]))
            }
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("cores-\(seed).csv")
            try text.write(to: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(at: file) }
            let graph = try WorkloadImport.load(path: file.path, options: ImportOptions())
            let lowered = try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapping: mapping))
            #expect(!lowered.cores.isEmpty)
            for isExhaustive in [false, true] {
                let certificate = Verifier.verify(lowered.program, on: architecture, options: VerificationOptions(isExhaustiveOnly: isExhaustive))
                #expect(certificate.isProved, "seed \(seed): \(Subjects.failures(certificate).joined(separator: "\n"))")
            }
        }
    }

    /// Layers that run alike on the same cores are still one loop, and proved.
    @Test func layersStayALoop() throws {
        let architecture = try Subjects.architecture("tpu-v4-core.yaml")
        var options = ImportOptions()
        options.readsWeights = false
        let graph = try WorkloadImport.load(path: Subjects.root.appendingPathComponent("Workloads/bert-base.onnx").path, options: options)
        let plain = try Lowering.lower(graph, to: architecture)
        var mapping = WorkloadMapping(architecture: "", workload: "")
        // Of every layer the three projections.
        let steps = plain.steps.filter { $0.needs.count == 1 }
        let readers = Dictionary(grouping: steps, by: { $0.needs[0] }).values.filter { $0.count == 3 }.sorted { $0[0].operators.lowerBound < $1[0].operators.lowerBound }
        #expect(readers.count == 12)
        for layer in readers {
            for (core, step) in layer.enumerated() {
                mapping.cores.append(AssignedCores(name: try #require(step.name), cores: core...(core == 2 ? 3 : core)))
            }
        }
        let lowered = try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapping: mapping))
        #expect(lowered.cores.count == 36)
        let size = lowered.program.streams.reduce(0) { $0 + Program.statementCount(of: $1.body) }
        let unrolled = try Lowering.lower(graph, to: architecture, options: LoweringOptions(rollsLayers: false, mapping: mapping)).program
        #expect(2 * size < unrolled.streams.reduce(0) { $0 + Program.statementCount(of: $1.body) })
        let certificate = Verifier.verify(lowered.program, on: architecture)
        #expect(certificate.isProved, "\(Subjects.failures(certificate).joined(separator: "\n"))")
    }
}
