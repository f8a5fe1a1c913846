import MappingSearch
import Testing

/// Counts against Timeloop 4cf6d4c's statistics of the same mappings (reference/mapping.md §1.3; access_counts.csv) and against walking
/// the loops one by one.
@Suite struct LoopNestAnalysisTests {
    struct Case: CustomTestStringConvertible {
        var name: String
        var problem: LoopNestProblem
        var units = 1
        var levels: [(temporal: String, order: String, spatial: String, bypassing: [String])]
        var cycles: Int
        /// Picojoules per multiplication, to five digits after the point.
        var energy: Double
        /// Level, tensor: reads, fills, updates of one instance.
        var counts: [(String, String, [Int])]
        var testDescription: String { name }
    }

    static func cases() throws -> [Case] {
        let everything = ["Weights", "Inputs", "Outputs"]
        return [
            Case(
                name: "10-conv2d-3level__os", problem: try TutorialMachine.convolution(),
                levels: [("M4", "CMRSPQ", "", []), ("C8 M4 P8 Q8", "CRSMPQ", "", []), ("R3 S3", "RSCMPQ", "", [])], cycles: 73728, energy: 16.97916,
                counts: [
                    ("RegisterFile", "Weights", [73728, 73728, 0]), ("RegisterFile", "Outputs", [72704, 0, 73728]),
                    ("GlobalBuffer", "Inputs", [73728, 800, 0]), ("GlobalBuffer", "Outputs", [0, 0, 1024]), ("MainMemory", "Inputs", [800, 0, 0]),
                ]),
            Case(
                name: "11-conv2d-3level__ws", problem: try TutorialMachine.convolution(),
                levels: [("C2 M4", "MCRSPQ", "", []), ("C4 M4 P8 Q8", "PQMCRS", "", []), ("R3 S3", "RSCMPQ", "", [])], cycles: 73728, energy: 10.59114,
                counts: [
                    ("RegisterFile", "Inputs", [73728, 30720, 0]), ("RegisterFile", "Outputs", [72704, 7168, 73728]),
                    ("GlobalBuffer", "Outputs", [7168, 1024, 8192]), ("MainMemory", "Outputs", [1024, 0, 2048]),
                ]),
            Case(
                name: "12-conv2d-stride2-3level", problem: try TutorialMachine.convolution(stride: 2),
                levels: [("M4", "CMRSPQ", "", []), ("C8 M4 P8 Q8", "CRSMPQ", "", []), ("R3 S3", "RSCMPQ", "", [])], cycles: 73728, energy: 18.39165,
                counts: [("GlobalBuffer", "Inputs", [73728, 2312, 0]), ("MainMemory", "Inputs", [2312, 0, 0])]),
            Case(
                name: "13-conv2d-3level__bypassGBout", problem: try TutorialMachine.convolution(),
                levels: [("M4", "CMRSPQ", "", []), ("C8 M4 P8 Q8", "CRSMPQ", "", ["Outputs"]), ("R3 S3", "RSCMPQ", "", [])], cycles: 73728, energy: 16.92555,
                counts: [("MainMemory", "Outputs", [0, 0, 1024])]),
            Case(
                name: "14-conv2d-spatialM16", problem: try TutorialMachine.convolution(), units: 16,
                levels: [("", "CMRSPQ", "", []), ("", "", "M16", everything), ("C8 R3 P8 Q8", "CRSPQM", "", []), ("S3", "SRCMPQ", "", [])], cycles: 4608,
                energy: 17.60738, counts: [("GlobalBuffer", "Inputs", [4608, 800, 0]), ("MainMemory", "Inputs", [800, 0, 0]), ("MainMemory", "Weights", [1152, 0, 0])]),
            Case(
                name: "15-conv2d-spatialC8", problem: try TutorialMachine.convolution(), units: 16,
                levels: [("M2", "CMRSPQ", "", []), ("", "", "C8", everything), ("M8 P8 Q8", "MPQCRS", "", []), ("R3 S3", "RSCMPQ", "", [])], cycles: 9216,
                energy: 11.77435, counts: [("RegisterFile", "Inputs", [9216, 480, 0]), ("GlobalBuffer", "Inputs", [480, 100, 0]), ("MainMemory", "Outputs", [0, 0, 1024])]),
            Case(
                name: "20-gemm-3level__os", problem: try TutorialMachine.product(),
                levels: [("M4 N4", "MNK", "", []), ("M8 N8 K16", "KMN", "", []), ("K4", "KMN", "", [])], cycles: 65536, energy: 25.90269,
                counts: [("GlobalBuffer", "Inputs", [65536, 8192, 0]), ("MainMemory", "Inputs", [8192, 0, 0])]),
            Case(
                name: "21-gemm-3level__ws", problem: try TutorialMachine.product(),
                levels: [("N4 K4", "NKM", "", []), ("M32 N8 K16", "MNK", "", []), ("", "MNK", "", [])], cycles: 65536, energy: 29.61256,
                counts: [("GlobalBuffer", "Outputs", [64512, 3072, 65536]), ("MainMemory", "Outputs", [3072, 0, 4096])]),
            Case(
                name: "22-gemm-spatialN16", problem: try TutorialMachine.product(), units: 16,
                levels: [("M4 N2", "NMK", "", []), ("", "", "N16", everything), ("M8 K16", "KMN", "", []), ("K4", "KMN", "", [])], cycles: 4096, energy: 27.71196,
                counts: [("MainMemory", "Weights", [8192, 0, 0]), ("MainMemory", "Inputs", [2048, 0, 0])]),
            Case(
                name: "23-gemm-spatialK16-reduce", problem: try TutorialMachine.product(), units: 16,
                levels: [("M4 N4", "NMK", "", []), ("", "", "K16", everything), ("M8 N8", "MNK", "", []), ("K4", "KMN", "", [])], cycles: 4096, energy: 21.59339,
                counts: [("RegisterFile", "Outputs", [3072, 0, 4096]), ("GlobalBuffer", "Outputs", [0, 0, 1024]), ("MainMemory", "Outputs", [0, 0, 1024])]),
            Case(
                name: "24-gemm-spatialN16__bypassRFw", problem: try TutorialMachine.product(), units: 16,
                levels: [("M4 N2", "NMK", "", []), ("", "", "N16", everything), ("M8 K16", "KMN", "", []), ("K4", "KMN", "", ["Weights"])], cycles: 4096,
                energy: 26.86068, counts: [("GlobalBuffer", "Weights", [4096, 512, 0])]),
        ]
    }

    @Test(arguments: try Self.cases()) func fixedMappingsComeOutAsInTimeloop(_ example: Case) throws {
        let hierarchy = try TutorialMachine.threeLevels(units: example.units)
        let mapping = LoopNestMapping(
            levels: example.levels.map { .written(example.problem, temporal: $0.temporal, order: $0.order, spatial: $0.spatial, bypassing: $0.bypassing) })
        let report = try LoopNestAnalysis(example.problem, on: hierarchy).report(mapping)
        #expect(report.cycles == example.cycles)
        #expect(abs(report.energy / Double(report.computes) - example.energy) < 0.000_005_1)
        for (level, tensor, expected) in example.counts {
            let index = try #require(hierarchy.level(named: level)), space = try #require(example.problem.dataSpace(named: tensor))
            let counted = try #require(report.levels[index].tensors[space])
            #expect([counted.reads, counted.fills, counted.updates] == expected, "\(level) \(tensor)")
        }
    }

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
