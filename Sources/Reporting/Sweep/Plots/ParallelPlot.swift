import Exploration

/// Parallel coordinates for paper: every feasible configuration is a line through its parameters and objectives.
///
/// Source: Inselberg, "The plane with parallel coordinates", The Visual Computer 1985.
enum ParallelPlot {
    static let id = "plot-parallel"
    /// Lines behind the front; evenly chosen from the feasible points where there are more.
    static let lines = 400
    private static let height = 340.0, top = 44.0

    private struct Axis {
        var name: String
        var positions: [Double]
        var labels: [(text: String, position: Double)]
    }

    static func plot(_ report: SweepReport) -> Plot? {
        let axes = axes(report)
        guard axes.count > 1 else { return nil }
        var svg = SVG(width: PlotLayout.width, height: top + height + 26)
        let left = 50.0, step = (PlotLayout.width - left - 60) / Double(axes.count - 1)
        let feasible = report.results.points.indices.filter { report.results.points[$0].status == .finished }
        let front = Set(report.front)
        let background = feasible.filter { !front.contains($0) }
        let every = max(1, (background.count + lines - 1) / lines)
        func draw(_ index: Int, _ style: String) {
            guard axes.allSatisfy({ $0.positions[index].isFinite }) else { return }
            let commands = axes.enumerated().map { position, axis in
                (position == 0 ? "M" : "L") + "\(SVG.number(left + step * Double(position))) \(SVG.number(top + height * (1 - axis.positions[index])))"
            }
            svg.path(commands.joined(), style: style)
        }
        for position in stride(from: 0, to: background.count, by: every) { draw(background[position], "sweep-line") }
        for index in report.front { draw(index, "sweep-line-front") }
        for (position, axis) in axes.enumerated() {
            let x = left + step * Double(position)
            svg.line(x1: x, y1: top, x2: x, y2: top + height, style: "frame-line")
            // Titles of neighbours stand in two rows, so that long names do not meet.
            svg.text(PlotLayout.fitted(axis.name, width: step * 2 - 8), x: x, y: position % 2 == 0 ? 14 : 30, style: "strong", anchor: .middle)
            for label in axis.labels {
                svg.text(label.text, x: x + 5, y: top + height * (1 - label.position) + 4, style: "tick halo")
            }
        }
        let shown = every == 1 ? "" : " Of \(QuantityText.integer(background.count)) other points one in \(every) is drawn."
        return Plot(
            id: id, heading: "Parallel coordinates", lead: "Each line is one feasible configuration, through its parameters and its objectives.\(shown)",
            legend: [("sweep-front", "Pareto front"), ("sweep-point", "other feasible points")], drawing: svg)
    }

    private static func axes(_ report: SweepReport) -> [Axis] {
        let points = report.results.points
        let parameters = report.varied.map { parameter in
            let values = report.results.parameters[parameter].values, last = Double(max(1, values.count - 1))
            let every = max(1, (values.count + 11) / 12)
            return Axis(
                name: report.results.parameters[parameter].name, positions: points.map { Double($0.point.choices[parameter]) / last },
                labels: stride(from: 0, to: values.count, by: every).map { (values[$0].description, Double($0) / last) })
        }
        let objectives = report.objectives.map { measure in
            let axis = PlotAxis(points.indices.map { points[$0].status == .finished ? measure.values[$0] : .nan }, length: 1)
            return Axis(
                name: measure.name, positions: measure.values.map { $0.isFinite ? axis.position($0) : .nan },
                labels: axis.ticks(6).map { (measure.text.tick($0), axis.position($0)) })
        }
        return parameters + objectives
    }
}
