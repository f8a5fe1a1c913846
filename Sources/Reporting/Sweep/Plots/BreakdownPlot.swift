import Exploration

/// Area or energy of the front's points by component, as stacked bars.
enum BreakdownPlot {
    static let bars = 24

    static func plot(_ report: SweepReport, _ breakdown: SweepBreakdown) -> Plot? {
        let indices = report.alongFront(bars).filter { breakdown.total($0) > 0 }
        guard !indices.isEmpty else { return nil }
        let labels = indices.map { "point \(report.results.points[$0].number)" }
        let left = PlotLayout.column(for: labels), width = PlotLayout.width - left - 90
        let rowHeight = 24.0, height = rowHeight * Double(indices.count)
        let text = MeasureText(unit: breakdown.unit)
        let axis = PlotAxis(indices.map(breakdown.total), length: width, includesZero: true)
        var svg = SVG(width: PlotLayout.width, height: height + 48)
        for tick in axis.ticks(8) {
            let x = left + axis.position(tick)
            svg.line(x1: x, y1: 0, x2: x, y2: height, style: "grid")
            svg.text(text.tick(tick), x: x, y: height + 16, style: "tick", anchor: .middle)
        }
        let title = MeasureText.prefixed.contains(breakdown.unit) ? breakdown.name : "\(breakdown.name) (\(breakdown.unit))"
        svg.text(title, x: left + width / 2, y: height + 38, style: "axis", anchor: .middle)
        for (row, index) in indices.enumerated() {
            let y = rowHeight * Double(row)
            svg.text(labels[row], x: left - 10, y: y + 16, style: "value", anchor: .end)
            var start = 0.0
            for part in breakdown.parts(index) {
                svg.rectangle(
                    x: left + axis.position(start), y: y + 3, width: axis.position(start + part.value) - axis.position(start), height: rowHeight - 6,
                    style: breakdown.style(part.component),
                    title: "\(labels[row]), \(breakdown.components[part.component]): \(text(part.value))")
                start += part.value
            }
            svg.text(text(start), x: left + axis.position(start) + 6, y: y + 16, style: "value")
        }
        let shown = report.front.count > bars ? "\(indices.count) of \(QuantityText.integer(report.front.count)) points, evenly along the front" : "the front's points"
        return Plot(
            id: "plot-\(breakdown.name)-breakdown", heading: breakdown.name.prefix(1).uppercased() + breakdown.name.dropFirst() + " by component",
            lead: "What the \(breakdown.name) of \(shown) is made of, best in \(report.results.objectives.first?.name ?? "the first objective") first.",
            legend: breakdown.components.indices.map { (breakdown.style($0), breakdown.components[$0]) }, drawing: svg)
    }
}
