/// Allowed points that were not asked before: what every strategy draws from, and what makes each of them end when the space is exhausted.
struct FreshPoints: Sendable {
    let space: DesignSpace
    var generator: RandomGenerator
    private(set) var asked: Set<DesignPoint> = []
    /// Behind it everything was asked.
    private var walk: SpaceWalk
    private var intervals: [ValueInterval]

    /// Uniform draws before other ways are tried.
    private static let uniformDraws = 256
    private static let guidedDraws = 16
    /// Choices that one search for a point that is left may try.
    private static let searchSteps = 20_000_000

    init(_ space: DesignSpace, seed: UInt64) {
        self.space = space
        generator = RandomGenerator(seed: seed)
        walk = SpaceWalk(space)
        intervals = []
    }

    func isFresh(_ point: DesignPoint) -> Bool { !asked.contains(point) && space.isAllowed(point) }

    /// Takes the point, if it is allowed and was not asked before.
    mutating func claim(_ point: DesignPoint) -> Bool {
        guard isFresh(point) else { return false }
        asked.insert(point)
        return true
    }

    /// A random point; `nil` when none is left.
    ///
    /// Uniform where constraints leave more than about a hundredth of the space. Where they leave less, values are drawn one after the other
    /// from those that the constraints still admit, which is not uniform; the last points of a space come in the order of the file.
    mutating func draw() -> DesignPoint? {
        for _ in 0..<Self.uniformDraws {
            let point = uniform()
            if claim(point) { return point }
        }
        for _ in 0..<Self.guidedDraws {
            if let point = guided(), claim(point) { return point }
        }
        while let point = walk.next(steps: Self.searchSteps) {
            if claim(point) { return point }
        }
        return nil
    }

    /// Points drawn like ``draw()``, allowed but not taken: for models to choose from.
    mutating func candidate() -> DesignPoint? {
        for _ in 0..<Self.uniformDraws {
            let point = uniform()
            if isFresh(point) { return point }
        }
        if let point = guided(), isFresh(point) { return point }
        return nil
    }

    private mutating func uniform() -> DesignPoint {
        DesignPoint(choices: space.parameters.map { generator.next(below: $0.values.count) })
    }

    /// Chooses parameters in a random order, each among the values that no constraint rules out yet.
    private mutating func guided() -> DesignPoint? {
        let numbers = space.numbers
        if intervals.isEmpty { intervals = numbers.map { ValueInterval(low: $0.min() ?? 0, high: $0.max() ?? 0) } }
        var chosen = intervals
        var choices = [Int](repeating: 0, count: numbers.count)
        var order = Array(numbers.indices)
        generator.shuffle(&order)
        for parameter in order {
            let relevant = space.constraintExpressions.filter { $0.slots.contains(parameter) }
            let count = numbers[parameter].count
            // Values in a random cyclic order, at most as many as keep this quick.
            let first = generator.next(below: count)
            var found = false
            for offset in 0..<min(count, 256) {
                let choice = count <= 256 ? (first + offset) % count : generator.next(below: count)
                chosen[parameter] = ValueInterval(numbers[parameter][choice])
                if relevant.contains(where: { $0.cannotHold(chosen) }) { continue }
                choices[parameter] = choice
                found = true
                break
            }
            if !found { return nil }
        }
        return DesignPoint(choices: choices)
    }

    // MARK: Neighbours

    /// The point with one parameter changed, once in four times with more: see ``moved(_:_:reach:)``.
    mutating func neighbour(of point: DesignPoint, reach: Double = 0) -> DesignPoint {
        let movable = space.parameters.indices.filter { space.parameters[$0].values.count > 1 }
        guard !movable.isEmpty else { return point }
        var point = point
        repeat {
            let parameter = movable[generator.next(below: movable.count)]
            point.choices[parameter] = moved(point.choices[parameter], parameter, reach: reach)
        } while generator.next(below: 4) == 0
        return point
    }

    /// Another value: of a name any other; of an ordered parameter a step away or, once in four times, twice as far, and so on.
    ///
    /// - Parameter reach: with 1 steps are as long as a quarter of the values, normally distributed; with 0 as above.
    mutating func moved(_ choice: Int, _ parameter: Int, reach: Double = 0) -> Int {
        let count = space.parameters[parameter].values.count
        guard count > 1 else { return choice }
        guard space.parameters[parameter].isOrdered else { return (choice + 1 + generator.next(below: count - 1)) % count }
        var step = 1
        if reach > 0 {
            step += min(count, Int(abs(generator.normal()) * reach * Double(count) / 4))
        } else {
            while step < count, generator.next(below: 4) == 0 { step *= 2 }
        }
        let target = generator.next(below: 2) == 0 ? choice - step : choice + step
        // At an end the step goes the other way.
        return min(max(target < 0 || target >= count ? 2 * choice - target : target, 0), count - 1)
    }

    /// All points that differ by one step of one ordered parameter, or in one name; at most so many.
    func neighbourhood(of point: DesignPoint, limit: Int = 10_000) -> [DesignPoint] {
        var found: [DesignPoint] = []
        for (index, parameter) in space.parameters.enumerated() {
            let choice = point.choices[index]
            let others = parameter.isOrdered ? [choice - 1, choice + 1] : Array(0..<min(parameter.values.count, limit))
            for other in others where other != choice && parameter.values.indices.contains(other) {
                var neighbour = point
                neighbour.choices[index] = other
                found.append(neighbour)
                if found.count == limit { return found }
            }
        }
        return found
    }
}
