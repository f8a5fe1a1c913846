import Architecture
import Cost
import Foundation
import GraphImport
import Lowering
import Simulation
import Testing

/// Our figures beside those of real chips: not calibrated on them, and held to what a model of components can reach. `Documentation` has the
/// table with reasons.
struct PublishedCostTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static func architecture(_ name: String) throws -> Architecture { try Architecture.load(path: root + "/Architectures/\(name).yaml") }

    static func run(_ name: String, _ workload: String) throws -> RunCost {
        let machine = try architecture(name)
        let graph = try WorkloadImport.load(path: root + "/Workloads/\(workload).onnx", options: ImportOptions(readsWeights: false))
        let program = try Lowering.lower(graph, to: machine).program
        let record = try Simulation.run(program, on: machine).record
        let cost = try RunCost(record, machine)
        try RunCostTests.expectExact(cost, record)
        return cost
    }

    static func area(_ cost: MachineCost, _ part: String) throws -> Double {
        try #require(cost.parts.first { $0.component.name == part }).component.totalArea().area.squareMillimetres
    }

    /// Jouppi et al., ISCA 2017, table 2 and figure 2: at most 331 mm² at 28 nm, of which the buffer has 29 % and the matrix unit 24 %; 75 W of
    /// thermal design power, 40 W measured busy, 28 W idle.
    @Test func tpu() throws {
        let machine = try MachineCost(of: Self.architecture("tpu-v1"))
        let whole = try machine.area().area.squareMillimetres
        #expect(whole < 331 && whole > 331 * 0.2)
        let buffer = try Self.area(machine, "unified")
        #expect(buffer / (0.29 * 331) > 0.3 && buffer / (0.29 * 331) < 1.2)
        let cost = try Self.run("tpu-v1", "resnet50-int8")
        #expect(cost.onChipWatts < 75 && cost.onChipWatts > 10)
    }

    /// Genc et al., DAC 2021, figure 6, Intel 22 nm: scratchpad 0.544 mm², accumulator 0.146 mm², array of 16 × 16 0.116 mm².
    @Test func gemmini() throws {
        let machine = try MachineCost(of: Self.architecture("gemmini"))
        let array = try Self.area(machine, "mesh.macs") + Self.area(machine, "mesh.registers")
        for (our, published) in try [(Self.area(machine, "scratchpad"), 0.544), (Self.area(machine, "accumulator"), 0.146), (array, 0.116)] {
            #expect(our / published > 0.25 && our / published < 4, "\(our) of \(published)")
        }
    }

    /// Chen et al., JSSC 2017: 12.25 mm² of core at 65 nm, 278 mW on AlexNet's convolutions at 1 V and 200 MHz.
    @Test func eyeriss() throws {
        let machine = try MachineCost(of: Self.architecture("eyeriss"))
        let whole = try machine.area().area.squareMillimetres
        #expect(whole < 12.25 && whole > 12.25 * 0.1)
        let cost = try Self.run("eyeriss", "alexnet")
        #expect(cost.onChipWatts / 0.278 > 0.1 && cost.onChipWatts / 0.278 < 4)
    }
}
