import Architecture
import Lowering
import Mapping
import OperatorGraph
import Simulation
import Testing

/// The model of vector work, block by block, against the simulation of operators that wait for each other.
@Suite struct VectorWorkTests {
    @Test(arguments: [("tpu-v4-core", "bert-base.onnx", 0...3), ("tpu-v4-core", "bert-base.onnx", 1...2), ("tpu-v4-core", "bert-base.onnx", 0...0), ("tpu-v4-core", "swin-t.onnx", 0...3)])
    func cyclesAreNearTheSimulation(_ machine: String, _ workload: String, _ cores: ClosedRange<Int>) throws {
        let architecture = try MappingTrafficTests.architecture(machine)
        let graph = try MappingTrafficTests.workload(workload)
        var options = LoweringOptions(memorySpeed: Simulation.memorySpeed(of: architecture))
        var mapping = WorkloadMapping(architecture: "", workload: "")
        mapping.cores = try Lowering.lower(graph, to: architecture, options: options).operatorOrder.map { AssignedCores(name: $0, cores: cores) }
        options.mapping = mapping
        let lowered = try Lowering.lower(graph, to: architecture, options: options)
        let record = try Simulation.run(lowered.program, on: architecture).record
        var (simulated, predicted) = (0.0, 0.0)
        for work in lowered.vectorWork where record.operators[work.operatorIndex].type.contains("oftmax") || record.operators[work.operatorIndex].type.contains("LayerNormalization") {
            simulated += Double(record.operators[work.operatorIndex].cycles)
            // Nobody else takes the bandwidth of the other cores.
            let (cycles, engaged, moved) = work.engagement(bandwidth: Double(architecture.cores) / Double(cores.count))
            predicted += cycles
            #expect(moved > 0 && moved <= cycles && engaged > 0 && engaged <= cycles && cycles <= work.cycles)
        }
        #expect(predicted > 0)
        #expect(abs(simulated / predicted - 1) < 0.25, "predicted \(predicted), simulated \(simulated)")
    }
}
