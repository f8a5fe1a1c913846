import MappingSearch

/// The machines of Timeloop's tutorial and of our fixed cases: energies per access as in the tutorial's tables (reference/mapping.md §1.3).
enum TutorialMachine {
    static let registerEnergy = MemoryHierarchy.AccessEnergy(read: 0.42564, write: 0.42564, leak: 0.000861)
    static let bufferEnergy = MemoryHierarchy.AccessEnergy(read: 43.353054, write: 30.878292, leak: 0.007972)
    static let memoryEnergy = MemoryHierarchy.AccessEnergy(read: 2048, write: 2048)

    /// DRAM, a buffer of 256 Ki words and a register file of 64 words for each of `units` multipliers.
    static func threeLevels(units: Int = 1) throws -> MemoryHierarchy {
        var memory = MemoryHierarchy.Level("MainMemory")
        (memory.blockSize, memory.energy) = (32, memoryEnergy)
        var spread = MemoryHierarchy.Level("inter_PE_spatial")
        spread.holdsData = false
        var buffer = MemoryHierarchy.Level("GlobalBuffer", capacity: 262_144)
        (buffer.blockSize, buffer.energy, buffer.area) = (8, bufferEnergy, 707_084)
        var registers = MemoryHierarchy.Level("RegisterFile", capacity: 64)
        (registers.energy, registers.area) = (registerEnergy, 887.84)
        (buffer.instances, buffer.meshX, registers.instances, registers.meshX) = (units, units, units, units)
        var compute = MemoryHierarchy.Compute("MACC")
        (compute.energy, compute.area, compute.instances, compute.meshX) = (0.845, 332.25, units, units)
        return try MemoryHierarchy(levels: units == 1 ? [memory, buffer, registers] : [memory, spread, buffer, registers], compute: compute)
    }

    /// C, M, R, S, P, Q without groups or a batch.
    static func convolution(stride: Int = 1) throws -> LoopNestProblem {
        try LoopNestProblem(
            name: "convolution",
            dimensions: [.init("C", 8), .init("M", 16), .init("R", 3), .init("S", 3), .init("P", 8), .init("Q", 8)],
            dataSpaces: [
                .init("Weights", ranks: [[.init(0)], [.init(1)], [.init(2)], [.init(3)]]),
                .init("Inputs", ranks: [[.init(0)], [.init(2), .init(4, coefficient: stride)], [.init(3), .init(5, coefficient: stride)]]),
                .init("Outputs", ranks: [[.init(1)], [.init(4)], [.init(5)]], isResult: true),
            ])
    }

    static func product() throws -> LoopNestProblem {
        try LoopNestProblem(
            name: "product", dimensions: [.init("M", 32), .init("N", 32), .init("K", 64)],
            dataSpaces: [
                .init("Weights", ranks: [[.init(1)], [.init(2)]]), .init("Inputs", ranks: [[.init(0)], [.init(2)]]),
                .init("Outputs", ranks: [[.init(0)], [.init(1)]], isResult: true),
            ])
    }
}

extension LoopNestMapping.Level {
    /// "C8 M4", "CMRSPQ", and which tensors pass by.
    static func written(
        _ problem: LoopNestProblem, temporal: String = "", order: String = "", spatial: String = "", bypassing: [String] = []
    ) -> LoopNestMapping.Level {
        var level = LoopNestMapping.Level(dimensions: problem.dimensions.count, dataSpaces: problem.dataSpaces.count)
        func factors(_ text: String, _ set: (Int, Int) -> Void) {
            for part in text.split(separator: " ") {
                if let dimension = problem.dimension(named: String(part.prefix(1))), let factor = Int(part.dropFirst()) { set(dimension, factor) }
            }
        }
        factors(temporal) { level.temporal[$0] = $1 }
        factors(spatial) { level.spatial[$0] = $1 }
        let named = order.compactMap { problem.dimension(named: String($0)) }
        level.order = named + problem.dimensions.indices.filter { !named.contains($0) }
        for name in bypassing { if let space = problem.dataSpace(named: name) { level.keeps[space] = false } }
        return level
    }
}

/// Every mapping of a small mapspace, one after the other.
struct EveryMapping {
    let problem: LoopNestProblem
    let hierarchy: MemoryHierarchy
    let constraints: MapspaceConstraints

    /// Calls `body` with each mapping that obeys the constraints and fits.
    func forEach(_ body: (LoopNestMapping, LoopNestReport) -> Void) {
        let analysis = LoopNestAnalysis(problem, on: hierarchy)
        var mapping = LoopNestMapping(problem, on: hierarchy)
        func orders(_ level: Int) {
            guard level < hierarchy.levels.count else {
                guard constraints.violations(by: mapping, problem, on: hierarchy).isEmpty, let report = try? analysis.report(mapping) else { return }
                return body(mapping, report)
            }
            let moving = problem.dimensions.indices.filter { mapping.levels[level].temporal[$0] > 1 }
            for order in permutations(moving) {
                mapping.levels[level].order = order + problem.dimensions.indices.filter { !moving.contains($0) }
                orders(level + 1)
            }
        }
        func factors(_ dimension: Int, _ level: Int, _ rest: Int) {
            guard dimension < problem.dimensions.count else { return orders(0) }
            guard level < hierarchy.levels.count else {
                if rest == 1 { factors(dimension + 1, 0, dimension + 1 < problem.dimensions.count ? problem.dimensions[dimension + 1].extent : 1) }
                return
            }
            let fanOut = hierarchy.fanOut(level)
            for spatial in 1...rest where rest % spatial == 0 && spatial <= fanOut.x {
                for temporal in 1...(rest / spatial) where rest / spatial % temporal == 0 {
                    mapping.levels[level].temporal[dimension] = temporal
                    mapping.levels[level].spatial[dimension] = spatial
                    factors(dimension, level + 1, rest / spatial / temporal)
                }
            }
            mapping.levels[level].temporal[dimension] = 1
            mapping.levels[level].spatial[dimension] = 1
        }
        func keeps(_ level: Int, _ space: Int) {
            guard level < hierarchy.levels.count else { return factors(0, 0, problem.dimensions[0].extent) }
            let next = space + 1 < problem.dataSpaces.count ? (level, space + 1) : (level + 1, 0)
            let isFree = level > 0 && hierarchy.levels[level].holdsData && constraints.levels[level].keeps[space] == nil
            let settled = hierarchy.levels[level].holdsData && constraints.levels[level].keeps[space] != false
            for choice in isFree ? [true, false] : [settled] {
                mapping.levels[level].keeps[space] = choice
                keeps(next.0, next.1)
            }
        }
        keeps(0, 0)
    }

    private func permutations(_ items: [Int]) -> [[Int]] {
        guard items.count > 1 else { return [items] }
        return items.indices.flatMap { index in
            var rest = items
            let item = rest.remove(at: index)
            return permutations(rest).map { [item] + $0 }
        }
    }
}

/// Numbers that are the same in every run.
struct Dice {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func roll(_ sides: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33) % sides
    }
}
