import MappingSearch
import Testing

/// Counts against walking the loops one by one. Against Timeloop's: `TimeloopFixedCaseTests`.
@Suite struct LoopNestAnalysisTests {
    /// A random convolution with a random mapping: what goes into each level, by walking through all rounds.
    @Test(arguments: 1...60) func countsAreThoseOfWalkingTheLoops(_ seed: UInt64) throws {
        var dice = Dice(seed)
        let (stride, dilation) = (1 + dice.roll(3), 1 + dice.roll(2))
        let problem = try LoopNestProblem(
            name: "random", dimensions: [.init("C", 2), .init("M", 4), .init("R", 3), .init("P", 12)],
            dataSpaces: [
                .init("Weights", ranks: [[.init(0)], [.init(1)], [.init(2)]]),
                .init("Inputs", ranks: [[.init(0)], [.init(2, coefficient: dilation), .init(3, coefficient: stride)]]),
                .init("Outputs", ranks: [[.init(1)], [.init(3)]], isResult: true),
            ])
        var compute = MemoryHierarchy.Compute("mac")
        (compute.instances, compute.meshX) = (12, 12)
        var inner = MemoryHierarchy.Level("inner")
        (inner.instances, inner.meshX) = (12, 12)
        let hierarchy = try MemoryHierarchy(levels: [.init("outer"), .init("middle"), inner], compute: compute)
        var mapping = LoopNestMapping(problem, on: hierarchy)
        for dimension in problem.dimensions.indices {
            var rest = problem.dimensions[dimension].extent
            var prime = 2
            while rest > 1 {
                guard rest % prime == 0 else { prime += 1; continue }
                rest /= prime
                let place = dice.roll(5)
                if place < 3 { mapping.levels[place].temporal[dimension] *= prime } else if mapping.levels[1].spatial.reduce(prime, *) <= 12 { mapping.levels[1].spatial[dimension] *= prime } else { mapping.levels[0].temporal[dimension] *= prime }
            }
        }
        for level in 0..<3 { for index in (1..<4).reversed() { mapping.levels[level].order.swapAt(index, dice.roll(index + 1)) } }
        let report = try LoopNestAnalysis(problem, on: hierarchy).report(mapping)
        for level in 1..<3 {
            for space in problem.dataSpaces.indices {
                let counted = try #require(report.levels[level].tensors[space])
                let walked = LoopWalk(problem, mapping).words(into: level, space)
                #expect(counted.fills == (problem.dataSpaces[space].isResult ? walked - counted.partitionSize : walked))
            }
        }
        // What a level is filled with its parent has read, once for all instances that got the same; sums arrive added up.
        for space in problem.dataSpaces.indices {
            let parent = try #require(report.levels[1].tensors[space]), child = try #require(report.levels[2].tensors[space])
            let moved = LoopWalk(problem, mapping).words(into: 2, space) * LoopWalk(problem, mapping).differentTiles(of: 2, space)
            #expect((problem.dataSpaces[space].isResult ? parent.updates : parent.reads) == moved)
            #expect(child.tileSize <= parent.tileSize)
        }
    }

    @Test func mistakesInMappingsAreNamed() throws {
        let problem = try TutorialMachine.product(), hierarchy = try TutorialMachine.threeLevels()
        func failure(_ levels: [LoopNestMapping.Level]) -> LoopNestError? {
            do throws(LoopNestError) { try LoopNestMapping(levels: levels).check(problem, on: hierarchy) } catch { return error }
            return nil
        }
        let fine: LoopNestMapping.Level = .written(problem, temporal: "K4", order: "KMN")
        #expect(failure([.written(problem, temporal: "M4 N4"), .written(problem, temporal: "M8 N4 K16"), fine]) == .factors(dimension: "N", product: 16, extent: 32))
        #expect(
            failure([.written(problem, temporal: "M4 N4"), .written(problem), .written(problem, temporal: "M8 N8 K64")])
                == .capacity(
                    level: "RegisterFile",
                    tiles: [.init(tensor: "Weights", size: 512), .init(tensor: "Inputs", size: 512), .init(tensor: "Outputs", size: 64)], available: 64, buffers: 1))
        #expect(failure([.written(problem, temporal: "M4 N4"), .written(problem, temporal: "M8 N8 K16", spatial: ""), fine]) == nil)
        #expect(
            failure([.written(problem, temporal: "M4 N2"), .written(problem, temporal: "M8 N8 K16", spatial: "N2"), fine])
                == .fanOut(level: "GlobalBuffer", axis: "X", used: 2, available: 1))
        let without = ["Outputs"]
        #expect(
            failure([.written(problem, temporal: "M4 N4", bypassing: without), .written(problem, temporal: "M8 N8 K16", bypassing: without), .written(problem, temporal: "K4", bypassing: without)])
                == .keptNowhere(tensor: "Outputs"))
        #expect(throws: LoopNestError.self) { try LoopNestProblem.matrixProduct(m: 1 << 30, n: 1 << 30, k: 1 << 30) }
        #expect(throws: LoopNestError.self) { try LoopNestProblem.matrixProduct(m: 0, n: 1, k: 1) }
    }
}

/// The loops of a mapping, walked one round after the other.
private struct LoopWalk {
    let problem: LoopNestProblem
    let mapping: LoopNestMapping

    init(_ problem: LoopNestProblem, _ mapping: LoopNestMapping) {
        self.problem = problem
        self.mapping = mapping
    }

    private func box(_ space: Int, _ level: Int) -> [Int] {
        let extents = mapping.extents(within: level)
        return problem.dataSpaces[space].ranks.map { rank in rank.reduce(1) { $0 + $1.coefficient * (extents[$1.dimension] - 1) } }
    }

    /// Where the first instance's tile is, as its loops outside go round.
    func words(into level: Int, _ space: Int) -> Int {
        var loops: [(dimension: Int, count: Int, stride: Int)] = []
        for outer in 0..<level {
            for dimension in mapping.levels[outer].order.reversed() {
                let inner = mapping.extents(within: outer)[dimension] / mapping.levels[outer].temporal[dimension]
                loops.append((dimension, mapping.levels[outer].temporal[dimension], inner))
            }
        }
        let box = box(space, level), whole = box.reduce(1, *)
        var moved = 0
        var previous: [Int]?
        var rounds = [Int](repeating: 0, count: loops.count)
        while true {
            var index = [Int](repeating: 0, count: problem.dimensions.count)
            for (loop, round) in zip(loops, rounds) { index[loop.dimension] += round * loop.stride }
            let place = problem.dataSpaces[space].ranks.map { rank in rank.reduce(0) { $0 + $1.coefficient * index[$1.dimension] } }
            if let previous {
                let shifts = zip(place, previous).map { $0 - $1 }
                let moving = shifts.indices.filter { shifts[$0] != 0 }
                if moving.count == 1, shifts[moving[0]] > 0 {
                    moved += whole / box[moving[0]] * min(box[moving[0]], shifts[moving[0]])
                } else if !moving.isEmpty {
                    moved += whole
                }
            } else {
                moved = whole
            }
            previous = place
            var position = loops.count - 1
            while position >= 0 {
                rounds[position] += 1
                if rounds[position] < loops[position].count { break }
                rounds[position] = 0
                position -= 1
            }
            if position < 0 { return moved }
        }
    }

    /// Of the instances that the level's parent spreads over.
    func differentTiles(of level: Int, _ space: Int) -> Int {
        var places: Set<[Int]> = []
        let part = mapping.levels[level - 1]
        func walk(_ dimension: Int, _ index: [Int]) {
            guard dimension < part.spatial.count else {
                places.insert(problem.dataSpaces[space].ranks.map { rank in rank.reduce(0) { $0 + $1.coefficient * index[$1.dimension] } })
                return
            }
            let stride = mapping.extents(within: level)[dimension]
            for round in 0..<part.spatial[dimension] {
                var index = index
                index[dimension] = round * stride
                walk(dimension + 1, index)
            }
        }
        walk(0, [Int](repeating: 0, count: part.spatial.count))
        return places.count
    }
}
