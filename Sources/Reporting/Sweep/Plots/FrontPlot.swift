import Exploration

/// All feasible points in two objectives, and the front that no other point beats in these two.
enum FrontPlot {
    /// Above this many, points at the same place to half a pixel are drawn once: the picture is the same, the file stays small.
    static let decimation = 2000

    static func plots(_ report: SweepReport) -> [Plot] { report.objectivePairs.map { plot(report, $0.0, $0.1) } }

    static func plot(_ report: SweepReport, _ first: Int, _ second: Int) -> Plot {
        let a = report.measures[first], b = report.measures[second]
        let points = report.results.points.indices.filter { a.values[$0].isFinite && b.values[$0].isFinite }
        let front = report.ranked.paretoFront([first, second])
        var svg = SVG(width: PlotLayout.width, height: 470)
        let frame = PlotFrame(
            left: 90, top: 14, width: PlotLayout.width - 110, height: 400,
            x: PlotAxis(points.map { a.values[$0] }, length: PlotLayout.width - 110), y: PlotAxis(points.map { b.values[$0] }, length: 400))
        frame.draw(on: &svg, xText: a.text, yText: b.text, xTitle: a.axisTitle, yTitle: b.axisTitle, titleDistance: 72)
        let onFront = Set(front)
        var places: Set<[Int]> = []
        for status in [EvaluatedPoint.Status.beyondLimit, .finished] {
            for index in points where report.results.points[index].status == status && !onFront.contains(index) {
                let place = frame.point(a.values[index], b.values[index])
                let key = [Int(place.x * 2), Int(place.y * 2), status == .finished ? 1 : 0]
                guard points.count <= decimation || places.insert(key).inserted else { continue }
                svg.circle(x: place.x, y: place.y, radius: 2.5, style: status == .finished ? "sweep-point" : "sweep-beyond")
            }
        }
        svg.path(staircase(front.map { frame.point(a.values[$0], b.values[$0]) }), style: "sweep-front-line")
        for index in front {
            let place = frame.point(a.values[index], b.values[index])
            svg.circle(x: place.x, y: place.y, radius: 4.5, style: "sweep-front", title: "Point \(report.results.points[index].number): \(report.configuration(report.results.points[index]))")
        }
        return Plot(
            id: "plot-front-\(slug(a.name))-\(slug(b.name))", heading: "\(a.name) and \(b.name)",
            lead: "Each dot is one configuration. The line joins those that no other beats in both; between them it runs along what they dominate.",
            legend: legend(report), drawing: svg)
    }

    private static func legend(_ report: SweepReport) -> [(style: String, text: String)] {
        let beyond = report.count(.beyondLimit) > 0 ? [(style: "sweep-beyond", text: "beyond a limit")] : []
        return [("sweep-front", "Pareto front"), ("sweep-point", "other feasible points")] + beyond
    }

    /// From point to point along the axes, as far as a front is known: the corner between two neighbours is dominated by neither.
    static func staircase(_ points: [(x: Double, y: Double)]) -> String {
        guard let start = points.first else { return "" }
        var commands = "M\(SVG.number(start.x)) \(SVG.number(start.y))"
        for point in points.dropFirst() { commands += "H\(SVG.number(point.x))V\(SVG.number(point.y))" }
        return commands
    }

    /// `text` as part of an identifier and a file name.
    static func slug(_ text: String) -> String {
        let letters = text.lowercased().unicodeScalars.map { scalar in
            ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
        }
        return String(letters).split(separator: "-").joined(separator: "-")
    }
}

extension SweepMeasure {
    /// "energy (J)".
    var axisName: String { MeasureText.prefixed.contains(unit) ? name : label }
    /// "energy (J), less is better".
    var axisTitle: String { goal.map { "\(axisName), \($0.betterText)" } ?? axisName }
}

extension SweepObjective.Goal {
    /// "less is better".
    var betterText: String { self == .minimize ? "less is better" : "more is better" }
}
