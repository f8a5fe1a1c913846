import Exploration

/// Which parameter moves which objective: a cell for each pair, darker where the parameter alone explains more of the variance.
enum SensitivityPlot {
    static let id = "plot-sensitivity"

    static func plot(_ report: SweepReport) -> Plot? {
        let parameters = report.results.parameters.indices.filter { parameter in
            report.sensitivities.contains { $0.contains { $0.parameter == parameter } }
        }
        guard !parameters.isEmpty else { return nil }
        let names = parameters.map { report.results.parameters[$0].name }
        let left = PlotLayout.column(for: names)
        let cell = (PlotLayout.width - left) / Double(max(1, report.results.objectives.count))
        let rowHeight = 34.0, top = 26.0
        var svg = SVG(width: PlotLayout.width, height: top + rowHeight * Double(parameters.count) + 6)
        for (column, objective) in report.results.objectives.enumerated() {
            svg.text(PlotLayout.fitted(objective.name, width: cell - 8), x: left + cell * Double(column) + 2, y: 16, style: "strong")
        }
        for (row, parameter) in parameters.enumerated() {
            let y = top + rowHeight * Double(row)
            svg.text(PlotLayout.fitted(names[row], width: left - 12), x: left - 12, y: y + 21, style: "value", anchor: .end)
            for (column, sensitivities) in report.sensitivities.enumerated() {
                let x = left + cell * Double(column)
                guard let found = sensitivities.first(where: { $0.parameter == parameter }) else { continue }
                let width = cell - 76
                svg.rectangle(x: x + 2, y: y + 8, width: width, height: 18, style: "track", radius: 2)
                svg.rectangle(
                    x: x + 2, y: y + 8, width: max(1, width * found.share), height: 18, style: "sweep-share", radius: 2,
                    title: "\(names[row]) explains \(QuantityText.percent(found.share)) of the variance of \(report.results.objectives[column].name)"
                        + (found.logarithmicShare.map { ", \(QuantityText.percent($0)) of that of its logarithm" } ?? ""))
                let chance = x + 2 + width * min(1, found.chance)
                svg.line(x1: chance, y1: y + 5, x2: chance, y2: y + 29, style: "sweep-chance")
                svg.text(QuantityText.percent(found.share), x: x + 2 + width + 6, y: y + 21, style: "value")
            }
        }
        return Plot(
            id: id, heading: "Sensitivity", lead: report.sensitivityNote,
            legend: [("sweep-share", "share of the variance that the parameter explains alone"), ("sweep-chance-mark", "what a parameter without effect would show")],
            drawing: svg)
    }
}
