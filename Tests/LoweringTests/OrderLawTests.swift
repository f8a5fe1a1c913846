import Programs
import Testing

/// Semaphores order all accesses that must not meet, and every access lies inside of its memory.
@Suite struct OrderLawTests {
    @Test(arguments: RandomWorkload.Family.allCases)
    func programsHaveNoRaces(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: 900..<910) { law in
            #expect(OrderCheck(law.program, on: law.machine, seed: 1).problem == nil, "\(law.name)")
        }
    }

    /// Without the waits for one kind of semaphore nearly every program has a race, and the check finds it.
    @Test(arguments: Program.Semaphore.Meaning.allCases)
    func missingWaitsAreFound(_ meaning: Program.Semaphore.Meaning) {
        var found = 0
        TimingLawTests.forEach(.matmul, seeds: 900..<910) { law in
            var program = law.program
            let names = Set(program.semaphores.filter { $0.meaning == meaning }.map(\.name))
            program.streams = program.streams.map { Program.Stream(unit: $0.unit, body: Self.without(names, $0.body), family: $0.family) }
            if OrderCheck(program, on: law.machine, seed: 1).problem != nil { found += 1 }
        }
        #expect(found >= 5)
    }

    private static func without(_ names: Set<String>, _ body: [Statement]) -> [Statement] {
        body.compactMap { statement in
            switch statement {
            case .acquire(let reference, _) where names.contains(reference.name): nil
            case .loop(let variable, let bound, let inner): .loop(variable: variable, bound: bound, body: without(names, inner))
            case .when(let conditions, let inner): .when(conditions, body: without(names, inner))
            default: statement
            }
        }
    }
}
