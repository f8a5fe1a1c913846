import Exploration

/// What the search had after so many points: the hypervolume, and the best of each objective.
enum ConvergencePlot {
    static func plots(_ report: SweepReport) -> [Plot] {
        let convergence = report.convergence, count = report.results.points.count
        var plots: [Plot] = []
        if convergence.hypervolume.count > 1 {
            plots.append(curve(
                id: "plot-hypervolume", heading: "Convergence: hypervolume",
                lead: "Share of the box from the best to the worst feasible value of each objective that the points so far dominate"
                    + (convergence.isEstimated ? ", estimated at \(QuantityText.integer(SweepConvergence.sampleCount)) places of the box. " : ". ")
                    + "Flat at the end: more points would hardly change the front.",
                steps: convergence.hypervolume, count: count, measure: nil))
        }
        for (index, steps) in convergence.best.enumerated() where !steps.isEmpty && count > 1 {
            let measure = report.measures[index]
            plots.append(curve(
                id: "plot-best-\(FrontPlot.slug(measure.name))", heading: "Convergence: best \(measure.name)",
                lead: "The best \(measure.name) among the feasible points so far\(measure.goal.map { "; \($0.betterText)" } ?? "").", steps: steps, count: count, measure: measure))
        }
        return plots
    }

    private static func curve(
        id: String, heading: String, lead: String, steps: [SweepConvergence.Step], count: Int, measure: SweepMeasure?
    ) -> Plot {
        var svg = SVG(width: PlotLayout.width, height: 260)
        let width = PlotLayout.width - 120, height = 190.0
        let share = MeasureText(unit: "%")
        let frame = PlotFrame(
            left: 90, top: 14, width: width, height: height, x: PlotAxis([0, Double(count)], length: width, includesZero: true),
            y: measure == nil ? PlotAxis([0, 1], length: height, includesZero: true) : PlotAxis(steps.map(\.value), length: height))
        frame.draw(
            on: &svg, xText: MeasureText(unit: MeasureText.whole), yText: measure?.text ?? share, xTitle: "points evaluated",
            yTitle: measure?.axisName ?? "hypervolume", ticks: (8, 4), titleDistance: 72)
        var commands = ""
        for (index, step) in steps.enumerated() {
            let place = frame.point(Double(step.points), step.value)
            commands += index == 0 ? "M\(SVG.number(place.x)) \(SVG.number(place.y))" : "H\(SVG.number(place.x))V\(SVG.number(place.y))"
        }
        commands += "H\(SVG.number(frame.point(Double(count), 0).x))"
        svg.path(commands, style: "sweep-front-line")
        if let last = steps.last {
            let place = frame.point(Double(last.points), last.value)
            svg.circle(
                x: place.x, y: place.y, radius: 4, style: "sweep-front",
                title: "\((measure?.text ?? share)(last.value)) after \(QuantityText.integer(last.points)) points")
        }
        return Plot(id: id, heading: heading, lead: lead, drawing: svg)
    }
}
