import MemorySystem

/// Mean and 99th-percentile latency over the load, up to saturation.
enum LatencyLoadPlot {
    /// The axis ends at this many times the latency of the empty network.
    private static let range = 6.0

    static func plot(_ report: NetworkReport, _ curve: NetworkCurve) -> Plot {
        let zeroLoad = report.analysis.zeroLoadLatency.mean
        let points = curve.points.filter { !$0.isSaturated && $0.meanLatency != nil }
        let highest = points.map { max($0.meanLatency ?? 0, Double($0.percentile99Latency ?? 0)) }.max() ?? zeroLoad
        let frame = CurveFrame(
            loads: LinearScale(maximum: curve.points.map(\.load).max() ?? 1, length: CurveFrame.width),
            values: LinearScale(maximum: min(range * zeroLoad, max(highest * 1.05, 1.5 * zeroLoad)), length: CurveFrame.height))
        var svg = frame.axes(value: "latency (cycles)") { QuantityText.round(QuantityText.significant($0)) }
        svg.line(x1: frame.left, y1: frame.y(zeroLoad), x2: frame.right, y2: frame.y(zeroLoad), style: "mean")
        svg.text("empty network: \(QuantityText.fixed(zeroLoad, decimals: 2))", x: frame.right - 4, y: frame.y(zeroLoad) - 6, style: "value halo", anchor: .end)
        frame.marks(&svg, report, curve)
        for (style, value) in [("second", { (point: NetworkMeasurement) in point.percentile99Latency.map(Double.init) }), ("first", \.meanLatency)] {
            frame.curve(&svg, points.compactMap { point in value(point).map { (point.load, $0) } }, style: style) { load, latency in
                "\(style == "first" ? "mean" : "99 %") \(QuantityText.fixed(latency, decimals: style == "first" ? 2 : 0)) cycles at load \(NetworkReport.load(load))"
            }
        }
        if points.isEmpty { svg.text("saturated at every load", x: frame.left + 12, y: CurveFrame.bottom - 12, style: "label") }
        return Plot(
            id: "plot-latency-load", heading: "Latency against load",
            lead: "Cycles from a packet’s creation to its delivery, waiting in the source queue included. Where the network is saturated there is no latency to draw.",
            legend: [("dot-first", "mean"), ("dot-second", "99 of 100 packets take no longer")], drawing: svg)
    }
}

/// What the network delivers over what it is offered.
enum AcceptedLoadPlot {
    static func plot(_ report: NetworkReport, _ curve: NetworkCurve) -> Plot {
        let largest = curve.points.map(\.load).max() ?? 1
        let frame = CurveFrame(
            loads: LinearScale(maximum: largest, length: CurveFrame.width), values: LinearScale(maximum: largest, length: CurveFrame.height))
        var svg = frame.axes(value: "accepted load") { QuantityText.round(NetworkReport.load($0)) }
        svg.line(x1: frame.left, y1: CurveFrame.bottom, x2: frame.right, y2: frame.y(largest), style: "mean")
        frame.marks(&svg, report, curve)
        frame.curve(&svg, curve.points.map { ($0.load, $0.accepted) }, style: "first") { load, accepted in
            "\(NetworkReport.load(accepted)) delivered of \(NetworkReport.load(load)) offered, \(report.bandwidth(accepted)) per terminal"
        }
        return Plot(
            id: "plot-accepted-load", heading: "Accepted load",
            lead: "Flits per terminal and cycle that arrive, over those that are created. Below saturation everything arrives: the dashed line.",
            legend: [("dot-first", "accepted")], drawing: svg)
    }
}

/// Axes and curves that plots over the load share.
struct CurveFrame {
    static let width = PlotLayout.width - 86 - 34
    static let height = 330.0
    static let bottom = 344.0

    let loads: LinearScale
    let values: LinearScale
    let left = 86.0
    var right: Double { left + CurveFrame.width }
    private var top: Double { CurveFrame.bottom - CurveFrame.height }

    func x(_ load: Double) -> Double { left + loads.position(load) }
    func y(_ value: Double) -> Double { CurveFrame.bottom - values.position(value) }

    func axes(value title: String, text: (Double) -> String) -> SVG {
        var svg = SVG(width: PlotLayout.width, height: CurveFrame.bottom + 46)
        for tick in loads.ticks(10) {
            svg.line(x1: x(tick), y1: top, x2: x(tick), y2: CurveFrame.bottom, style: "grid")
            svg.text(QuantityText.round(NetworkReport.load(tick)), x: x(tick), y: CurveFrame.bottom + 16, style: "tick", anchor: .middle)
        }
        for tick in values.ticks(8) {
            svg.line(x1: left, y1: y(tick), x2: right, y2: y(tick), style: "grid")
            svg.text(text(tick), x: left - 8, y: y(tick) + 4, style: "tick", anchor: .end)
        }
        svg.text("offered load (flits per terminal and cycle)", x: (left + right) / 2, y: CurveFrame.bottom + 36, style: "axis", anchor: .middle)
        svg.text(title, x: 22, y: (top + CurveFrame.bottom) / 2, style: "axis", anchor: .middle, turned: true)
        return svg
    }

    /// Vertical lines where the network saturates and where the busiest channel would be full.
    func marks(_ svg: inout SVG, _ report: NetworkReport, _ curve: NetworkCurve) {
        var marks: [(load: Double, text: String)] = []
        if let saturation = curve.saturation, saturation.load < 1 { marks.append((saturation.load, "saturation \(NetworkReport.load(saturation.load))")) }
        if let bound = report.analysis.bound { marks.append((bound.load, "bound \(NetworkReport.load(bound.load))")) }
        for (index, mark) in marks.enumerated() where mark.load <= loads.maximum {
            svg.line(x1: x(mark.load), y1: top, x2: x(mark.load), y2: CurveFrame.bottom, style: "axis-line")
            svg.text(mark.text, x: x(mark.load) - 5, y: top + 14 + Double(index) * 16, style: "value halo", anchor: .end)
        }
    }

    /// Lines through the points, cut where they leave the frame, and the points with what they say.
    func curve(_ svg: inout SVG, _ points: [(Double, Double)], style: String, title: (Double, Double) -> String) {
        var commands = ""
        var last: (Double, Double)?
        for (load, value) in points {
            if let last, last.1 <= values.maximum {
                var (toLoad, toValue) = (load, value)
                if value > values.maximum {
                    toLoad = last.0 + (load - last.0) * (values.maximum - last.1) / (value - last.1)
                    toValue = values.maximum
                }
                commands += "M\(SVG.number(x(last.0))) \(SVG.number(y(last.1)))L\(SVG.number(x(toLoad))) \(SVG.number(y(toValue)))"
            }
            last = (load, value)
        }
        if !commands.isEmpty { svg.path(commands, style: "curve-\(style)") }
        for (load, value) in points where value <= values.maximum {
            svg.circle(x: x(load), y: y(value), radius: 4, style: "dot-\(style)", title: title(load, value))
        }
    }
}
