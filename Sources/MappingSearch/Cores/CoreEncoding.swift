import SMT

/// The same choice for Z3: a Boolean for each operation and range, beginnings as integers, and the time of the whole written in unary
/// over the sums that it can be, which is what its MaxSAT is good at.
struct CoreEncoding {
    let problem: CoreProblem
    /// Times of the whole that are possible, in order; `nil` where there are too many to write down.
    private let totals: [Int]?

    static let maximumTotals = 3000
    static let maximumOperations = 16

    init(_ problem: CoreProblem) {
        self.problem = problem
        totals = problem.operations.count <= Self.maximumOperations ? Self.totals(problem) : nil
    }

    var isPossible: Bool { totals != nil }

    /// What the whole takes at least, to which the cost of a model is added.
    var least: Int { totals?.first ?? 0 }

    /// The whole ends with some operation, before which others may have kept its cores or made what it needs: a sum over some of them.
    private static func totals(_ problem: CoreProblem) -> [Int]? {
        var sums: Set<Int> = [0]
        var ends: Set<Int> = []
        for operation in problem.operations {
            var more = sums
            for time in operation.times {
                for sum in sums {
                    more.insert(sum + time.engaged)
                    more.insert(sum + time.cycles)
                    ends.insert(sum + time.cycles)
                }
            }
            sums = more
            if sums.count > maximumTotals * 2 { return nil }
        }
        // Or the memory takes longest.
        var memory: Set<Int> = [0]
        for operation in problem.operations {
            memory = Set(operation.times.flatMap { time in memory.map { $0 + time.memory } })
            if memory.count > maximumTotals { return nil }
        }
        ends.formUnion(memory)
        return ends.count <= maximumTotals ? ends.sorted() : nil
    }

    /// Decisions: ranges by operation, in the order of `CoreProblem.ranges`.
    func build(_ context: Context) -> Minimization {
        var minimization = Minimization()
        let ranges = problem.ranges
        var choices: [[Formula]] = []
        var starts: [IntegerTerm] = []
        var cycles: [IntegerTerm] = []
        var engaged: [IntegerTerm] = []
        var memories: [IntegerTerm] = []
        let whole = context.integer("whole")
        for (index, operation) in problem.operations.enumerated() {
            let own = ranges.indices.map { context.boolean("on \(index) \($0)") }
            minimization.hard.append(context.exactlyOne(of: own))
            let start = context.integer("start \(index)")
            let (time, busy) = (context.integer("cycles \(index)"), context.integer("engaged \(index)"))
            let memory = context.integer("memory \(index)")
            minimization.hard.append(start >= 0)
            for (range, formula) in zip(ranges, own) {
                let taken = operation.times[range.count - 1]
                minimization.hard += [formula.implies(time == taken.cycles), formula.implies(busy == taken.engaged), formula.implies(memory == taken.memory)]
            }
            for need in operation.needs { minimization.hard.append(start >= starts[need] + cycles[need]) }
            for earlier in 0..<index {
                for core in 0..<problem.cores {
                    let both = [choices[earlier], own].map { list in
                        context.any(zip(ranges, list).filter { $0.0.contains(core) }.map(\.1))
                    }
                    minimization.hard.append(context.all(both).implies(start >= starts[earlier] + engaged[earlier]))
                }
            }
            minimization.hard.append(whole >= start + time)
            choices.append(own)
            starts.append(start)
            cycles.append(time)
            engaged.append(busy)
            memories.append(memory)
        }
        minimization.hard.append(whole >= context.sum(memories))
        let totals = totals ?? []
        for (total, next) in zip(totals, totals.dropFirst()) { minimization.soft.append((whole <= total, next - total)) }
        if let last = totals.last { minimization.hard.append(whole <= last) }
        minimization.decisions = choices.flatMap { $0 }
        return minimization
    }

    func choice(_ decisions: [Bool]) -> [Range<Int>] {
        let ranges = problem.ranges
        return problem.operations.indices.map { index in
            ranges[ranges.indices.first { decisions[index * ranges.count + $0] } ?? 0]
        }
    }
}
