import Simulation

/// What every unit did when: spans of operators, and how busy the unit was within them.
enum TimelinePlot {
    static let unitLimit = 48
    /// Spans that are drawn of each unit; the longest where there are more.
    static let spanLimit = 600
    private static let bins = 440

    static func plot(_ report: RunReport) -> Plot {
        let record = report.record
        let units = record.units.prefix(unitLimit)
        let left = PlotLayout.column(for: units.map(\.name) + ["operator"]), right = 34.0, top = 6.0, rowHeight = 34.0
        let width = PlotLayout.width - left - right
        let last = record.spans.reduce(record.cycles) { max($0, $1.end) }
        let period = Double(record.clockPeriodFemtoseconds) * 1e-15
        let scale = LinearScale(maximum: Double(last) * period, length: width)
        let bottom = top + Double(units.count + 1) * rowHeight
        var svg = SVG(width: PlotLayout.width, height: bottom + 44)
        svg.timeAxis(scale, x: left, top: top, bottom: bottom, title: "time")
        let pixelsPerCycle = ratio(width, Double(last))
        operators(record, &svg, x: left, y: top + 4, height: rowHeight - 10, pixelsPerCycle: pixelsPerCycle)
        var spans = [[Span]](repeating: [], count: record.units.count)
        for span in record.spans where spans.indices.contains(span.unit) && span.end > span.start { spans[span.unit].append(span) }
        for (index, unit) in units.enumerated() {
            let y = top + Double(index + 1) * rowHeight + 3
            let height = rowHeight - 8
            svg.text(PlotLayout.fitted(unit.name, width: left - 18), x: left - 10, y: y + height / 2 + 4, style: "label", anchor: .end)
            svg.rectangle(x: left, y: y, width: width, height: height, style: "track")
            let area = density(spans[index], last: last, x: left, y: y, width: width, height: height)
            svg.path(area, style: "kind-\(unit.kind.rawValue)")
            for span in shown(spans[index]) {
                let name = record.operators.indices.contains(span.operatorIndex) ? record.operators[span.operatorIndex].name : ""
                let busy = ratio(Double(span.busy), Double(span.end - span.start))
                svg.rectangle(
                    x: left + Double(span.start) * pixelsPerCycle, y: y, width: max(0.5, Double(span.end - span.start) * pixelsPerCycle),
                    height: height, style: "span",
                    title: "\(name) on \(unit.name): cycles \(QuantityText.integer(span.start)) to "
                        + "\(QuantityText.integer(span.end)), busy \(QuantityText.percent(busy))")
            }
        }
        let hidden = record.units.count - units.count
        return Plot(
            id: "plot-timeline", heading: "Timeline",
            lead: "The first row shows which operator was pushing out the end of the run. Below, the height of a unit’s colour is how "
                + "busy it was; point at it to see the operators it worked on."
                + (hidden > 0 ? " \(hidden) more units are in summary.json." : ""),
            legend: [
                (style: "kind-systolic-array", text: "systolic array"), (style: "kind-vector", text: "vector unit"),
                (style: "kind-dma", text: "DMA engine"),
            ],
            drawing: svg)
    }

    /// The operators' own times laid end to end, as they are defined; thin ones melt into their neighbours.
    private static func operators(
        _ record: ExecutionRecord, _ svg: inout SVG, x: Double, y: Double, height: Double, pixelsPerCycle: Double
    ) {
        svg.text("operator", x: x - 10, y: y + height / 2 + 4, style: "label", anchor: .end)
        var end = 0, pending = 0, merged = 0, shade = false
        let order = record.operators.indices.filter { record.operators[$0].cycles > 0 }
            .sorted { (record.operators[$0].end, $0) < (record.operators[$1].end, $1) }
        for (place, index) in order.enumerated() {
            pending += record.operators[index].cycles
            merged += 1
            end += record.operators[index].cycles
            let width = Double(pending) * pixelsPerCycle
            guard width >= 1 || place == order.count - 1 else { continue }
            let name = record.operators[index].name
            let left = x + Double(end - pending) * pixelsPerCycle
            let title = merged == 1 ? name : "\(merged) operators up to \(name)"
            svg.group("row", title: "\(title): \(QuantityText.integer(pending)) cycles") { svg in
                svg.rectangle(x: left, y: y, width: width, height: height, style: shade ? "block odd" : "block")
                if width > 44 && merged == 1 {
                    svg.text(PlotLayout.fitted(name, width: width - 10), x: left + 5, y: y + height / 2 + 4, style: "block-label")
                }
            }
            shade.toggle()
            pending = 0
            merged = 0
        }
    }

    /// The outline of a step curve: for each slice of the run, the share of it in which the unit was busy, taking the busy cycles
    /// of a span as spread evenly over it.
    private static func density(_ spans: [Span], last: Int, x: Double, y: Double, width: Double, height: Double) -> String {
        var busy = [Double](repeating: 0, count: bins)
        let binCycles = Double(max(1, last)) / Double(bins)
        for span in spans {
            let rate = Double(span.busy) / Double(span.end - span.start)
            let first = Double(span.start) / binCycles, end = Double(span.end) / binCycles
            for bin in max(0, Int(first))..<max(max(0, Int(first)), min(bins, Int(end.rounded(.up)))) {
                busy[bin] += rate * (min(end, Double(bin + 1)) - max(first, Double(bin)))
            }
        }
        var commands = "M\(SVG.number(x)) \(SVG.number(y + height))"
        var level = 0.0
        for bin in 0..<bins {
            let next = (min(1, busy[bin]) * height * 4).rounded() / 4
            guard next != level else { continue }
            commands += "H\(SVG.number(x + Double(bin) / Double(bins) * width))V\(SVG.number(y + height - next))"
            level = next
        }
        return commands + "H\(SVG.number(x + width))V\(SVG.number(y + height))Z"
    }

    private static func shown(_ spans: [Span]) -> [Span] {
        guard spans.count > spanLimit else { return spans }
        let longest = spans.indices.sorted { (spans[$1].end - spans[$1].start, $0) < (spans[$0].end - spans[$0].start, $1) }
        return longest.prefix(spanLimit).sorted().map { spans[$0] }
    }
}
