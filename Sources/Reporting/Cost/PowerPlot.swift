import Cost

/// Power over the run, stacked by what it is spent on.
enum PowerPlot {
    static func plots(_ report: RunReport) -> [Plot] {
        guard let cost = report.cost, cost.power.secondsPerStretch > 0, cost.peakWatts > 0 else { return [] }
        return [plot(cost, seconds: report.seconds)]
    }

    private static func plot(_ cost: RunCost, seconds: Double) -> Plot {
        let left = 76.0, right = 34.0, top = 12.0, bottom = 252.0
        let width = PlotLayout.width - left - right
        var svg = SVG(width: PlotLayout.width, height: bottom + 44)
        svg.timeAxis(LinearScale(maximum: seconds, length: width), x: left, top: top, bottom: bottom, title: "time")
        let totals = cost.power.total
        let vertical = LinearScale(maximum: cost.peakWatts * 1.08, length: bottom - top)
        for tick in vertical.ticks(5) {
            let y = bottom - vertical.position(tick)
            svg.line(x1: left, y1: y, x2: left + width, y2: y, style: "grid")
            svg.text(QuantityText.round(QuantityText.power(watts: tick)), x: left - 8, y: y + 4, style: "tick", anchor: .end)
        }
        svg.text("power", x: 14, y: (top + bottom) / 2, style: "axis", anchor: .middle, turned: true)
        // Leakage at the bottom, since it is always there.
        var below = [Double](repeating: 0, count: totals.count)
        var layers: [(category: CostCategory?, watts: [Double])] = [(category: nil, watts: [Double](repeating: cost.power.leakage, count: totals.count))]
        for (category, watts) in zip(CostCategory.allCases, cost.power.dynamic) { layers.append((category: category, watts: watts)) }
        let pixels = width / Double(max(1, totals.count))
        for layer in layers where layer.watts.contains(where: { $0 > 0 }) {
            let above = zip(below, layer.watts).map { $0 + $1 }
            svg.path(area(below, above, vertical, left: left, bottom: bottom, pixels: pixels), style: CostText.style(layer.category))
            below = above
        }
        for (stretch, watts) in totals.enumerated() {
            let parts = layers.filter { $0.watts[stretch] > 0 }.map { "\($0.category?.rawValue ?? CostText.leakage) \(QuantityText.power(watts: $0.watts[stretch]))" }
            let time = QuantityText.time(seconds: (Double(stretch) + 0.5) * cost.power.secondsPerStretch)
            svg.rectangle(
                x: left + Double(stretch) * pixels, y: top, width: pixels, height: bottom - top, style: "span",
                title: "\(QuantityText.power(watts: watts)) at \(time): \(parts.joined(separator: ", "))")
        }
        let average = bottom - vertical.position(cost.averageWatts)
        svg.line(x1: left, y1: average, x2: left + width, y2: average, style: "mean")
        svg.text("average \(QuantityText.power(watts: cost.averageWatts))", x: left + width - 4, y: average - 6, style: "value halo", anchor: .end)
        return Plot(
            id: "plot-power", heading: "Power over time",
            lead: "In \(totals.count) stretches of \(QuantityText.time(seconds: cost.power.secondsPerStretch)). What an operator took is spread evenly over the time in which units worked on it; shorter peaks are not seen.",
            legend: CostText.legend, drawing: svg)
    }

    /// Steps along the top from left to right, and back along the bottom.
    private static func area(_ below: [Double], _ above: [Double], _ scale: LinearScale, left: Double, bottom: Double, pixels: Double) -> String {
        var path = ""
        func point(_ command: String, _ x: Double, _ watts: Double) {
            path += "\(command)\(SVG.number(left + x * pixels)) \(SVG.number(bottom - scale.position(watts)))"
        }
        for (index, watts) in above.enumerated() {
            point(index == 0 ? "M" : "L", Double(index), watts)
            point("L", Double(index + 1), watts)
        }
        for (index, watts) in below.enumerated().reversed() {
            point("L", Double(index + 1), watts)
            point("L", Double(index), watts)
        }
        return path + "Z"
    }
}
