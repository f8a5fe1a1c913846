import Exploration
import Reporting

/// All points of a sweep as CSV or JSON, point by point.
struct SweepExport {
    /// Raised when a key changes its meaning or goes away; new keys do not raise it.
    static let schemaVersion = 1

    private let reader: SweepReader

    init(_ reader: SweepReader) { self.reader = reader }

    /// By the extension of `path`.
    func write(to path: String) throws(CommandFailure) {
        let isTable = FilePath.suffix(path) == "csv"
        let figures = try figureNames()
        var failure: CommandFailure?
        try OutputFolder.write(to: path) { (sink) throws(ReportError) in
            do {
                if isTable { try table(figures, &sink) } else { try document(&sink) }
                return true
            } catch let error as ReportError {
                throw error
            } catch let error as SweepDatabaseError {
                failure = CommandFailure(error)
            } catch {
                failure = CommandFailure(.inputOutput, "\(path): \(error)")
            }
            return false
        }
        if let failure { throw failure }
    }

    /// In the order in which they first come.
    private func figureNames() throws(CommandFailure) -> [String] {
        var names: [String] = [], seen: Set<String> = []
        do {
            try reader.forEachPoint { point in
                for figure in point.figures where seen.insert(figure.name).inserted { names.append(figure.name) }
            }
        } catch {
            throw CommandFailure(.inputOutput, "\(error)")
        }
        return names
    }

    private func table(_ figures: [String], _ sink: inout FileSink) throws {
        let header = reader.header
        let columns = ["number", "status", "reason"] + header.parameters.map(\.name) + header.objectives.map { "objective:\($0.name)" } + figures
        try sink.write(columns.map(Self.cell).joined(separator: ",") + "\r\n")
        try reader.forEachPoint { point in
            var cells = [String(point.number), point.status.rawValue, point.reason]
            cells += zip(header.parameters, point.point.choices).map { $0.values[$1].description }
            cells += header.objectives.indices.map { point.objectives.indices.contains($0) ? Self.number(point.objectives[$0]) : "" }
            cells += figures.map { point[figure: $0].map(Self.number) ?? "" }
            try sink.write(cells.map(Self.cell).joined(separator: ",") + "\r\n")
        }
    }

    /// RFC 4180.
    private static func cell(_ text: String) -> String {
        text.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }

    private static func number(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? String(value) }

    private func document(_ sink: inout FileSink) throws {
        let header = reader.header
        func object(_ entries: [(String, String)]) -> String { "{" + entries.map { FigureText.quoted($0.0) + ": " + $0.1 }.joined(separator: ", ") + "}" }
        func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }
        let objectives = header.objectives.map { objective in
            object([
                ("name", FigureText.quoted(objective.name)), ("expression", FigureText.quoted(objective.expression)),
                ("goal", FigureText.quoted(objective.goal.rawValue)), ("unit", FigureText.quoted(objective.unit)),
            ])
        }
        let head = [
            ("schemaVersion", "\(Self.schemaVersion)"), ("space", FigureText.quoted(header.name)),
            ("architecture", FigureText.quoted(header.architecture)),
            ("workloads", list(header.workloads.map { object([("name", FigureText.quoted($0.name)), ("weight", "\($0.weight)")]) })),
            ("strategy", FigureText.quoted(header.strategy)), ("seed", "\(header.seed)"), ("version", FigureText.quoted(header.version)),
            ("constraints", list(header.constraints.map(FigureText.quoted))), ("objectives", list(objectives)),
            ("limits", list(header.limits.map { FigureText.quoted($0.text) })),
        ]
        try sink.write("{\n" + head.map { "  \(FigureText.quoted($0.0)): \($0.1),\n" }.joined() + "  \"points\": [")
        var isFirst = true
        try reader.forEachPoint { point in
            let parameters = zip(header.parameters, point.point.choices).map { (name: $0.name, value: $0.values[$1]) }
            let objectives = zip(header.objectives, point.objectives).map { EvaluatedPoint.Figure($0.name, $1) }
            let text = object([
                ("number", "\(point.number)"), ("status", FigureText.quoted(point.status.rawValue)), ("reason", FigureText.quoted(point.reason)),
                ("parameters", FigureText.text(parameters)), ("objectives", FigureText.text(objectives)), ("figures", FigureText.text(point.figures)),
            ])
            try sink.write((isFirst ? "\n    " : ",\n    ") + text)
            isFirst = false
        }
        try sink.write("\n  ]\n}\n")
    }
}
