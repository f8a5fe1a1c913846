import Simulation

/// Where the cycles of every unit went: one bar of the whole run for each.
enum UnitActivityPlot {
    static let id = "plot-unit-activity"
    static let limit = 64

    static func plot(_ report: RunReport) -> Plot {
        let units = report.record.units.prefix(limit)
        let labels = PlotLayout.column(for: units.map(\.name)), values = 90.0, rowHeight = 24.0, top = 6.0
        let length = PlotLayout.width - labels - values
        let bottom = top + Double(max(1, units.count)) * rowHeight + 4
        var svg = SVG(width: PlotLayout.width, height: bottom + 44)
        for tick in stride(from: 0.0, through: 1, by: 0.25) {
            svg.line(x1: labels + tick * length, y1: top, x2: labels + tick * length, y2: bottom, style: "grid")
            svg.text("\(Int(tick * 100)) %", x: labels + tick * length, y: bottom + 16, style: "tick", anchor: .middle)
        }
        svg.text("share of all cycles", x: labels + length / 2, y: bottom + 34, style: "axis", anchor: .middle)
        for (index, unit) in units.enumerated() {
            let y = top + Double(index) * rowHeight
            let title = "\(unit.name) (\(unit.kind.rawValue)), \(QuantityText.integer(unit.commands)) commands: \(breakdown(unit.activity))"
            svg.group("row", title: title) { svg in
                svg.rectangle(x: 0, y: y, width: PlotLayout.width, height: rowHeight, style: "hit")
                svg.text(PlotLayout.fitted(unit.name, width: labels - 12), x: labels - 10, y: y + 16, style: "label", anchor: .end)
                svg.stack(unit.activity, x: labels, y: y + 3, width: length, height: rowHeight - 6)
                let share = ratio(Double(unit.activity.busy), Double(unit.activity.total))
                svg.text(QuantityText.percent(share) + " busy", x: labels + length + 8, y: y + 16, style: "value")
            }
        }
        if units.isEmpty { svg.text("no units", x: labels, y: top + 16, style: "label") }
        let hidden = report.record.units.count - units.count
        return Plot(
            id: id, heading: "Where the time went",
            lead: "Busy cycles and the causes of waiting of every unit; they cover every cycle."
                + (hidden > 0 ? " \(hidden) more units are in summary.json." : ""),
            legend: PlotLayout.stateLegend, drawing: svg)
    }
}
