import Programs

/// Walks loops on numbers.
enum Enumeration {
    /// More iterations than this are not walked.
    static let limit = 2_000_000

    /// Calls `body` for every iteration of the loops in which the guards hold. Returns false when there are too many iterations, when
    /// a bound or guard has no value, or when `body` returns false.
    static func walk(
        _ loops: [LoopFrame], guards: [Condition], _ variables: [String: Int] = [:], budget: inout Int, _ body: ([String: Int]) -> Bool
    ) -> Bool {
        var variables = variables
        return walk(loops[...], guards, &variables, &budget, body)
    }

    private static func walk(
        _ loops: ArraySlice<LoopFrame>, _ guards: [Condition], _ variables: inout [String: Int], _ budget: inout Int, _ body: ([String: Int]) -> Bool
    ) -> Bool {
        guard let loop = loops.first else {
            budget -= 1
            guard budget >= 0 else { return false }
            for condition in guards {
                guard let a = condition.left.evaluate(variables), let b = condition.right.evaluate(variables) else { return false }
                if !condition.relation.holds(a, b) { return true }
            }
            return body(variables)
        }
        guard let bound = loop.bound.evaluate(variables) else { return false }
        for index in 0..<max(0, bound) {
            variables[loop.variable] = index
            guard walk(loops.dropFirst(), guards, &variables, &budget, body) else { return false }
        }
        variables[loop.variable] = nil
        return true
    }

    /// The loops that bind the variables, and those that their bounds need.
    static func loops(_ loops: [LoopFrame], for variables: Set<String>) -> [LoopFrame] {
        var needed = variables
        for loop in loops.reversed() where needed.contains(loop.variable) { needed.formUnion(loop.bound.variables) }
        return loops.filter { needed.contains($0.variable) }
    }
}
