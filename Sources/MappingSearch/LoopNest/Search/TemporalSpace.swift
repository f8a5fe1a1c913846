/// The temporal extents that loops can have covered so far, as indices: one divisor of each dimension.
struct TemporalSpace {
    /// A loop of a prime number of rounds; longer ones are several of the same dimension in a row, which cost the same.
    struct Step {
        var dimension: Int
        var prime: Int
        /// By index of the divisor: how much further the index of the extents is; 0 where the dimension has no such factor left.
        var advance: [Int]
        /// By index of the divisor: the next one's index.
        var next: [Int]
    }

    let extents: [Int]
    /// By dimension, ascending.
    let divisors: [[Int]]
    let multipliers: [Int]
    let count: Int
    let steps: [Step]

    /// - Returns: `nil` for more than `limit` combinations.
    init?(_ extents: [Int], limit: Int) {
        self.extents = extents
        divisors = extents.map { SkeletonEnumeration.divisors($0) }
        var multipliers: [Int] = []
        var count = 1
        for list in divisors {
            multipliers.append(count)
            let (next, isOver) = count.multipliedReportingOverflow(by: list.count)
            guard !isOver, next <= limit else { return nil }
            count = next
        }
        self.multipliers = multipliers
        self.count = count
        var steps: [Step] = []
        for (dimension, list) in divisors.enumerated() {
            for prime in Self.primes(extents[dimension]) {
                let next = list.map { divisor in extents[dimension] / divisor % prime == 0 ? list.firstIndex(of: divisor * prime) ?? -1 : -1 }
                let advance = next.enumerated().map { $1 < 0 ? 0 : ($1 - $0) * multipliers[dimension] }
                steps.append(Step(dimension: dimension, prime: prime, advance: advance, next: next))
            }
        }
        self.steps = steps
    }

    private static func primes(_ number: Int) -> [Int] {
        var rest = number, primes: [Int] = [], candidate = 2
        while candidate * candidate <= rest {
            if rest % candidate == 0 { primes.append(candidate) }
            while rest % candidate == 0 { rest /= candidate }
            candidate += 1
        }
        if rest > 1 { primes.append(rest) }
        return primes
    }

    /// The divisor's index in each dimension.
    func decode(_ index: Int, into places: inout [Int]) {
        var rest = index
        for dimension in divisors.indices {
            let count = divisors[dimension].count
            places[dimension] = rest % count
            rest /= count
        }
    }
}
