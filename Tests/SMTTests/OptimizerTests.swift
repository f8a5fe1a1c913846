import SMT
import Testing

@Suite("Optimizing against brute force")
struct OptimizerTests {
    /// Weighted clauses over eight variables.
    @Test func softConstraints() throws {
        var random = Numbers(seed: 9)
        for round in 0..<15 {
            let context = Context()
            let optimizer = try Optimizer(context, engine: Optimizer.Engine.allCases[round % 3])
            let variables = (0..<8).map { context.boolean("x\($0)") }
            var clauses: [(literals: [(Int, Bool)], weight: Int)] = []
            for index in 0..<40 {
                let literals = (0..<3).map { _ in (random.below(8), random.below(2) == 0) }
                clauses.append((literals, index < 6 ? 0 : 1 + random.below(9)))
            }
            var objective: Optimizer.Objective?
            for clause in clauses {
                let formula = context.any(clause.literals.map { $0.1 ? variables[$0.0] : !variables[$0.0] })
                if clause.weight == 0 { try optimizer.assert(formula) } else { objective = try optimizer.prefer(formula, weight: clause.weight) }
            }
            func cost(_ values: [Bool]) -> Int? {
                var cost = 0
                for clause in clauses where !clause.literals.contains(where: { values[$0.0] == $0.1 }) {
                    if clause.weight == 0 { return nil }
                    cost += clause.weight
                }
                return cost
            }
            let best = (0..<256).compactMap { bits in cost((0..<8).map { bits >> $0 & 1 == 1 }) }.min()
            let verdict = try optimizer.check()
            guard let best else {
                #expect(verdict == .unsatisfiable)
                continue
            }
            #expect(verdict == .satisfiable)
            let model = try optimizer.model()
            #expect(cost(try variables.map { try model.value(of: $0) }) == best)
            #expect(try optimizer.bounds(of: try #require(objective)) == Optimizer.Bounds(lower: best, upper: best))
        }
    }

    /// A knapsack, and the lightest of its best fillings.
    @Test func objectivesOneAfterTheOther() throws {
        var random = Numbers(seed: 4)
        for _ in 0..<10 {
            let context = Context()
            let optimizer = try Optimizer(context)
            let items = (0..<7).map { _ in (weight: 1 + random.below(12), value: 1 + random.below(12)) }
            let counts = items.indices.map { context.integer("count \($0)") }
            for count in counts { try optimizer.assert(count >= 0 && count <= 2) }
            let weight = context.sum(zip(items, counts).map { $0.weight * $1 })
            let value = context.sum(zip(items, counts).map { $0.value * $1 })
            try optimizer.assert(weight <= 25)
            let most = try optimizer.maximize(value)
            let least = try optimizer.minimize(weight)
            #expect(try optimizer.check() == .satisfiable)
            var best = (value: 0, weight: 0)
            for code in 0..<2187 {
                var (code, weight, value) = (code, 0, 0)
                for item in items {
                    weight += code % 3 * item.weight
                    value += code % 3 * item.value
                    code /= 3
                }
                if weight <= 25, value > best.value || (value == best.value && weight < best.weight) { best = (value, weight) }
            }
            let model = try optimizer.model()
            #expect(try model.value(of: value) == best.value && model.value(of: weight) == best.weight)
            #expect(try optimizer.bounds(of: most) == Optimizer.Bounds(lower: best.value, upper: best.value))
            #expect(try optimizer.bounds(of: least) == Optimizer.Bounds(lower: best.weight, upper: best.weight))
        }
    }

    @Test func unboundedAndImpossible() throws {
        let context = Context()
        let optimizer = try Optimizer(context)
        let x = context.integer("x")
        let objective = try optimizer.maximize(x)
        #expect(try optimizer.check() == .satisfiable)
        #expect(try optimizer.bounds(of: objective).upper == nil)
        try optimizer.push()
        try optimizer.assert(x < 0 && x > 0)
        #expect(try optimizer.check() == .unsatisfiable)
        try optimizer.pop()
    }

    @Test func theSameOptimumTakesTheSameResources() throws {
        func run(_ resources: UInt32) throws -> QueryRecord {
            let context = Context()
            let optimizer = try Optimizer(context, limits: QueryLimits(resources: resources))
            let variables = (0..<40).map { context.boolean("x\($0)") }
            var random = Numbers(seed: 77)
            for _ in 0..<240 {
                let literals = (0..<3).map { _ in random.below(2) == 0 ? variables[random.below(40)] : !variables[random.below(40)] }
                try optimizer.prefer(context.any(literals), weight: 1 + random.below(5))
            }
            try optimizer.check()
            return try #require(optimizer.record)
        }
        let first = try run(20_000_000)
        #expect(try run(20_000_000) == first)
        #expect(try run(3000).verdict == .limitReached)
    }
}
