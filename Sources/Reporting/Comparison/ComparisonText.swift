/// A comparison for the terminal and for Markdown documents.
public enum ComparisonText {
    /// Names of operators without a counterpart that are listed; the rest is counted.
    private static let listed = 12

    /// Two tables: the totals, and the operators by what they took in the first run.
    ///
    /// - Parameter most: operators in the table; `nil` for all.
    public static func text(of comparison: RunComparison, style: TerminalStyle, most: Int? = 30) -> String {
        var lines = comparison.labels.indices.map { run in
            "\(run == 0 ? "base" : "  vs"): \(comparison.runs[run].workload) on \(comparison.runs[run].architecture) (\(comparison.runs[run].path))"
        }.map(TerminalText.visible)
        lines.append("")
        var totals = TerminalTable(
            [.init(title: "Total", isFlexible: true)] + heads(comparison).map { .init(title: $0, isRight: true) })
        totals.rows = comparison.totals.filter(isWorthwhile).map { [$0.measure] + cells($0) }
        lines += totals.lines(style)
        // One table a measure: a row stays readable however many runs there are.
        for (measure, name) in comparison.measures.enumerated() where ["seconds", "dramBytes"].contains(name) || isEnergyTotal(name) {
            let order = order(comparison, measure)
            guard order.contains(where: { comparison.operators[$0].rows[measure].values.contains { ($0 ?? 0) != 0 } }) else { continue }
            let shown = most.map { Array(order.prefix($0)) } ?? order
            var table = TerminalTable(
                [.init(title: "Operator: \(name)", isFlexible: true)] + heads(comparison).map { .init(title: $0, isRight: true) })
            table.rows = shown.map { [comparison.operators[$0].name] + cells(comparison.operators[$0].rows[measure]) }
            lines += [""] + table.lines(style)
            if shown.count < order.count {
                lines.append(style.paint("  … and \(QuantityText.integer(order.count - shown.count)) smaller ones; --all lists them", .dim))
            }
            lines += means(comparison, measure).map { "  " + $0 }
        }
        lines += aloneLines(comparison).flatMap { TerminalText.wrapped(TerminalText.visible($0), columns: style.width) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same tables as Markdown, with all operators.
    public static func markdown(of comparison: RunComparison) -> String {
        var text = "# Comparison\n\n"
        for (run, label) in comparison.labels.enumerated() {
            text += "- \(run == 0 ? "base" : "vs") **\(label)**: \(comparison.runs[run].workload) on \(comparison.runs[run].architecture), \(comparison.runs[run].path)\n"
        }
        let columns = heads(comparison)
        text += "\n" + SweepMarkdown.table(["total"] + columns, comparison.totals.filter(isWorthwhile).map { [$0.measure] + cells($0) }, numeric: 1...)
        for (measure, name) in comparison.measures.enumerated() {
            text += "\n## \(name) by operator\n\n"
            text += SweepMarkdown.table(
                ["operator"] + columns, order(comparison, measure).map { [comparison.operators[$0].name] + cells(comparison.operators[$0].rows[measure]) },
                numeric: 1...)
            let means = means(comparison, measure)
            if !means.isEmpty { text += "\n" + means.joined(separator: "; ") + "\n" }
        }
        let alone = aloneLines(comparison, all: true)
        return alone.isEmpty ? text : text + "\n## Without a counterpart\n\n" + alone.filter { !$0.isEmpty }.map { "- \($0)\n" }.joined()
    }

    // MARK: Parts that the page shares

    /// "tpu-v1", "tpu-v2", "÷ base": values of all runs, then ratios of all but the first.
    static func heads(_ comparison: RunComparison) -> [String] {
        comparison.labels + comparison.labels.dropFirst().map { comparison.labels.count == 2 ? "ratio" : "\($0) ÷ \(comparison.labels[0])" }
    }

    static func cells(_ row: RunComparison.Row) -> [String] {
        let text = MeasureText(unit: MeasureText.unit(ofFigure: row.measure))
        return row.values.map { $0.map { text($0) } ?? QuantityText.missing } + row.values.indices.dropFirst().map { RunComparison.ratioText(row.ratio($0)) }
    }

    /// A total that is zero everywhere says nothing.
    static func isWorthwhile(_ row: RunComparison.Row) -> Bool { row.values.contains { ($0 ?? 0) != 0 } }

    /// Operators, what is largest in the first run first.
    static func order(_ comparison: RunComparison, _ measure: Int) -> [Int] {
        comparison.operators.indices.sorted { first, second in
            let a = comparison.operators[first].rows[measure].values[0] ?? -1, b = comparison.operators[second].rows[measure].values[0] ?? -1
            return a == b ? first < second : a > b
        }
    }

    static func isEnergyTotal(_ name: String) -> Bool {
        name == "energy.joules"
    }

    static func means(_ comparison: RunComparison, _ measure: Int) -> [String] {
        guard comparison.measures[measure] != "utilization" else { return [] }
        return comparison.labels.indices.dropFirst().compactMap { run in
            comparison.meanRatio(measure, run: run).map {
                "geometric mean of \($0.operators) ratios, \(comparison.labels[run]) to \(comparison.labels[0]): \(RunComparison.ratioText($0.ratio))"
            }
        }
    }

    static func aloneLines(_ comparison: RunComparison, all: Bool = false) -> [String] {
        let lines = zip(comparison.labels, comparison.alone).filter { !$0.1.isEmpty }.map { label, names in
            let shown = all ? names : Array(names.prefix(listed))
            let rest = names.count - shown.count
            return "only in \(label): \(shown.joined(separator: ", "))" + (rest > 0 ? " and \(QuantityText.integer(rest)) more" : "")
        }
        return lines.isEmpty ? [] : [""] + lines
    }
}
