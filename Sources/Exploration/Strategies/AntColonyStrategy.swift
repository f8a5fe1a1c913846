/// MAX-MIN ant system (Stützle and Hoos 2000, doi:10.1016/S0167-739X(00)00043-1) over the values of parameters: an ant takes each value with a
/// probability in proportion to its pheromone. After a batch pheromone evaporates, and an archive of the best points, by front and crowding, lays
/// new: the first ones more. Half as much goes to the neighbours of an ordered parameter.
struct AntColonyStrategy: SearchStrategy {
    private var fresh: FreshPoints
    private var pheromone: [[Double]]
    private let evaporation: Double
    /// Least pheromone, of a greatest of 1.
    private let floor: Double
    private let elite: Int
    private let measure: ObservedCosts
    private var archive: [(point: DesignPoint, entry: NondominatedSort.Entry)] = []

    init(_ space: DesignSpace, evaporation: Double, floor: Double, elite: Int, seed: UInt64) {
        fresh = FreshPoints(space, seed: seed)
        pheromone = space.parameters.map { Array(repeating: 1, count: $0.values.count) }
        self.evaporation = evaporation
        self.floor = floor
        self.elite = elite
        measure = ObservedCosts(space.objectives)
    }

    mutating func ask(_ count: Int) -> [DesignPoint] {
        let sums = pheromone.map { $0.reduce(0, +) }
        var points: [DesignPoint] = []
        while points.count < count {
            guard let point = ant(sums) ?? fresh.draw() else { break }
            points.append(point)
        }
        return points
    }

    private mutating func ant(_ sums: [Double]) -> DesignPoint? {
        for _ in 0..<64 {
            var choices: [Int] = []
            for parameter in pheromone.indices {
                var left = fresh.generator.unit() * sums[parameter]
                var choice = 0
                while choice < pheromone[parameter].count - 1, left >= pheromone[parameter][choice] {
                    left -= pheromone[parameter][choice]
                    choice += 1
                }
                choices.append(choice)
            }
            let point = DesignPoint(choices: choices)
            if fresh.claim(point) { return point }
        }
        return nil
    }

    mutating func tell(_ points: [EvaluatedPoint]) {
        archive += points.filter { $0.status != .failed }.map {
            ($0.point, NondominatedSort.Entry(grade: ObservedCosts.grade($0.status), costs: measure.costs($0)))
        }
        archive = NondominatedSort.best(elite, of: archive.map(\.entry)).map { archive[$0] }
        guard !archive.isEmpty else { return }
        var laid = pheromone.map { Array(repeating: 0.0, count: $0.count) }
        var total = 0.0
        for (rank, member) in archive.enumerated() {
            let amount = 1 / Double(rank + 1)
            total += amount
            for (parameter, choice) in member.point.choices.enumerated() {
                laid[parameter][choice] += amount
                guard fresh.space.parameters[parameter].isOrdered else { continue }
                if choice > 0 { laid[parameter][choice - 1] += amount / 2 }
                if choice < laid[parameter].count - 1 { laid[parameter][choice + 1] += amount / 2 }
            }
        }
        for parameter in pheromone.indices {
            for choice in pheromone[parameter].indices {
                let value = (1 - evaporation) * pheromone[parameter][choice] + evaporation * laid[parameter][choice] / total
                pheromone[parameter][choice] = min(1, max(floor, value))
            }
        }
    }
}
