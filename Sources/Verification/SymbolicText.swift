import Programs

/// An operator's text with its sizes replaced.
struct SymbolicText {
    private(set) var text: OperatorText
    private(set) var sizes = SymbolicSizes()
    /// Transfers, before loops over a dimension's tiles, of a vector as long as it: by site, with the program's length and any.
    private(set) var vectors: [Int: (own: Int, any: Expression)] = [:]

    /// - Parameter wanted: the loop over tiles that is to have any number of tiles.
    /// - Returns: `nil` when the text depends on the number of tiles in another way.
    init?(_ original: OperatorText, _ wanted: String) {
        text = original
        guard let dimension = Self.dimension(wanted, original) else { return nil }
        sizes.dimensions = [dimension]
        findVectors(original)
        for index in text.sites.indices {
            var site = text.sites[index]
            guard rewrite(&site, index) else { return nil }
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

    /// Biases are brought as a whole, and read tile by tile.
    private mutating func findVectors(_ original: OperatorText) {
        func length(_ region: Region) -> Expression? {
            let long = region.extents.filter { $0 != .constant(1) }
            return long.count == 1 ? long[0] : nil
        }
        for site in original.sites {
            guard let command = site.command else { continue }
            for dimension in sizes.dimensions where site.loops.contains(where: { $0.variable == dimension.variable }) {
                for operand in command.operands {
                    let region = operand.region
                    let step = AffineForm(region.index).factor(of: .variable(dimension.variable))
                    guard region.base.constantValue != nil, step > 0, length(region) != nil, let own = dimension.sizes(step: step).first, let any = dimension.size(own, step: step)
                    else { continue }
                    for (number, other) in original.sites.enumerated() where !other.loops.contains(where: { $0.variable == dimension.variable }) {
                        guard let to = other.command?[operand: "to"], to.memory == region.memory, to.base == region.base, length(to) == .constant(own) else { continue }
                        vectors[number] = (own, any)
                    }
                }
            }
        }
    }

    private mutating func rewrite(_ site: inout Site, _ number: Int) -> Bool {
        let outer = site.loops
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
                    if let vector = vectors[number], extent == .constant(vector.own) { return vector.any }
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
    private mutating func numbers(_ expression: Expression, _ loops: [LoopFrame]) -> Expression {
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
    private mutating func inside(_ form: AffineForm, _ loops: [LoopFrame]) -> Expression {
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
