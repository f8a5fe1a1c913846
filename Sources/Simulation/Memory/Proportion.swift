extension Int {
    /// This number in whole parts in the proportion of `weights`, which are not negative. The parts add up to it exactly; without any
    /// weight all of it is the first part.
    package func divided(by weights: [Int]) -> [Int] {
        let sum = weights.reduce(0, +)
        guard sum > 0, self > 0 else { return weights.indices.map { $0 == 0 ? self : 0 } }
        var before = 0
        var running = 0
        return weights.map { weight in
            running += weight
            // The quotient is at most the whole, since the running sum is at most all weights.
            let upTo = sum.dividingFullWidth(multipliedFullWidth(by: running)).quotient
            defer { before = upTo }
            return upTo - before
        }
    }
}
