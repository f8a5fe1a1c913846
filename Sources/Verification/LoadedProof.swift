import Programs

/// Proves that every element that a command reads from a buffer was put there by the transfer for the same iteration: each
/// element has a point in the transfer's region, named by the buffer's distances, inside of its extents.
struct LoadedProof {
    let text: OperatorText
    let channels: ChannelTable
    let solver: ClaimSolver

    /// `nil` when proved; otherwise what is missing.
    func failure(_ reader: Access, _ writers: [Access]) -> String? {
        let c = text.sites[reader.site]
        let scope = SymbolicScope(text.sizes)
        let layers = scope.layers(text.layers)
        let (j, inJ) = scope.iteration(of: c, layers: layers.variables, named: "")
        let (point, inPoint) = scope.point(of: reader.region, j, named: "")
        var missed: [LinearFormula] = []
        for writer in writers {
            let p = text.sites[writer.site]
            // What the transfer's semaphore fixes too, it fills for all the iterations to come; other conditions choose.
            let held = channels.forward(from: p, to: c)?.release.fixedIndices ?? [:]
            let pins = p.fixedIndices.filter { held[$0.key] != nil }
            guard p.loops.allSatisfy({ loop in pins[loop.variable] != nil || c.loops.contains { $0.variable == loop.variable && $0.bound == loop.bound } }) else { continue }
            let region = writer.region
            guard region.element.bits == reader.region.element.bits, region.guards.isEmpty else { continue }
            // What outer loops add to a number is another where their indices are fixed.
            let names = Set(region.base.variables + region.index.variables)
            if text.sizes?.functions.contains(where: { names.contains($0.name) && !Set($0.arguments).isDisjoint(with: pins.keys) }) ?? false { continue }
            // The writer's iteration, in the reader's variables.
            let shift = AffineForm(reader.region.base) - AffineForm(region.base.substituting { pins[$0] })
            guard shift.terms.isEmpty, shift.constant * 8 % region.element.bits == 0 else { continue }
            let target = AffineForm(region.index.substituting { pins[$0] })
            guard target.isLinearInCoordinates else { continue }
            var order: [(dimension: Int, stride: Int)] = []
            for dimension in region.extents.indices where region.extents[dimension] != .constant(1) {
                let stride = target.stride(of: dimension)
                guard stride > 0 else { return "\(writer.operand) puts several elements into one place" }
                order.append((dimension, stride))
            }
            order.sort { $0.stride > $1.stride }
            var offset = target
            for (dimension, stride) in order { offset.add(term: .coordinate(dimension), -stride) }
            var wanted = AffineForm(reader.region.index) - offset
            wanted.constant += shift.constant * 8 / region.element.bits
            let distances = order.map(\.stride)
            guard !distances.isEmpty else {
                missed.append(!(scope.term(wanted.expression, j, at: point) == 0 && holds(p, pins, j, scope)))
                continue
            }
            // Each way to cut the place into coordinates is a witness.
            var ways: [LinearFormula] = []
            for isNearest in [false, true] {
                guard let parts = wanted.split(by: distances, isNearest: isNearest) else { continue }
                var inside = holds(p, pins, j, scope)
                for (place, entry) in order.enumerated() {
                    let coordinate = scope.term(parts[place].expression, j, at: point)
                    inside = inside && coordinate >= 0 && coordinate < scope.term(region.extents[entry.dimension].substituting { pins[$0] }, j)
                }
                ways.append(inside)
            }
            missed.append(!LinearFormula.any(ways))
        }
        guard !missed.isEmpty else { return "no transfer of \(reader.operand) of \(c.unit) has the same loops" }
        switch solver.search(scope, layers.domain + inJ + inPoint + missed).outcome {
        case .impossible: return nil
        case .possible: return "\(reader.operand) of \(c.unit) reads what its transfer did not bring"
        case .undecided(let reason): return reason
        }
    }

    /// Proves that sums are taken from where products have put them: each place that is read belongs to a row and a column of one fold, which
    /// follow from it by division. `nil` when proved.
    func sumsFailure(_ reader: Access, _ writers: [Access]) -> String? {
        let c = text.sites[reader.site]
        let scope = SymbolicScope(text.sizes)
        let layers = scope.layers(text.layers)
        let (j, inJ) = scope.iteration(of: c, layers: layers.variables, named: "")
        let (point, inPoint) = scope.point(of: reader.region, j, named: "")
        guard let out = c.command?.operands.first(where: { $0.name == "out0" })?.region, out.extents.count == reader.region.extents.count,
            zip(out.extents, reader.region.extents).allSatisfy({ AffineForm($0) == AffineForm($1) })
        else { return "\(c.unit) takes other sums than it makes results of" }
        // Different points read different places: each distance holds what the smaller ones reach.
        let form = AffineForm(reader.region.index)
        guard form.isLinearInCoordinates, let strides = BoxCover.distances(of: reader.region) else { return "sums are read in another form" }
        var missed: [LinearFormula] = []
        var crossed: [LinearFormula] = []
        for (large, small) in zip(strides, strides.dropFirst()) {
            guard let dimension = reader.region.extents.indices.first(where: { reader.region.extents[$0] != .constant(1) && form.stride(of: $0) == small }) else { continue }
            crossed.append(scope.term(reader.region.extents[dimension], j) * small > large)
        }
        for writer in writers {
            let p = text.sites[writer.site]
            guard p.command?.opcode == "matmul", let distances = BoxCover.distances(of: writer.region) else { continue }
            let shift = AffineForm(reader.region.base) - AffineForm(writer.region.base)
            guard shift.terms.isEmpty, shift.constant * 8 % writer.region.element.bits == 0, writer.region.element.bits == reader.region.element.bits,
                let starts = AffineForm(writer.region.index).split(by: distances)
            else { continue }
            var variables = j
            for loop in p.loops where !c.loops.contains(where: { $0.variable == loop.variable }) { variables[loop.variable] = scope.constant(0) }
            var inside: [LinearFormula] = []
            var rest = scope.term(reader.region.index, j, at: point) + shift.constant * 8 / writer.region.element.bits
            for (place, distance) in distances.enumerated() {
                let coordinate: LinearTerm
                if distance == 1 { coordinate = rest } else { (coordinate, rest) = scope.division(rest, distance) }
                var start = starts[place]
                var extent = Expression.constant(1)
                for dimension in writer.region.extents.indices where writer.region.extents[dimension] != .constant(1) && start.stride(of: dimension) == 1 {
                    extent = writer.region.extents[dimension]
                    start.add(term: .coordinate(dimension), -1)
                }
                let offset = coordinate - start.constant
                start.constant = 0
                guard start.terms.count <= 1 else { return "folds of sums along two loops" }
                guard let term = start.terms.first else {
                    inside += [offset >= 0, offset < scope.term(extent, variables)]
                    continue
                }
                guard case .variable(let name) = term.atom, term.factor > 0, let loop = p.loops.first(where: { $0.variable == name }) else { return "folds of another form" }
                let (fold, within) = scope.division(offset, term.factor)
                variables[name] = fold
                inside += [offset >= 0, fold < scope.term(loop.bound, variables), within < scope.term(extent, variables)]
            }
            inside += p.openGuards.map { scope.formula($0, variables) }
            missed.append(!LinearFormula.all(inside))
        }
        guard !missed.isEmpty else { return "no product puts sums where \(c.unit) takes them" }
        let wrong = LinearFormula.all(missed) || LinearFormula.any(crossed)
        switch solver.search(scope, layers.domain + inJ + inPoint + [wrong]).outcome {
        case .impossible: return nil
        case .possible: return "\(c.unit) takes sums from where no product has put them"
        case .undecided(let reason): return reason
        }
    }

    private func holds(_ site: Site, _ pins: [String: Expression], _ variables: [String: LinearTerm], _ scope: SymbolicScope) -> LinearFormula {
        LinearFormula.all(
            site.guards.filter { condition in
                if case .variable(let name) = condition.left, condition.relation == .equal, pins[name] != nil { return false }
                return true
            }.map { scope.formula($0, variables) })
    }
}
