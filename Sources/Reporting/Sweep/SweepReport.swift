import Exploration

/// A sweep and everything that its report says about it. Every derived figure is computed here and in the types it names, once.
public struct SweepReport: Sendable {
    public let results: SweepResults
    /// Pages of single runs, by index of the point: paths as the report's folder sees them.
    public let runPages: [Int: String]
    public let recipe: RunRecipe
    /// Objectives first, then figures.
    let measures: [SweepMeasure]
    /// The results with points left out of fronts that have an objective without a value.
    let ranked: SweepResults
    /// Indices of the points that no other beats in all objectives, best in the first objective first.
    public let front: [Int]
    package let convergence: SweepConvergence
    /// By objective.
    package let sensitivities: [[ParameterSensitivity]]
    package let failures: [SweepFailureGroup]
    package let areas: SweepBreakdown?
    package let energies: SweepBreakdown?
    let powers: SweepBreakdown?

    /// - Parameter recipe: how points run alone; `nil` for what the results tell.
    public init(_ results: SweepResults, recipe: RunRecipe? = nil, runPages: [Int: String] = [:]) {
        self.results = results
        self.recipe = recipe ?? RunRecipe(results)
        self.runPages = runPages
        let measures = SweepMeasure.all(of: results)
        self.measures = measures
        // A value that is no number can be compared with nothing, and so beats nothing and is beaten by nothing.
        var ranked = results
        for index in results.points.indices where !results.points[index].objectives.allSatisfy(\.isFinite) { ranked.points[index].status = .beyondLimit }
        self.ranked = ranked
        front = results.objectives.isEmpty ? [] : ranked.paretoFront(Array(results.objectives.indices))
        convergence = SweepConvergence(results)
        sensitivities = measures.prefix(results.objectives.count).map { ParameterSensitivity.all(of: results, values: $0.values) }
        failures = SweepFailureGroup.all(of: results)
        var breakdowns = ["area", "energy", "power"].map { SweepBreakdown(measures, prefix: $0) }
        SweepBreakdown.colour(&breakdowns)
        (areas, energies, powers) = (breakdowns[0], breakdowns[1], breakdowns[2])
    }

    var objectives: ArraySlice<SweepMeasure> { measures.prefix(results.objectives.count) }
    var finished: Int { count(.finished) }
    func count(_ status: EvaluatedPoint.Status) -> Int { results.points.reduce(0) { $0 + ($1.status == status ? 1 : 0) } }

    /// Parameters that take more than one value, which alone are worth a column.
    var varied: [Int] { results.parameters.indices.filter { results.parameters[$0].values.count > 1 } }

    /// Indices of the feasible points, best first in one objective; of equal ones the earlier first.
    func ranking(_ objective: Int) -> [Int] {
        results.points.indices
            .filter { results.points[$0].status == .finished && measures[objective].values[$0].isFinite }
            .map { (cost: results.objectives[objective].cost(measures[objective].values[$0]), index: $0) }
            .sorted { $0 < $1 }.map(\.index)
    }

    /// "rows 32, columns 32, dataflow weight-stationary": what varies.
    func configuration(_ point: EvaluatedPoint) -> String {
        varied.map { "\(results.parameters[$0].name) \(results.value($0, at: point))" }.joined(separator: ", ")
    }

    /// Pairs of objectives, for which fronts are drawn: all of them up to four objectives, the first six otherwise.
    var objectivePairs: [(Int, Int)] {
        let count = results.objectives.count
        let pairs = (0..<count).flatMap { first in (first + 1..<max(first + 1, count)).map { (first, $0) } }
        return Array(pairs.prefix(6))
    }
}

/// Points that failed or broke a limit for the same reason.
package struct SweepFailureGroup: Sendable {
    package var status: EvaluatedPoint.Status
    /// As the point has it; numbers in it may differ between the points of a group, and this is the first one's.
    package var reason: String
    package var points: [Int]

    /// Most points first. Reasons that differ only in their numbers are one: "needs 3 MiB" and "needs 4 MiB".
    static func all(of results: SweepResults) -> [SweepFailureGroup] {
        var places: [String: Int] = [:]
        var groups: [SweepFailureGroup] = []
        for (index, point) in results.points.enumerated() where point.status != .finished {
            let key = point.status.rawValue + withoutNumbers(point.reason)
            if let place = places[key] {
                groups[place].points.append(index)
            } else {
                places[key] = groups.count
                groups.append(SweepFailureGroup(status: point.status, reason: point.reason, points: [index]))
            }
        }
        return groups.enumerated().sorted { ($1.element.points.count, $0.offset) < ($0.element.points.count, $1.offset) }.map(\.element)
    }

    private static func withoutNumbers(_ text: String) -> String {
        var result = "", isInNumber = false
        for scalar in text.unicodeScalars {
            let isDigit = ("0"..."9").contains(scalar) || (isInNumber && (scalar == "." || scalar == ","))
            if !isDigit { result.unicodeScalars.append(scalar) } else if !isInNumber { result += "#" }
            isInNumber = isDigit
        }
        return result
    }
}
