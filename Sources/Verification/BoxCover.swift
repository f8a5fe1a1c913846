import Programs

/// What a region covers over all iterations of its loops, seen as boxes of an array: a box for each iteration.
///
/// The array's dimensions are those of the region's own coordinates. Where dimensions depend on different loop variables the boxes
/// are a product, and each group of dimensions is checked by itself, over all values of its variables: exact, and quick for any
/// number of iterations.
struct BoxCover {
    enum Finding: Equatable {
        /// Exactly once this box: from the first index, of this extent, by dimension.
        case box(starts: [Int], extents: [Int])
        /// An element is covered twice, or a tile is empty: for these loop indices.
        case wrong(String, [String: Int])
        /// Elements in between are left out.
        case gap(String, [String: Int])
        /// Not of a form that can be checked by dimensions.
        case unknown(String)
    }

    /// Elements from one index to the next, the largest first, and the extents that they imply; the first extent is open.
    let distances: [Int]
    /// Proofs of how dimensions are cut; `nil` to walk through all numbers.
    var cuts: CutTable?

    /// The distances of a region's coordinates.
    static func distances(of region: Region) -> [Int]? {
        let form = AffineForm(region.index)
        var result: [Int] = []
        for dimension in region.extents.indices where region.extents[dimension] != .constant(1) {
            let stride = form.stride(of: dimension)
            guard stride > 0, !result.contains(stride) else { return nil }
            result.append(stride)
        }
        result.sort(by: >)
        if result.isEmpty { result = [1] }
        for (large, small) in zip(result, result.dropFirst()) where large % small != 0 { return nil }
        // One channel at a time: the dimension in which neighbours lie next to each other has no coordinate.
        let last = result[result.count - 1]
        if last != 1, form.constant % last != 0 || form.terms.contains(where: { $0.factor % last != 0 }) { result.append(1) }
        return result
    }

    /// The distances together with those of a tensor's own dimensions, where each divides the larger ones; `nil` when they do not, or add
    /// nothing.
    static func merged(_ distances: [Int], _ tensor: Program.Placement) -> [Int]? {
        let own = zip(tensor.shape, tensor.strides).compactMap { $0 > 1 && $1 > 0 ? $1 : nil }
        let all = Set(distances + own).sorted(by: >)
        guard all != distances else { return nil }
        for (large, small) in zip(all, all.dropFirst()) where large % small != 0 { return nil }
        return all
    }

    /// One dimension's part of an access.
    private struct Dimension {
        var start: AffineForm
        /// Elements from the start; `nil` for one.
        var extent: Expression?
    }

    /// - Parameters:
    ///   - origin: byte address from which the array's indices count.
    ///   - repeats: whether loops that the region does not depend on may do the same again.
    func finding(_ region: Region, _ site: Site, origin: Int, layers: [String: Int], repeats: Bool = false) -> Finding {
        let pins = site.pins
        let place = AffineForm(region.base.substitutingPins(pins))
        let bits = region.element.bits
        var form = AffineForm(region.index.substitutingPins(pins))
        // The base counts bytes, the index elements.
        for term in place.terms {
            let distance = term.factor * 8
            guard distance % bits == 0 else { return .unknown("an address that is no multiple of the element's size") }
            form.add(term: term.atom, distance / bits)
        }
        guard (place.constant - origin) * 8 % bits == 0 else { return .unknown("an address that is no multiple of the element's size") }
        form.constant += (place.constant - origin) * 8 / bits
        guard region.guards.isEmpty else { return .unknown("a region with padding") }
        guard form.isLinearInCoordinates, let parts = form.split(by: distances) else { return .unknown("an index that is not a sum over dimensions") }
        var dimensions: [Dimension] = []
        for part in parts {
            var dimension = Dimension(start: AffineForm(), extent: nil)
            dimension.start.constant = part.constant
            for term in part.terms {
                if case .coordinate(let number) = term.atom {
                    guard term.factor == 1, dimension.extent == nil else { return .unknown("two coordinates along one dimension") }
                    dimension.extent = region.extents[number].substitutingPins(pins)
                } else {
                    dimension.start.add(term: term.atom, term.factor)
                }
            }
            dimensions.append(dimension)
        }
        // Coordinates of extent above 1 that the index does not depend on would write an element again and again.
        for (number, extent) in region.extents.enumerated() where extent != .constant(1) && form.stride(of: number) == 0 {
            return .wrong("coordinate $\(number) reaches one element again and again", [:])
        }
        return cover(dimensions, site, layers, repeats)
    }

    private func cover(_ dimensions: [Dimension], _ site: Site, _ layers: [String: Int], _ repeats: Bool) -> Finding {
        let loops = site.freeLoops
        let guards = site.openGuards
        // Dimensions that share a variable belong together.
        var groups: [(dimensions: [Int], variables: Set<String>)] = []
        func join(_ dimension: Int?, _ names: Set<String>) {
            let closed = Set(Enumeration.loops(loops, for: names).map(\.variable))
            var joined = (dimensions: dimension.map { [$0] } ?? [], variables: closed)
            groups.removeAll { group in
                guard !group.variables.isDisjoint(with: joined.variables) else { return false }
                joined = (group.dimensions + joined.dimensions, joined.variables.union(group.variables))
                return true
            }
            groups.append(joined)
        }
        for (number, dimension) in dimensions.enumerated() {
            join(number, dimension.start.variables.union(dimension.extent?.variables ?? []))
        }
        for condition in guards { join(nil, Set(condition.left.variables + condition.right.variables)) }
        let used = groups.reduce(into: Set<String>()) { $0.formUnion($1.variables) }
        if !repeats, let idle = loops.first(where: { !used.contains($0.variable) && $0.bound != .constant(1) }) {
            return .wrong("the loop over \(idle.variable) does the same again and again", [idle.variable: 1])
        }
        var starts = dimensions.map { _ in 0 }
        var extents = dimensions.map { _ in 1 }
        for group in groups where !group.dimensions.isEmpty {
            switch box(group.dimensions.map { dimensions[$0] }, loops.filter { group.variables.contains($0.variable) }, guards.filter { condition in
                !group.variables.isDisjoint(with: condition.left.variables + condition.right.variables)
            }, layers) {
            case .box(let first, let sizes):
                for (place, dimension) in group.dimensions.enumerated() { (starts[dimension], extents[dimension]) = (first[place], sizes[place]) }
            case let other: return other
            }
        }
        return .box(starts: starts, extents: extents)
    }

    /// Whether the boxes of one group of dimensions cover a box exactly once.
    private func box(_ dimensions: [Dimension], _ loops: [LoopFrame], _ guards: [Condition], _ layers: [String: Int]) -> Finding {
        if let cuts {
            if dimensions.count == 1 {
                switch cuts.span(start: dimensions[0].start, extent: dimensions[0].extent ?? 1, loops, guards) {
                case .box(let start, let extent)?: return .box(starts: [start], extents: [extent])
                case .gap(let missing, let values)?: return Self.gap(missing, values)
                case nil: break
                }
            }
            cuts.noteEnumeration()
        }
        return EnumeratedBoxes.finding(dimensions.map { ($0.start, $0.extent ?? 1) }, loops, guards, layers)
    }

    static func gap(_ missing: Range<Int>, _ values: [String: Int]) -> Finding {
        .gap("elements \(missing.lowerBound) to \(missing.upperBound - 1) along a dimension are not covered", values)
    }
}
