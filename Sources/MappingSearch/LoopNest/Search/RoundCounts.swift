/// Rounds that the temporal loops over a dimension can be worth, when the extent needs at least some.
///
/// Loops of t₁, t₂, … rounds make T = t₁·t₂·… Where T·(t − 1)/t rounds would still be enough, for one of the t, the loop with a round less does
/// the same in less: only products of factors below T / (T − least) are worth it. None is twice the least.
struct RoundCounts {
    private struct Key: Hashable {
        var least: Int
        var loops: Int
        var current: Int
    }

    private var known: [Key: Int] = [:]

    /// The next number of rounds that can be worth it; `nil` when there is none.
    ///
    /// - Parameter loops: how many there may be at most.
    mutating func next(after current: Int, least: Int, loops: Int) -> Int? {
        guard least > 1, loops > 1 else { return nil }
        let key = Key(least: least, loops: loops, current: current)
        if let found = known[key] { return found == 0 ? nil : found }
        var found = 0
        for rounds in (current + 1)..<max(current + 2, 2 * least) where rounds < 2 * least && Self.isWorthIt(rounds, least, loops) {
            found = rounds
            break
        }
        known[key] = found
        return found == 0 ? nil : found
    }

    /// Whether it is a product of few factors, none of which could be less.
    static func isWorthIt(_ rounds: Int, _ least: Int, _ loops: Int) -> Bool {
        guard rounds > least else { return rounds == least }
        return isProduct(rounds, of: loops, upTo: (rounds - 1) / (rounds - least))
    }

    private static func isProduct(_ number: Int, of factors: Int, upTo most: Int) -> Bool {
        if number <= most { return factors >= 1 }
        guard factors > 1, most > 1 else { return false }
        var power = 1.0
        for _ in 0..<factors { power *= Double(most) }
        guard power >= Double(number) else { return false }
        var factor = most
        while factor > 1 {
            if number % factor == 0, isProduct(number / factor, of: factors - 1, upTo: factor) { return true }
            factor -= 1
        }
        return false
    }
}
