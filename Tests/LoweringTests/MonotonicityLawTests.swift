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

    static func withoutMemoryLimit(_ machine: Architecture) -> Architecture {
        var machine = machine
        for index in machine.memories.indices {
            switch machine.memories[index].kind {
            case .dram(var dram):
                dram.bandwidth = Bandwidth(bytesPerSecond: 1e18)
                machine.memories[index].kind = .dram(dram)
            case .sram(var sram):
                sram.ports = 1024
                machine.memories[index].kind = .sram(sram)
            }
        }
        return machine
    }

    @Test(arguments: Improvement.allCases)
    func betterIsNeverSlower(_ improvement: Improvement) {
        for family in RandomWorkload.Family.allCases {
            TimingLawTests.forEach(family, seeds: 500..<508) { law in
                // Memory serves whoever comes first: results that are ready earlier may be stored ahead of a load that
                // others wait for, and a command that starts earlier may take the port that another one wants. More lanes
                // are compared where memory is out of the way; bandwidth, latency, ports and widths on the machine as it is.
                let machine = improvement == .lanes ? Self.withoutMemoryLimit(law.machine) : law.machine
                let before = try law.run(machine).record.cycles
                let after = try law.run(Self.improved(machine, improvement)).record.cycles
                #expect(after <= before, "\(law.name): \(improvement.rawValue) makes \(before) cycles \(after)")
            }
        }
    }
}
