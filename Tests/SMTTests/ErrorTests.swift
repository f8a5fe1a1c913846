import SMT
import Testing

@Suite("Mistakes are thrown, and the context goes on")
struct ErrorTests {
    @Test func sortsThatDoNotMatch() throws {
        let context = Context()
        let solver = try Solver(context)
        let sum = context.bitVector("a", width: 8) + context.bitVector("b", width: 9)
        #expect(context.pendingError != nil)
        let error = #expect(throws: SMTError.self) { try solver.assert(sum == context.bits(1, width: 8)) }
        #expect(error.map { "\($0)".hasPrefix("Z3: ") } == true)
        // Nothing is left of it.
        #expect(context.pendingError == nil)
        try solver.assert(context.bitVector("a", width: 8) == context.bits(7, width: 8))
        #expect(try solver.check() == .satisfiable)
        #expect(try solver.model().value(of: context.bitVector("a", width: 8)) == 7)
    }

    @Test func argumentsOutOfRange() throws {
        let mistakes: [(Context) -> Void] = [
            { _ = $0.bits(1, width: 0) },
            { _ = $0.bitVector("v", width: -1) },
            { _ = $0.bitVector("v", width: 1 << 40) },
            { _ = $0.bits(1, width: 8).bits(4..<9) },
            { _ = $0.bits(1, width: 8).bits(4..<4) },
            { _ = $0.bits(1, width: 8).extended(by: -1, signed: false) },
            { _ = $0.real(1, over: 0) },
        ]
        for (index, mistake) in mistakes.enumerated() {
            let context = Context()
            mistake(context)
            #expect(throws: SMTError.self, "mistake \(index)") { try context.throwPendingError() }
            try context.throwPendingError()
        }
        let context = Context()
        let optimizer = try Optimizer(context)
        #expect(throws: SMTError.argument("a soft constraint of weight 0; give at least 1")) {
            try optimizer.prefer(context.boolean("a"), weight: 0)
        }
    }

    @Test func answersThatAreNotThere() throws {
        let context = Context()
        let solver = try Solver(context)
        #expect(throws: SMTError.self) { try solver.model() }
        #expect(throws: SMTError.self) { try solver.pop() }
        try solver.assert(context.constant(false))
        #expect(try solver.check() == .unsatisfiable)
        #expect(throws: SMTError.self) { try solver.model() }
        let optimizer = try Optimizer(context)
        let goal = try optimizer.minimize(context.integer("x"))
        #expect(throws: SMTError.self) { try optimizer.model() }
        #expect(throws: SMTError.self) { try optimizer.bounds(of: goal) }
    }

    @Test func valuesBeyondSixtyFourBits() throws {
        let context = Context()
        let solver = try Solver(context)
        let x = context.integer("x")
        try solver.assert(x == context.integer(.max) * context.integer(.max))
        #expect(try solver.check() == .satisfiable)
        let error = #expect(throws: SMTError.self) { try solver.model().value(of: x) }
        #expect(error.map { "\($0)".contains("85070591730234615847396907784232501249") } == true)
        // 64 bits fit, 65 do not.
        let wide = context.bits(.max, width: 64)
        #expect(try solver.model().value(of: wide) == .max)
        #expect(throws: SMTError.self) { try solver.model().value(of: context.bits(1, width: 1).followed(by: wide)) }
    }

    @Test func unknownLogics() throws {
        // Z3 falls back to its general procedure for a logic that it does not know, or refuses; it never ends the process.
        let context = Context()
        if let solver = try? Solver(context, procedure: .logic("QF_NOSUCH")) { #expect(try solver.check() == .satisfiable) }
        try context.throwPendingError()
        #expect(Context.version.split(separator: ".").count == 4)
    }
}
