/// The names that stall cycles are booked under, and cycles that carry the name of the rule they come from.
///
/// A *packed* cycle is `cycle << 8 | name`: the maximum of packed cycles is the latest, and knows its name.
struct ConstraintNames: Sendable {
    static let limit = 254
    /// A stall that no rule explains.
    static let none = 0
    /// The command bus is busy with an earlier command.
    static let commandBus = 1

    private(set) var names = ["none", "command bus"]
    /// By position in the standard's list.
    private(set) var ofConstraint: [Int] = []

    init(_ standard: DRAMStandard) {
        for constraint in standard.constraints {
            if let index = names.firstIndex(of: constraint.name) {
                ofConstraint.append(index)
            } else {
                ofConstraint.append(names.count)
                names.append(constraint.name)
            }
        }
    }

    var count: Int { names.count }

    @inline(__always)
    static func pack(_ cycle: Int, _ name: Int) -> Int { cycle << 8 | name }
    @inline(__always)
    static func cycle(_ packed: Int) -> Int { packed >> 8 }
    @inline(__always)
    static func name(_ packed: Int) -> Int { packed & 255 }
}
