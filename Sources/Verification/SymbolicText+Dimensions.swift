import Programs

/// Finds dimensions in a text: how their tiles are cut.
extension SymbolicText {
    static func dimension(_ variable: String, _ text: OperatorText) -> SymbolicSizes.Dimension? {
        var bounds: Set<Int> = []
        var cuts: Set<[Int]> = []
        var images: Set<Int> = []
        var units: Set<Int> = []
        for site in text.sites {
            for loop in site.loops {
                if loop.variable == variable {
                    guard let bound = loop.bound.constantValue else { return nil }
                    bounds.insert(bound)
                } else {
                    collect(loop.bound, variable, &cuts, &units)
                }
            }
            guard let command = site.command else { continue }
            for operand in command.operands {
                let region = operand.region
                for condition in region.guards {
                    switch place(of: condition, variable) {
                    case .elsewhere: continue
                    case .first: continue
                    case .below(let rows): images.insert(rows)
                    case .unknown: return nil
                    }
                }
                collect(region.base, variable, &cuts, &units)
                collect(region.index, variable, &cuts, &units)
                for extent in region.extents {
                    if extent.hasMaximum, extent.variables.contains(variable) { rows(extent, variable, &images) }
                    collect(extent, variable, &cuts, &units)
                }
            }
            for attribute in command.attributes { collect(attribute.value, variable, &cuts, &units) }
        }
        guard bounds.count == 1, let count = bounds.first, count > 1, cuts.count <= 1, images.count <= 1 else { return nil }
        let image = images.first
        guard let cut = cuts.first else { return SymbolicSizes.Dimension(variable: variable, tile: nil, count: count, length: nil, image: image) }
        guard cut[0] > 0, ceilingDivide(cut[1], cut[0]) == count else { return nil }
        // A whole tile is a number of rows; so is the rest, for any number of rows.
        let unit = units.reduce(1) { $0 / greatestCommonDivisor($0, $1) * $1 }
        let isWhole = cut[0] % unit == 0 && cut[1] % unit == 0
        return SymbolicSizes.Dimension(variable: variable, tile: cut[0], count: count, length: cut[1], unit: isWhole ? unit : 1, image: image)
    }

    enum GuardPlace {
        /// It does not depend on the loop.
        case elsewhere
        /// Not before the image's first row.
        case first
        /// Before the end of an image of so many rows.
        case below(Int)
        case unknown
    }

    /// What a condition on the points of a window says of a loop over its rows.
    static func place(of condition: Condition, _ variable: String) -> GuardPlace {
        let (left, right) = (AffineForm(condition.left).reduced, AffineForm(condition.right).reduced)
        guard right.terms.isEmpty else { return left.variables.union(right.variables).contains(variable) ? .unknown : .elsewhere }
        guard left.variables.contains(variable) else { return .elsewhere }
        // A column: tiles that end within a row.
        if left.terms.contains(where: { $0.atom.hasRemainder(of: variable) }) { return .unknown }
        return switch (condition.relation, right.constant) {
        case (.greaterOrEqual, 0): .first
        case (.less, let rows): .below(rows)
        default: .unknown
        }
    }

    /// The rows of the image at which transfers of a window end: min(rows, …) in extents with a maximum.
    static func rows(_ expression: Expression, _ variable: String, _ images: inout Set<Int>) {
        switch expression {
        case .minimum(.constant(let rows), let rest) where rest.variables.contains(variable) && !isCut(rows, rest, variable):
            images.insert(rows)
        case .sum(let a, let b), .minimum(let a, let b), .maximum(let a, let b):
            rows(a, variable, &images)
            rows(b, variable, &images)
        case .product(let a, _), .quotient(let a, _), .remainder(let a, _): rows(a, variable, &images)
        case .constant, .variable, .coordinate: break
        }
    }

    /// min(tile, length − tile · variable).
    static func isCut(_ tile: Int, _ rest: Expression, _ variable: String) -> Bool {
        let form = AffineForm(rest)
        return form.terms.count == 1 && form.terms[0].atom == .variable(variable) && form.terms[0].factor == -tile
    }

    /// Tile and length of every min(tile, length − tile · variable), and what they are divided by.
    static func collect(_ expression: Expression, _ variable: String, _ cuts: inout Set<[Int]>, _ units: inout Set<Int>) {
        switch expression {
        case .minimum(.constant(let tile), let rest):
            if isCut(tile, rest, variable) { cuts.insert([tile, AffineForm(rest).constant]) } else { collect(rest, variable, &cuts, &units) }
        case .quotient(.minimum(.constant(let tile), let rest), let divisor) where isCut(tile, rest, variable):
            cuts.insert([tile, AffineForm(rest).constant])
            units.insert(divisor)
        case .sum(let a, let b), .minimum(let a, let b), .maximum(let a, let b):
            collect(a, variable, &cuts, &units)
            collect(b, variable, &cuts, &units)
        case .product(let a, _), .quotient(let a, _), .remainder(let a, _): collect(a, variable, &cuts, &units)
        case .constant, .variable, .coordinate: break
        }
    }
}
