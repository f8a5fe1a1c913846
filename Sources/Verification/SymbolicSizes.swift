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
        /// What tiles and length are multiples of: the width of an image whose rows are cut.
        var unit = 1
        /// Rows of the image that a window's rows are of; `nil` where there is none.
        var image: Int?

        var countName: String { SymbolicSizes.countPrefix + variable }
        /// Of the length in units.
        var lengthName: String { "length.\(variable)" }
        var imageName: String { "image.\(variable)" }

        /// Indices of the dimension, of a program's own number and of any: `nil` where that is not known.
        ///
        /// - Parameters:
        ///   - step: from tile to tile, where all are whole.
        ///   - isImage: whether it is the rows of which windows are.
        func size(_ own: Int, step: Int = 0, isImage: Bool = false) -> Expression? {
            if isImage { return own == image ? .variable(imageName) : nil }
            if let length, tile != nil {
                if own == length { return .variable(lengthName) * unit }
                if own * unit == length { return .variable(lengthName) }
                return nil
            }
            // Several units have as many tiles each.
            guard tile == nil, step > 0, own % (step * count) == 0 else { return nil }
            return .variable(countName) * (own / count)
        }

        /// The program's sizes that another takes the place of.
        func sizes(step: Int) -> [Int] {
            if let length, tile != nil { return unit > 1 ? [length, length / unit] : [length] }
            return step > 0 ? [step * count] : []
        }
    }

    /// What outer loops add to an inner one's number: any function of their indices, as the factors are sizes themselves.
    struct OuterFunction {
        var name: String
        var arguments: [String]
        /// Where it is a few times the number of tiles: as many times `unit` tiles as `atom` says, which is at most `most`.
        var multiple: (atom: Expression, unit: Int, most: Int, countName: String)?
    }

    /// More cases than this are not told apart.
    static let cases = 16

    static let countPrefix = "count."

    var dimensions: [Dimension] = []
    var functions: [OuterFunction] = []

    /// Whether a name stands for a size.
    static func isSize(_ name: String) -> Bool { name.hasPrefix(countPrefix) || name.hasPrefix("length.") || name.hasPrefix("image.") }

    func isCount(_ name: String) -> Bool { dimensions.contains { $0.countName == name } }

    /// Bounds of what stands for sizes: wide enough for any program, small enough for 64 bits.
    var ranges: [String: ClosedRange<Int>] {
        var ranges: [String: ClosedRange<Int>] = [:]
        for dimension in dimensions {
            ranges[dimension.countName] = 1...(1 << 24)
            ranges[dimension.lengthName] = 1...(1 << 36)
            ranges[dimension.imageName] = 1...(1 << 36)
        }
        for function in functions { ranges[function.name] = -(1 << 36)...(1 << 36) }
        return ranges
    }
}
