import Architecture
import Lowering
import Quantities
import Simulation
import Testing

/// The same program on a machine with one better figure.
@Suite struct MonotonicityLawTests {
    enum Improvement: String, CaseIterable {
        case bandwidth, latency, ports, links, lanes, width
    }

    static func improved(_ machine: Architecture, _ improvement: Improvement) -> Architecture {
        var machine = machine
        switch improvement {
        case .bandwidth, .latency, .ports, .width:
            for index in machine.memories.indices {
                switch machine.memories[index].kind {
                case .dram(var dram):
                    if improvement == .bandwidth { dram.bandwidth = Bandwidth(bytesPerSecond: dram.bandwidth.bytesPerSecond * 3) }
                    if improvement == .latency { dram.latency = Time(femtoseconds: dram.latency.femtoseconds / 4) }
                    machine.memories[index].kind = .dram(dram)
                case .sram(var sram):
                    if improvement == .ports { sram.ports = 1024 }
                    if improvement == .width { sram.width = Bytes(sram.width.count * 2) }
                    machine.memories[index].kind = .sram(sram)
                }
            }
        case .links: for index in machine.links.indices { machine.links[index].width = Bytes(machine.links[index].width.count * 2) }
        case .lanes:
            for index in machine.engines.indices {
                guard case .vector(var unit) = machine.engines[index].kind else { continue }
                unit.lanes *= 4
                machine.engines[index].kind = .vector(unit)
            }
        }
        return machine
    }

    @Test(arguments: RandomWorkload.Family.allCases)
    func betterIsNeverSlower(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: 502..<508) { law in
            let before = try law.run().record.cycles
            for improvement in Improvement.allCases {
                let after = try law.run(Self.improved(law.machine, improvement)).record.cycles
                #expect(after <= before, "\(law.name): \(improvement.rawValue) makes \(before) cycles \(after)")
            }
        }
    }
}
