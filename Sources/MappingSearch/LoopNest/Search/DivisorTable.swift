/// The divisors of a problem's extents. All factors that a search tries are among them, and large extents are taken apart only once.
struct DivisorTable {
    /// By dimension, ascending.
    private let divisors: [[Int]]
    /// By dimension: prime factors, ascending, each once.
    private let primes: [[Int]]

    init(_ problem: LoopNestProblem) {
        primes = problem.dimensions.map { Self.primes($0.extent) }
        divisors = zip(problem.dimensions, primes).map { Self.divisors($0.extent, $1) }
    }

    /// How many the extent itself has: the work of looking for those of a part of it.
    func count(_ dimension: Int) -> Int { divisors[dimension].count }

    /// Ascending.
    ///
    /// - Parameter part: a divisor of the dimension's extent.
    func divisors(_ dimension: Int, of part: Int, upTo limit: Int = .max) -> [Int] {
        let most = min(part, limit)
        var found: [Int] = []
        for divisor in divisors[dimension] {
            if divisor > most { break }
            if part % divisor == 0 { found.append(divisor) }
        }
        return found
    }

    /// Prime factors of a part of the extent, ascending, each once.
    func primes(_ dimension: Int, of part: Int) -> [Int] { primes[dimension].filter { part % $0 == 0 } }

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

    private static func divisors(_ number: Int, _ primes: [Int]) -> [Int] {
        var divisors = [1]
        for prime in primes {
            var rest = number, power = 1
            let before = divisors
            while rest % prime == 0 {
                (rest, power) = (rest / prime, power * prime)
                for divisor in before { divisors.append(divisor * power) }
            }
        }
        return divisors.sorted()
    }
}
