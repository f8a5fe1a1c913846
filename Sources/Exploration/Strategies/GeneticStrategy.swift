/// NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002): tournaments by front and crowding, uniform crossover, mutation by steps along ordered
/// parameters. A batch is the offspring of the population; the best of both go on, so that a small batch is a steady-state variant.
struct GeneticStrategy: SearchStrategy {
    private var fresh: FreshPoints
    private let population: Int
    private let crossover: Double
    /// Of one parameter.
    private let mutation: Double
    private let measure: ObservedCosts
    /// Best first.
    private var members: [(point: DesignPoint, entry: NondominatedSort.Entry)] = []
    private var isFirst = true
    private var started = 0

    init(_ space: DesignSpace, population: Int, crossover: Double, mutation: Double?, seed: UInt64) {
        fresh = FreshPoints(space, seed: seed)
        self.population = population
        self.crossover = crossover
        self.mutation = mutation ?? 1 / Double(space.parameters.count)
        measure = ObservedCosts(space.objectives)
    }

    mutating func ask(_ count: Int) -> [DesignPoint] {
        var points: [DesignPoint] = []
        while points.count < count {
            guard let point = started < population || members.count < 2 ? fresh.draw() : offspring() ?? fresh.draw() else { break }
            started += 1
            points.append(point)
        }
        return points
    }

    mutating func tell(_ points: [EvaluatedPoint]) {
        members += points.map { ($0.point, NondominatedSort.Entry(grade: ObservedCosts.grade($0.status), costs: measure.costs($0))) }
        members = NondominatedSort.best(population, of: members.map(\.entry)).map { members[$0] }
    }

    /// A child that was not asked before; `nil` where many tries give none.
    private mutating func offspring() -> DesignPoint? {
        for _ in 0..<64 {
            var child = members[tournament()].point
            if fresh.generator.unit() < crossover {
                let other = members[tournament()].point
                for parameter in child.choices.indices where fresh.generator.next(below: 2) == 0 {
                    child.choices[parameter] = blend(child.choices[parameter], other.choices[parameter], parameter)
                }
            }
            for parameter in child.choices.indices where fresh.generator.unit() < mutation {
                child.choices[parameter] = fresh.moved(child.choices[parameter], parameter)
            }
            if fresh.claim(child) { return child }
        }
        return nil
    }

    /// The other parent's value, or, of an ordered parameter once in four times, one between both.
    private mutating func blend(_ mine: Int, _ other: Int, _ parameter: Int) -> Int {
        guard fresh.space.parameters[parameter].isOrdered, fresh.generator.next(below: 4) == 0 else { return other }
        let (low, high) = (min(mine, other), max(mine, other))
        return low + fresh.generator.next(below: high - low + 1)
    }

    /// Members are best first: the better of two is the one that comes first.
    private mutating func tournament() -> Int {
        min(fresh.generator.next(below: members.count), fresh.generator.next(below: members.count))
    }
}
