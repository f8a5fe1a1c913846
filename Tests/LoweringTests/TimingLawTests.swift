import Architecture
import OperatorGraph
import Simulation
import Testing

/// What holds for the figures of every run, whatever the workload and the machine.
@Suite struct TimingLawTests {
    static let families = RandomWorkload.Family.allCases

    /// Reports every mistake of a family's cases under the case's name.
    static func forEach(_ family: RandomWorkload.Family, seeds: Range<Int>, simpleClocks: Bool = false, _ body: (LawCase) throws -> Void) {
        for seed in seeds {
            do {
                try body(try LawCase(family, seed: seed, simpleClocks: simpleClocks))
            } catch {
                Issue.record("\(family.rawValue) \(seed): \(error)")
            }
        }
    }

    @Test(arguments: families)
    func registersAndEventsAgree(_ family: RandomWorkload.Family) {
        Self.forEach(family, seeds: 100..<112) { law in
            let tensors = law.tensors()
            let event = try law.run(values: tensors, trace: true)
            let register = try law.run(fidelity: .register, values: tensors, trace: true)
            #expect(register.record.difference(from: event.record) == nil, "\(law.name)")
            #expect(register.tensors == event.tensors, "\(law.name)")
        }
    }

    @Test(arguments: families)
    func fastForwardChangesNothing(_ family: RandomWorkload.Family) {
        Self.forEach(family, seeds: 200..<215, simpleClocks: true) { law in
            let jumping = try law.run(trace: true)
            let stepping = try law.run(fastForward: false, trace: true)
            #expect(jumping.record.difference(from: stepping.record) == nil, "\(law.name): \(jumping.replays) replays")
        }
    }

    @Test(arguments: families)
    func everyCycleIsAttributed(_ family: RandomWorkload.Family) {
        Self.forEach(family, seeds: 300..<310) { law in
            let record = try law.run().record
            for unit in record.units { #expect(unit.activity.total == record.cycles, "\(law.name): \(unit.name)") }
            #expect(record.operators.reduce(0) { $0 + $1.cycles } == record.cycles, "\(law.name)")
            for part in record.operators {
                #expect(part.activity.total == part.cycles, "\(law.name): \(part.name)")
                #expect(part.activity.busy >= 0 && part.activity.stalls.allSatisfy { $0 >= 0 }, "\(law.name): \(part.name)")
                #expect(part.start <= part.end && part.end <= record.cycles, "\(law.name): \(part.name)")
            }
        }
    }

    @Test(arguments: families)
    func theSameRunTakesTheSameTime(_ family: RandomWorkload.Family) {
        Self.forEach(family, seeds: 400..<403) { law in
            let first = try law.run(trace: true)
            #expect(try law.run(trace: true).record.difference(from: first.record) == nil, "\(law.name)")
            // Values do not change time.
            #expect(try law.run(values: law.tensors(), trace: true).record.difference(from: first.record) == nil, "\(law.name) on values")
        }
    }
}

extension ExecutionRecord {
    /// The first place where two records differ, every field compared but the fidelity; `nil` when they are equal.
    func difference(from other: ExecutionRecord) -> String? {
        func compare<Part>(_ name: String, _ ours: [Part], _ theirs: [Part]) -> String? {
            guard ours.count == theirs.count else { return "\(ours.count) \(name), not \(theirs.count)" }
            for (a, b) in zip(ours, theirs) where "\(a)" != "\(b)" { return "\(name): \(a), not \(b)" }
            return nil
        }
        if cycles != other.cycles { return "\(cycles) cycles, not \(other.cycles)" }
        if let difference = compare("units", units, other.units) ?? compare("memories", memories, other.memories)
            ?? compare("operators", operators, other.operators) ?? compare("spans", spans, other.spans)
            ?? compare("trace", trace, other.trace)
        {
            return difference
        }
        var same = other
        same.fidelity = fidelity
        return "\(self)" == "\(same)" ? nil : "something else"
    }
}
