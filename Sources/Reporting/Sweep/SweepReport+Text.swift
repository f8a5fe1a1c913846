import Exploration

/// What pages and documents say about the whole sweep.
extension SweepReport {
    var title: String {
        // A run of a single thing needs no "on".
        let workloads = results.workloads.map(\.name)
        let names = workloads.count <= 3 ? workloads.joined(separator: ", ") : "\(workloads.count) workloads"
        return results.name.isEmpty ? "\(names) on \(results.architecture)" : results.name
    }

    var facts: [(name: String, text: String)] {
        let weights = results.workloads.map { workload in
            workload.weight == 1 ? workload.name : "\(workload.name) (weight \(QuantityText.round(QuantityText.significant(workload.weight))))"
        }
        var facts = [("Machine", results.architecture)]
        if !weights.isEmpty { facts.append(("Workloads", weights.joined(separator: ", "))) }
        facts.append(("Objectives", results.objectives.map { objective in
            let expression = objective.expression.isEmpty || objective.expression == objective.name ? "" : " = \(objective.expression)"
            return "\(objective.goal.rawValue) \(objective.name)\(expression)"
        }.joined(separator: "; ")))
        if !results.limits.isEmpty { facts.append(("Limits", results.limits.map(\.text).joined(separator: "; "))) }
        if !results.constraints.isEmpty { facts.append(("Constraints", results.constraints.joined(separator: "; "))) }
        facts.append(("Space", space))
        let fixed = results.parameters.filter { $0.values.count == 1 }
        if !fixed.isEmpty { facts.append(("Fixed", fixed.map { "\($0.name) \($0.values[0])" }.joined(separator: ", "))) }
        if !results.strategy.isEmpty { facts.append(("Search", "\(results.strategy), seed \(results.seed)")) }
        facts.append(("Points", pointCounts))
        return facts
    }

    private var space: String {
        guard !varied.isEmpty else { return "nothing varies" }
        let sizes = varied.map { "\(results.parameters[$0].name) \(results.parameters[$0].values.count)" }
        let product = varied.reduce(1.0) { $0 * Double(results.parameters[$1].values.count) }
        let total = product < 1e15 ? QuantityText.integer(Int(product)) : QuantityText.significant(product)
        return "\(total) combinations: \(sizes.joined(separator: " × "))"
    }

    private var pointCounts: String {
        var parts = ["\(QuantityText.integer(results.points.count)) evaluated", "\(QuantityText.integer(finished)) feasible"]
        if count(.beyondLimit) > 0 { parts.append("\(QuantityText.integer(count(.beyondLimit))) beyond a limit") }
        if count(.failed) > 0 { parts.append("\(QuantityText.integer(count(.failed))) failed") }
        return parts.joined(separator: ", ")
    }

    /// How sensitivity was computed and what it cannot say.
    var sensitivityNote: String {
        let hasGroups = results.parameters.contains { $0.isOrdered && $0.values.count > ParameterSensitivity.mostLevels }
        let method = (hasGroups ? "Ordered parameters of more than \(ParameterSensitivity.mostLevels) values are taken in that many groups of neighbours. " : "")
            + "Share of an objective's variance over the feasible points that one parameter explains alone: the variance between the means "
            + "of its values over the whole variance (correlation ratio). "
        return method + (results.isFullGrid
            ? "The feasible points are a full grid, so this is Sobol's first-order index; what is missing to 100 % is interaction between parameters."
            : "The feasible points are not a full grid, so parameters are correlated with each other: shares overlap, and describe the points that "
                + "the search and the limits left, not the whole space. A parameter without effect shows (values − 1) / (points − 1) on average.")
    }

    /// At most `count` points of the front, evenly from one end to the other.
    func alongFront(_ count: Int) -> [Int] {
        guard front.count > count, count > 1 else { return front }
        return (0..<count).map { front[$0 * (front.count - 1) / (count - 1)] }
    }
}
