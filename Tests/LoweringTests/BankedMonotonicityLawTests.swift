import Architecture
import Foundation
import Lowering
import MemorySystem
import Quantities
import Simulation
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

    /// More cases than a test run draws, with a line for each that became slower: `LAW_ROUNDS=40`, which the figures below are from.
    private static let asked = ProcessInfo.processInfo.environment["LAW_ROUNDS"].flatMap(Int.init)
    private static let rounds = asked ?? 6

    /// - Where several engines ask, a transfer that is ready earlier may take the place of one on the critical path: Graham's anomalies,
    ///   which no memory without idling or preemption excludes (`MemoryAnomalyTests`). In 4,400 comparisons of queue, latency, ports,
    ///   width and links 30 were slower, the worst by 2.0 % of a run longer than 1,000 cycles and by 41 cycles of a shorter one: 3 %
    ///   are allowed.
    /// - A faster standard has a shorter burst, but rows are opened no sooner, in nanoseconds, and refresh comes at another time. 70 of
    ///   880 were slower, the worst by 5.2 % (or by 16 cycles of 253): 6 % are allowed.
    /// - With twice the channels a block lies in twice as many rows, each of which has to be opened, and other addresses meet in a
    ///   bank. Where one request after the other is waited for, that is seen; where bandwidth is the limit, it is not. These
    ///   networks are tiny and mostly wait: 205 of 880 were slower, the worst by 13.1 %; a seventh is allowed. Streams never
    ///   are (`SequentialMemoryLawTests`).
    static func allowance(_ improvement: Improvement, _ cycles: Int) -> Int {
        switch improvement {
        case .channels: max(48, cycles / 7)
        case .standard: max(32, cycles * 6 / 100)
        case .queue, .latency, .ports, .width, .links: max(48, cycles * 3 / 100)
        }
    }

    /// - In one order, without refresh, lower latency and wider links and scratchpads were never slower, in 2,637 comparisons with either
    ///   scheduling: nothing is allowed. That is found, not proven: a controller that is asked earlier may choose otherwise.
    /// - A refresh comes at its own time: 4 of 5,276 such comparisons were slower with it, the worst by 0.5 %.
    /// - More ports are no order of their ports any more, and longer queues are other choices: in order of arrival (`fcfs`) 22 of 3,516 were
    ///   slower, the worst by 1.3 % of a run longer than 4,000 cycles and 51 cycles of a shorter one, which is when reads and writes take
    ///   turns; with `frfcfs` 54 of 3,516, the worst by 6.1 %.
    static func allowanceInOrder(_ improvement: Improvement, _ cycles: Int, scheduling: String, refresh: String) -> Int {
        switch improvement {
        case .latency, .width, .links: refresh == "none" ? 0 : max(32, cycles / 100)
        case .ports, .queue: max(52, scheduling == "fcfs" ? cycles * 2 / 100 : cycles * 7 / 100)
        case .standard: max(42, cycles * 6 / 100)
        case .channels: allowance(improvement, cycles)
        }
    }

    /// What is left to the controllers when requests come to them in a fixed order.
    @Test("In one order", arguments: RandomWorkload.Family.allCases)
    func inOneOrder(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: 1040..<(1040 + (Self.asked ?? 3))) { law in
            let seed = law.workload.graph.values.count
            for (scheduling, refresh) in [("fcfs", "none"), ("fcfs", "all-bank"), ("frfcfs", "none"), ("frfcfs", "all-bank")] {
                let machine = Self.changed(Self.banked(law.machine, seed: seed)) {
                    $0.controller["scheduling"] = scheduling
                    $0.controller["refresh"] = refresh
                }
                let recorded = try Simulation.run(law.program, on: machine, options: SimulationOptions(recordsOrder: true))
                let order = try #require(recorded.order)
                let again = try Simulation.run(law.program, on: machine, options: SimulationOptions(order: order, recordsOrder: true))
                #expect(again.order == order, "\(law.name)")
                #expect(again.record.difference(from: recorded.record) == nil, "\(law.name)")
                for improvement in Improvement.allCases {
                    let better = Self.improved(machine, improvement, seed: seed)
                    let after = try Simulation.run(law.program, on: better, options: SimulationOptions(order: order)).record.cycles
                    let before = recorded.record.cycles
                    if Self.asked != nil { print("order: \(scheduling) \(refresh) \(improvement.rawValue) \(before) \(after) \(law.name)") }
                    let most = before + Self.allowanceInOrder(improvement, before, scheduling: scheduling, refresh: refresh)
                    #expect(after <= most, "\(law.name), \(scheduling), refresh \(refresh): \(improvement.rawValue) makes \(before) cycles \(after)")
                }
            }
        }
    }

    @Test("Competition costs little of what is gained", arguments: RandomWorkload.Family.allCases)
    func competitionCostsLittle(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: 1000..<(1000 + Self.rounds)) { law in
            let seed = law.workload.graph.values.count
            let machine = Self.banked(law.machine, seed: seed)
            let before = try law.run(machine).record.cycles
            for improvement in Improvement.allCases {
                let after = try law.run(Self.improved(machine, improvement, seed: seed)).record.cycles
                if Self.asked != nil, after > before { print("slower: \(law.name) \(improvement.rawValue) \(before) \(after)") }
                #expect(
                    after <= before + Self.allowance(improvement, before), "\(law.name): \(improvement.rawValue) makes \(before) cycles \(after)")
            }
        }
    }
}
