import Programs

/// Expressions in which sizes stand for any.
extension SymbolicText {
    /// An extent, of an image of any number of rows too.
    func sized(_ expression: Expression) -> Expression { lengths(expression, isExtent: expression.hasMaximum) }

    /// The last tile's size of a dimension of any length.
    ///
    /// - Parameter isExtent: whether minima end at an image's last row.
    func lengths(_ expression: Expression, isExtent: Bool = false) -> Expression {
        func inner(_ a: Expression) -> Expression { lengths(a, isExtent: isExtent) }
        switch expression {
        case .minimum(.constant(let tile), let rest):
            if let dimension = cut(tile, rest) { return .min(.constant(tile), .variable(dimension.lengthName) * dimension.unit - .variable(dimension.variable) * tile) }
            if isExtent, let dimension = sizes.dimensions.first(where: { $0.image == tile && rest.variables.contains($0.variable) }) {
                return .min(.variable(dimension.imageName), inner(rest))
            }
            return .min(.constant(tile), inner(rest))
        case .quotient(.minimum(.constant(let tile), let rest), let divisor):
            // Rows of a tile of rows.
            if let dimension = cut(tile, rest), dimension.unit % divisor == 0, tile % divisor == 0 {
                return .min(.constant(tile / divisor), .variable(dimension.lengthName) * (dimension.unit / divisor) - .variable(dimension.variable) * (tile / divisor))
            }
            return inner(.minimum(.constant(tile), rest)) / divisor
        case .sum(let a, let b): return inner(a) + inner(b)
        case .minimum(let a, let b): return .min(inner(a), inner(b))
        case .maximum(let a, let b): return .max(inner(a), inner(b))
        case .product(let a, let factor): return inner(a) * factor
        case .quotient(let a, let divisor): return inner(a) / divisor
        case .remainder(let a, let divisor): return inner(a) % divisor
        case .constant, .variable, .coordinate: return expression
        }
    }

    /// The dimension of which min(tile, rest) is a tile's size.
    func cut(_ tile: Int, _ rest: Expression) -> SymbolicSizes.Dimension? {
        sizes.dimensions.first { dimension in
            dimension.tile == tile && Self.isCut(tile, rest, dimension.variable) && dimension.length == AffineForm(rest).constant
        }
    }

    /// An expression in which the number of an iteration counts tiles of outer loops by factors that are sizes: what the outer loops add
    /// is any function of their indices.
    mutating func numbers(_ expression: Expression, _ loops: [LoopFrame]) -> Expression {
        let form = AffineForm(lengths(expression))
        // Tiles of the innermost such loop that occurs are counted one by one; what is outside of it counts by its number of tiles.
        let counted = form.terms.compactMap { term -> Int? in
            guard case .variable(let name) = term.atom, sizes.dimensions.contains(where: { $0.variable == name }) else { return nil }
            return loops.firstIndex { $0.variable == name }
        }
        guard let inner = counted.max(), let dimension = sizes.dimensions.first(where: { $0.variable == loops[inner].variable }) else { return inside(form, loops) }
        let names = Set(loops[..<inner].map(\.variable))
        var outerPart = AffineForm()
        var rest = AffineForm()
        rest.constant = form.constant
        for term in form.terms {
            let used = term.atom.variables
            let isOuter = !used.isEmpty && !term.atom.hasCoordinates && used.allSatisfy { names.contains($0) }
            if isOuter { outerPart.add(term: term.atom, term.factor) } else { rest.add(term: term.atom, term.factor) }
        }
        guard !outerPart.terms.isEmpty else { return inside(rest, loops) }
        let arguments = loops[..<inner].map(\.variable).filter { outerPart.variables.contains($0) }
        let name = "outer(\(outerPart.expression))"
        if !sizes.functions.contains(where: { $0.name == name }) {
            var function = SymbolicSizes.OuterFunction(name: name, arguments: arguments)
            if let (unit, most) = Self.multiple(outerPart, step: rest.factor(of: .variable(dimension.variable)), dimension.count, loops) {
                function.multiple = (outerPart.terms[0].atom, unit, most, dimension.countName)
            }
            sizes.functions.append(function)
        }
        return inside(rest, loops) + .variable(name)
    }

    /// What outer loops add to an inner one's number, as a few times the number of its tiles: buffers for each of two rounds of all tiles.
    static func multiple(_ outer: AffineForm, step: Int, _ count: Int, _ loops: [LoopFrame]) -> (unit: Int, most: Int)? {
        guard step > 0, outer.constant == 0, outer.terms.count == 1, outer.terms[0].factor > 0, outer.terms[0].factor % (step * count) == 0 else { return nil }
        var ranges: [String: ClosedRange<Int>] = [:]
        for loop in loops { ranges[loop.variable] = 0...max(0, (loop.bound.interval(ranges)?.upperBound ?? SymbolicSizes.cases + 2) - 1) }
        guard let range = outer.terms[0].atom.interval(ranges), range.lowerBound >= 0, range.upperBound < SymbolicSizes.cases else { return nil }
        return (outer.terms[0].factor / count, range.upperBound)
    }

    /// The same within quotients and rests.
    mutating func inside(_ form: AffineForm, _ loops: [LoopFrame]) -> Expression {
        var result = Expression.constant(form.constant)
        for term in form.terms {
            switch term.atom {
            case .quotient(let a, let divisor) where !a.hasCoordinates: result = result + (numbers(a, loops) / divisor) * term.factor
            case .remainder(let a, let divisor) where !a.hasCoordinates: result = result + (numbers(a, loops) % divisor) * term.factor
            default: result = result + term.atom * term.factor
            }
        }
        return result
    }
}
