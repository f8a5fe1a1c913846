import Simulation

/// Time of each operator as a bar, divided by what its main unit did.
enum OperatorTimePlot {
    static func plot(_ report: RunReport) -> Plot {
        let list = OperatorRows(report.record.operators)
        let period = Double(report.record.clockPeriodFemtoseconds) * 1e-15
        let names = list.rows.map { $0.count > 1 && !$0.isRest ? "\($0.count) × \($0.label)" : $0.label }
        let labels = PlotLayout.column(for: names), values = 130.0, rowHeight = 20.0, top = 6.0
        let longest = list.rows.filter { !$0.isRest }.map(\.cycles).max() ?? 0
        let length = PlotLayout.width - labels - values
        let scale = LinearScale(maximum: Double(longest) * period, length: length)
        let bottom = top + Double(max(1, list.rows.count)) * rowHeight + 4
        var svg = SVG(width: PlotLayout.width, height: bottom + 44)
        svg.timeAxis(scale, x: labels, top: top, bottom: bottom, title: "time added to the run")
        for (index, row) in list.rows.enumerated() {
            let y = top + Double(index) * rowHeight
            let seconds = Double(row.cycles) * period
            let share = ratio(Double(row.cycles), Double(report.record.cycles))
            let label = names[index]
            let title = """
                \(label)\(row.type.isEmpty ? "" : " (\(row.type))"): \(QuantityText.time(seconds: seconds)), \
                \(QuantityText.integer(row.cycles)) cycles, \(QuantityText.count(row.macs)) MACs; \(breakdown(row.activity))
                """
            svg.group("row", title: title) { svg in
                svg.rectangle(x: 0, y: y, width: PlotLayout.width, height: rowHeight, style: "hit")
                svg.text(
                    PlotLayout.fitted(label, width: labels - 12), x: labels - 10, y: y + 14,
                    style: row.isRest ? "label rest" : "label", anchor: .end)
                let width = scale.position(seconds)
                svg.stack(row.activity, x: labels, y: y + 3, width: width, height: rowHeight - 6)
                // The rest may be longer than the axis: it runs up to the edge and is cut there, and its figure says how long it is.
                if seconds > scale.maximum {
                    let x = SVG.number(labels + width - 16), bottom = SVG.number(y + rowHeight)
                    svg.path("M\(x) \(bottom)l6 -20", style: "cut")
                }
                let value = "\(QuantityText.time(seconds: seconds)) · \(QuantityText.percent(share))"
                svg.text(value, x: labels + width + 8, y: y + 14, style: "value")
            }
        }
        if list.rows.isEmpty { svg.text("no operators", x: labels, y: top + 14, style: "label") }
        return Plot(
            id: "plot-operator-time", heading: "Time per operator",
            lead: "Cycles by which each operator pushed out the end of the run; they add up to the whole. The parts of a bar are "
                + "what the operator’s main unit did meanwhile. " + list.explanation,
            legend: PlotLayout.stateLegend, drawing: svg)
    }
}
