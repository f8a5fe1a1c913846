import Cost
import Simulation

/// Where the energy went: a stacked bar for each component of the machine, and one for each operator.
enum EnergyPlots {
    /// Operators that have a bar; the dearest where there are more.
    static let operatorLimit = 40

    static func plots(_ report: RunReport) -> [Plot] {
        guard let cost = report.cost, cost.joules > 0 else { return [] }
        return [components(cost), operators(report, cost)]
    }

    private struct Bar {
        var label: String
        /// By category, then leakage.
        var joules: [Double]
        var total: Double { joules.reduce(0, +) }
    }

    private static func components(_ cost: RunCost) -> Plot {
        var order: [String] = []
        var bars: [String: Bar] = [:]
        for item in cost.items {
            let part = cost.machine.parts[item.part]
            if bars[part.owner] == nil {
                order.append(part.owner)
                bars[part.owner] = Bar(label: part.owner, joules: Array(repeating: 0, count: CostCategory.allCases.count + 1))
            }
            bars[part.owner]?.joules[item.isStatic ? CostCategory.allCases.count : index(part.category)] += item.energy.energy.joules
        }
        return plot(
            order.compactMap { bars[$0] }, of: cost.joules, id: "plot-energy-components", heading: "Energy by component",
            lead: "What each component of the machine took in the whole run, by what it was spent on. Memories: accesses, the wires to their units, leakage.")
    }

    private static func operators(_ report: RunReport, _ cost: RunCost) -> Plot {
        let all = cost.operators.indices.map { number in
            Bar(
                label: report.record.operators[number].name,
                joules: cost.operators[number].dynamic.map(\.energy.joules) + [cost.operators[number].leakage.energy.joules])
        }
        var order = Array(all.indices)
        let totals = all.map(\.total)
        if order.count > operatorLimit { order = order.sorted { (-totals[$0], $0) < (-totals[$1], $1) }.prefix(operatorLimit).sorted() }
        let which = all.count > operatorLimit ? "The \(operatorLimit) dearest of \(all.count) operators" : "All operators"
        return plot(
            order.map { all[$0] }, of: cost.joules, id: "plot-energy-operators", heading: "Energy by operator",
            lead: "\(which), in order of execution. Leakage and clock are shared by the time by which each operator makes the run longer.")
    }

    private static func index(_ category: CostCategory) -> Int { CostCategory.allCases.firstIndex(of: category) ?? 0 }

    private static func plot(_ bars: [Bar], of whole: Double, id: String, heading: String, lead: String) -> Plot {
        let labels = PlotLayout.column(for: bars.map(\.label)), values = 150.0, rowHeight = 22.0, top = 6.0
        let length = PlotLayout.width - labels - values
        let scale = LinearScale(maximum: bars.map(\.total).max() ?? 0, length: length)
        let bottom = top + Double(max(1, bars.count)) * rowHeight
        var svg = SVG(width: PlotLayout.width, height: bottom + 44)
        for tick in scale.ticks(6) {
            let x = labels + scale.position(tick)
            svg.line(x1: x, y1: top, x2: x, y2: bottom, style: "grid")
            svg.text(QuantityText.round(QuantityText.energy(joules: tick)), x: x, y: bottom + 16, style: "tick", anchor: .middle)
        }
        svg.text("energy", x: labels + length / 2, y: bottom + 34, style: "axis", anchor: .middle)
        for (number, bar) in bars.enumerated() {
            let y = top + Double(number) * rowHeight
            svg.group("row", title: title(bar, whole)) { svg in
                svg.rectangle(x: 0, y: y, width: PlotLayout.width, height: rowHeight, style: "hit")
                svg.text(PlotLayout.fitted(bar.label, width: labels - 12), x: labels - 10, y: y + 15, style: "label", anchor: .end)
                var x = labels
                for (style, joules) in zip(CostText.legend.map { $0.style }, bar.joules) {
                    let width = scale.position(joules)
                    if width >= 0.05 { svg.rectangle(x: x, y: y + 3, width: width, height: rowHeight - 6, style: style) }
                    x += width
                }
                svg.text(
                    "\(QuantityText.energy(joules: bar.total)) · \(QuantityText.percent(ratio(bar.total, whole)))", x: PlotLayout.width - values + 10, y: y + 15,
                    style: "value")
            }
        }
        return Plot(id: id, heading: heading, lead: lead, legend: CostText.legend, drawing: svg)
    }

    private static func title(_ bar: Bar, _ whole: Double) -> String {
        let parts = zip(CostText.legend, bar.joules).filter { $1 > 0 }.map { "\($0.text) \(QuantityText.energy(joules: $1))" }
        return "\(bar.label): \(QuantityText.energy(joules: bar.total)), \(QuantityText.percent(ratio(bar.total, whole))) of the run. \(parts.joined(separator: ", "))"
    }
}
