import SMT

/// Placement by Z3, for side constraints and for proofs that they cannot be kept.
///
/// Linear integer arithmetic: one offset per buffer, one disjunction per pair that may not overlap. Banks are one Boolean per
/// buffer and bank, with the bytes live in each bank as redundant pseudo-Boolean constraints, which is what makes them
/// tractable. Good for some hundred buffers.
package struct SolverPlacement {
    static let maximumPairs = 200_000

    let problem: PlacementProblem
    let conflicts: ConflictLists
    let limits: QueryLimits
    /// What offsets, sizes and capacity are counted in.
    private let unit: Int

    package enum Answer {
        case placed(Placement, QueryRecord)
        case infeasible([PlacementRequirement], isMinimal: Bool, QueryRecord)
        case undecided(QueryRecord)
    }

    package init(_ problem: PlacementProblem, _ conflicts: ConflictLists, limits: QueryLimits) {
        self.problem = problem
        self.conflicts = conflicts
        self.limits = limits
        var unit = problem.banks > 1 ? problem.capacity / problem.banks : 0
        for buffer in problem.buffers {
            for value in [buffer.size, buffer.alignment > 1 ? buffer.alignment : 0, buffer.fixedOffset ?? 0] { unit = GreatestCommonDivisor.of(unit, value) }
        }
        self.unit = max(1, unit)
    }

    /// The offsets of one query.
    private struct Variables {
        var offsets: [IntegerTerm]
        /// By buffer and bank; empty without banks.
        var banks: [[Formula]]
    }

    /// One query in a context of its own.
    package func solve() throws(SMTError) -> Answer {
        let context = Context()
        let solver = try Solver(context, limits: limits)
        let variables = try declare(context, solver)
        try separate(variables, solver)
        // What the user asked for on top goes in by name, so that a contradiction can be told in those terms.
        let requirements = self.requirements
        var names: [Formula] = []
        for (index, requirement) in requirements.enumerated() {
            let name = context.boolean("requirement \(index)")
            try solver.assert(name.implies(formula(requirement, variables, context)))
            names.append(name)
        }
        switch try solver.check(assuming: names) {
        case .satisfiable:
            let record = try self.record(of: solver)
            let model = try solver.model()
            var offsets: [Int] = []
            for offset in variables.offsets { offsets.append(try model.value(of: offset) * unit) }
            return .placed(Placement(offsets: offsets), record)
        case .unsatisfiable:
            let record = try self.record(of: solver)
            guard let core = try solver.minimalCore(of: names) else { return .infeasible(requirements, isMinimal: false, record) }
            return .infeasible(core.positions.map { requirements[$0] }, isMinimal: core.isMinimal, record)
        case .limitReached, .unknown:
            return .undecided(try record(of: solver))
        }
    }

    private func record(of solver: Solver) throws(SMTError) -> QueryRecord {
        guard let record = solver.record else { throw .unavailable("a record of the check") }
        return record
    }

    private func declare(_ context: Context, _ solver: Solver) throws(SMTError) -> Variables {
        var offsets: [IntegerTerm] = []
        for (index, buffer) in problem.buffers.enumerated() {
            let offset = context.integer("offset \(index)")
            offsets.append(offset)
            try solver.assert(offset >= 0 && offset <= problem.capacity / unit - buffer.size / unit)
            if buffer.alignment / unit > 1 { try solver.assert(offset.remainder(by: buffer.alignment / unit) == 0) }
        }
        guard problem.banks > 1 else { return Variables(offsets: offsets, banks: []) }
        let bank = problem.capacity / problem.banks / unit
        var banks: [[Formula]] = []
        for (index, buffer) in problem.buffers.enumerated() {
            let choice = (0..<problem.banks).map { context.boolean("bank \(index) \($0)") }
            for (number, isThere) in choice.enumerated() {
                let offset = offsets[index]
                try solver.assert(isThere.implies(offset >= number * bank && offset <= (number + 1) * bank - buffer.size / unit))
            }
            try solver.assert(context.exactlyOne(of: choice))
            banks.append(choice)
        }
        for live in liveSets {
            for number in 0..<problem.banks {
                try solver.assert(
                    context.weightedSum(live.map { (problem.buffers[$0].size / unit, banks[$0][number]) }, isAtMost: bank))
            }
        }
        return Variables(offsets: offsets, banks: banks)
    }

    /// No two buffers that are live together overlap.
    private func separate(_ variables: Variables, _ solver: Solver) throws(SMTError) {
        for pair in conflicts.pairs {
            let (a, b) = (variables.offsets[pair.first], variables.offsets[pair.second])
            let (sizeOfA, sizeOfB) = (problem.buffers[pair.first].size / unit, problem.buffers[pair.second].size / unit)
            try solver.assert(a + sizeOfA <= b || b + sizeOfB <= a)
        }
    }

    private var requirements: [PlacementRequirement] {
        problem.buffers.indices.filter { problem.buffers[$0].fixedOffset != nil }.map { .fixed($0) }
            + problem.aliases.map { .alias($0) } + problem.apart.map { .apart($0) }
    }

    private func formula(_ requirement: PlacementRequirement, _ variables: Variables, _ context: Context) -> Formula {
        switch requirement {
        case .fixed(let index):
            return variables.offsets[index] == (problem.buffers[index].fixedOffset ?? 0) / unit
        case .alias(let pair):
            return variables.offsets[pair.first] == variables.offsets[pair.second]
        case .apart(let pair):
            return context.all((0..<problem.banks).map { !(variables.banks[pair.first][$0] && variables.banks[pair.second][$0]) })
        }
    }

    /// Maximal sets of buffers live together, one buffer for each group of aliases.
    private var liveSets: [[Int]] {
        let roots = AliasGroups(problem).rootOfBuffer
        let segments = problem.buffers.indices.filter { roots[$0] == $0 }.flatMap { index in problem.buffers[index].segments.map { (index, $0) } }
        let sections = LifetimeSections(segments.map(\.1))
        var sets = [[Int]](repeating: [], count: sections.count)
        for (position, segment) in segments.enumerated() {
            for section in sections.ranges[position] { sets[section].append(segment.0) }
        }
        return sets
    }
}

/// Something that was asked for beyond lifetimes, sizes, alignments and capacity.
public enum PlacementRequirement: Sendable, Hashable {
    /// A buffer's fixed offset.
    case fixed(Int)
    /// One offset for two buffers.
    case alias(BufferPair)
    /// Different banks for two buffers.
    case apart(BufferPair)
}

enum GreatestCommonDivisor {
    static func of(_ a: Int, _ b: Int) -> Int { b == 0 ? a : of(b, a % b) }
}
