/// The temporal extents that loops can have covered so far, as indices: one divisor of each dimension.
struct TemporalSpace {
    /// A loop of a prime number of rounds; longer ones are several of the same dimension in a row, which cost the same.
    struct Step {
        var dimension: Int
        var prime: Int
        /// Where its entries in `advances` begin.
        var first: Int
    }

    let extents: [Int]
    /// By dimension, ascending.
    let divisors: [[Int]]
    /// The same in a row, and where each dimension's begin.
    private let allDivisors: [Int]
    private let firstDivisor: [Int]
    let multipliers: [Int]
    let count: Int
    let steps: [Step]
    /// By step and index of the divisor: how much further the index of the extents is; 0 where the dimension has no such factor left.
    let advances: [Int]

    /// - Parameters:
    ///   - extents: divisors of the problem's.
    /// - Returns: `nil` for more than `limit` combinations.
    init?(_ extents: [Int], _ table: DivisorTable, limit: Int) {
        self.extents = extents
        divisors = extents.indices.map { table.divisors($0, of: extents[$0]) }
        allDivisors = divisors.flatMap { $0 }
        firstDivisor = divisors.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
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
        var steps: [Step] = [], advances: [Int] = []
        for (dimension, list) in divisors.enumerated() {
            for prime in table.primes(dimension, of: extents[dimension]) {
                steps.append(Step(dimension: dimension, prime: prime, first: advances.count))
                for (place, divisor) in list.enumerated() {
                    let next = extents[dimension] / divisor % prime == 0 ? list.firstIndex(of: divisor * prime) : nil
                    advances.append(next.map { ($0 - place) * multipliers[dimension] } ?? 0)
                }
            }
        }
        self.steps = steps
        self.advances = advances
    }

    @inline(__always)
    func divisor(_ dimension: Int, _ place: Int) -> Int { allDivisors[firstDivisor[dimension] + place] }

    /// The divisor's index in each dimension.
    func decode(_ index: Int, into places: inout [Int]) {
        var rest = index
        for dimension in places.indices {
            let (quotient, place) = rest.quotientAndRemainder(dividingBy: firstDivisor[dimension + 1] - firstDivisor[dimension])
            places[dimension] = place
            rest = quotient
        }
    }
}
