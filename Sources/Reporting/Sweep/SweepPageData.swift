import Architecture
import Exploration

/// The data that a sweep's page carries, column by column, as JSON inside a script element.
enum SweepPageData {
    static func text(of report: SweepReport) -> String {
        var text = ""
        value(of: report).write(into: &text, depth: 2)
        // A text of the sweep cannot end the script element: JSON lets any character be written by its number.
        return text.split(separator: "<", omittingEmptySubsequences: false).joined(separator: "\\u003c")
    }

    private static func value(of report: SweepReport) -> JSONValue {
        let results = report.results
        let isPlain = results.points.indices.allSatisfy { results.points[$0].number == $0 }
        let reasons = results.points.indices.filter { !results.points[$0].reason.isEmpty }
        return .object([
            ("points", .integer(results.points.count)),
            ("run", PageCommands(results, report.recipe).value),
            ("parameters", .array(results.parameters.map { parameter in
                .object([
                    ("name", .string(parameter.name)),
                    ("values", .array(parameter.values.map { .string($0.description) })), ("isOrdered", .boolean(parameter.isOrdered)),
                ])
            })),
            ("measures", .array(report.measures.map { measure in
                .object([("name", .string(measure.name)), ("unit", .string(measure.unit)), ("goal", .string(measure.goal?.rawValue ?? ""))])
            })),
            ("choices", .array(results.parameters.indices.map { parameter in
                .array(results.points.map { .integer($0.point.choices[parameter]) })
            })),
            ("columns", .array(report.measures.map { .array($0.values.map(number)) })),
            ("status", .string(String(results.points.map(letter)))),
            ("front", .array(report.front.map(JSONValue.integer))),
            ("reasons", .object(reasons.map { (String($0), .string(results.points[$0].reason)) })),
            ("runs", .object(report.runPages.sorted { $0.key < $1.key }.map { (String($0.key), .string($0.value)) })),
        ] + (isPlain ? [] : [("numbers", .array(results.points.map { .integer($0.number) }))]))
    }

    private static func letter(_ point: EvaluatedPoint) -> Character {
        switch point.status {
        case .finished: "f"
        case .beyondLimit: "l"
        case .failed: "x"
        }
    }

    /// Whole numbers without a fraction: most figures are counts.
    private static func number(_ value: Double) -> JSONValue {
        guard let integer = Int(exactly: value), integer.magnitude < 1 << 53 else { return .number(value) }
        return .integer(integer)
    }
}
