import Programs

/// An operator's text with its sizes replaced.
struct SymbolicText {
    private(set) var text: OperatorText
    var sizes = SymbolicSizes()
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
