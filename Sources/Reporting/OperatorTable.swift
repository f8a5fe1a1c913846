import Cost
import Simulation

/// `operators.csv`: one line for each operator, in order of execution (RFC 4180: commas, CRLF, quotes doubled).
///
/// The columns are documented in `Documentation/file-formats.md`; new ones are added at the end.
public enum OperatorTable {
    public static var header: [String] {
        ["name", "type", "unit", "startCycle", "endCycle", "cycles", "seconds", "macs", "vectorOperations", "utilization", "busy"]
            + StallCause.allCases.map(\.label)
            + ["dramReadBytes", "dramWriteBytes", "arithmeticIntensity", "bound", "notes"]
            + ["rooflineCycles", "roofCycles", "attained"] + RooflineDistance.Cause.allCases.map { "lost-" + $0.rawValue } + ["reason"]
            + ["joules", "joules-leakage"] + CostCategory.allCases.map { "joules-" + $0.rawValue.replacing(" ", with: "-") }
    }

    /// The file's text.
    public static func text(of report: RunReport) -> String {
        var text = ""
        append(header, to: &text)
        for (index, (operation, figures)) in zip(report.record.operators, report.operators).enumerated() {
            var fields = [operation.name, operation.type, operation.unit]
            fields += [operation.start, operation.end, operation.cycles].map(String.init)
            fields.append(figures.seconds.description)
            fields += [operation.macs, operation.vectorOperations].map(String.init)
            fields.append(figures.utilization.description)
            fields.append(String(operation.activity.busy))
            fields += StallCause.allCases.map { String(operation.activity[$0]) }
            fields += [figures.dramReadBytes, figures.dramWriteBytes].map(String.init)
            // Without DRAM traffic there is no intensity: the field stays empty.
            fields.append(figures.arithmeticIntensity?.description ?? "")
            fields.append(figures.bound.rawValue)
            fields.append(operation.notes.joined(separator: "; "))
            // Without a roof there is no distance from it: the fields stay empty.
            if let distance = figures.roofline {
                fields += [distance.cycles, distance.roofCycles].map(String.init)
                fields.append(distance.attained.description)
                fields += distance.lostCycles.map(String.init)
                fields.append(distance.reason)
            } else {
                fields += Array(repeating: "", count: 4 + RooflineDistance.Cause.allCases.count)
            }
            if let energy = report.cost?.operators[index] {
                fields += ([energy.total, energy.leakage] + energy.dynamic).map { $0.energy.joules.description }
            } else {
                fields += Array(repeating: "", count: header.count - fields.count)
            }
            append(fields, to: &text)
        }
        return text
    }

    private static func append(_ fields: [String], to text: inout String) {
        for (index, field) in fields.enumerated() {
            if index > 0 { text += "," }
            text += quoted(field)
        }
        text += "\r\n"
    }

    package static func quoted(_ field: String) -> String {
        // By scalars: a quote that a combining mark follows is still a quote to the reader of the file.
        let special = field.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }
        guard special else { return field }
        var text = "\""
        for scalar in field.unicodeScalars {
            if scalar == "\"" { text += "\"" }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }
}
