import Testing

/// Semaphores order all accesses that must not meet, and every access lies inside of its memory.
@Suite struct OrderLawTests {
    @Test(arguments: RandomWorkload.Family.allCases)
    func programsHaveNoRaces(_ family: RandomWorkload.Family) {
        TimingLawTests.forEach(family, seeds: 900..<910) { law in
            #expect(OrderCheck(law.program, on: law.machine, seed: 1).problem == nil, "\(law.name)")
        }
    }
}
