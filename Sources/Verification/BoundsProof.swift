import Architecture
import Programs

/// Proves that every region lies inside of its tensor, or of its memory where it is a buffer.
struct BoundsProof {
    enum Finding {
        case proved(Obligation.Method)
        case outside([String: Int], address: Int, limit: Range<Int>, what: String)
        case open(String)
    }

    let solver: ClaimSolver

    /// - Parameter limit: bytes of the memory within which the region has to lie.
    func finding(_ access: Access, _ site: Site, _ layers: [LoopFrame], limit: Range<Int>, what: String) -> Finding {
        let region = access.region
        var base = AffineForm(region.base)
        base.constant -= limit.lowerBound
        let relative = base.expression
        if fitsByIntervals(region, relative, site, layers, limit.count) { return .proved(.intervals) }
        let scope = SymbolicScope()
        let around = scope.layers(layers)
        let (i, inI) = scope.iteration(of: site, layers: around.variables, named: "")
        let (point, inPoint) = scope.point(of: region, i, named: "")
        let address = scope.term(relative, i) * 8 + scope.term(region.index, i, at: point) * region.element.bits
        let outside = address < 0 || address + region.element.bits > limit.count * 8
        let answer = solver.search(scope, around.domain + inI + inPoint + [outside])
        switch answer.outcome {
        case .impossible: return .proved(.solver)
        case .undecided(let reason): return .open(reason)
        case .possible(let model):
            // The model is not trusted: the program's own expressions say where the element lies.
            let coordinates = region.extents.indices.map { model["$\($0)"] ?? 0 }
            guard let start = region.base.evaluate(model), let index = region.index.evaluate(model, at: coordinates) else { return .open("the model has no address") }
            let bits = start * 8 + index * region.element.bits
            guard bits < limit.lowerBound * 8 || bits + region.element.bits > limit.upperBound * 8 else { return .open("the solver's counterexample lies inside") }
            return .outside(model, address: floorDivide(bits, 8), limit: limit, what: what)
        }
    }

    private func fitsByIntervals(_ region: Region, _ relative: Expression, _ site: Site, _ layers: [LoopFrame], _ bytes: Int) -> Bool {
        var ranges: [String: ClosedRange<Int>] = [:]
        for loop in layers + site.loops {
            guard let bound = loop.bound.interval(ranges) else { return false }
            ranges[loop.variable] = 0...max(0, bound.upperBound - 1)
        }
        for (name, value) in site.pins { ranges[name] = value...value }
        var coordinates: [ClosedRange<Int>] = []
        for extent in region.extents {
            guard let size = extent.interval(ranges) else { return false }
            coordinates.append(0...max(0, size.upperBound - 1))
        }
        guard let base = relative.interval(ranges), let index = region.index.interval(ranges, at: coordinates) else { return false }
        // Whatever extents a program has, their bytes fit into twice the width.
        let bits = Int128(region.element.bits)
        let first = Int128(base.lowerBound) * 8 + Int128(index.lowerBound) * bits
        let end = Int128(base.upperBound) * 8 + (Int128(index.upperBound) + 1) * bits
        return first >= 0 && end <= Int128(bytes) * 8
    }
}
