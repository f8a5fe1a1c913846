import Architecture
import Foundation
import Lowering
import Quantities
import Simulation
import Testing

/// With a fixed order of service the laws about better machines hold without exception: `ServiceOrder` says why. Nothing is allowed for.
@Suite struct FixedOrderLawTests {
    /// More cases than a test run draws: `LAW_ROUNDS=100`, from seed `LAW_SEED` on.
    private static let rounds = ProcessInfo.processInfo.environment["LAW_ROUNDS"].flatMap(Int.init)
    private static let first = ProcessInfo.processInfo.environment["LAW_SEED"].flatMap(Int.init) ?? 2000

    private static func seeds(_ place: Int, _ count: Int) -> Range<Int> {
        let start = first + place * 100_000
        return start..<(start + (rounds ?? count))
    }

    /// Everything in one figure or several, a little or much.
    enum Improvement: CaseIterable {
        case bandwidth, latency, ports, links, lanes, width, outstanding, startup, costs

        func apply(to machine: Architecture, _ random: inout RandomStream) -> Architecture {
            var machine = machine
            let factor = random.pick([1.01, 1.1, 1.5, 2, 3, 8])
            let whole = Int(factor.rounded(.up))
            for index in machine.memories.indices {
                switch machine.memories[index].kind {
                case .dram(var dram):
                    if self == .bandwidth { dram.bandwidth = Bandwidth(bytesPerSecond: dram.bandwidth.bytesPerSecond * factor) }
                    if self == .latency { dram.latency = Time(femtoseconds: Int(Double(dram.latency.femtoseconds) / factor)) }
                    machine.memories[index].kind = .dram(dram)
                case .sram(var sram):
                    if self == .ports { sram.ports += whole - 1 }
                    if self == .latency { sram.latency = sram.latency / whole }
                    // As many more bytes a cycle. With several banks wider lines would put addresses into other banks, which is another
                    // layout: elements that lay in two may then meet in one. In a multiple of the banks none meet that did not.
                    if self == .width, sram.banks == 1 { sram.width = Bytes(sram.width.count * whole) }
                    if self == .width, sram.banks > 1 { sram.banks *= whole }
                    machine.memories[index].kind = .sram(sram)
                case .flash: break
                }
            }
            for index in machine.links.indices {
                if self == .links { machine.links[index].width = Bytes(machine.links[index].width.count * whole) }
                if self == .latency { machine.links[index].latency /= whole }
            }
            for index in machine.engines.indices {
                switch machine.engines[index].kind {
                case .vector(var unit):
                    if self == .lanes { unit.lanes *= whole }
                    if self == .costs { unit.costs = unit.costs.mapValues { VectorUnit.Cost(interval: max(1, $0.interval / whole), latency: $0.latency / whole) } }
                    machine.engines[index].kind = .vector(unit)
                case .dma(var engine):
                    if self == .links { engine.width = Bytes(engine.width.count * whole) }
                    if self == .outstanding { engine.outstanding += whole }
                    if self == .startup { engine.startup /= whole }
                    machine.engines[index].kind = .dma(engine)
                case .systolicArray: break
                }
            }
            return machine
        }
    }

    private static func run(_ law: LawCase, _ machine: Architecture, _ order: ServiceOrder? = nil, records: Bool = false, fastForward: Bool = true, trace: Bool = false) throws -> Simulation.Outcome {
        try Simulation.run(
            law.program, on: machine,
            options: SimulationOptions(fastForward: fastForward, trace: trace, order: order, recordsOrder: records))
    }

    @Test("A run in its own order is the same run", arguments: RandomWorkload.Family.allCases)
    func ownOrderChangesNothing(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: Self.seeds(0, 8)) { law in
            let free = try Self.run(law, law.machine, trace: true)
            let recorded = try Self.run(law, law.machine, records: true, trace: true)
            #expect(recorded.record.difference(from: free.record) == nil, "\(law.name): recording")
            let order = try #require(recorded.order)
            let again = try Self.run(law, law.machine, order, records: true, trace: true)
            #expect(again.record.difference(from: free.record) == nil, "\(law.name): in order")
            #expect(again.order == order, "\(law.name)")
            let read = try ServiceOrder(text: order.text, file: law.name)
            #expect(read == order, "\(law.name): as text")
        }
    }

    @Test("In one order better is never slower", arguments: RandomWorkload.Family.allCases)
    func betterIsNeverSlower(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: Self.seeds(1, 6)) { law in
            var random = RandomStream(law.workload.graph.values.count &+ law.program.operators.count &* 31 &+ law.machine.memories[1].capacity.count)
            // The order of the machine itself, and that of another one that is worse or better in any way but its ports.
            var other = law.machine
            for improvement in Improvement.allCases where improvement != .ports && random.oneIn(2) { other = improvement.apply(to: other, &random) }
            for owner in [law.machine, other] {
                let order = try #require(try Self.run(law, owner, records: true).order)
                #expect(order.queues.allSatisfy { $0.kind != .semaphore }, "\(law.name)")
                let before = try Self.run(law, law.machine, order).record.cycles
                for improvement in Improvement.allCases {
                    let after = try Self.run(law, improvement.apply(to: law.machine, &random), order).record.cycles
                    #expect(after <= before, "\(law.name): \(improvement) makes \(before) cycles \(after)")
                }
                // One on top of the other.
                var machine = law.machine, last = before
                for step in 0..<4 {
                    for improvement in Improvement.allCases where random.oneIn(3) { machine = improvement.apply(to: machine, &random) }
                    let after = try Self.run(law, machine, order).record.cycles
                    #expect(after <= last, "\(law.name): step \(step) makes \(last) cycles \(after)")
                    last = after
                }
            }
        }
    }

    @Test("Registers and events agree in an order", arguments: RandomWorkload.Family.allCases)
    func registersAndEventsAgree(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: Self.seeds(2, 4)) { law in
            var random = RandomStream(law.program.operators.count)
            let tensors = law.tensors()
            let source = ValueSource(graph: law.lowered.graph, tensors: tensors)
            let order = try #require(try Self.run(law, law.machine, records: true).order)
            let better = Improvement.bandwidth.apply(to: Improvement.lanes.apply(to: law.machine, &random), &random)
            func run(_ fidelity: Fidelity, records: Bool = false, _ machine: Architecture, _ order: ServiceOrder?) throws -> Simulation.Outcome {
                try Simulation.run(
                    law.program, on: machine,
                    options: SimulationOptions(fidelity: fidelity, trace: true, values: source, order: order, recordsOrder: records))
            }
            #expect(try run(.register, records: true, law.machine, nil).order == order, "\(law.name): recorded")
            let event = try run(.event, better, order), register = try run(.register, better, order)
            #expect(register.record.difference(from: event.record) == nil, "\(law.name)")
            #expect(register.tensors == event.tensors, "\(law.name)")
        }
    }

    @Test("Fast-forward changes nothing in an order", arguments: RandomWorkload.Family.allCases)
    func fastForwardChangesNothing(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: Self.seeds(3, 6), simpleClocks: true) { law in
            var random = RandomStream(law.program.operators.count)
            try Self.expectFastForwardChangesNothing(law, &random)
        }
    }

    /// Layers of some size on small machines: most periods are replayed.
    @Test func fastForwardChangesNothingOfLongRuns() throws {
        var replayed = 0
        for seed in 0..<(Self.rounds ?? 12) {
            var random = RandomStream(Self.first + seed)
            var writer = GraphWriter("long")
            let (m, k, n) = (random.int(40...160), random.int(16...60), random.int(16...60))
            let (a, b) = (writer.input(.int8, [m, k]), writer.parameter(.int8, [k, n]))
            _ = try writer.node("MatMulInteger", [a, b])
            let law = try LawCase(RandomWorkload(.matmul, writer.finished(), input: .int8), seed: Self.first + seed, simpleClocks: true)
            replayed += try Self.expectFastForwardChangesNothing(law, &random)
        }
        #expect(replayed >= 6)
    }

    /// Returns 1 when an ordered run was shortened.
    @discardableResult
    private static func expectFastForwardChangesNothing(_ law: LawCase, _ random: inout RandomStream) throws -> Int {
        let jumping = try run(law, law.machine, records: true, trace: true)
        let stepping = try run(law, law.machine, records: true, fastForward: false, trace: true)
        #expect(jumping.order == stepping.order, "\(law.name): recorded")
        let order = try #require(stepping.order)
        var replays = 0
        for machine in [law.machine, Improvement.bandwidth.apply(to: law.machine, &random), Improvement.lanes.apply(to: law.machine, &random)] {
            let jumping = try run(law, machine, order, records: true, trace: true)
            let stepping = try run(law, machine, order, records: true, fastForward: false, trace: true)
            #expect(jumping.record.difference(from: stepping.record) == nil, "\(law.name): \(jumping.replays) replays")
            #expect(jumping.order == stepping.order, "\(law.name)")
            replays += jumping.replays
        }
        return replays > 0 && order.queues.contains { !$0.services.isEmpty } ? 1 : 0
    }

    @Test("Every cycle has a cause in an order", arguments: RandomWorkload.Family.allCases)
    func everyCycleIsAttributed(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: Self.seeds(4, 6)) { law in
            var random = RandomStream(law.program.operators.count)
            let order = try #require(try Self.run(law, law.machine, records: true).order)
            let record = try Self.run(law, Improvement.bandwidth.apply(to: Improvement.width.apply(to: law.machine, &random), &random), order).record
            for unit in record.units { #expect(unit.activity.total == record.cycles, "\(law.name): \(unit.name)") }
            for part in record.operators {
                #expect(part.activity.total == part.cycles, "\(law.name): \(part.name)")
                #expect(part.activity.busy >= 0 && part.activity.stalls.allSatisfy { $0 >= 0 }, "\(law.name): \(part.name)")
            }
        }
    }
}
