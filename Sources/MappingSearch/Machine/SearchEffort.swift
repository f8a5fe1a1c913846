/// How far a search got.
public enum SearchVerdict: Sendable, Hashable {
    /// No mapping of the space is better under the model.
    case optimal
    /// Nothing is below this part of the value that was found, 0…1.
    case bounded(Double)
    case interrupted(Double)

    /// The part of the value that was found below which nothing is, 0…1.
    public var share: Double {
        switch self {
        case .optimal: 1
        case .bounded(let share), .interrupted(let share): share
        }
    }
}

/// How hard a search tries.
public struct SearchEffort: Sendable, Hashable {
    /// Sizes along each dimension; `nil` for all that differ.
    public var sizes: Int?
    /// Mappings whose exact cost is worked out.
    public var evaluations: Int
    public init(sizes: Int?, evaluations: Int) { self.sizes = sizes; self.evaluations = evaluations }

    public static let full = SearchEffort(sizes: nil, evaluations: 5000)
    /// For every run of `simulate`: a fraction of a millisecond for a product.
    public static let fast = SearchEffort(sizes: 6, evaluations: 4)
    /// For products of which that leaves much to be gained: a few milliseconds.
    public static let closer = SearchEffort(sizes: 16, evaluations: 48)
}
