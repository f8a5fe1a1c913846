import Foundation
import SMT
import Synchronization
import Testing

@Suite("Checks")
struct SolverTests {
    /// Each pigeon has a hole, and no two the same one: impossible with more pigeons than holes, and hard to show.
    private func pigeons(_ count: Int, holes: Int, _ context: Context, _ solver: Solver) throws -> [Formula] {
        let places = (0..<count).map { pigeon in (0..<holes).map { context.boolean("pigeon \(pigeon) in \($0)") } }
        for hole in 0..<holes { try solver.assert(context.atMost(1, of: places.map { $0[hole] })) }
        return try places.enumerated().map { pigeon, choices in
            let name = context.boolean("pigeon \(pigeon)")
            try solver.assert(name.implies(context.any(choices)))
            return name
        }
    }

    @Test func theSameQueryTakesTheSameResources() throws {
        func run(resources: UInt32) throws -> QueryRecord {
            let context = Context()
            let solver = try Solver(context, limits: QueryLimits(resources: resources))
            let x = (0..<12).map { context.integer("x\($0)") }
            for index in x.indices { try solver.assert(x[index] >= 0 && x[index] <= 40) }
            for (a, b) in zip(x, x.dropFirst()) { try solver.assert(a + 3 <= b || b + 5 <= a) }
            try solver.assert(context.areDistinct(x))
            try solver.assert(context.sum(x) == 171)
            try solver.check()
            return try #require(solver.record)
        }
        let first = try run(resources: 50_000_000)
        #expect(first.verdict == .satisfiable)
        #expect(first.resourcesUsed > 1000)
        #expect(try run(resources: 50_000_000) == first)
        #expect(first.version == Context.version)
    }

    @Test func theLimitIsAVerdictOfItsOwnAndRepeatable() throws {
        func run() throws -> QueryRecord {
            let context = Context()
            let solver = try Solver(context, limits: QueryLimits(resources: 200_000), procedure: .logic("QF_LIA"))
            try solver.assert(try pigeons(12, holes: 11, context, solver))
            try solver.check()
            return try #require(solver.record)
        }
        let first = try run()
        #expect(first.verdict == .limitReached)
        #expect(first.resourcesUsed >= 190_000 && first.resourcesUsed < 400_000)
        #expect(try run() == first)
    }

    /// Another thread ends a check that would take hours; the solver that was ended goes on to answer what it can.
    @Test func aCheckIsInterruptedFromAnotherThread() throws {
        let isDone = Mutex(false)
        let context = Context()
        let identity = context.identity
        let thread = Thread { while !isDone.withLock({ $0 }) { RunningChecks.interrupt(identity); usleep(10_000) } }
        let solver = try Solver(context, limits: QueryLimits(resources: .max), procedure: .logic("QF_LIA"))
        try solver.push()
        try solver.assert(try pigeons(40, holes: 39, context, solver))
        thread.start()
        guard case .unknown(let reason) = try solver.check() else { throw SMTError.unavailable("an interruption") }
        #expect(reason.contains("cancel") || reason.contains("interrupt"), "\(reason)")
        isDone.withLock { $0 = true }
        while !thread.isFinished { usleep(1000) }
        try solver.pop()
        let x = context.integer("x")
        try solver.assert(x > 3)
        #expect(try solver.check() == .satisfiable)
    }

    @Test func scopesAndAssumptions() throws {
        let context = Context()
        let solver = try Solver(context)
        let x = context.integer("x")
        try solver.assert(x > 3)
        try solver.push()
        try solver.assert(x < 4)
        #expect(try solver.check() == .unsatisfiable)
        try solver.pop()
        #expect(try solver.check() == .satisfiable)
        let small = context.boolean("small")
        try solver.assert(small.implies(x < 0))
        #expect(try solver.check(assuming: [small]) == .unsatisfiable)
        #expect(try solver.check(assuming: [!small]) == .satisfiable)
        #expect(try solver.check() == .satisfiable)
        #expect(solver.text.contains("small") && solver.statistics["rlimit count"] != nil)
    }

    /// Of seven pigeons any four are too many for three holes, and no three are.
    @Test func coresOfPigeonsAreMinimal() throws {
        let context = Context()
        let solver = try Solver(context)
        let names = try pigeons(7, holes: 3, context, solver)
        let core = try #require(try solver.minimalCore(of: names))
        #expect(core.positions.count == 4 && core.isMinimal)
        #expect(try solver.minimalCore(of: Array(names.prefix(3))) == nil)
    }

    /// Random difference constraints: a core fails, and without any one of its members it does not.
    @Test func coresOfRandomProblemsAreMinimal() throws {
        var random = Numbers(seed: 5)
        var cores = 0
        for _ in 0..<30 {
            let context = Context()
            let solver = try Solver(context)
            let x = (0..<5).map { context.integer("x\($0)") }
            var requirements: [Formula] = []
            var names: [Formula] = []
            for index in 0..<14 {
                let (a, b) = (random.below(5), random.below(5))
                let requirement = x[a] + (random.below(9) - 3) <= x[b]
                let name = context.boolean("r\(index)")
                try solver.assert(name.implies(requirement))
                requirements.append(requirement)
                names.append(name)
            }
            guard let core = try solver.minimalCore(of: names) else { continue }
            cores += 1
            #expect(core.isMinimal)
            func holds(_ positions: [Int]) throws -> Bool {
                let fresh = try Solver(context)
                try fresh.assert(positions.map { requirements[$0] })
                return try fresh.check() == .satisfiable
            }
            #expect(try !holds(core.positions))
            for left in core.positions { #expect(try holds(core.positions.filter { $0 != left })) }
        }
        #expect(cores > 10)
    }

    @Test func functionsAndQuantifiers() throws {
        let context = Context()
        let solver = try Solver(context)
        let f = context.integerFunction("f", arity: 2)
        let p = context.predicate("p", arity: 1)
        let (x, y) = (context.integer("x"), context.integer("y"))
        try solver.assert(x == y)
        try solver.push()
        try solver.assert(f(x, y) != f(y, x))
        #expect(try solver.check() == .unsatisfiable)
        try solver.pop()
        try solver.assert(context.forAll([x], p(x).implies(p(x + 1))))
        try solver.assert(p(context.integer(0)))
        try solver.assert(!p(context.integer(2)))
        #expect(try solver.check() == .unsatisfiable)
        let other = try Solver(context)
        try other.assert(context.exists([x], x > y && x < y + 2 && x != y + 1))
        #expect(try other.check() == .unsatisfiable)
    }
}
