import Architecture
import Exploration

/// `sweep.json`: a sweep with everything in it, for programs, and for `cyclewright report` to read again. Documented in
/// `Documentation/sweep-reports.md`.
public enum SweepDocument {
    /// Raised when a key changes its meaning or goes away; new keys do not raise it.
    public static let schemaVersion = 1
    /// Tells the file from other JSON.
    static let kind = "cyclewright-sweep"

    /// The file's text: the sweep, then what was derived from it.
    public static func text(of report: SweepReport) -> String { JSONValue.object(head(report.results) + [("analysis", analysis(report))]).document }

    /// The sweep alone.
    public static func text(of results: SweepResults) -> String { JSONValue.object(head(results)).document }

    private static func head(_ results: SweepResults) -> [(String, JSONValue)] {
        // A point's figures are in the order of this list; a point without one of them has null there.
        let measured = figureNames(results)
        return [
            ("kind", .string(kind)), ("schemaVersion", .integer(schemaVersion)), ("version", .string(results.version)),
            ("name", .string(results.name)), ("architecture", .string(results.architecture)),
            ("workloads", .array(results.workloads.map { .object([("name", .string($0.name)), ("weight", .number($0.weight))]) })),
            ("strategy", .string(results.strategy)),
            // As text: programs that read numbers as doubles would lose digits.
            ("seed", .string(String(results.seed))),
            ("parameters", .array(results.parameters.map(parameter))),
            ("constraints", .array(results.constraints.map(JSONValue.string))),
            ("objectives", .array(results.objectives.map {
                .object([
                    ("name", .string($0.name)), ("expression", .string($0.expression)), ("goal", .string($0.goal.rawValue)),
                    ("unit", .string($0.unit)),
                ])
            })),
            ("limits", .array(results.limits.map { .string($0.text) })),
            ("figures", .array(measured.map(JSONValue.string))),
            ("points", .array(results.points.map { point($0, measured) })),
        ]
    }

    private static func point(_ point: EvaluatedPoint, _ names: [String]) -> JSONValue {
        var figures: [JSONValue] = []
        if !point.figures.isEmpty {
            // Points mostly have the figures in the order of the list.
            let isInOrder = point.figures.count == names.count && zip(point.figures, names).allSatisfy { $0.name == $1 }
            figures = isInOrder ? point.figures.map { .number($0.value) } : names.map { .number(point[figure: $0] ?? .nan) }
        }
        return .object([
            ("number", .integer(point.number)), ("choices", .array(point.point.choices.map(JSONValue.integer))),
            ("status", .string(point.status.rawValue)), ("reason", .string(point.reason)),
            ("objectives", .array(point.objectives.map(JSONValue.number))), ("figures", .array(figures)),
        ])
    }

    private static func parameter(_ parameter: SpaceParameter) -> JSONValue {
        .object([
            ("name", .string(parameter.name)), ("targets", .array(parameter.targets.map(JSONValue.string))),
            ("isOrdered", .boolean(parameter.isOrdered)), ("values", .array(parameter.values.map { value($0) })),
        ])
    }

    private static func value(_ value: Exploration.ParameterValue) -> JSONValue {
        switch value {
        case .integer(let integer): .integer(integer)
        case .number(let number): .number(number)
        case .text(let text): .string(text)
        }
    }

    /// Names of figures in the order in which points first have them.
    static func figureNames(_ results: SweepResults) -> [String] {
        var known: Set<String> = []
        var names: [String] = []
        for point in results.points {
            for figure in point.figures where known.insert(figure.name).inserted { names.append(figure.name) }
        }
        return names
    }

    // MARK: What was derived

    private static func analysis(_ report: SweepReport) -> JSONValue {
        let points = report.results.points
        return .object([
            ("finished", .integer(report.finished)), ("beyondLimit", .integer(report.count(.beyondLimit))), ("failed", .integer(report.count(.failed))),
            ("front", .array(report.front.map { .integer(points[$0].number) })),
            ("best", .array(zip(report.results.objectives, report.results.objectives.indices).compactMap { objective, index in
                report.ranking(index).first.map { best in
                    .object([
                        ("objective", .string(objective.name)), ("point", .integer(points[best].number)),
                        ("value", .number(report.measures[index].values[best])),
                    ])
                }
            })),
            ("sensitivity", .array(zip(report.results.objectives, report.sensitivities).map { objective, sensitivities in
                .object([
                    ("objective", .string(objective.name)),
                    ("parameters", .array(sensitivities.map { sensitivity(report.results, $0) })),
                ])
            })),
            ("convergence", .object([
                ("best", .array(zip(report.results.objectives, report.convergence.best).map { objective, steps in
                    .object([("objective", .string(objective.name)), ("steps", self.steps(steps))])
                })),
                ("hypervolume", steps(report.convergence.hypervolume)), ("isEstimated", .boolean(report.convergence.isEstimated)),
            ])),
        ])
    }

    private static func sensitivity(_ results: SweepResults, _ sensitivity: ParameterSensitivity) -> JSONValue {
        let parameter = results.parameters[sensitivity.parameter]
        return .object([
            ("parameter", .string(parameter.name)), ("share", .number(sensitivity.share)),
            ("logarithmicShare", .number(sensitivity.logarithmicShare ?? .nan)), ("chance", .number(sensitivity.chance)),
            ("values", .array(sensitivity.levels.map { level in
                .object([
                    ("value", level.choice == level.lastChoice ? value(parameter.values[level.choice]) : .string(level.text(parameter))),
                    ("points", .integer(level.count)), ("mean", .number(level.mean)),
                    ("least", .number(level.least)), ("most", .number(level.most)),
                ])
            })),
        ])
    }

    private static func steps(_ steps: [SweepConvergence.Step]) -> JSONValue {
        .array(steps.map { .array([.integer($0.points), .number($0.value)]) })
    }
}
