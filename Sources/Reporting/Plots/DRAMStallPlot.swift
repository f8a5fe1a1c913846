import Simulation

/// Row hits of a memory whose channels were simulated, and for each timing rule the time in which it held all waiting accesses up.
enum DRAMStallPlot {
    static let id = "plot-dram-stalls"
    static let limit = 24

    static func plots(_ report: RunReport) -> [Plot] {
        var plots: [Plot] = []
        for memory in report.record.memories {
            guard let dram = memory.dram else { continue }
            plots.append(plot(memory.name, dram, id: plots.isEmpty ? id : "\(id)-\(plots.count + 1)"))
        }
        return plots
    }

    private static func plot(_ name: String, _ dram: DRAMRecord, id: String) -> Plot {
        let rules = dram.stalls.prefix(limit)
        let labels = PlotLayout.column(for: rules.map(\.rule) + ["rows of the banks"]), values = 200.0, rowHeight = 20.0, top = 6.0
        let length = PlotLayout.width - labels - values
        let accesses = dram.rowHits + dram.rowMisses + dram.rowConflicts
        let first = top + 44
        let bottom = first + Double(max(1, rules.count)) * rowHeight + 4
        var svg = SVG(width: PlotLayout.width, height: bottom + 44)
        rows(&svg, dram, accesses: accesses, x: labels, y: top, width: length)
        let total = Double(dram.cycles) * Double(max(1, dram.busUtilization.count))
        let scale = LinearScale(maximum: max(ratio(Double(rules.first?.cycles ?? 0), total), 0.001), length: length)
        for tick in scale.ticks(6) {
            let x = labels + scale.position(tick)
            svg.line(x1: x, y1: first, x2: x, y2: bottom, style: "grid")
            svg.text(QuantityText.round(QuantityText.significant(tick * 100)) + " %", x: x, y: bottom + 16, style: "tick", anchor: .middle)
        }
        svg.text("share of the channels’ cycles", x: labels + length / 2, y: bottom + 34, style: "axis", anchor: .middle)
        for (index, rule) in rules.enumerated() {
            let y = first + Double(index) * rowHeight
            let group = DRAMStallGroup(rule: rule.rule)
            let share = ratio(Double(rule.cycles), total)
            let title = "\(rule.rule), \(QuantityText.integer(rule.cycles)) cycles of all channels: \(group.explanation)"
            svg.group("row", title: title) { svg in
                svg.rectangle(x: 0, y: y, width: PlotLayout.width, height: rowHeight, style: "hit")
                svg.text(PlotLayout.fitted(rule.rule, width: labels - 12), x: labels - 10, y: y + 14, style: "label", anchor: .end)
                let width = scale.position(share)
                svg.rectangle(x: labels, y: y + 3, width: max(0.75, width), height: rowHeight - 6, style: "stall-\(group.style)")
                svg.text("\(QuantityText.percent(share)) · \(group.rawValue)", x: labels + width + 8, y: y + 14, style: "value")
            }
        }
        if rules.isEmpty { svg.text("no access ever waited", x: labels, y: first + 14, style: "label") }
        let hidden = dram.stalls.count - rules.count
        return Plot(
            id: id, heading: "Rows and stalls of \(name)",
            lead: "\(dram.standard), \(dram.busUtilization.count) channel\(dram.busUtilization.count == 1 ? "" : "s"): how accesses found their row, and the cycles in which accesses "
                + "waited and no command could be issued, by the timing rule that the next one waited for. A rule of the data bus may hold "
                + "commands up while data flow at full rate." + (hidden > 0 ? " \(hidden) more rules are in summary.json." : ""),
            legend: [
                (style: "row-hit", text: "row open"), (style: "row-miss", text: "no row open"), (style: "row-conflict", text: "another row open"),
            ] + DRAMStallGroup.legend(of: dram), drawing: svg)
    }

    /// One bar of all accesses.
    private static func rows(_ svg: inout SVG, _ dram: DRAMRecord, accesses: Int, x: Double, y: Double, width: Double) {
        let parts = [("row-hit", "hits", dram.rowHits), ("row-miss", "misses", dram.rowMisses), ("row-conflict", "conflicts", dram.rowConflicts)]
        let text = parts.map { "\(QuantityText.percent(ratio(Double($0.2), Double(accesses)))) \($0.1)" }.joined(separator: ", ")
        svg.group("row", title: "\(QuantityText.integer(accesses)) accesses: \(text)") { svg in
            svg.rectangle(x: 0, y: y, width: PlotLayout.width, height: 30, style: "hit")
            svg.text("rows of the banks", x: x - 10, y: y + 19, style: "label strong", anchor: .end)
            var left = x
            for (style, _, count) in parts {
                let share = ratio(Double(count), Double(accesses)) * width
                if share >= 0.05 { svg.rectangle(x: left, y: y + 5, width: share, height: 20, style: style) }
                left += share
            }
            svg.text("\(QuantityText.percent(dram.rowHitRate)) row hits", x: x + width + 8, y: y + 19, style: "value")
        }
    }
}

extension DRAMStallGroup {
    /// Name of its style class, behind "stall-".
    var style: String {
        switch self {
        case .rowConflicts: "rows"
        case .activates: "activates"
        case .dataBus: "bus"
        case .bankGroups: "groups"
        case .turnaround: "turnaround"
        case .refresh: "refresh"
        case .commandBus: "commands"
        case .powerDown, .other, .unevenChannels, .noRequest: "other"
        }
    }

    static func legend(of dram: DRAMRecord) -> [(style: String, text: String)] {
        sums(of: dram).map { (style: "stall-\($0.group.style)", text: $0.group.rawValue) }
    }
}
