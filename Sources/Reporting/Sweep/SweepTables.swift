import Exploration

/// The sweep as comma-separated values (RFC 4180): exact numbers, empty where there is none.
public enum SweepTables {
    /// `points.csv`: a row for each point. Columns tell by their prefix what they are: `parameter.rows`, `objective.edp`, `figure.cycles`.
    public static func points(_ report: SweepReport) -> String {
        let results = report.results, front = Set(report.front)
        let figures = SweepDocument.figureNames(results)
        var text = row(
            ["number", "status", "reason", "front"] + results.parameters.map { "parameter." + $0.name } + results.objectives.map { "objective." + $0.name }
                + figures.map { "figure." + $0 })
        for (index, point) in results.points.enumerated() {
            let isInOrder = point.figures.count == figures.count && zip(point.figures, figures).allSatisfy { $0.name == $1 }
            let values = isInOrder ? point.figures.map(\.value) : figures.map { point[figure: $0] ?? .nan }
            text += row(
                [String(point.number), point.status.rawValue, point.reason, front.contains(index) ? "1" : "0"]
                    + results.parameters.indices.map { results.value($0, at: point).description }
                    + results.objectives.indices.map { $0 < point.objectives.count ? number(point.objectives[$0]) : "" } + values.map(number))
        }
        return text
    }

    /// `sensitivity.csv`: a row for each objective, parameter and value.
    public static func sensitivity(_ report: SweepReport) -> String {
        var text = row(["objective", "parameter", "share", "logarithmicShare", "chance", "value", "points", "mean", "least", "most"])
        for (objective, sensitivities) in zip(report.results.objectives, report.sensitivities) {
            for sensitivity in sensitivities {
                let parameter = report.results.parameters[sensitivity.parameter]
                for level in sensitivity.levels {
                    text += row([
                        objective.name, parameter.name, number(sensitivity.share), sensitivity.logarithmicShare.map(number) ?? "",
                        number(sensitivity.chance), level.text(parameter), String(level.count), number(level.mean),
                        number(level.least), number(level.most),
                    ])
                }
            }
        }
        return text
    }

    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "" }
        return Int(exactly: value).map { $0.magnitude < 1 << 53 ? String($0) : value.description } ?? value.description
    }

    static func row(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\n" }

    private static func cell(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
