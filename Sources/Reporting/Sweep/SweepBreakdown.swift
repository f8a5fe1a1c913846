/// What the area or the energy of points is made of: their figures `area.<component>` or `energy.<component>`.
package struct SweepBreakdown: Sendable {
    /// "area".
    var name: String
    var unit: String
    /// Largest over all points first. Components beyond the seventh are one, "other", at the end.
    package var components: [String]
    /// By component, then by point; not a number where a point has none.
    var values: [[Double]]
    /// By component, an index into the colours of a unit's states.
    private var colours: [Int] = []

    /// Components that have a colour of their own.
    static let most = 7
    static let rest = "other"

    /// `nil` where no point has such figures.
    init?(_ measures: [SweepMeasure], prefix: String) {
        let parts = measures.filter { $0.goal == nil && $0.name.hasPrefix(prefix + ".") && $0.name.utf8.count > prefix.utf8.count + 1 }
        guard let first = parts.first else { return nil }
        let sums = parts.map { part in part.values.reduce(0.0) { $0 + ($1.isFinite ? $1 : 0) } }
        let order = parts.indices.sorted { (-sums[$0], $0) < (-sums[$1], $1) }
        name = prefix
        unit = first.unit
        let kept = order.count > Self.most + 1 ? Array(order.prefix(Self.most)) : order
        components = kept.map { String(parts[$0].name.dropFirst(prefix.count + 1)) }
        values = kept.map { parts[$0].values }
        guard kept.count < order.count else { return }
        let others = order.dropFirst(kept.count)
        components.append(Self.rest)
        values.append(first.values.indices.map { point in
            let known = others.map { parts[$0].values[point] }.filter(\.isFinite)
            return known.isEmpty ? .nan : known.reduce(0, +)
        })
    }

    /// The parts of one point; empty when it has none.
    func parts(_ point: Int) -> [(component: Int, value: Double)] {
        components.indices.compactMap { values[$0][point].isFinite && values[$0][point] > 0 ? ($0, values[$0][point]) : nil }
    }

    package func total(_ point: Int) -> Double { parts(point).reduce(0) { $0 + $1.value } }

    /// The style class of a component.
    func style(_ component: Int) -> String {
        components[component] == Self.rest || colours.count <= component ? "bound-none" : UnitState.allCases[colours[component]].styleClass
    }

    /// Gives every component a colour, the same one in every breakdown that has it, and no two of a breakdown the same.
    static func colour(_ breakdowns: inout [SweepBreakdown?]) {
        var known: [String: Int] = [:]
        for place in breakdowns.indices {
            guard var breakdown = breakdowns[place] else { continue }
            var free = Array(UnitState.allCases.indices)
            var chosen = [Int?](repeating: nil, count: breakdown.components.count)
            for (index, name) in breakdown.components.enumerated() {
                guard let colour = known[name], free.contains(colour) else { continue }
                chosen[index] = colour
                free.removeAll { $0 == colour }
            }
            for index in chosen.indices where chosen[index] == nil && breakdown.components[index] != rest {
                // Rather one that no other component has elsewhere.
                guard let colour = free.first(where: { !known.values.contains($0) }) ?? free.first else { continue }
                chosen[index] = colour
                known[breakdown.components[index]] = colour
                free.removeAll { $0 == colour }
            }
            breakdown.colours = chosen.map { $0 ?? UnitState.allCases.count - 1 }
            breakdowns[place] = breakdown
        }
    }
}
