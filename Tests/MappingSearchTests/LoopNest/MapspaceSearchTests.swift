import MappingSearch
import Testing

/// The search against looking at every mapping of small mapspaces.
@Suite struct MapspaceSearchTests {
    /// A small machine with everything that makes a difference: blocks, clusters, leakage, a fan-out, partial sums wider than a block.
    static func machine(inner: Int, outer: Int, units: Int, readBandwidth: Double? = nil) throws -> MemoryHierarchy {
        var memory = MemoryHierarchy.Level("memory")
        (memory.blockSize, memory.energy) = (4, .init(read: 200, write: 210))
        var buffer = MemoryHierarchy.Level("buffer", capacity: outer)
        (buffer.blockSize, buffer.energy, buffer.readBandwidth) = (2, .init(read: 11, write: 13, leak: 0.01), readBandwidth)
        var registers = MemoryHierarchy.Level("registers", capacity: inner)
        (registers.energy, registers.instances, registers.meshX) = (.init(read: 0.5, write: 0.7, update: 0.6, leak: 0.02), units, units)
        var compute = MemoryHierarchy.Compute("mac")
        (compute.energy, compute.instances, compute.meshX) = (0.3, units, units)
        return try MemoryHierarchy(levels: [memory, buffer, registers], compute: compute)
    }

    static func convolution(c: Int, m: Int, r: Int, s: Int, p: Int, q: Int, stride: Int = 1) throws -> LoopNestProblem {
        try LoopNestProblem(
            name: "convolution",
            dimensions: [.init("C", c), .init("M", m), .init("R", r), .init("S", s), .init("P", p), .init("Q", q)],
            dataSpaces: [
                .init("Weights", ranks: [[.init(0)], [.init(1)], [.init(2)], [.init(3)]]),
                .init("Inputs", ranks: [[.init(0)], [.init(2), .init(4, coefficient: stride)], [.init(3), .init(5, coefficient: stride)]]),
                .init("Outputs", ranks: [[.init(1)], [.init(4)], [.init(5)]], isResult: true),
            ])
    }

    static func value(_ objective: MappingObjective, _ report: LoopNestReport) -> Double {
        switch objective {
        case .edp: report.energyDelay
        case .energy: report.energy
        case .traffic: Double(report.traffic)
        case .cycles: Double(report.cycles)
        }
    }

    /// - Returns: how many mappings there are.
    @discardableResult
    static func compare(_ problem: LoopNestProblem, _ hierarchy: MemoryHierarchy, _ constraints: MapspaceConstraints? = nil, mustBeProved: Bool = true) throws -> Int {
        let constraints = constraints ?? MapspaceConstraints(problem, on: hierarchy)
        var best: [MappingObjective: Double] = [:]
        var count = 0
        EveryMapping(problem: problem, hierarchy: hierarchy, constraints: constraints).forEach { _, report in
            count += 1
            for objective in MappingObjective.allCases { best[objective] = min(best[objective] ?? .infinity, value(objective, report)) }
        }
        for objective in MappingObjective.allCases {
            let least = try #require(best[objective])
            let outcome = try MapspaceSearch(problem, on: hierarchy, constraints: constraints).run(objective)
            #expect(outcome.bound <= least * (1 + 1e-9), "\(objective): no mapping is below the bound")
            #expect(outcome.value >= least * (1 - 1e-9))
            if mustBeProved {
                #expect(outcome.isProved, "\(objective): \(outcome.gap)")
                #expect(abs(outcome.value / least - 1) < 1e-9, "\(objective): found \(outcome.value), there is \(least)")
            }
        }
        return count
    }

    @Test func findsTheBestProduct() throws {
        let problem = try LoopNestProblem.matrixProduct(m: 4, n: 4, k: 8)
        let count = try Self.compare(problem, Self.machine(inner: 9, outer: 40, units: 4))
        #expect(count > 1000)
    }

    @Test(arguments: [(6, 30, 1), (10, 60, 2), (14, 30, 4)]) func findsTheBestConvolution(_ inner: Int, _ outer: Int, _ units: Int) throws {
        let problem = try Self.convolution(c: 2, m: 2, r: 3, s: 1, p: 6, q: 1)
        var constraints = MapspaceConstraints(problem, on: try Self.machine(inner: inner, outer: outer, units: units))
        // Sums of two dimensions that are both side by side are bounded only.
        constraints.levels[1].spatial[2] = 1...1
        for level in 1..<3 { for space in 0..<3 { constraints.levels[level].keeps[space] = level == 1 ? (space > 0 ? true : nil) : nil } }
        try Self.compare(problem, Self.machine(inner: inner, outer: outer, units: units), constraints)
    }

    @Test(arguments: [1, 2]) func findsTheBestConvolutionInTwoDimensions(_ stride: Int) throws {
        let problem = try Self.convolution(c: 2, m: 1, r: 2, s: 2, p: 4, q: 2, stride: stride)
        let hierarchy = try Self.machine(inner: 12, outer: 50, units: 2)
        var constraints = MapspaceConstraints(problem, on: hierarchy)
        constraints.levels[1].spatial[2] = 1...1
        constraints.levels[1].spatial[3] = 1...1
        for level in 1..<3 { for space in 0..<3 { constraints.levels[level].keeps[space] = true } }
        try Self.compare(problem, hierarchy, constraints)
    }

    /// What is not proved has an honest bound: a bandwidth that is too low, and rows and kernel rows side by side.
    @Test func boundsHoldWhereNothingIsProved() throws {
        let problem = try Self.convolution(c: 2, m: 2, r: 2, s: 1, p: 4, q: 1)
        let hierarchy = try Self.machine(inner: 8, outer: 40, units: 4, readBandwidth: 1)
        var constraints = MapspaceConstraints(problem, on: hierarchy)
        for level in 1..<3 { for space in 0..<3 { constraints.levels[level].keeps[space] = true } }
        try Self.compare(problem, hierarchy, constraints, mustBeProved: false)
    }

    @Test(arguments: 1...12) func wishesAreObeyed(_ seed: UInt64) throws {
        var dice = Dice(seed)
        let problem = try Self.convolution(c: 4, m: 4, r: 3, s: 1, p: 4, q: 1)
        let hierarchy = try Self.machine(inner: 20, outer: 100, units: 4)
        var constraints = MapspaceConstraints(problem, on: hierarchy)
        constraints.levels[dice.roll(2)].temporal[4] = 2...2
        constraints.levels[2].temporal[dice.roll(2)] = 1...2
        constraints.levels[1].innermost = [[1], [0, 1], [4, 0], [2]][dice.roll(4)]
        constraints.levels[1].minimumParallelism = 1 + dice.roll(3)
        constraints.levels[1].spatial[4] = 1...1
        constraints.levels[1].spatial[2] = 1...1
        constraints.levels[2].keeps = [true, dice.roll(2) == 0, true]
        constraints.levels[1].keeps = [dice.roll(2) == 0, true, true]
        let outcome = try MapspaceSearch(problem, on: hierarchy, constraints: constraints).run(.edp)
        #expect(constraints.violations(by: outcome.mapping, problem, on: hierarchy) == [])
        // A mapping with loops in another order is found out.
        var other = outcome.mapping
        other.levels[1].keeps[0].toggle()
        other.levels[1].temporal[4] = 3
        #expect(!constraints.violations(by: other, problem, on: hierarchy).isEmpty)
        try Self.compare(problem, hierarchy, constraints)
    }

    @Test(arguments: 1...3) func moreRoomIsNeverWorse(_ seed: UInt64) throws {
        var dice = Dice(seed)
        let problem = try LoopNestProblem.convolution(
            .init(
                inputChannels: 8 << dice.roll(3), outputChannels: 8 << dice.roll(3), outputHeight: 4 + dice.roll(12), outputWidth: 4 + dice.roll(12), kernelHeight: 3,
                kernelWidth: 1 + dice.roll(3)))
        for objective in MappingObjective.allCases {
            var last = Double.infinity
            for (inner, outer) in [(24, 500), (24, 2000), (64, 2000), (64, 100_000)] {
                let outcome = try MapspaceSearch(problem, on: Self.machine(inner: inner, outer: outer, units: 4)).run(objective)
                #expect(outcome.value <= last * (1 + 1e-9) || !outcome.isProved)
                last = outcome.value
            }
        }
    }

    @Test func impossibleWishesAreRefused() throws {
        let problem = try LoopNestProblem.matrixProduct(m: 4, n: 4, k: 8)
        let hierarchy = try Self.machine(inner: 2, outer: 40, units: 4)
        var constraints = MapspaceConstraints(problem, on: hierarchy)
        for space in 0..<3 { constraints.levels[2].keeps[space] = true }
        #expect(throws: MapspaceError.self) { try MapspaceSearch(problem, on: hierarchy, constraints: constraints).run(.energy) }
        constraints.levels[1].minimumParallelism = 5
        #expect(throws: MapspaceError.self) { try MapspaceSearch(problem, on: hierarchy, constraints: constraints).run(.energy) }
    }

    /// The tutorial's exercise 05: Timeloop's best after 93,369 mappings was 29.113 pJ for a multiplication (reference/mapping.md §1.4).
    @Test func exerciseOfTheTutorial() throws {
        let problem = try LoopNestProblem(
            name: "Conv1D_OC", dimensions: [.init("K", 32), .init("R", 3), .init("P", 16)],
            dataSpaces: [
                .init("Weights", ranks: [[.init(0)], [.init(1)]]), .init("Inputs", ranks: [[.init(1), .init(2)]]), .init("Outputs", ranks: [[.init(0)], [.init(2)]], isResult: true),
            ])
        let outcome = try MapspaceSearch(problem, on: TutorialMachine.threeLevels()).run(.energy)
        #expect(outcome.value / 1536 <= 29.113_5)
        #expect(outcome.isProved)
    }
}
