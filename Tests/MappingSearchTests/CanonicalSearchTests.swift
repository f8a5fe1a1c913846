import MappingSearch
import SearchInstances
import Testing

@Suite("Canonical search")
struct CanonicalSearchTests {
    private static var searchAlone: Placer {
        var placer = Placer()
        placer.firstFitTries = 0
        return placer
    }

    /// Whether there is a placement, against trying everything; capacities from the live bytes on, where it is hard.
    @Test func agreesWithBruteForce() throws {
        var random = Numbers(seed: 3)
        var (placed, impossible) = (0, 0)
        // Impossible though every time has room, which nothing but looking everywhere shows.
        var tightAndImpossible = 0
        for round in 0..<2400 {
            var buffers = round % 3 == 1 ? Instances.tight(&random) : Instances.small(&random, count: 4 + random.below(4), time: 6, size: 4)
            if round % 3 == 0 { for index in buffers.indices where random.below(2) == 0 { buffers[index].alignment = [2, 3, 4][random.below(3)] } }
            let live = LiveBytes(of: try PlacementProblem(buffers: buffers, capacity: 100)).bytes
            let problem = try PlacementProblem(buffers: buffers, capacity: live + (round % 3 == 1 ? 0 : random.below(2)))
            let outcome = try Self.searchAlone.place(problem)
            let expected = BruteForce.canPlace(problem)
            switch outcome.verdict {
            case .placed(let placement):
                #expect(expected && problem.violation(of: placement) == nil, "\(buffers) in \(problem.capacity)")
                placed += 1
            case .infeasible:
                #expect(!expected, "\(buffers) in \(problem.capacity)")
                impossible += 1
                if round % 3 == 1 { tightAndImpossible += 1 }
            case .undecided:
                Issue.record("\(buffers) in \(problem.capacity) was not decided")
            }
        }
        // Alignment and gaps between live bytes and height make both happen.
        #expect(placed > 1500 && impossible > 50 && tightAndImpossible > 1, "\(placed) placed, \(impossible) impossible, \(tightAndImpossible) of them tight")
    }

    /// Perfect cuts, where no byte may be lost anywhere.
    @Test(arguments: [(24, 1), (24, 2), (40, 3), (40, 4), (60, 5), (60, 6)])
    func placesPerfectCuts(count: Int, seed: Int) throws {
        let buffers = Instances.cut(count, time: 60, capacity: 64, seed: UInt64(seed))
        let problem = try PlacementProblem(buffers: buffers, capacity: 64)
        let outcome = try Self.searchAlone.place(problem)
        guard case .placed(let placement) = outcome.verdict else {
            Issue.record("\(outcome)")
            return
        }
        #expect(placement.height(in: problem) == 64 && problem.violation(of: placement) == nil)
        #expect(outcome.live.bytes == 64)
        // The same again, to the last step.
        #expect(try Self.searchAlone.place(problem).effort == outcome.effort)
        guard case .infeasible(.liveBytes) = try Placer().place(problem.with(capacity: 63)).verdict else {
            Issue.record("63 bytes for 64 live ones")
            return
        }
    }

    /// Cuts with every tenth buffer left out: room to spare, though not much.
    @Test(arguments: 1...6)
    func placesLooseCuts(seed: Int) throws {
        let buffers = Instances.cut(200, time: 400, capacity: 256, seed: UInt64(seed)).enumerated().filter { $0.offset % 10 != 0 }.map(\.element)
        let problem = try PlacementProblem(buffers: buffers, capacity: 256)
        guard case .placed(let placement) = try Self.searchAlone.place(problem).verdict else {
            Issue.record("not placed")
            return
        }
        #expect(problem.violation(of: placement) == nil)
    }

    /// What the search takes, in steps that are the same on every machine: a change that makes it search more shows here.
    @Test func effortIsBounded() throws {
        var work = 0
        for seed in 1...10 {
            let buffers = Instances.cut(40, time: 60, capacity: 64, seed: UInt64(seed))
            let outcome = try Self.searchAlone.place(try PlacementProblem(buffers: buffers, capacity: 64))
            guard case .search(_, _, let steps) = outcome.effort else { continue }
            work += steps
        }
        #expect(work > 10_000 && work < 20_000_000, "\(work)")
    }

    @Test func givesUpAtItsLimit() throws {
        var placer = Self.searchAlone
        placer.searchLimit = 2000
        let buffers = Instances.cut(100, time: 300, capacity: 1000, seed: 1)
        let problem = try PlacementProblem(buffers: buffers, capacity: 1000)
        #expect(try placer.place(problem).verdict == .undecided)
        #expect(try Self.searchAlone.place(problem, isCancelled: { true }).verdict == .undecided)
    }

    /// Two buffers meet in a section exactly if they are live together, and no section is part of another.
    @Test func sectionsAreTheMaximalSets() {
        var random = Numbers(seed: 8)
        for _ in 0..<300 {
            let lifetimes = Instances.small(&random, count: 1 + random.below(12), time: 9, size: 1).map(\.lifetime)
            let sections = LifetimeSections(lifetimes)
            for (a, lifetime) in lifetimes.enumerated() {
                #expect(!sections.ranges[a].isEmpty)
                for (b, other) in lifetimes.enumerated() {
                    #expect(lifetime.overlaps(other) == sections.ranges[a].overlaps(sections.ranges[b]))
                }
            }
            let sets = (0..<sections.count).map { section in Set(lifetimes.indices.filter { sections.ranges[$0].contains(section) }) }
            for (index, set) in sets.enumerated() {
                #expect(!sets.indices.contains { $0 != index && set.isSubset(of: sets[$0]) })
            }
        }
    }
}
