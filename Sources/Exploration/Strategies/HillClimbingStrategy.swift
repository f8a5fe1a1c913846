/// Hill climbing with restarts: the neighbours of a point, one step of one parameter away, in a random order; the best of a batch that is better
/// becomes the point; where no neighbour is left and none was better the climb begins again, each with new weights of the objectives.
struct HillClimbingStrategy: SearchStrategy {
    private struct Place {
        var point: DesignPoint
        var grade: Int
        var costs: [Double]
    }

    private var fresh: FreshPoints
    private var measure: ObservedCosts
    private var weights: [Double]
    private var current: Place?
    /// Not asked yet, last first.
    private var neighbours: [DesignPoint] = []
    /// Points drawn at random that filled a batch: the next climb begins at the best of them.
    private var starts: [Place] = []
    private var drawn: Set<DesignPoint> = []
    private static let maximumStarts = 1_000

    init(_ space: DesignSpace, seed: UInt64) {
        fresh = FreshPoints(space, seed: seed)
        measure = ObservedCosts(space.objectives)
        weights = ObservedCosts.weights(space.objectives.count, &fresh.generator)
    }

    mutating func ask(_ count: Int) -> [DesignPoint] {
        var points: [DesignPoint] = []
        drawn = []
        while points.count < count {
            if let neighbour = neighbours.popLast() {
                if fresh.claim(neighbour) { points.append(neighbour) }
            } else if points.isEmpty, current != nil {
                // The climb ended: no neighbour is left, and the last ones were no better.
                restart()
            } else if let point = fresh.draw() {
                points.append(point)
                drawn.insert(point)
            } else {
                break
            }
        }
        return points
    }

    mutating func tell(_ points: [EvaluatedPoint]) {
        for point in points { measure.observe(point) }
        var best = current
        for point in points {
            let place = Place(point: point.point, grade: ObservedCosts.grade(point.status), costs: measure.costs(point))
            if drawn.contains(point.point), current != nil {
                if place.grade == 0, starts.count < Self.maximumStarts { starts.append(place) }
            } else if best.map({ isBetter(place, than: $0) }) ?? true {
                best = place
            }
        }
        if let best, best.point != current?.point { begin(at: best) }
    }

    private func isBetter(_ a: Place, than b: Place) -> Bool {
        if a.grade != b.grade { return a.grade < b.grade }
        return a.grade == 0 && measure.scalar(a.costs, weights: weights) < measure.scalar(b.costs, weights: weights)
    }

    private mutating func begin(at place: Place) {
        current = place
        neighbours = fresh.neighbourhood(of: place.point)
        fresh.generator.shuffle(&neighbours)
    }

    private mutating func restart() {
        weights = ObservedCosts.weights(weights.count, &fresh.generator)
        current = nil
        neighbours = []
        var best: Int?
        for index in starts.indices where best.map({ isBetter(starts[index], than: starts[$0]) }) ?? true { best = index }
        if let best { begin(at: starts.remove(at: best)) }
    }
}
