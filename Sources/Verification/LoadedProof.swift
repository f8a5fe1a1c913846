import Programs
import SMT

/// Proves that every element that a command reads from a buffer was put there by the transfer for the same iteration: each
/// element has a point in the transfer's region, named by the buffer's distances, inside of its extents.
struct LoadedProof {
    let text: OperatorText
    let channels: ChannelTable
    let solver: ClaimSolver

    /// `nil` when proved; otherwise what is missing.
    func failure(_ reader: Access, _ writers: [Access]) -> String? {
        let c = text.sites[reader.site]
        let scope = SymbolicScope()
        let layers = scope.layers(text.layers)
        let (j, inJ) = scope.iteration(of: c, layers: layers.variables, named: "")
        let (point, inPoint) = scope.point(of: reader.region, j, named: "")
        var missed: [Formula] = []
        for writer in writers {
            let p = text.sites[writer.site]
            // What the transfer's semaphore fixes too, it fills for all the iterations to come; other conditions choose.
            let held = channels.forward(from: p, to: c)?.release.pins ?? [:]
            let pins = p.pins.filter { held[$0.key] != nil }
            guard p.loops.allSatisfy({ loop in pins[loop.variable] != nil || c.loops.contains { $0.variable == loop.variable && $0.bound == loop.bound } }) else { continue }
            let region = writer.region
            guard region.element.bits == reader.region.element.bits, region.guards.isEmpty else { continue }
            // The writer's iteration, in the reader's variables.
            let shift = AffineForm(reader.region.base) - AffineForm(region.base.substitutingPins(pins))
            guard shift.terms.isEmpty, shift.constant * 8 % region.element.bits == 0 else { continue }
            let target = AffineForm(region.index.substitutingPins(pins))
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
            guard let parts = wanted.split(by: distances) else { continue }
            var inside = holds(p, pins, j, scope)
            for (place, entry) in order.enumerated() {
                let coordinate = scope.term(parts[place].expression, j, at: point)
                inside = inside && coordinate >= 0 && coordinate < scope.term(region.extents[entry.dimension].substitutingPins(pins), j)
            }
            missed.append(!inside)
        }
        guard !missed.isEmpty else { return "no transfer of \(reader.operand) of \(c.unit) has the same loops" }
        switch solver.search(scope, layers.domain + inJ + inPoint + missed).outcome {
        case .impossible: return nil
        case .possible: return "\(reader.operand) of \(c.unit) reads what its transfer did not bring"
        case .undecided(let reason): return reason
        }
    }

    private func holds(_ site: Site, _ pins: [String: Int], _ variables: [String: IntegerTerm], _ scope: SymbolicScope) -> Formula {
        scope.context.all(
            site.guards.filter { condition in
                if case .variable(let name) = condition.left, condition.relation == .equal, pins[name] != nil { return false }
                return true
            }.map { scope.formula($0, variables) })
    }
}
