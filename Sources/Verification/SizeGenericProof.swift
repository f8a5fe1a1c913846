import Programs

/// Proves, for any number of one loop's tiles, that an operator's regions lie in their tensors, that every element of its results is written
/// once, and that every multiply-accumulate is executed once.
///
/// A tensor of another size has other distances between its rows, and an element the same index along each dimension: so each dimension is
/// held against its own size, and no distance occurs. Along dimensions that the loop does not cut, any size's text is the program's own.
struct SizeGenericProof {
    let text: OperatorText
    let solver: ClaimSolver
    let tensors: TensorTable
    let layers: [String: Int]

    /// `nil` when proved for any number of the loop's tiles; otherwise what is missing.
    func failure(_ loop: String) -> String? {
        guard let symbolic = SymbolicText(text, loop), let dimension = symbolic.sizes.dimensions.first else { return "its sizes are not told apart" }
        return solver.together {
            regionsFailure(symbolic, dimension) ?? productsFailure(symbolic, dimension)
        }
    }

    private func cover(_ symbolic: SymbolicText, _ dimension: SymbolicSizes.Dimension, _ size: Expression) -> SizeGenericCover {
        let name = size.variables.first ?? dimension.countName
        return SizeGenericCover(sizes: symbolic.sizes, solver: solver, layers: layers, size: size, sizeName: name)
    }

    // MARK: Tensors

    private func regionsFailure(_ symbolic: SymbolicText, _ dimension: SymbolicSizes.Dimension) -> String? {
        guard let served = text.index.evaluate(layers) else { return nil }
        // By tensor and dimension of it: what writes there.
        var written: [Int: [Int: (size: Expression, units: [Int: [SizeGenericCover.Piece]])]] = [:]
        for (number, site) in text.sites.enumerated() {
            guard let command = site.command else { continue }
            var zero = layers
            for loop in site.loops { zero[loop.variable] = site.pins[loop.variable] ?? 0 }
            for access in Access.all(of: command, site: number) {
                let what = "\(access.operand) of \(site.unit)"
                guard let base = access.region.base.evaluate(zero), let place = tensors.placement(access.region.memory, base, isWrite: access.isWrite, by: served)
                else { continue }
                guard mentions(access.region, dimension, symbolic.text.sites[number]) else { continue }
                let tensor = tensors.program.tensors[place]
                guard access.region.guards.isEmpty else { return "\(what) reads a padded window of a tensor" }
                let ways = parts(access.region, tensor).map { $0.map { inner($0, dimension) } }
                // By its own distances where they have the dimension's size, else by its tensor's too.
                func fits(_ way: [Part], _ isExact: Bool) -> Bool {
                    way.allSatisfy { !isCut($0, number, symbolic, dimension) || size($0, dimension, isExact: isExact) != nil }
                }
                guard let parts = ways.first(where: { fits($0, true) }) ?? ways.first(where: { fits($0, false) }) ?? ways.first else {
                    return "\(what) lies in its tensor in another form"
                }
                for part in parts where isCut(part, number, symbolic, dimension) {
                    let extent = isVector(part.extent, number, symbolic) ? symbolic.vectors[number]?.any ?? 1 : symbolic.sized(part.extent)
                    var start = AffineForm()
                    start.constant = part.start.constant
                    if let beginning = beginning(part, dimension) {
                        start = AffineForm(beginning)
                    }
                    for term in part.start.terms { start.add(symbolic.sized(term.atom), term.factor) }
                    guard let size = size(part, dimension, isExact: false) else { return "\(what): \(part.size) is no size that \(dimension.variable) cuts" }
                    let piece = SizeGenericCover.Piece(site: symbolic.text.sites[number], operand: access.operand, start: start, extent: extent)
                    if access.isWrite {
                        written[place, default: [:]][part.distance, default: (size, [:])].units[site.stream, default: []].append(piece)
                        if written[place]?[part.distance]?.size != size { return "\(what) has two sizes" }
                    } else if let failure = cover(symbolic, dimension, size).outside([piece]) {
                        return failure.text
                    }
                }
            }
        }
        for (_, dimensions) in written.sorted(by: { $0.key < $1.key }) {
            for (_, own) in dimensions.sorted(by: { $0.key < $1.key }) {
                // Units that do the same along this dimension share another.
                var pieces: [[SizeGenericCover.Piece]] = []
                for (_, list) in own.units.sorted(by: { $0.key < $1.key }) where !pieces.contains(where: { $0.elementsEqual(list, by: SizeGenericCover.Piece.isSame) }) {
                    pieces.append(list)
                }
                if let failure = cover(symbolic, dimension, own.size).failure(pieces.flatMap { $0 }) { return failure.text }
            }
        }
        return nil
    }

    /// Whether a region is another for another size.
    private func mentions(_ region: Region, _ dimension: SymbolicSizes.Dimension, _ site: Site) -> Bool {
        var names = Set(region.base.variables + region.index.variables)
        for extent in region.extents { names.formUnion(extent.variables) }
        if names.contains(dimension.variable) { return true }
        return site.command?.operands.contains { operand in
            operand.region.memory == region.memory && operand.region.extents.contains { $0.variables.contains { SymbolicSizes.isSize($0) } }
        } ?? false
    }

    /// A part of a region along one dimension of its tensor.
    private struct Part {
        var distance: Int
        /// Indices that the dimension has.
        var size: Int
        var start: AffineForm
        var extent: Expression
    }

    /// Whether a part is another for another size.
    private func isCut(_ part: Part, _ number: Int, _ symbolic: SymbolicText, _ dimension: SymbolicSizes.Dimension) -> Bool {
        let names = part.start.variables.union(part.extent.variables).union(symbolic.sized(part.extent).variables)
        return names.contains(dimension.variable) || names.contains { SymbolicSizes.isSize($0) } || isVector(part.extent, number, symbolic)
    }

    private func isVector(_ extent: Expression, _ number: Int, _ symbolic: SymbolicText) -> Bool {
        symbolic.vectors[number].map { extent == .constant($0.own) } ?? false
    }

    /// A region's parts, by its own distances, and by its tensor's too.
    private func parts(_ region: Region, _ tensor: Program.Placement) -> [[Part]] {
        guard let own = BoxCover.distances(of: region) else { return [] }
        return [own, BoxCover.merged(own, tensor)].compactMap { $0.flatMap { parts(region, tensor, $0) } }
    }

    private func parts(_ region: Region, _ tensor: Program.Placement, _ distances: [Int]) -> [Part]? {
        let bits = region.element.bits
        guard bits > 0, tensor.element.bits == bits else { return nil }
        var form = AffineForm(region.index)
        for term in AffineForm(region.base).terms {
            guard term.factor * 8 % bits == 0 else { return nil }
            form.add(term: term.atom, term.factor * 8 / bits)
        }
        let offset = (AffineForm(region.base).constant - tensor.address) * 8
        guard offset % bits == 0 else { return nil }
        form.constant += offset / bits
        guard form.isLinearInCoordinates, let pieces = form.split(by: distances) else { return nil }
        let elements = tensor.shape.reduce(1, *)
        var result: [Part] = []
        for (place, distance) in distances.enumerated() {
            let whole = place == 0 ? elements : distances[place - 1]
            var part = Part(distance: distance, size: whole / distance, start: AffineForm(), extent: 1)
            guard whole % distance == 0 else { return nil }
            part.start.constant = pieces[place].constant
            for term in pieces[place].terms {
                if case .coordinate(let number) = term.atom {
                    guard term.factor == 1, part.extent == 1 else { return nil }
                    part.extent = region.extents[number]
                } else {
                    part.start.add(term: term.atom, term.factor)
                }
            }
            result.append(part)
        }
        return result
    }

    private func isImage(_ part: Part) -> Bool { part.extent.hasMaximum || part.start.terms.contains { $0.atom.hasMaximum } }

    /// - Parameter isExact: whether tiles have to be as far apart as they are long: else that is left to the proof.
    private func size(_ part: Part, _ dimension: SymbolicSizes.Dimension, isExact: Bool) -> Expression? {
        let step = part.start.factor(of: .variable(dimension.variable))
        if let size = dimension.size(part.size, step: step, isImage: isImage(part)) { return size }
        if part.extent == .constant(part.size) || !isExact { return dimension.size(part.size, step: 1, isImage: isImage(part)) }
        return nil
    }

    /// Where a unit's own tiles begin, when each of several units has as many.
    private func beginning(_ part: Part, _ dimension: SymbolicSizes.Dimension) -> Expression? {
        let step = part.start.factor(of: .variable(dimension.variable))
        guard dimension.tile == nil, step > 0, part.start.constant > 0, part.start.constant % (step * dimension.count) == 0 else { return nil }
        return .variable(dimension.countName) * (part.start.constant / dimension.count)
    }

    /// The part of a part in which the loop's tiles lie, where others are further apart by a size of the dimension: rows of blocks.
    private func inner(_ part: Part, _ dimension: SymbolicSizes.Dimension) -> Part {
        let step = part.start.factor(of: .variable(dimension.variable))
        guard step > 0, !isImage(part) else { return part }
        for size in dimension.sizes(step: step) where part.size > size && part.size % size == 0 {
            var result = part
            result.size = size
            result.start = AffineForm()
            result.start.constant = floorRemainder(part.start.constant, size)
            for term in part.start.terms where term.factor % size != 0 { result.start.add(term: term.atom, term.factor) }
            guard result.start.factor(of: .variable(dimension.variable)) == step, result.start.terms.count < part.start.terms.count else { continue }
            return result
        }
        return part
    }

    // MARK: Products

    /// Rows, columns and depth of products, counted over all tiles.
    private func productsFailure(_ symbolic: SymbolicText, _ dimension: SymbolicSizes.Dimension) -> String? {
        // Where all tiles are whole, a product's text is the same in every tile.
        guard let tile = dimension.tile, let length = dimension.length, let size = dimension.size(length) else { return nil }
        var pieces: [[SizeGenericCover.Piece]] = [[], [], []]
        for (number, site) in symbolic.text.sites.enumerated() {
            guard let own = text.sites[number].command, own.opcode == "matmul", let command = site.command else { continue }
            guard let out = command[operand: "out"], let right = command[operand: "right"], out.extents.count == 2, right.extents.count == 2,
                let sums = own[operand: "out"].flatMap(ProductProof.parts), let operand = own[operand: "right"].flatMap(ProductProof.parts)
            else { return "products of another form" }
            for (place, (start, extent)) in [(sums[0].start, out.extents[0]), (sums[1].start, out.extents[1]), (operand[0].start, right.extents[0])].enumerated() {
                var form = AffineForm()
                form.constant = start.constant
                for term in start.terms where term.atom != .variable(dimension.variable) { form.add(symbolic.sized(term.atom), term.factor) }
                let loops = Enumeration.loops(site.loops, for: form.variables.union(extent.variables))
                let names = loops.reduce(form.variables.union(extent.variables)) { $0.union($1.bound.variables) }
                guard names.contains(where: { SymbolicSizes.isSize($0) }) else { continue }
                form.add(term: .variable(dimension.variable), tile)
                let piece = SizeGenericCover.Piece(site: site, operand: ["rows", "columns", "depth"][place], start: form, extent: extent)
                // Arrays that share the others' dimensions do the same along this one.
                if pieces[place].contains(where: { SizeGenericCover.Piece.isSame($0, piece) }) { continue }
                pieces[place].append(piece)
            }
        }
        for own in pieces where !own.isEmpty {
            if let failure = cover(symbolic, dimension, size).failure(own) { return failure.text }
        }
        return nil
    }
}
