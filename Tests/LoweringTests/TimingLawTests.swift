import Architecture
import NumberFormats
import OperatorGraph
import Programs
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
        Self.forEach(family, seeds: 200..<212, simpleClocks: true) { law in
            let jumping = try law.run(trace: true)
            let stepping = try law.run(fastForward: false, trace: true)
            #expect(jumping.record.difference(from: stepping.record) == nil, "\(law.name): \(jumping.replays) replays")
        }
    }

    /// Layers of some size on small machines: most periods are replayed.
    @Test func fastForwardChangesNothingOfLongRuns() throws {
        var replayed = 0
        for seed in 0..<16 {
            var random = RandomStream(seed)
            var writer = GraphWriter("long")
            let element = random.pick([ElementType.int8, .bf16])
            if random.oneIn(2) {
                let (m, k, n) = (random.int(40...120), random.int(16...60), random.int(16...60))
                let (a, b) = (writer.input(element, [m, k]), writer.parameter(element, [k, n]))
                let sum = try writer.node(element == .int8 ? "MatMulInteger" : "MatMul", [a, b])
                if element == .bf16 { _ = try writer.node("Relu", [sum]) }
            } else {
                let (channels, size) = (random.int(1...6), random.int(8...14))
                let image = writer.input(element, [1, channels, size, size])
                let kernel = writer.parameter(element, [random.int(4...16), channels, 3, 3])
                _ = try writer.node(
                    element == .int8 ? "ConvInteger" : "Conv", [image, kernel], ["pads": .ints([1, 1, 1, 1]), "kernel_shape": .ints([3, 3])])
            }
            let law = try LawCase(RandomWorkload(.matmul, writer.finished(), input: element), seed: seed, simpleClocks: true)
            let jumping = try law.run()
            let stepping = try law.run(fastForward: false)
            #expect(jumping.record.difference(from: stepping.record) == nil, "\(seed): \(jumping.replays) replays")
            replayed += jumping.replays > 0 ? 1 : 0
        }
        #expect(replayed >= 8)
    }

    /// What is printed is what runs.
    @Test(arguments: families)
    func programsAreValidAndPrintable(_ family: RandomWorkload.Family) {
        Self.forEach(family, seeds: 600..<606) { law in
            try law.program.validate(on: law.machine)
            let text = law.program.text
            let read = try Program(text: text, file: law.name)
            #expect(read.text == text, "\(law.name)")
            let again = try Simulation.run(read, on: law.machine).record
            #expect(again.difference(from: try law.run().record) == nil, "\(law.name)")
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
