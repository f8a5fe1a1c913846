import Programs

/// Bounds of a region's index over its points: interval arithmetic, narrowed by the region's guards.
///
/// Where guards bound a part of the index, as the rows and columns of a window, that part has the narrower bounds: rows of padding are no
/// place in a buffer.
struct IndexBounds {
    /// A part of the index, without its factor, and what guards say of it: part + rest, in relation to zero.
    private struct Part {
        var terms: [(atom: Expression, factor: Int)]
        var factor: Int
        var guards: [(relation: Condition.Relation, rest: Expression)] = []
    }

    private var parts: [Part] = []
    private let remainder: Expression

    init(_ region: Region) {
        var form = AffineForm(region.index).reduced
        for condition in region.guards {
            let difference = AffineForm(condition.left - condition.right).reduced
            var part = AffineForm()
            var rest = AffineForm()
            rest.constant = difference.constant
            for term in difference.terms {
                if term.atom.hasCoordinates { part.add(term: term.atom, term.factor) } else { rest.add(term: term.atom, term.factor) }
            }
            if let known = parts.firstIndex(where: { own in
                own.terms.count == part.terms.count && own.terms.allSatisfy { part.factor(of: $0.atom) == $0.factor }
            }) {
                parts[known].guards.append((condition.relation, rest.expression))
                continue
            }
            guard let first = part.terms.first, form.factor(of: first.atom) % first.factor == 0 else { continue }
            let factor = form.factor(of: first.atom) / first.factor
            guard factor != 0, part.terms.allSatisfy({ form.factor(of: $0.atom) == factor * $0.factor }) else { continue }
            for term in part.terms { form.add(term: term.atom, -factor * term.factor) }
            parts.append(Part(terms: part.terms, factor: factor, guards: [(condition.relation, rest.expression)]))
        }
        remainder = form.expression
    }

    enum Bounds {
        case known(ClosedRange<Int>)
        /// No point is inside of the guards.
        case none
    }

    /// `nil` when a variable has no value or 64 bits do not hold the bounds.
    func bounds(_ values: [String: ClosedRange<Int>], at coordinates: [ClosedRange<Int>]) -> Bounds? {
        guard var result = remainder.interval(values, at: coordinates) else { return nil }
        for part in parts {
            var (low, high) = (0, 0)
            for term in part.terms {
                guard let own = (term.atom * term.factor).interval(values, at: coordinates) else { return nil }
                (low, high) = (low + own.lowerBound, high + own.upperBound)
            }
            for (relation, rest) in part.guards {
                guard let offset = rest.interval(values) else { return nil }
                switch relation {
                case .greaterOrEqual: low = max(low, -offset.upperBound)
                case .greater: low = max(low, 1 - offset.upperBound)
                case .lessOrEqual: high = min(high, -offset.lowerBound)
                case .less: high = min(high, -1 - offset.lowerBound)
                case .equal: (low, high) = (max(low, -offset.upperBound), min(high, -offset.lowerBound))
                case .notEqual: break
                }
            }
            guard low <= high else { return Bounds.none }
            let (a, b) = (low.multipliedReportingOverflow(by: part.factor), high.multipliedReportingOverflow(by: part.factor))
            guard !a.overflow, !b.overflow else { return nil }
            result = (result.lowerBound + min(a.partialValue, b.partialValue))...(result.upperBound + max(a.partialValue, b.partialValue))
        }
        return .known(result)
    }
}
