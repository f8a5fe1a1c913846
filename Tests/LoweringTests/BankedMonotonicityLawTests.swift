import Architecture
import Lowering
import MemorySystem
import Quantities
import Simulation
import Synchronization
import Testing

/// The same program on a machine whose DRAM is simulated command by command, and on one with a better figure.
@Suite struct BankedMonotonicityLawTests {
    enum Improvement: String, CaseIterable { case channels, standard, queue, latency, ports, width, links }

    /// Standards of the same organisation, the faster one second.
    static let pairs = [
        ("DDR4-2400", "DDR4-3200"), ("DDR5-4800", "DDR5-6400"), ("HBM2-2000", "HBM2E-3200"), ("LPDDR5-6400", "LPDDR5X-8533"),
    ]

    static func banked(_ machine: Architecture, seed: Int) -> Architecture {
        changed(machine) { dram in
            dram.model = .banks
            dram.standard = pairs[seed % pairs.count].0
            dram.channels = 1 << (seed / 4 % 3)
            dram.queue = [4, 32, 8][seed % 3]
            dram.latency = Time(femtoseconds: (seed % 4) * 10_000_000)
        }
    }

    static func changed(_ machine: Architecture, _ change: (inout DRAM) -> Void) -> Architecture {
        var result = machine
        for index in result.memories.indices {
            guard case .dram(var dram) = result.memories[index].kind else { continue }
            change(&dram)
            result.memories[index].kind = .dram(dram)
        }
        return result
    }

    static func improved(_ machine: Architecture, _ improvement: Improvement, seed: Int) -> Architecture {
        switch improvement {
        case .channels: changed(machine) { $0.channels *= 2 }
        case .standard: changed(machine) { $0.standard = pairs[seed % pairs.count].1 }
        case .queue: changed(machine) { $0.queue *= 4 }
        case .latency: changed(machine) { $0.latency = Time(femtoseconds: $0.latency.femtoseconds / 4) }
        case .ports: MonotonicityLawTests.improved(machine, .ports)
        case .width: MonotonicityLawTests.improved(machine, .width)
        case .links: MonotonicityLawTests.improved(machine, .links)
        }
    }

    /// A mapping's buffers lie where it put them: larger memories leave every figure of its run as it was.
    @Test("More buffer changes nothing", arguments: RandomWorkload.Family.allCases)
    func moreBufferChangesNothing(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: 1020..<1023) { law in
            let machine = Self.banked(law.machine, seed: law.workload.graph.values.count)
            var larger = machine
            for index in larger.memories.indices where !larger.memories[index].isDRAM {
                larger.memories[index].capacity = Bytes(larger.memories[index].capacity.count * 4)
            }
            let before = try law.run(machine).record, after = try law.run(larger).record
            #expect(after.cycles == before.cycles, "\(law.name)")
            #expect(after.units.map(\.activity) == before.units.map(\.activity), "\(law.name)")
        }
    }

    @Test("Competition costs little of what is gained", arguments: RandomWorkload.Family.allCases)
    func competitionCostsLittle(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: 1000..<1008) { law in
            let seed = law.workload.graph.values.count
            let machine = Self.banked(law.machine, seed: seed)
            let before = try law.run(machine).record.cycles
            for improvement in Improvement.allCases {
                let after = try law.run(Self.improved(machine, improvement, seed: seed)).record.cycles
                if after > before { print("ANOMALY \(law.name) \(improvement.rawValue) \(before) \(after) \(after - before) \(Double(after - before) / Double(before))") }
            }
        }
    }
}
