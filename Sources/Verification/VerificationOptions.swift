/// Options of a verification.
public struct VerificationOptions: Sendable {
    /// Resources of one query, in the solver's units.
    public var resources: UInt32
    /// Whether to try to prove dimensions for every size.
    public var symbolicSizes: Bool
    /// Operators to verify; all when empty. The order between operators is then left out.
    public var operators: [Int]
    /// Steps that the exhaustive checker may take for one operator.
    public var exhaustiveSteps: Int
    /// Whether the exhaustive checker decides everything within operators that it can, and the solver nothing of it: to hold the two
    /// against each other.
    public var isExhaustiveOnly: Bool
    public init(
        resources: UInt32 = 3_000_000, symbolicSizes: Bool = false, operators: [Int] = [], exhaustiveSteps: Int = 1_000_000,
        isExhaustiveOnly: Bool = false
    ) {
        self.resources = resources; self.symbolicSizes = symbolicSizes; self.operators = operators; self.exhaustiveSteps = exhaustiveSteps
        self.isExhaustiveOnly = isExhaustiveOnly
    }
}
