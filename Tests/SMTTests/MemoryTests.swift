import CZ3
import SMT
import Testing

@Suite("Terms give back what they take")
struct ReferenceCountTests {
    /// Of all contexts of the process.
    private static var bytes: Int { Int(Z3_get_estimated_alloc_size()) }

    /// Other tests run at the same time and give back what they took when they end; a leak is never given back.
    private func staysBelow(_ limit: Int) async throws -> Bool {
        for _ in 0..<600 where Self.bytes >= limit { try await Task.sleep(for: .milliseconds(200)) }
        return Self.bytes < limit
    }

    /// A million different terms, each dropped: what a leak of any of them would hold is shown first by keeping some.
    @Test func aMillionTermsInBoundedMemory() async throws {
        let context = Context()
        let x = context.integer("x")
        let before = Self.bytes
        var kept: [Formula] = []
        for value in 0..<100_000 { kept.append(x + value < value * 3) }
        let held = Self.bytes - before
        // Three nodes and two numerals each.
        #expect(held > 10_000_000, "\(held) bytes for 100,000 terms")
        kept = []
        for value in 0..<1_000_000 {
            let term = x + (value + 1_000_000) < value * 5 + 7
            if value == 999_999 { kept.append(term) }
        }
        // Z3 keeps the pages of what was dropped for what comes next; ten times as many terms need no more of them.
        #expect(try await staysBelow(before + held + 20_000_000), "\(Self.bytes - before) bytes are held after a million terms, \(held) by 100,000 that are kept")
        #expect(kept.count == 1)
    }

    /// Solvers, optimizers, models and contexts too.
    @Test func contextsAndSolversInBoundedMemory() async throws {
        func query(_ value: Int) throws -> Int {
            let context = Context()
            let solver = try Solver(context)
            let x = context.integer("x")
            try solver.assert(x > value)
            try solver.assert(x < value + 2)
            try solver.check()
            return try solver.model().value(of: x)
        }
        let before = Self.bytes
        for value in 0..<300 { #expect(try query(value) == value + 1) }
        // A context with what a check makes is more than 200 kB.
        #expect(try await staysBelow(before + 30_000_000), "\(Self.bytes - before) bytes after 300 contexts")
    }

    /// A model and its context outlive the names that they had.
    @Test func valuesKeepTheirContextAlive() throws {
        func make() throws -> (Model, IntegerTerm) {
            let context = Context()
            let solver = try Solver(context)
            let x = context.integer("x")
            try solver.assert(x == 42)
            try solver.check()
            return (try solver.model(), x)
        }
        let (model, x) = try make()
        #expect(try model.value(of: x) == 42)
        #expect(try model.value(of: x + 1) == 43)
    }
}
