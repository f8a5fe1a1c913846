import Exploration

/// How one objective goes with each parameter: mean and best over the feasible points that have a value.
enum ValueCurvesPlot {
    static func plots(_ report: SweepReport) -> [Plot] {
        report.results.objectives.indices.compactMap { plot(report, $0) }
    }

    private static let columns = 3
    /// Names beyond this many have no chart: it would be a cloud.
    private static let mostLevels = 100
    private static let chartHeight = 150.0, rowHeight = 232.0, gap = 28.0, left = 70.0

    static func plot(_ report: SweepReport, _ objective: Int) -> Plot? {
        let measure = report.measures[objective]
        // Parameters in the order of what they explain: the eye starts at what matters.
        let order = report.sensitivities[objective].enumerated().sorted { (-$0.element.share, $0.offset) < (-$1.element.share, $1.offset) }.map(\.element)
            .filter { $0.levels.count <= mostLevels }
        guard !order.isEmpty else { return nil }
        // The gap behind the last column too: the label of its last value stands out of the chart.
        let chartWidth = (PlotLayout.width - Double(columns) * (left + gap)) / Double(columns)
        let isMinimized = report.results.objectives[objective].goal == .minimize
        let values = order.flatMap { $0.levels.flatMap { [$0.mean, isMinimized ? $0.least : $0.most] } }
        let axis = PlotAxis(values, length: chartHeight)
        let rows = (order.count + columns - 1) / columns
        var svg = SVG(width: PlotLayout.width, height: rowHeight * Double(rows))
        for (index, sensitivity) in order.enumerated() {
            let x = Double(index % columns) * (left + chartWidth + gap) + left, y = Double(index / columns) * rowHeight + 26
            draw(report, sensitivity, measure, axis, isMinimized, x: x, y: y, width: chartWidth, on: &svg)
        }
        return Plot(
            id: "plot-values-\(FrontPlot.slug(measure.name))", heading: "\(measure.name) by parameter",
            lead: "\(measure.axisTitle), over the feasible points with each value; parameters that explain most come first.",
            legend: [("sweep-mean", "mean"), ("sweep-best", isMinimized ? "least" : "most")], drawing: svg)
    }

    private static func draw(
        _ report: SweepReport, _ sensitivity: ParameterSensitivity, _ measure: SweepMeasure, _ axis: PlotAxis, _ isMinimized: Bool,
        x: Double, y: Double, width: Double, on svg: inout SVG
    ) {
        let parameter = report.results.parameters[sensitivity.parameter], levels = sensitivity.levels
        svg.text(
            PlotLayout.fitted("\(parameter.name), \(QuantityText.percent(sensitivity.share))", width: width), x: x, y: y - 9, style: "strong")
        for tick in axis.ticks(4) {
            let height = y + chartHeight - axis.position(tick)
            svg.line(x1: x, y1: height, x2: x + width, y2: height, style: "grid")
            svg.text(measure.text.tick(tick), x: x - 7, y: height + 4, style: "tick", anchor: .end)
        }
        svg.line(x1: x, y1: y + chartHeight, x2: x + width, y2: y + chartHeight, style: "frame-line")
        func place(_ position: Int) -> Double { x + width * (Double(position) + 0.5) / Double(levels.count) }
        for (style, value) in [("sweep-mean", { $0.mean }), ("sweep-best", { isMinimized ? $0.least : $0.most })] as [(String, (ParameterSensitivity.Level) -> Double)] {
            let points = levels.indices.map { (place($0), y + chartHeight - axis.position(value(levels[$0]))) }
            if parameter.isOrdered {
                let commands = points.enumerated().map { ($0 == 0 ? "M" : "L") + "\(SVG.number($1.0)) \(SVG.number($1.1))" }.joined()
                svg.path(commands, style: style + "-line")
            }
            for (level, point) in zip(levels, points) {
                svg.circle(
                    x: point.0, y: point.1, radius: 3, style: style,
                    title: "\(parameter.name) \(level.text(parameter)): mean \(measure.text(level.mean)), least \(measure.text(level.least)), most \(measure.text(level.most)), \(QuantityText.integer(level.count)) points")
            }
        }
        let labels = levels.map { $0.text(parameter) }
        let room = width / Double(levels.count)
        let widest = labels.map { Double(TerminalText.width($0)) * PlotLayout.characterWidth + 8 }.max() ?? 0
        if widest <= room || parameter.isOrdered {
            let every = max(1, Int((widest / room).rounded(.up)))
            for position in stride(from: 0, to: levels.count, by: every) {
                svg.text(labels[position], x: place(position), y: y + chartHeight + 17, style: "tick", anchor: .middle)
            }
        } else {
            // Names that do not fit side by side stand in two rows by turns, cut to the room of two.
            for position in levels.indices {
                svg.text(
                    PlotLayout.fitted(labels[position], width: min(room * 2, width * 0.6) - 4), x: place(position),
                    y: y + chartHeight + 17 + Double(position % 2) * 15, style: "tick", anchor: .middle)
            }
        }
    }
}
