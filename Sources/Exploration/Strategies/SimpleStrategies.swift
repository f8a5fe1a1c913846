/// Every point, in the order of the file with the last parameter changing fastest. Memory does not grow with the space.
struct GridStrategy: SearchStrategy {
    private var walk: SpaceWalk

    init(_ space: DesignSpace) { walk = SpaceWalk(space) }

    mutating func ask(_ count: Int) -> [DesignPoint] {
        var points: [DesignPoint] = []
        while points.count < count, let point = walk.next() { points.append(point) }
        return points
    }

    mutating func tell(_ points: [EvaluatedPoint]) {}
}

/// Points drawn at random, without repetition.
struct RandomStrategy: SearchStrategy {
    private var fresh: FreshPoints

    init(_ space: DesignSpace, seed: UInt64) { fresh = FreshPoints(space, seed: seed) }

    mutating func ask(_ count: Int) -> [DesignPoint] {
        var points: [DesignPoint] = []
        while points.count < count, let point = fresh.draw() { points.append(point) }
        return points
    }

    mutating func tell(_ points: [EvaluatedPoint]) {}
}
