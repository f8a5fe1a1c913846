import MappingSearch
import SMT
import Testing

/// Operators on ranges of cores: the search against every choice there is and against Z3, which share nothing but the problem.
@Suite struct CoreSearchTests {
    private struct Stream {
        var state: UInt64
        mutating func next(_ range: ClosedRange<Int>) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound + Int((state >> 33) % UInt64(range.count))
        }
    }

    /// A few operators on two to four cores, each with some of the earlier ones before it.
    private static func problem(_ seed: Int, operations: Int, cores: Int, isEngaged: Bool = false) -> CoreProblem {
        var random = Stream(state: UInt64(seed) &* 7919 &+ 3)
        return CoreProblem(
            cores: cores,
            operations: (0..<operations).map { index in
                let needs = (0..<index).filter { _ in random.next(0...2) == 0 }
                // More cores help, as a rule.
                let work = random.next(4...24), fixed = random.next(0...4)
                let times = (1...cores).map { count in
                    let cycles = fixed + (work + count - 1) / count + random.next(0...2)
                    return CoreProblem.Time(
                        cycles: cycles, engaged: isEngaged ? random.next(0...cycles) : nil, memory: isEngaged ? random.next(0...cycles * 2 / 3) : 0)
                }
                return CoreProblem.Operation(name: "\(index)", needs: needs, times: times)
            })
    }

    /// The least of a problem: where everything passes through one operation nothing is shared.
    private static func least(_ problem: CoreProblem) -> Int {
        problem.regions.reduce(0) { sum, region in
            var part = CoreProblem(cores: problem.cores, operations: [])
            for index in region {
                var operation = problem.operations[index]
                operation.needs = operation.needs.filter { region.contains($0) }.map { $0 - region.lowerBound }
                part.operations.append(operation)
            }
            return sum + leastOfRegion(part)
        }
    }

    /// The least over all choices, run by code of its own: cycle by cycle an operator begins when nothing before it is in its way.
    private static func leastOfRegion(_ problem: CoreProblem) -> Int {
        let ranges = problem.ranges
        var best = Int.max
        func visit(_ index: Int, _ starts: [Int], _ chosen: [Range<Int>]) {
            guard index < problem.operations.count else {
                let times = chosen.indices.map { problem.operations[$0].times[chosen[$0].count - 1] }
                let memory = times.reduce(0) { $0 + $1.memory }
                best = min(best, max(memory, zip(starts, times).map { $0 + $1.cycles }.max() ?? 0))
                return
            }
            for range in ranges {
                var start = 0
                while !(0..<index).allSatisfy({ earlier in
                    let time = problem.operations[earlier].times[chosen[earlier].count - 1]
                    let isFree = !chosen[earlier].overlaps(range) || start >= starts[earlier] + time.engaged
                    return isFree && (!problem.operations[index].needs.contains(earlier) || start >= starts[earlier] + time.cycles)
                }) { start += 1 }
                visit(index + 1, starts + [start], chosen + [range])
            }
        }
        visit(0, [], [])
        return best
    }

    @Test(arguments: [false, true]) func bruteForceFindsNothingBetter(_ isEngaged: Bool) {
        var gains = 0
        for seed in 0..<60 {
            let cores = 2 + seed % 3
            let problem = Self.problem(seed, operations: cores == 2 ? 6 : cores == 3 ? 5 : 4, cores: cores, isEngaged: isEngaged)
            let outcome = CoreComposer().compose(problem)
            #expect(outcome.isOptimal, "seed \(seed)")
            #expect(outcome.cycles == Self.least(problem), "seed \(seed)")
            #expect(problem.cycles(outcome.choice) == outcome.cycles)
            #expect(outcome.cycles <= outcome.cyclesOnAll)
            if outcome.cycles < outcome.cyclesOnAll { gains += 1 }
        }
        #expect(gains > 10)
    }

    @Test func z3AgreesWhereTheSearchIsExact() throws {
        for seed in 0..<20 {
            let problem = Self.problem(seed + 100, operations: 6, cores: 2 + seed % 3, isEngaged: seed % 2 == 1)
            let outcome = CoreComposer().compose(problem)
            let solved = try #require(try CoreComposer().solve(problem))
            let choice = try #require(solved.choice)
            #expect(problem.cycles(choice) == outcome.cycles && solved.lowerBound == outcome.cycles, "seed \(seed)")
        }
    }

    /// With hardly any states kept there is a bound that the best choice keeps to, and a choice no worse than all cores for all.
    @Test func aShortSearchStatesABound() {
        var open = 0
        for seed in 0..<12 {
            let problem = Self.problem(seed + 300, operations: 14, cores: 4)
            var short = CoreComposer()
            (short.beamWidth, short.searchWidth) = (2, 3)
            short.minimizer = Minimizer(limits: QueryLimits(resources: 2000))
            let (hasty, full) = (short.compose(problem), CoreComposer().compose(problem))
            #expect(hasty.lowerBound <= full.cycles && hasty.cycles >= full.lowerBound, "seed \(seed)")
            #expect(full.cycles <= hasty.cycles && hasty.cycles <= hasty.cyclesOnAll)
            if !hasty.isOptimal { open += 1 }
        }
        #expect(open > 0)
    }

    /// Forks and joins fall apart at the operators that everything passes through, and nothing is lost by that.
    @Test func regionsAreIndependent() {
        func operation(_ name: String, _ needs: [Int], _ cycles: [Int]) -> CoreProblem.Operation {
            CoreProblem.Operation(name: name, needs: needs, times: cycles.map { CoreProblem.Time(cycles: $0) })
        }
        // A fork of two ways of two operators each, joined, and the same again.
        var operations = [operation("stem", [], [80, 40])]
        for _ in 0..<2 {
            let first = operations.count - 1
            operations.append(operation("a1", [first], [10, 9]))
            operations.append(operation("a2", [first + 1], [10, 9]))
            operations.append(operation("b1", [first], [10, 9]))
            operations.append(operation("b2", [first + 3], [10, 9]))
            operations.append(operation("join", [first + 2, first + 4], [6, 4]))
        }
        let problem = CoreProblem(cores: 2, operations: operations)
        #expect(problem.regions == [0..<1, 1..<6, 6..<11])
        let outcome = CoreComposer().compose(problem)
        // One core for each way: 20 instead of 36, and all cores for the rest.
        #expect(outcome.cyclesOnAll == 40 + 2 * (36 + 4))
        #expect(outcome.cycles == 40 + 2 * (20 + 4) && outcome.isOptimal)
        #expect(outcome.choice[0] == 0..<2 && outcome.choice[5] == 0..<2 && outcome.choice[1].count == 1)
        #expect(outcome.choice[1] == outcome.choice[2] && outcome.choice[3] == outcome.choice[4] && !outcome.choice[1].overlaps(outcome.choice[3]))
    }

    @Test func nothingToDoIsDoneAtOnce() {
        let outcome = CoreComposer().compose(CoreProblem(cores: 4, operations: []))
        #expect(outcome.cycles == 0 && outcome.isOptimal && outcome.choice.isEmpty && outcome.gap == 0)
    }

    @Test func cancelledSearchesKeepToAllCores() {
        let problem = Self.problem(7, operations: 12, cores: 4)
        let outcome = CoreComposer().compose(problem) { true }
        #expect(outcome.choice == problem.everything && outcome.cycles == outcome.cyclesOnAll && !outcome.isOptimal)
    }
}
