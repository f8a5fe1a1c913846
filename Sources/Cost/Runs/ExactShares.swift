/// Divides whole amounts in proportion to whole weights, so that the shares add up to the amount exactly: each share is what the weights up to it
/// have earned, less what those before it were given.
struct ExactShares {
    /// Of the last weight or, where all weights are nothing, of nobody.
    private var weight: Int128 = 0
    private var given: Int128 = 0
    private let total: Int128
    private let amount: Int128

    /// - Parameter weights: none below zero.
    init(of amount: Int128, weights: [Int]) {
        self.amount = amount
        total = weights.reduce(0) { $0 + Int128($1) }
    }

    /// - Throws: `CostError` when 128 bits do not hold a product.
    mutating func next(_ own: Int) throws(CostError) -> Int128 {
        guard total > 0 else { return 0 }
        weight += Int128(own)
        let upTo: Int128
        let (product, isOver) = amount.multipliedReportingOverflow(by: weight)
        if !isOver {
            upTo = product / total
        } else {
            let wide = amount.magnitude.multipliedFullWidth(by: weight.magnitude)
            guard wide.high < total.magnitude, let quotient = Int128(exactly: total.magnitude.dividingFullWidth(wide).quotient) else {
                throw CostError(.overflow, "a share of a cost", "does not fit into 128 bits", accepted: "price a shorter run or a smaller machine")
            }
            upTo = quotient
        }
        let share = upTo - given
        given = upTo
        return share
    }

    static func shares(of amount: Int128, by weights: [Int]) throws(CostError) -> [Int128] {
        var divider = ExactShares(of: amount, weights: weights)
        var shares: [Int128] = []
        shares.reserveCapacity(weights.count)
        for weight in weights { shares.append(try divider.next(weight)) }
        return shares
    }
}
