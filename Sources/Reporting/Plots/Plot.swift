import Simulation

/// A drawing with what stands around it in the report.
struct Plot {
    /// Identifies the drawing in the document: `plot-roofline`.
    var id: String
    var heading: String
    /// What is drawn and how to read it, in one or two sentences.
    var lead: String
    /// Entries of its legend: style class and meaning.
    var legend: [(style: String, text: String)] = []
    var drawing: SVG
}

/// Measures that all plots share.
enum PlotLayout {
    static let width = 1080.0
    /// Average advance of the label font, for cutting labels to their column.
    static let characterWidth = 6.4

    static func fitted(_ text: String, width: Double) -> String {
        TerminalText.fitted(text, columns: max(1, Int(width / characterWidth)))
    }

    /// Width of the column that holds `labels`, at most 300.
    static func column(for labels: [String]) -> Double {
        let longest = labels.reduce(0) { max($0, TerminalText.width($1)) }
        return min(300, max(70, Double(longest) * characterWidth + 24))
    }

    /// The eight states for a legend.
    static let stateLegend = UnitState.allCases.map { (style: $0.styleClass, text: $0.name) }
}

extension SVG {
    /// One stacked bar of `activity`, `width` wide in total.
    mutating func stack(_ activity: Activity, x: Double, y: Double, width: Double, height: Double) {
        let total = Double(activity.total)
        guard total > 0 else { return }
        var left = 0.0
        for state in UnitState.allCases {
            let share = Double(state.cycles(in: activity)) / total * width
            // Thinner than a hair is not drawn, but keeps its place.
            if share >= 0.05 {
                rectangle(x: x + left, y: y, width: share, height: height, style: state.styleClass)
            }
            left += share
        }
    }

    /// Grid lines and labels of a horizontal axis of time, from `top` to `bottom`.
    mutating func timeAxis(_ scale: LinearScale, x: Double, top: Double, bottom: Double, title: String) {
        for tick in scale.ticks(8) {
            let position = x + scale.position(tick)
            line(x1: position, y1: top, x2: position, y2: bottom, style: "grid")
            text(QuantityText.round(QuantityText.time(seconds: tick)), x: position, y: bottom + 16, style: "tick", anchor: .middle)
        }
        text(title, x: x + scale.length / 2, y: bottom + 34, style: "axis", anchor: .middle)
    }
}

/// A tooltip's lines on where the cycles went, without the states that have none.
func breakdown(_ activity: Activity) -> String {
    let total = Double(activity.total)
    return UnitState.allCases.filter { $0.cycles(in: activity) > 0 }
        .map { "\($0.name) \(QuantityText.percent(ratio(Double($0.cycles(in: activity)), total)))" }
        .joined(separator: ", ")
}
