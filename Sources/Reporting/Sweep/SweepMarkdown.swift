import Exploration

/// `report.md`: the sweep's tables for a repository or a paper's supplement; the plots lie beside it.
public enum SweepMarkdown {
    /// Rows of a table of points.
    static let rows = 20

    public static func text(of report: SweepReport, plots: [String]) -> String {
        let results = report.results
        var text = "# \(cell(report.title))\n\n"
        for (name, value) in report.facts { text += "- **\(name)**: \(cell(value))\n" }
        text += "\n## Pareto front\n\nPoints that no other beats in all of \(results.objectives.map(\.name).joined(separator: ", "))"
        text += report.front.count > rows ? "; \(rows) of \(QuantityText.integer(report.front.count)), evenly along the front.\n\n" : ".\n\n"
        text += points(report, report.alongFront(rows))
        for index in results.objectives.indices {
            text += "\n## Best in \(cell(results.objectives[index].name))\n\n" + points(report, Array(report.ranking(index).prefix(10)))
        }
        text += "\n## Sensitivity\n\n\(report.sensitivityNote)\n\n"
        text += table(
            ["parameter"] + results.objectives.map(\.name),
            results.parameters.indices.compactMap { parameter in
                let found = report.sensitivities.map { $0.first { $0.parameter == parameter } }
                guard found.contains(where: { $0 != nil }) else { return nil }
                return [results.parameters[parameter].name] + found.map { $0.map { QuantityText.percent($0.share) } ?? QuantityText.missing }
            }, numeric: 1...)
        if !report.failures.isEmpty {
            text += "\n## Points without a result\n\n"
            text += table(
                ["points", "status", "reason", "first"],
                report.failures.prefix(rows).map {
                    [QuantityText.integer($0.points.count), $0.status.rawValue, $0.reason, String(results.points[$0.points[0]].number)]
                }, numeric: 0...0)
        }
        if !plots.isEmpty { text += "\n## Plots\n\n" + plots.map { "![\($0)](plots/\($0).svg)\n" }.joined(separator: "\n") }
        return text
    }

    private static func points(_ report: SweepReport, _ indices: [Int]) -> String {
        guard !indices.isEmpty else { return "No point is feasible.\n" }
        let results = report.results, varied = report.varied
        return table(
            ["point"] + report.objectives.map(\.name) + varied.map { results.parameters[$0].name },
            indices.map { index in
                let point = results.points[index]
                return [String(point.number)] + report.objectives.map { $0.text($0.values[index]) }
                    + varied.map { results.value($0, at: point).description }
            }, numeric: 0...results.objectives.count)
    }

    /// - Parameter numeric: columns that are set to the right.
    static func table(_ head: [String], _ rows: [[String]], numeric: some RangeExpression<Int>) -> String {
        func line(_ cells: [String]) -> String { "| " + cells.map(cell).joined(separator: " | ") + " |\n" }
        return line(head) + "|" + head.indices.map { numeric.contains($0) ? " ---: |" : " --- |" }.joined() + "\n" + rows.map(line).joined()
    }

    private static func cell(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "|", "\\", "<", "*", "`", "_": result += "\\" + String(scalar)
            case "\n", "\r": result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
