import Exploration

/// A column of a sweep that plots and tables can show: an objective, or a figure of the runs.
struct SweepMeasure: Sendable {
    var name: String
    var unit: String
    /// What is better; `nil` for a figure that is no objective.
    var goal: SweepObjective.Goal?
    /// By point, in the order of the results; not a number where a point has none.
    var values: [Double]

    var text: MeasureText { MeasureText(unit: unit) }

    /// "energy (J)".
    var label: String { unit.isEmpty || unit == "%" ? name : "\(name) (\(unit))" }

    /// The sweep's objectives in their order, then its figures in the order in which points first have them. A figure that only repeats an
    /// objective of the same name is left out.
    static func all(of results: SweepResults) -> [SweepMeasure] {
        let count = results.points.count
        var measures = results.objectives.enumerated().map { index, objective in
            SweepMeasure(
                name: objective.name, unit: MeasureText.normalized(objective.unit), goal: objective.goal,
                values: results.points.map { index < $0.objectives.count ? $0.objectives[index] : .nan })
        }
        let objectiveCount = measures.count
        var places: [String: Int] = [:]
        for (index, point) in results.points.enumerated() {
            for figure in point.figures {
                let place = places[figure.name] ?? measures.count
                if place == measures.count {
                    places[figure.name] = place
                    measures.append(SweepMeasure(
                        name: figure.name, unit: MeasureText.unit(ofFigure: figure.name), goal: nil,
                        values: [Double](repeating: .nan, count: count)))
                }
                measures[place].values[index] = figure.value
            }
        }
        let objectives = measures[..<objectiveCount]
        return measures.enumerated().filter { place, measure in
            place < objectiveCount || !objectives.contains { $0.name == measure.name && same($0.values, measure.values) }
        }.map(\.element)
    }

    private static func same(_ first: [Double], _ second: [Double]) -> Bool {
        zip(first, second).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
    }
}
