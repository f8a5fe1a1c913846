import Architecture
import GraphImport
import Lowering
import Mapping
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
}
