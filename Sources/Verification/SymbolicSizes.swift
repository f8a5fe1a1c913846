import Programs

/// Sizes that stand for any size: numbers of tiles, and lengths of the dimensions that they cut, as unknowns.
struct SymbolicSizes {
    /// A loop over the tiles of a dimension.
    struct Dimension {
        var variable: String
        /// Indices of a whole tile, where the last one may be smaller; `nil` where all tiles are whole.
        var tile: Int?
        /// As the program has it.
        var count: Int
        var length: Int?

        var countName: String { SymbolicSizes.countPrefix + variable }
        var lengthName: String { "length.\(variable)" }
    }

    /// What outer loops add to an inner one's number: any function of their indices, as the factors are sizes themselves.
    struct OuterFunction {
        var name: String
        var arguments: [String]
    }

    static let countPrefix = "count."

    var dimensions: [Dimension] = []
    var functions: [OuterFunction] = []

    func isCount(_ name: String) -> Bool { dimensions.contains { $0.countName == name } }

    /// Bounds of what stands for sizes: wide enough for any program, small enough for 64 bits.
    var ranges: [String: ClosedRange<Int>] {
        var ranges: [String: ClosedRange<Int>] = [:]
        for dimension in dimensions {
            ranges[dimension.countName] = 1...(1 << 24)
            ranges[dimension.lengthName] = 1...(1 << 36)
        }
        for function in functions { ranges[function.name] = -(1 << 36)...(1 << 36) }
        return ranges
    }
}
