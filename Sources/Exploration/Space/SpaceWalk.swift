/// Visits the points that the constraints allow, in the order of the file with the last parameter changing fastest.
///
/// A beginning of a point that no choice of the rest can complete is left at once: each constraint is reckoned over the intervals of what is not
/// chosen yet. Memory is proportional to the number of parameters, however many points there are.
struct SpaceWalk {
    private let constraints: [CompiledExpression]
    private let numbers: [[Double]]
    /// Constraints that mention a parameter, by parameter.
    private let mentions: [[Int]]
    /// Choices of parameters up to `level`; the one at `level` is to be tried next.
    private var choices: [Int]
    private var level = 0
    private var intervals: [ValueInterval]
    private let whole: [ValueInterval]
    private var slots: [Double]
    private(set) var isFinished = false
    /// Choices tried so far.
    private(set) var steps = 0

    init(_ space: DesignSpace) { self.init(constraints: space.constraintExpressions, numbers: space.numbers) }

    init(constraints: [CompiledExpression], numbers: [[Double]]) {
        self.constraints = constraints
        self.numbers = numbers
        mentions = numbers.indices.map { parameter in constraints.indices.filter { constraints[$0].slots.contains(parameter) } }
        choices = Array(repeating: 0, count: numbers.count)
        whole = numbers.map { ValueInterval(low: $0.min() ?? 0, high: $0.max() ?? 0) }
        intervals = whole
        slots = Array(repeating: .nan, count: numbers.count)
        // Constraints that mention no parameter at all are decided here.
        isFinished = constraints.contains { $0.slots.isEmpty && !$0.holds(slots) }
    }

    /// The next point; `nil` at the end, or when so many choices were tried without finding one.
    mutating func next(steps budget: Int = .max) -> DesignPoint? {
        var left = budget
        while !isFinished, left > 0 {
            guard choices[level] < numbers[level].count else {
                intervals[level] = whole[level]
                choices[level] = 0
                guard level > 0 else { isFinished = true; return nil }
                level -= 1
                choices[level] += 1
                continue
            }
            left -= 1
            steps += 1
            let value = numbers[level][choices[level]]
            intervals[level] = ValueInterval(value)
            slots[level] = value
            if mentions[level].contains(where: { constraints[$0].cannotHold(intervals) }) { choices[level] += 1; continue }
            guard level == numbers.count - 1 else { level += 1; continue }
            let found = constraints.allSatisfy { $0.holds(slots) } ? DesignPoint(choices: choices) : nil
            choices[level] += 1
            if let found { return found }
        }
        return nil
    }
}
