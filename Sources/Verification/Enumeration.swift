import Programs

/// Loops with what guards them, walked on numbers.
///
/// Names are resolved once: an iteration is an array of numbers, and what is asked of it an expression over places in that array.
struct IterationSpace {
    /// Variables that were given, then the loops', outermost first.
    private let names: [String]
    private let places: [String: Int]
    private let given: Int
    private let start: [Int]
    private let bounds: [SlotExpression]
    private let guards: [(left: SlotExpression, relation: Condition.Relation, right: SlotExpression)]
    /// All values that each variable may have.
    private let ranges: [String: ClosedRange<Int>]
    /// Whether a loop is never entered, whatever the others do.
    private let isEmpty: Bool

    /// `nil` when a bound or a guard has no value in 64 bits.
    init?(_ loops: [LoopFrame], guards conditions: [Condition], _ variables: [String: Int] = [:]) {
        var names = variables.keys.sorted()
        var places = Dictionary(names.enumerated().map { ($0.element, $0.offset) }) { a, _ in a }
        var start = names.map { variables[$0] ?? 0 }
        given = names.count
        var ranges = variables.mapValues { $0...$0 }
        var bounds: [SlotExpression] = []
        var isEmpty = false
        for loop in loops {
            guard let range = loop.bound.interval(ranges), let bound = SlotExpression(loop.bound, places) else { return nil }
            if range.upperBound <= 0 { isEmpty = true }
            bounds.append(bound)
            places[loop.variable] = names.count
            names.append(loop.variable)
            start.append(0)
            ranges[loop.variable] = 0...max(0, range.upperBound - 1)
        }
        var guards: [(left: SlotExpression, relation: Condition.Relation, right: SlotExpression)] = []
        for condition in conditions {
            guard condition.left.interval(ranges) != nil, condition.right.interval(ranges) != nil,
                let left = SlotExpression(condition.left, places), let right = SlotExpression(condition.right, places)
            else { return nil }
            guards.append((left, condition.relation, right))
        }
        (self.names, self.places, self.start, self.bounds, self.guards, self.ranges, self.isEmpty) = (names, places, start, bounds, guards, ranges, isEmpty)
    }

    /// What an expression is in an iteration; `nil` when it is not known, or not always a number of 64 bits.
    func slots(_ expression: Expression) -> SlotExpression? {
        guard expression.interval(ranges) != nil else { return nil }
        return SlotExpression(expression, places)
    }

    /// Between which numbers an expression is in every iteration; `nil` when that is not known.
    func range(of expression: Expression) -> ClosedRange<Int>? { expression.interval(ranges) }

    func named(_ values: some Collection<Int>) -> [String: Int] { Dictionary(zip(names, values)) { _, inner in inner } }

    /// The place of a variable's value; `nil` where there is none.
    func place(of name: String) -> Int? { places[name] }

    /// Numbers of an iteration.
    var width: Int { names.count }

    /// Calls `body` for every iteration in which the guards hold. Returns false when there are more than the budget, or when `body` returns
    /// false.
    func walk(budget: inout Int, _ body: ([Int]) -> Bool) -> Bool {
        if isEmpty { return true }
        var values = start
        return walk(0, &values, &budget, body)
    }

    private func walk(_ depth: Int, _ values: inout [Int], _ budget: inout Int, _ body: ([Int]) -> Bool) -> Bool {
        guard depth < bounds.count else {
            budget -= 1
            guard budget >= 0 else { return false }
            for condition in guards where !condition.relation.holds(condition.left.value(values), condition.right.value(values)) { return true }
            return body(values)
        }
        let bound = bounds[depth].value(values)
        for index in 0..<max(0, bound) {
            values[given + depth] = index
            guard walk(depth + 1, &values, &budget, body) else { return false }
        }
        return true
    }
}

/// Walks loops on numbers.
enum Enumeration {
    /// More iterations than this are not walked.
    static let limit = 2_000_000

    /// The loops that bind the variables, and those that their bounds need.
    static func loops(_ loops: [LoopFrame], for variables: Set<String>) -> [LoopFrame] {
        var needed = variables
        for loop in loops.reversed() where needed.contains(loop.variable) { needed.formUnion(loop.bound.variables) }
        return loops.filter { needed.contains($0.variable) }
    }
}
