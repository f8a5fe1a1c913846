extension Solver {
    /// Requirements that cannot hold together, none of which can be left out.
    ///
    /// Deletion: one requirement after the other is left out, and stays out when the rest still fails. Each step is a check
    /// under the limits of the solver; where one is not decided its requirement stays, and the core is not known to be minimal.
    ///
    /// - Parameter requirements: Boolean variables or their negations, such as names that imply what is required.
    /// - Returns: positions in `requirements`, ascending; `nil` when all can hold together or that is not decided, as the
    ///   ``record`` says.
    public func minimalCore(of requirements: [Formula]) throws(SMTError) -> UnsatisfiableCore? {
        guard try check(assuming: requirements) == .unsatisfiable else { return nil }
        var core = try core(of: requirements)
        var isMinimal = true
        var position = 0
        while position < core.count {
            var rest = core
            rest.remove(at: position)
            switch try check(assuming: rest.map { requirements[$0] }) {
            case .unsatisfiable:
                // What Z3 did not need either can go at once. What was found necessary before stays necessary.
                let needed = try self.core(of: rest.map { requirements[$0] }).map { rest[$0] }
                core = needed
                position = min(position, core.count)
                position = Self.restart(position, after: rest, in: core)
            case .satisfiable:
                position += 1
            case .limitReached, .unknown:
                isMinimal = false
                position += 1
            }
        }
        return UnsatisfiableCore(positions: core, isMinimal: isMinimal)
    }

    /// How many of the requirements that were looked at are still there.
    private static func restart(_ position: Int, after rest: [Int], in core: [Int]) -> Int {
        rest.prefix(position).count { core.contains($0) }
    }
}

/// Requirements that cannot hold together.
public struct UnsatisfiableCore: Sendable, Hashable {
    /// Ascending.
    public var positions: [Int]
    /// Whether every proper part of them can hold together.
    public var isMinimal: Bool
}
