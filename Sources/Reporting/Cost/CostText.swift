import Cost
import Simulation

/// What a run cost, in words.
enum CostText {
    /// "62.1 % off-chip memory, 20.3 % memory, …": the parts of an energy, most first, and what is left out of them.
    static func shares(_ cost: RunCost, limit: Int = 4) -> String {
        let whole = cost.joules
        guard whole > 0 else { return "nothing" }
        var parts = CostCategory.allCases.map { (name: $0.rawValue, joules: dynamic($0, cost)) }
        parts.append((leakage, cost.staticJoules))
        let order = parts.indices.sorted { (-parts[$0].joules, $0) < (-parts[$1].joules, $1) }.filter { parts[$0].joules > 0 }
        var text = order.prefix(limit).map { "\(QuantityText.percent(parts[$0].joules / whole)) \(parts[$0].name)" }.joined(separator: ", ")
        let rest = order.dropFirst(limit).reduce(0) { $0 + parts[$1].joules }
        if rest > 0 { text += ", \(QuantityText.percent(rest / whole)) the rest" }
        return text
    }

    static let leakage = "leakage"

    /// Of a category, in joules. (The sum cannot overflow where the whole does not.)
    static func dynamic(_ category: CostCategory, _ cost: RunCost) -> Double {
        cost.items.reduce(0) { !$1.isStatic && cost.machine.parts[$1.part].category == category ? $0 + $1.energy.energy.joules : $0 }
    }

    /// Rows of the terminal's summary.
    static func rows(_ cost: RunCost) -> [[String]] {
        let average = QuantityText.power(watts: cost.averageWatts), peak = QuantityText.power(watts: cost.peakWatts)
        return [
            ["Energy", "\(QuantityText.energy(joules: cost.joules)): \(shares(cost))"],
            ["Power", "\(average) on average, \(QuantityText.power(watts: cost.onChipWatts)) of it on chip, \(peak) at most"],
            [
                "Efficiency",
                "\(QuantityText.significant(cost.teraOperationsPerJoule)) TOPS/W, EDP \(QuantityText.product(jouleSeconds: cost.jouleSeconds))",
            ],
            [
                "Area",
                "\(QuantityText.area(squareMillimetres: cost.squareMillimetres)) at \(cost.machine.process), \(QuantityText.significant(cost.teraOperationsPerSecondAndArea)) TOPS/mm²"
                    + (cost.machine.notes.contains { $0.contains("assumed") } ? "; some of it assumed, see `cyclewright cost`" : ""),
            ],
        ]
    }

    /// Style class of a category, `nil` for leakage.
    static func style(_ category: CostCategory?) -> String { "cost-" + (category.map { $0 == .offChip ? "off-chip" : $0.rawValue } ?? leakage) }

    static let legend: [(style: String, text: String)] = {
        var entries: [(style: String, text: String)] = []
        for category in CostCategory.allCases { entries.append((style: style(category), text: category.rawValue)) }
        entries.append((style: style(nil), text: leakage))
        return entries
    }()
}

extension QuantityText {
    /// A power: "38.2 W".
    public static func power(watts: Double) -> String { watts == 0 ? "0 W" : energy(joules: watts).replacing("J", with: "W") }

    /// An area: "112 mm²", and µm² below a hundredth of it.
    public static func area(squareMillimetres: Double) -> String {
        guard squareMillimetres.isFinite else { return missing }
        if squareMillimetres == 0 { return "0 mm²" }
        return squareMillimetres < 0.01 ? "\(significant(squareMillimetres * 1e6)) µm²" : "\(significant(squareMillimetres)) mm²"
    }

    /// Energy times delay: "1.23 µJ·s".
    static func product(jouleSeconds: Double) -> String { jouleSeconds == 0 ? "0 J·s" : energy(joules: jouleSeconds) + "·s" }
}
