import MappingSearch
import Testing

/// Searches and tables of all kinds of operators against looking at every mapping of small ones.
@Suite("Operators against every mapping")
struct OperatorBruteForceTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var name: String
        var problem: LoopNestProblem
        var testDescription: String { name }
    }

    static func examples() throws -> [Example] {
        var grouped = LoopNestProblem.Convolution(inputChannels: 4, outputChannels: 4, outputHeight: 1, outputWidth: 4, kernelHeight: 1, kernelWidth: 2)
        grouped.groups = 2
        var depthwise = LoopNestProblem.Convolution(inputChannels: 4, outputChannels: 4, outputHeight: 1, outputWidth: 6, kernelHeight: 1, kernelWidth: 3)
        (depthwise.groups, depthwise.strideWidth) = (4, 2)
        var dilated = LoopNestProblem.Convolution(inputChannels: 2, outputChannels: 2, outputHeight: 1, outputWidth: 4, kernelHeight: 1, kernelWidth: 3)
        dilated.dilationWidth = 2
        var batched = LoopNestProblem.Convolution(inputChannels: 2, outputChannels: 2, outputHeight: 1, outputWidth: 4, kernelHeight: 1, kernelWidth: 2)
        batched.batch = 2
        return [
            Example(name: "grouped", problem: try .convolution(grouped)), Example(name: "depthwise", problem: try .convolution(depthwise)),
            Example(name: "dilated", problem: try .convolution(dilated)), Example(name: "batched convolution", problem: try .convolution(batched)),
            Example(name: "batched product", problem: try .matrixProduct(m: 2, n: 4, k: 4, batch: 2)),
        ]
    }

    static func constraints(_ problem: LoopNestProblem, _ hierarchy: MemoryHierarchy) -> MapspaceConstraints {
        var constraints = MapspaceConstraints(problem, on: hierarchy)
        for level in 1..<3 { for space in 0..<3 { constraints.levels[level].keeps[space] = true } }
        return constraints
    }

    @Test(arguments: try examples()) func theSearchFindsTheBest(_ example: Example) throws {
        let hierarchy = try MapspaceSearchTests.machine(inner: 10, outer: 36, units: 2)
        let count = try MapspaceSearchTests.compare(example.problem, hierarchy, Self.constraints(example.problem, hierarchy))
        #expect(count > 300)
    }

    /// For each size of the buffer and each objective the table has the best of all mappings that there are; every row is such a best one, with the
    /// least of the figure that decides between equals; and as many rows as that makes are there.
    @Test(arguments: try examples()) func theTableHasTheBestOfEverySize(_ example: Example) throws {
        let problem = example.problem, capacity = 48, steps = 3
        let hierarchy = try MapspaceSearchTests.machine(inner: 10, outer: capacity, units: 2)
        let constraints = Self.constraints(problem, hierarchy)
        let table = try OperatorTable(problem, on: hierarchy, buffer: 1, constraints: constraints, steps: steps)
        #expect(table.isProved)
        var points: Set<SIMD4<Double>> = []
        EveryMapping(problem: problem, hierarchy: hierarchy, constraints: constraints).forEach { _, report in
            let traffic = report.levels[0].tensors.reduce(0) { $0 + ($1.map { $0.reads + $0.fills + $0.updates } ?? 0) }
            let words = report.levels[1].tensors.reduce(0) { $0 + ($1?.tileSize ?? 0) }
            points.insert(SIMD4(Double(report.cycles), report.energy, Double(traffic), Double(words)))
        }
        let rows = table.rows.map { SIMD4(Double($0.cycles), $0.energy, Double($0.traffic), Double($0.bufferWords)) }
        // What is made small, and what decides between equals.
        let objectives: [(SIMD4<Double>) -> (Double, Double)] = [{ ($0[0], $0[1]) }, { ($0[1], $0[0]) }, { ($0[0] * $0[1], $0[0]) }, { ($0[2], 0) }]
        var best: Set<SIMD4<Double>> = []
        var leastRows: Set<SIMD4<Double>> = []
        for step in 0..<steps {
            let room = Double(capacity >> step)
            for objective in objectives {
                let fitting = points.filter { $0[3] <= room }
                guard let least = fitting.map(objective).min(by: <) else { continue }
                func isLeast(_ point: SIMD4<Double>) -> Bool {
                    objective(point).0 <= least.0 * (1 + 1e-9) && objective(point).1 <= least.1 * (1 + 1e-9)
                }
                let equal = fitting.filter(isLeast)
                best.formUnion(equal)
                if equal.count == 1 { leastRows.formUnion(equal) }
                #expect(rows.contains { $0[3] <= room && isLeast($0) } || rows.contains { row in row[3] <= room && equal.contains { all(row .<= $0) } }, "\(room) words")
            }
        }
        for row in rows { #expect(best.contains(row), "\(row)") }
        // Those that are the only best ones of some size, but for what others among the rows beat.
        let needed = leastRows.filter { point in !rows.contains { $0 != point && all($0 .<= point) } }
        #expect(needed.isSubset(of: rows), "\(rows.count) rows")
        #expect(rows.count == Set(rows).count)
    }

    /// A batched product in a buffer that holds all of it: one mapping is the best by every objective, so that there is one row.
    @Test func oneRowWhereOneMappingIsTheBestInAll() throws {
        let problem = try LoopNestProblem.matrixProduct(m: 2, n: 4, k: 4, batch: 2)
        let hierarchy = try MapspaceSearchTests.machine(inner: 64, outer: 64, units: 2)
        let constraints = Self.constraints(problem, hierarchy)
        let table = try OperatorTable(problem, on: hierarchy, buffer: 1, constraints: constraints, steps: 1)
        var least = SIMD4<Double>(repeating: .infinity)
        var isReached = false
        EveryMapping(problem: problem, hierarchy: hierarchy, constraints: constraints).forEach { _, report in
            let traffic = report.levels[0].tensors.reduce(0) { $0 + ($1.map { $0.reads + $0.fills + $0.updates } ?? 0) }
            let point = SIMD4(Double(report.cycles), report.energy, Double(traffic), report.energyDelay)
            if any(point .< least) { isReached = false }
            least = pointwiseMin(least, point)
            if point == least { isReached = true }
        }
        #expect(isReached, "one mapping has the least of all four")
        #expect(table.rows.allSatisfy { Double($0.cycles) == least[0] && abs($0.energy / least[1] - 1) < 1e-9 && Double($0.traffic) == least[2] })
        #expect(table.rows.count == 1)
    }
}
