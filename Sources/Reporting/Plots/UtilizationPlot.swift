import Simulation

/// Utilisation of the arrays over the run: one column an operator, as wide as its time.
enum UtilizationPlot {
    /// Operators next to each other that are drawn as one column, because alone they would be too thin to see.
    private struct Column {
        var first: Int
        var count = 0
        var cycles = 0
        var weighted = 0.0
        var longest = 0
        var bound = OperatorFigures.Bound.none
        var utilization: Double { ratio(weighted, Double(cycles)) }
    }

    static func plot(_ report: RunReport) -> Plot {
        let left = 64.0, right = 34.0, top = 12.0, bottom = 232.0
        let width = PlotLayout.width - left - right
        let record = report.record
        let scale = LinearScale(maximum: report.seconds, length: width)
        var svg = SVG(width: PlotLayout.width, height: bottom + 44)
        svg.timeAxis(scale, x: left, top: top, bottom: bottom, title: "time, operators in order of execution")
        let columns = columns(report, pixelsPerCycle: ratio(width, Double(record.cycles)))
        let vertical = LinearScale(maximum: ceiling(columns.map(\.utilization).max() ?? 1), length: bottom - top)
        for share in vertical.ticks(5) {
            let y = bottom - vertical.position(share)
            svg.line(x1: left, y1: y, x2: left + width, y2: y, style: "grid")
            svg.text(QuantityText.round(QuantityText.significant(share * 100)) + " %", x: left - 8, y: y + 4, style: "tick", anchor: .end)
        }
        svg.text("utilisation", x: 14, y: (top + bottom) / 2, style: "axis", anchor: .middle, turned: true)
        let pixelsPerCycle = ratio(width, Double(record.cycles))
        var x = left
        for column in columns {
            let share = column.utilization
            let pixels = Double(column.cycles) * pixelsPerCycle
            let height = vertical.position(share)
            let name = record.operators[column.first].name
            let which = column.count == 1 ? name : "\(name) and \(column.count - 1) more"
            svg.group("row", title: "\(which): \(QuantityText.percent(share)), \(QuantityText.integer(column.cycles)) cycles") { svg in
                svg.rectangle(x: x, y: top, width: pixels, height: bottom - top, style: "hit")
                // A gap of half a pixel parts the columns that are wide enough for it.
                let gap = pixels > 3 ? 0.5 : 0
                svg.rectangle(
                    x: x + gap, y: bottom - height, width: pixels - 2 * gap, height: height, style: "bound-\(column.bound.rawValue)")
            }
            x += pixels
        }
        let overall = bottom - vertical.position(record.utilization)
        svg.line(x1: left, y1: overall, x2: left + width, y2: overall, style: "mean")
        let above = overall - 6 > top + 8
        svg.text(
            "whole run \(QuantityText.percent(record.utilization))", x: left + width - 4, y: above ? overall - 6 : overall + 14,
            style: "value halo", anchor: .end)
        return Plot(
            id: "plot-utilization", heading: "Utilisation per operator",
            lead: "Multiply-accumulates over those that all arrays could have done. The width of a column is the operator’s time.",
            legend: boundLegend, drawing: svg)
    }

    static let boundLegend = [
        (style: "bound-compute", text: "bound by arithmetic"), (style: "bound-memory", text: "bound by DRAM bandwidth"),
        (style: "bound-none", text: "no multiply-accumulates"),
    ]

    /// The end of the axis: a round share above the largest, so that a run far from its peak can be read as well.
    private static func ceiling(_ largest: Double) -> Double {
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5].first { largest <= $0 * 0.95 } ?? 1
    }

    private static func columns(_ report: RunReport, pixelsPerCycle: Double) -> [Column] {
        var columns: [Column] = []
        for (index, operation) in report.record.operators.enumerated() where operation.cycles > 0 {
            let isThin = { (cycles: Int) in Double(cycles) * pixelsPerCycle < 1 }
            if columns.isEmpty || !(isThin(columns[columns.count - 1].cycles) && isThin(operation.cycles)) {
                columns.append(Column(first: index))
            }
            let last = columns.count - 1
            columns[last].count += 1
            columns[last].cycles += operation.cycles
            columns[last].weighted += report.operators[index].utilization * Double(operation.cycles)
            if operation.cycles > columns[last].longest {
                columns[last].longest = operation.cycles
                columns[last].bound = report.operators[index].bound
            }
        }
        return columns
    }
}
