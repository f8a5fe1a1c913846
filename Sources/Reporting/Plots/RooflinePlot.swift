import Simulation

/// Achieved throughput over arithmetic intensity, under the roof that peak arithmetic and DRAM bandwidth make.
///
/// Source: Williams, Waterman and Patterson, "Roofline", CACM 2009.
enum RooflinePlot {
    /// Operators at the same place, with the same size: drawn as one point.
    private struct Point {
        var x: Double, y: Double, radius: Double
        var bound: OperatorFigures.Bound
        var operators: [Int]
    }

    static func plot(_ report: RunReport) -> Plot {
        let left = 86.0, right = 34.0, top = 14.0, bottom = 396.0
        let drawn = report.operators.indices.filter {
            report.record.operators[$0].macs > 0 && report.operators[$0].operationsPerSecond > 0
        }
        // Without DRAM traffic the intensity has no bound: such operators stand in a column of their own.
        let beside = drawn.contains { report.operators[$0].arithmeticIntensity == nil } ? 76.0 : 0
        let width = PlotLayout.width - left - right - beside
        let peak = report.peakOperationsPerSecond, bandwidth = report.peakDRAMBytesPerSecond
        let ridge = bandwidth > 0 ? peak / bandwidth : 0
        let intensities = drawn.compactMap { report.operators[$0].arithmeticIntensity }
        let horizontal = LogScale(covering: intensities + [ridge * 4, ridge / 4], length: width)
        let vertical = LogScale(covering: drawn.map { report.operators[$0].operationsPerSecond } + [peak * 1.2], length: bottom - top)
        func x(_ value: Double) -> Double { left + horizontal.position(value) }
        func y(_ value: Double) -> Double { bottom - vertical.position(value) }

        var svg = SVG(width: PlotLayout.width, height: bottom + 46)
        for decade in horizontal.decades {
            svg.line(x1: x(decade), y1: top, x2: x(decade), y2: bottom, style: "grid")
            svg.text(
                QuantityText.round(QuantityText.significant(decade)),
                x: x(decade), y: bottom + 16, style: "tick", anchor: .middle)
        }
        for decade in vertical.decades {
            svg.line(x1: left, y1: y(decade), x2: left + width, y2: y(decade), style: "grid")
            svg.text(
                QuantityText.round(QuantityText.operationRate(perSecond: decade)),
                x: left - 8, y: y(decade) + 4, style: "tick", anchor: .end)
        }
        svg.text(
            "arithmetic intensity (operations per byte of DRAM traffic)",
            x: left + width / 2, y: bottom + 36, style: "axis", anchor: .middle)
        svg.text("throughput", x: 14, y: (top + bottom) / 2, style: "axis", anchor: .middle, turned: true)
        roof(&svg, x: x, y: y, horizontal: horizontal, vertical: vertical, peak: peak, bandwidth: bandwidth, ridge: ridge)

        let outside = left + width + beside / 2
        for point in points(report, drawn, x: { $0.map(x) ?? outside }, y: y) {
            svg.circle(
                x: point.x, y: point.y, radius: point.radius, style: "point bound-\(point.bound.rawValue)",
                title: title(of: point.operators, in: report))
        }
        if beside > 0 {
            svg.line(x1: left + width + 8, y1: top, x2: left + width + 8, y2: bottom, style: "axis-line")
            svg.text("no DRAM", x: outside, y: bottom + 16, style: "tick", anchor: .middle)
            svg.text("traffic", x: outside, y: bottom + 30, style: "tick", anchor: .middle)
        }
        if drawn.isEmpty { svg.text("no operator multiplies", x: left + 12, y: bottom - 12, style: "label") }
        let silent = report.operators.count - drawn.count
        return Plot(
            id: "plot-roofline", heading: "Roofline",
            lead: "Every operator with multiply-accumulates as a point, larger the more time it takes, under the most that the arrays "
                + "and the DRAM allow." + (silent > 0 ? " \(QuantityText.integer(silent)) operators multiply nothing." : ""),
            legend: Array(UtilizationPlot.boundLegend.prefix(2)), drawing: svg)
    }

    private static func roof(
        _ svg: inout SVG, x: (Double) -> Double, y: (Double) -> Double, horizontal: LogScale, vertical: LogScale, peak: Double,
        bandwidth: Double, ridge: Double
    ) {
        guard peak > 0 else { return }
        let start = max(horizontal.minimum, bandwidth > 0 ? vertical.minimum / bandwidth : 0)
        var commands = "M\(SVG.number(x(horizontal.minimum))) \(SVG.number(y(peak)))"
        if bandwidth > 0 && ridge > start {
            commands = "M\(SVG.number(x(start))) \(SVG.number(y(start * bandwidth)))"
            commands += "L\(SVG.number(x(ridge))) \(SVG.number(y(peak)))"
        }
        svg.path(commands + "H\(SVG.number(x(horizontal.maximum)))", style: "roof")
        svg.text(
            "peak \(QuantityText.operationRate(perSecond: peak))", x: x(horizontal.maximum) - 4, y: y(peak) - 7, style: "value halo", anchor: .end)
        guard bandwidth > 0 else { return }
        svg.circle(
            x: x(ridge), y: y(peak), radius: 3.5, style: "ridge", title: "ridge at \(QuantityText.significant(ridge)) operations/byte")
        svg.text(
            "DRAM \(QuantityText.bandwidth(bytesPerSecond: bandwidth)) · ridge at \(QuantityText.significant(ridge)) operations/byte",
            x: x(ridge) - 8, y: y(peak) - 7, style: "value halo", anchor: .end)
    }

    private static func points(
        _ report: RunReport, _ drawn: [Int], x: (Double?) -> Double, y: (Double) -> Double
    ) -> [Point] {
        struct Place: Hashable { var x: Int, y: Int, radius: Int }
        var points: [Point] = []
        var known: [Place: Int] = [:]
        for index in drawn {
            let figures = report.operators[index]
            let point = Point(
                x: x(figures.arithmeticIntensity), y: y(figures.operationsPerSecond), radius: 4 + 12 * figures.timeShare.squareRoot(),
                bound: figures.bound, operators: [index])
            let place = Place(x: Int(point.x * 2), y: Int(point.y * 2), radius: Int(point.radius * 2))
            if let same = known[place] {
                points[same].operators.append(index)
            } else {
                known[place] = points.count
                points.append(point)
            }
        }
        // Large ones first: a small one on top of them can still be pointed at.
        return points.sorted { ($0.radius, $1.operators[0]) > ($1.radius, $0.operators[0]) }
    }

    private static func title(of operators: [Int], in report: RunReport) -> String {
        guard let first = operators.first else { return "" }
        let figures = report.operators[first]
        var names = operators.prefix(5).map { report.record.operators[$0].name }.joined(separator: ", ")
        if operators.count > 5 { names += " and \(operators.count - 5) more" }
        let intensity = figures.arithmeticIntensity.map { QuantityText.significant($0) + " operations/byte" } ?? "no DRAM traffic"
        return "\(names): \(intensity), \(QuantityText.operationRate(perSecond: figures.operationsPerSecond)), "
            + "utilisation \(QuantityText.percent(figures.utilization)), \(QuantityText.time(seconds: figures.seconds))"
            + (figures.roofline.map { "; \(QuantityText.percent($0.attained)) of its roof: \($0.reason)" } ?? "")
    }
}
