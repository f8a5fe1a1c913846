/// What a search keeps of the tilings that it looks at.
protocol TilingSelection {
    associatedtype Tiling

    /// Whether of two tilings that are equal otherwise the one with less room is better.
    static var countsRoom: Bool { get }

    /// Whether a tiling with these figures would be kept; none that is worse in all of them is then either.
    mutating func mayImprove(_ cost: MatmulCost) -> Bool

    /// Keeps a tiling as far as it is better than others.
    mutating func improve(_ cost: MatmulCost, _ tiling: Tiling)
}

/// The best points so far, one for each of some objectives.
struct Incumbents<Tiling: Hashable>: TilingSelection {
    struct Point: Hashable {
        var tiling: Tiling
        var cost: MatmulCost
    }

    static var countsRoom: Bool { false }

    private let objectives: [MappingObjective]
    private var values: [(Double, Int)]
    /// By objective; `nil` until there is one.
    private(set) var points: [Point?]

    init(_ objectives: [MappingObjective]) {
        self.objectives = objectives
        values = objectives.map { _ in (.infinity, .max) }
        points = objectives.map { _ in nil }
    }

    /// Whether a point with these figures would be the best by some objective.
    @inline(__always)
    func mayImprove(_ cost: MatmulCost) -> Bool {
        for index in objectives.indices where objectives[index].value(cost) < values[index] { return true }
        return false
    }

    /// Keeps a point by each objective by which it is the best.
    mutating func improve(_ cost: MatmulCost, _ tiling: Tiling) {
        for index in objectives.indices {
            let value = objectives[index].value(cost)
            if value < values[index] { (values[index], points[index]) = (value, Point(tiling: tiling, cost: cost)) }
        }
    }

    /// The best points by all objectives within ever smaller parts of a scratchpad, without those that another one dominates; one for each
    /// combination of figures.
    ///
    /// - Parameters:
    ///   - steps: parts that are looked at, each half of the one before.
    ///   - improve: looks for better points within so many bytes. What fits into a part fits into a larger one and is what has to be beaten there.
    static func table(_ bytes: Int, _ steps: Int, _ improve: (inout Incumbents, Int) -> Void) -> [Point] {
        var best = Incumbents(MappingObjective.allCases)
        var found: [Point] = []
        for step in (0..<max(1, min(steps, 62))).reversed() where bytes >> step > 0 {
            improve(&best, bytes >> step)
            for case let point? in best.points where !found.contains(where: { $0.cost == point.cost }) { found.append(point) }
        }
        return found.filter { point in !found.contains { $0.cost.dominates(point.cost) } }
    }
}

/// All tilings that no other one beats in cycles, energy, traffic and buffer bytes; one for each combination of figures.
struct TilingFront<Tiling: Hashable>: TilingSelection {
    static var countsRoom: Bool { true }

    private(set) var front = ParetoFront<Incumbents<Tiling>.Point>()

    private func figures(_ cost: MatmulCost) -> SIMD4<Double> { SIMD4(Double(cost.cycles), Double(cost.energy), Double(cost.traffic), Double(cost.bufferBytes)) }

    @inline(__always)
    mutating func mayImprove(_ cost: MatmulCost) -> Bool { !front.covers(figures(cost)) }

    mutating func improve(_ cost: MatmulCost, _ tiling: Tiling) { front.insert(figures(cost), .init(tiling: tiling, cost: cost)) }
}

extension MappingObjective {
    /// What is compared, and what decides between equals.
    @inline(__always)
    func value(_ cost: MatmulCost) -> (Double, Int) {
        switch self {
        case .cycles: (Double(cost.cycles), cost.energy)
        case .energy: (Double(cost.energy), cost.cycles)
        case .traffic: (Double(cost.traffic), cost.cycles)
        case .edp: (Double(cost.energy) * Double(cost.cycles), cost.traffic)
        }
    }
}
