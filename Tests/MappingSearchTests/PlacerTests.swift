import MappingSearch
import SMT
import SearchInstances
import Testing

@Suite("Placement")
struct PlacerTests {
    /// Banks, pairs apart, aliases, fixed offsets, gaps and alignments at once, against trying everything.
    @Test func sideConstraintsAgreeWithBruteForce() throws {
        var random = Numbers(seed: 21)
        var (placed, impossible) = (0, 0)
        for _ in 0..<250 {
            var buffers = Instances.small(&random, count: 5, time: 5, size: 3)
            let banks = [1, 2, 2][random.below(3)]
            let capacity = 6 + 2 * random.below(2)
            var apart: [BufferPair] = [], aliases: [BufferPair] = []
            switch random.below(5) {
            case 0: buffers[random.below(5)].fixedOffset = random.below(4)
            case 1: aliases = [BufferPair(0, 1 + random.below(4))]
            case 2: if banks > 1 { apart = [BufferPair(0, 1), BufferPair(1, 2)] }
            case 3:
                if let index = buffers.indices.first(where: { buffers[$0].lifetime.count > 2 }) {
                    let start = buffers[index].lifetime.lowerBound + 1
                    buffers[index].gaps = [start..<(start + 1)]
                }
            default: buffers[random.below(5)].alignment = 2
            }
            let problem = try PlacementProblem(buffers: buffers, capacity: capacity, banks: banks, apart: apart, aliases: aliases)
            let expected = BruteForce.canPlace(problem)
            switch try Placer().place(problem).verdict {
            case .placed(let placement):
                #expect(expected && problem.violation(of: placement) == nil, "\(problem)")
                placed += 1
            case .infeasible:
                #expect(!expected, "\(problem)")
                impossible += 1
            case .undecided: Issue.record("\(problem) was not decided")
            }
        }
        #expect(placed > 50 && impossible > 50, "\(placed) placed, \(impossible) impossible")
    }

    /// Z3 and the search are two proofs of the same thing.
    @Test func solverAndSearchAgree() throws {
        var random = Numbers(seed: 33)
        var placer = Placer()
        placer.firstFitTries = 0
        var impossible = 0
        for round in 0..<90 {
            var buffers = Instances.small(&random, count: 7, time: 8, size: 5)
            for index in buffers.indices where random.below(2) == 0 { buffers[index].alignment = 2 + random.below(3) }
            if round % 3 == 0 { buffers = Instances.tight(&random) }
            let live = LiveBytes(of: try PlacementProblem(buffers: buffers, capacity: 100)).bytes
            let problem = try PlacementProblem(buffers: buffers, capacity: live)
            let answer = try SolverPlacement(problem, ConflictLists(problem), limits: QueryLimits(resources: 50_000_000)).solve()
            switch (answer, try placer.place(problem).verdict) {
            case (.placed(let placement, let record), .placed):
                #expect(problem.violation(of: placement) == nil && record.resourcesUsed > 0)
            case (.infeasible(let core, _, _), .infeasible(.exhausted)):
                #expect(core.isEmpty)
                impossible += 1
            default: Issue.record("\(answer) for \(problem)")
            }
        }
        #expect(impossible > 0)
    }

    /// On networks first-fit reaches the live bytes, which prove it optimal.
    @Test func networksNeedNoSearch() throws {
        for seed in 1...15 {
            let buffers = Instances.network(10 + seed * 6, seed: UInt64(seed))
            let roomy = try PlacementProblem(buffers: buffers, capacity: 1 << 30)
            let best = try #require(try Placer().smallestCapacity(roomy))
            #expect(best.isOptimal && best.capacity == LiveBytes(of: roomy).bytes)
            #expect(try roomy.with(capacity: best.capacity).violation(of: best.placement) == nil)
        }
    }

    @Test func smallestCapacityAgreesWithBruteForce() throws {
        var random = Numbers(seed: 13)
        var above = 0
        for _ in 0..<150 {
            var buffers = Instances.small(&random, count: 6, time: 6, size: 4)
            for index in buffers.indices where random.below(2) == 0 { buffers[index].alignment = 2 + random.below(2) }
            let roomy = try PlacementProblem(buffers: buffers, capacity: 40)
            let best = try #require(try Placer().smallestCapacity(roomy))
            #expect(best.isOptimal)
            #expect(BruteForce.canPlace(try roomy.with(capacity: best.capacity)))
            if best.capacity > 1 { #expect(!BruteForce.canPlace(try roomy.with(capacity: best.capacity - 1))) }
            if best.capacity > LiveBytes(of: roomy).bytes { above += 1 }
        }
        #expect(above > 5)
    }

    /// Of many requirements, those that contradict each other.
    @Test func contradictionsAreNamed() throws {
        var buffers = (0..<8).map { PlacementBuffer(name: "b\($0)", lifetime: 0..<($0 + 2), size: 4) }
        buffers[2].fixedOffset = 8
        buffers[5].fixedOffset = 10
        buffers[7].fixedOffset = 20
        let problem = try PlacementProblem(buffers: buffers, capacity: 64, aliases: [BufferPair(0, 1)])
        let outcome = try Placer().place(problem)
        #expect(outcome.verdict == .infeasible(.contradiction([.fixed(2), .fixed(5)], isMinimal: true)))
        guard case .solver(let record) = outcome.effort else {
            Issue.record("\(outcome.effort)")
            return
        }
        #expect(record.verdict == .unsatisfiable && record.version == Context.version)
        // Without one of the two, the rest can be kept.
        buffers[5].fixedOffset = 12
        let mended = try PlacementProblem(buffers: buffers, capacity: 64, aliases: [BufferPair(0, 1)])
        guard case .placed(let placement) = try Placer().place(mended).verdict else {
            Issue.record("not placed")
            return
        }
        #expect(placement.offsets[0] == placement.offsets[1] && placement.offsets[5] == 12)
    }

    @Test func boundsNeedNoSearch() throws {
        let buffers = [PlacementBuffer(name: "a", lifetime: 0..<4, size: 6), PlacementBuffer(name: "b", lifetime: 3..<9, size: 5)]
        let outcome = try Placer().place(try PlacementProblem(buffers: buffers, capacity: 10))
        #expect(outcome.live.bytes == 11 && outcome.live.time == 3 && outcome.live.buffers == [0, 1])
        #expect(outcome.verdict == .infeasible(.liveBytes(outcome.live)) && outcome.effort == .bounds)
        #expect(try Placer().place(try PlacementProblem(buffers: buffers, capacity: 16, banks: 4)).verdict == .infeasible(.tooLarge(buffer: 0, room: 4)))
        #expect(try Placer().place(try PlacementProblem(buffers: [], capacity: 1)).verdict == .placed(Placement(offsets: [])))
    }

    @Test func hintsAreFollowedWhereTheyCanBe() throws {
        var buffers = [
            PlacementBuffer(name: "a", lifetime: 0..<4, size: 6, hint: 20), PlacementBuffer(name: "b", lifetime: 3..<9, size: 5, hint: 10),
        ]
        #expect(try Placer().place(try PlacementProblem(buffers: buffers, capacity: 30)).verdict == .placed(Placement(offsets: [20, 10])))
        buffers[1].hint = 22
        let outcome = try Placer().place(try PlacementProblem(buffers: buffers, capacity: 30))
        #expect(outcome.effort == .firstFit(tries: 1))
    }

    /// Each rule of the check, broken alone.
    @Test func theCheckSeesEveryViolation() throws {
        var buffers = (0..<4).map { PlacementBuffer(name: "b\($0)", lifetime: 0..<4, size: 4) }
        buffers[1].alignment = 4
        buffers[3].fixedOffset = 28
        let problem = try PlacementProblem(buffers: buffers, capacity: 32, banks: 2, apart: [BufferPair(0, 3)])
        let good = [0, 8, 16, 28]
        func violation(_ index: Int, _ offset: Int) -> PlacementViolation? {
            var offsets = good
            offsets[index] = offset
            return problem.violation(of: Placement(offsets: offsets))
        }
        #expect(problem.violation(of: Placement(offsets: good)) == nil)
        #expect(problem.violation(of: Placement(offsets: [])) == .count(offsets: 0, buffers: 4))
        #expect(violation(0, -1) == .outside(0) && violation(2, 29) == .outside(2))
        #expect(violation(1, 9) == .misaligned(1))
        #expect(violation(3, 24) == .moved(3))
        #expect(violation(2, 13) == .straddlesBanks(2))
        #expect(violation(0, 20) == .sameBank(0, 3))
        #expect(violation(0, 5) == .overlap(0, 1) && violation(0, 4) == nil)
        #expect(violation(2, 25) == .overlap(2, 3) && violation(2, 24) == nil)
        let aliased = try PlacementProblem(buffers: [buffers[0], buffers[2]], capacity: 32, aliases: [BufferPair(0, 1)])
        #expect(aliased.violation(of: Placement(offsets: [4, 4])) == nil)
        #expect(aliased.violation(of: Placement(offsets: [4, 8])) == .notAliased(0, 1))
    }

    @Test func wrongProblemsAreRefused() {
        func refusal(_ buffer: PlacementBuffer, capacity: Int = 10, banks: Int = 1, apart: [BufferPair] = []) -> String {
            do throws(PlacementError) {
                _ = try PlacementProblem(buffers: [buffer, buffer], capacity: capacity, banks: banks, apart: apart)
                return ""
            } catch {
                return error.description
            }
        }
        let good = PlacementBuffer(name: "x", lifetime: 0..<4, size: 4)
        #expect(refusal(good).isEmpty)
        func changed(_ change: (inout PlacementBuffer) -> Void) -> PlacementBuffer {
            var buffer = good
            change(&buffer)
            return buffer
        }
        #expect(refusal(changed { $0.size = 0 }).contains("a size of 0"))
        #expect(refusal(changed { $0.lifetime = 3..<3 }).contains("never live"))
        #expect(refusal(changed { $0.alignment = 0 }).contains("alignment of 0"))
        #expect(refusal(changed { $0.fixedOffset = -4 }).contains("offset of -4"))
        #expect(refusal(changed { $0.alignment = 4; $0.fixedOffset = 6 }).contains("not a multiple"))
        #expect(refusal(changed { $0.gaps = [2..<9] }).contains("outside of its lifetime"))
        #expect(refusal(changed { $0.lifetime = 0..<(1 << 60) }).contains("beyond"))
        #expect(refusal(good, capacity: 0).contains("capacity of 0"))
        #expect(refusal(good, banks: 3).contains("divide the capacity"))
        #expect(refusal(good, apart: [BufferPair(0, 1)]).contains("one bank"))
        #expect(refusal(good, banks: 2, apart: [BufferPair(0, 2)]).contains("not two"))
    }
}
