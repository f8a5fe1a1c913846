/// Cycles by which a memory hands over single vectors later than at the interval of their tile.
package struct DeliveryDelays: Sendable, Equatable {
    package static let none = DeliveryDelays(total: 0)

    /// Cycles of all vectors together.
    package let total: Int
    /// Cycles before each vector, empty where none is late or only the sum counts: registers need each, formulas do not.
    package let each: [Int]

    package init(total: Int) {
        self.total = total
        each = []
    }

    package init(each: [Int]) {
        total = each.reduce(0, +)
        self.each = each
    }

    /// The same with vectors behind the last that are not late.
    func padded(to count: Int) -> DeliveryDelays {
        each.isEmpty || each.count >= count ? self : DeliveryDelays(each: each + Array(repeating: 0, count: count - each.count))
    }

    @inline(__always)
    func before(_ vector: Int) -> Int { each.isEmpty ? 0 : each[vector] }
}
