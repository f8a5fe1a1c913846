import Exploration

/// A sweep for the terminal: what it was, its front, what matters, and what failed.
public enum SweepSummary {
    /// Points of the front that are listed.
    private static let rows = 15

    public static func text(of report: SweepReport, style: TerminalStyle) -> String {
        let results = report.results
        var lines = [style.paint(TerminalText.visible(report.title), .heading)]
        var facts = TerminalTable([.init(title: "", role: .dim), .init(title: "", isFlexible: true)])
        facts.rows = report.facts.filter { $0.name != "Fixed" }.map { [$0.name, $0.text] }
        lines += facts.lines(style)
        let front = report.alongFront(rows)
        lines += ["", style.paint("Pareto front", .heading) + (front.count < report.front.count ? ", \(front.count) of \(QuantityText.integer(report.front.count)) points" : "")]
        if front.isEmpty { lines.append("  no point is feasible") } else {
            var table = TerminalTable(
                [.init(title: "Point", isRight: true)] + report.objectives.map { .init(title: $0.name, isRight: true) } + [.init(title: "Configuration", isFlexible: true)])
            table.rows = front.map { index in
                [String(results.points[index].number)] + report.objectives.map { $0.text($0.values[index]) } + [report.configuration(results.points[index])]
            }
            lines += table.lines(style)
        }
        let strongest = zip(results.objectives, report.sensitivities).compactMap { objective, sensitivities -> [String]? in
            let order = sensitivities.enumerated().sorted { (-$0.element.share, $0.offset) < (-$1.element.share, $1.offset) }.map(\.element).prefix(4)
            guard !order.isEmpty else { return nil }
            return [objective.name, order.map { "\(results.parameters[$0.parameter].name) \(QuantityText.percent($0.share))" }.joined(separator: ", ")]
        }
        if !strongest.isEmpty {
            var table = TerminalTable([.init(title: "", role: .dim), .init(title: "", isFlexible: true)])
            table.rows = strongest
            lines += ["", style.paint("Variance explained by one parameter alone", .heading)] + table.lines(style)
        }
        if !report.failures.isEmpty {
            var table = TerminalTable([.init(title: "", isRight: true), .init(title: "", isFlexible: true)])
            table.rows = report.failures.prefix(5).map { [QuantityText.integer($0.points.count), $0.reason] }
            lines += ["", style.paint("Points without a result", .heading)] + table.lines(style)
            if report.failures.count > 5 { lines.append("  … and \(QuantityText.integer(report.failures.count - 5)) rarer reasons") }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
