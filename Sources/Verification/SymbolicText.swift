import Programs

/// An operator's text with its sizes replaced.
struct SymbolicText {
    private(set) var text: OperatorText
    private(set) var sizes = SymbolicSizes()

    /// - Parameter wanted: loops over tiles that are to have any number of tiles.
    /// - Returns: `nil` when the text depends on the number of tiles in another way.
    init?(_ original: OperatorText, _ wanted: Set<String>) {
        text = original
        for variable in wanted.sorted() {
            guard let dimension = Self.dimension(variable, original) else { return nil }
            sizes.dimensions.append(dimension)
        }
        for index in text.sites.indices {
            var site = text.sites[index]
            guard rewrite(&site) else { return nil }
            text.sites[index] = site
        }
        text.sizes = sizes
    }

    /// Loops over tiles: those around commands, and around what is taken and given for them.
    static func tileLoops(_ text: OperatorText, _ semaphores: [Program.Semaphore]) -> [String] {
        let own = Set(semaphores.map(\.name))
        let used = Set(text.commands.flatMap { $0.loops.map(\.variable) })
        var names: [String] = []
        for site in text.sites {
            guard let semaphore = site.semaphore, own.contains(semaphore.name) else { continue }
            for loop in site.loops where used.contains(loop.variable) && !names.contains(loop.variable) { names.append(loop.variable) }
        }
        return names
    }

    /// Whether the program's sizes along a loop over tiles are told apart from everything else.
    static func isCandidate(_ variable: String, _ text: OperatorText) -> Bool { dimension(variable, text) != nil }

    private static func dimension(_ variable: String, _ text: OperatorText) -> SymbolicSizes.Dimension? {
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

    private enum GuardPlace {
        /// It does not depend on the loop.
        case elsewhere
        /// Not before the image's first row.
        case first
        /// Before the end of an image of so many rows.
        case below(Int)
        case unknown
    }

    /// What a condition on the points of a window says of a loop over its rows.
    private static func place(of condition: Condition, _ variable: String) -> GuardPlace {
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
    private static func rows(_ expression: Expression, _ variable: String, _ images: inout Set<Int>) {
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
    private static func isCut(_ tile: Int, _ rest: Expression, _ variable: String) -> Bool {
        let form = AffineForm(rest)
        return form.terms.count == 1 && form.terms[0].atom == .variable(variable) && form.terms[0].factor == -tile
    }

    /// Tile and length of every min(tile, length − tile · variable), and what they are divided by.
    private static func collect(_ expression: Expression, _ variable: String, _ cuts: inout Set<[Int]>, _ units: inout Set<Int>) {
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

    // MARK: Rewriting

    private mutating func rewrite(_ site: inout Site) -> Bool {
        let outer = site.loops.map(\.variable)
        for index in site.loops.indices {
            if let dimension = sizes.dimensions.first(where: { $0.variable == site.loops[index].variable }) {
                site.loops[index].bound = .variable(dimension.countName)
            } else {
                site.loops[index].bound = lengths(site.loops[index].bound)
            }
        }
        // Sizes of the last tile, where it has a statement of its own.
        var last: [(size: Int, dimension: SymbolicSizes.Dimension)] = []
        for index in site.guards.indices {
            let condition = site.guards[index]
            if case .variable(let name) = condition.left, let dimension = sizes.dimensions.first(where: { $0.variable == name }),
                condition.right == .constant(dimension.count - 1)
            {
                site.guards[index].right = .variable(dimension.countName) - 1
                if condition.relation == .equal, let tile = dimension.tile, let length = dimension.length { last.append((length - tile * (dimension.count - 1), dimension)) }
            } else {
                site.guards[index] = Condition(lengths(condition.left), condition.relation, lengths(condition.right))
            }
        }
        switch site.kind {
        case .acquire(let reference, let count): site.kind = .acquire(SemaphoreReference(reference.name, numbers(reference.index, outer)), count: count)
        case .release(let reference, let count, let time):
            site.kind = .release(SemaphoreReference(reference.name, numbers(reference.index, outer)), count: count, time: time)
        case .read: return false
        case .command(var command):
            for place in command.operands.indices {
                var region = command.operands[place].region
                region.base = numbers(region.base, outer)
                region.index = numbers(region.index, outer)
                region.guards = region.guards.map { condition in
                    let rows = sizes.dimensions.first { dimension in
                        if case .below = Self.place(of: condition, dimension.variable) { true } else { false }
                    }
                    guard let rows else { return condition }
                    return Condition(condition.left, condition.relation, .variable(rows.imageName))
                }
                region.extents = region.extents.map { extent in
                    if let own = last.first(where: { extent == .constant($0.size) && $0.size != $0.dimension.tile })?.dimension, let tile = own.tile {
                        return .min(.constant(tile), .variable(own.lengthName) * own.unit - .variable(own.variable) * tile)
                    }
                    return sized(extent)
                }
                command.operands[place].region = region
            }
            for place in command.attributes.indices { command.attributes[place].value = numbers(command.attributes[place].value, outer) }
            site.kind = .command(command)
        }
        // A function of an index that a condition on a semaphore fixes would be another function there.
        guard let semaphore = site.semaphore else { return true }
        let (names, fixed) = (Set(semaphore.index.variables), Set(site.fixedIndices.keys))
        return !sizes.functions.contains { names.contains($0.name) && !fixed.isDisjoint(with: $0.arguments) }
    }

    /// An extent, of an image of any number of rows too.
    func sized(_ expression: Expression) -> Expression { lengths(expression, isExtent: expression.hasMaximum) }

    /// The last tile's size of a dimension of any length.
    ///
    /// - Parameter isExtent: whether minima end at an image's last row.
    private func lengths(_ expression: Expression, isExtent: Bool = false) -> Expression {
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
    private func cut(_ tile: Int, _ rest: Expression) -> SymbolicSizes.Dimension? {
        sizes.dimensions.first { dimension in
            dimension.tile == tile && Self.isCut(tile, rest, dimension.variable) && dimension.length == AffineForm(rest).constant
        }
    }

    /// An expression in which the number of an iteration counts tiles of outer loops by factors that are sizes: what the outer loops add
    /// is any function of their indices.
    private mutating func numbers(_ expression: Expression, _ loops: [String]) -> Expression {
        let form = AffineForm(lengths(expression))
        // Tiles of the innermost such loop that occurs are counted one by one; what is outside of it counts by its number of tiles.
        let counted = form.terms.compactMap { term -> Int? in
            guard case .variable(let name) = term.atom, sizes.dimensions.contains(where: { $0.variable == name }) else { return nil }
            return loops.firstIndex(of: name)
        }
        guard let inner = counted.max() else { return inside(form, loops) }
        var outerPart = AffineForm()
        var rest = AffineForm()
        rest.constant = form.constant
        for term in form.terms {
            let used = term.atom.variables
            let isOuter = !used.isEmpty && !term.atom.hasCoordinates && used.allSatisfy { name in loops[..<inner].contains(name) }
            if isOuter { outerPart.add(term: term.atom, term.factor) } else { rest.add(term: term.atom, term.factor) }
        }
        guard !outerPart.terms.isEmpty else { return inside(form, loops) }
        let arguments = loops[..<inner].filter { outerPart.variables.contains($0) }
        let name = "outer(\(outerPart.expression))"
        if !sizes.functions.contains(where: { $0.name == name }) { sizes.functions.append(SymbolicSizes.OuterFunction(name: name, arguments: Array(arguments))) }
        return inside(rest, loops) + .variable(name)
    }

    /// The same within quotients and rests.
    private mutating func inside(_ form: AffineForm, _ loops: [String]) -> Expression {
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

extension Expression {
    /// Whether a variable occurs within a remainder.
    func hasRemainder(of name: String) -> Bool {
        switch self {
        case .constant, .variable, .coordinate: false
        case .remainder(let a, _): a.variables.contains(name)
        case .product(let a, _), .quotient(let a, _): a.hasRemainder(of: name)
        case .sum(let a, let b), .minimum(let a, let b), .maximum(let a, let b): a.hasRemainder(of: name) || b.hasRemainder(of: name)
        }
    }
}
