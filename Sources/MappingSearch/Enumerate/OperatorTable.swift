/// Ways to run an operator on a hierarchy, none of which another one beats: what a later choice over several operators picks from.
///
/// For ever smaller parts of the shared buffer the best mappings by cycles, energy, their product and traffic, each with the proof or the
/// bound of `MapspaceSearch`; all operators that are a `LoopNestProblem` alike: convolutions with groups, strides and dilations, matrix
/// products, batched forms.
public struct OperatorTable: Sendable {
    public struct Row: Sendable, Hashable {
        public var mapping: LoopNestMapping
        public var cycles: Int
        /// Picojoules.
        public var energy: Double
        /// Words read from the outermost level and written to it.
        public var traffic: Int
        /// Words of the buffer that are occupied, all copies counted.
        public var bufferWords: Int
    }

    /// By occupied words, ascending; then by cycles.
    public let rows: [Row]
    /// Whether each of the searches that the table is made of ended with a proof.
    public let isProved: Bool

    /// - Parameters:
    ///   - buffer: the level whose room is shared among operators.
    ///   - steps: sizes of it that are looked at, each half of the one before.
    /// - Throws: when there is no mapping even in all of the buffer.
    public init(
        _ problem: LoopNestProblem, on hierarchy: MemoryHierarchy, buffer: Int, constraints: MapspaceConstraints? = nil, steps: Int = 6
    ) throws(MapspaceError) {
        guard hierarchy.levels.indices.contains(buffer), let capacity = hierarchy.levels[buffer].capacity else {
            throw .empty("the buffer of an operator table has to be a level with a capacity")
        }
        let analysis = LoopNestAnalysis(problem, on: hierarchy)
        var front = ParetoFront<Row>()
        var isProved = true
        for step in 0..<max(1, steps) where capacity >> step > 0 {
            guard let part = Self.hierarchy(hierarchy, buffer, capacity >> step) else { break }
            // Of the mapping that takes the least.
            var leastEnergy = Double.infinity
            let search = MapspaceSearch(problem, on: part, constraints: constraints)
            for objective in MappingObjective.allCases {
                let outcome: MapspaceOutcome
                do throws(MapspaceError) {
                    outcome = try objective == .traffic ? search.leastTraffic(leastEnergy) : search.run(objective)
                } catch {
                    if step == 0 { throw error }
                    // Smaller parts hold no tiles at all.
                    continue
                }
                isProved = isProved && outcome.isProved
                let report = analysis.uncheckedReport(outcome.mapping)
                leastEnergy = min(leastEnergy, report.energy)
                let row = Row(
                    mapping: outcome.mapping, cycles: report.cycles, energy: report.energy, traffic: report.traffic,
                    bufferWords: Self.words(report, buffer, hierarchy.levels[buffer].multipleBuffering))
                let figures = SIMD4(Double(row.cycles), row.energy, Double(row.traffic), Double(row.bufferWords))
                if !front.covers(figures) { front.insert(figures, row) }
            }
        }
        rows = front.payloads.sorted { ($0.bufferWords, $0.cycles, $0.energy) < ($1.bufferWords, $1.cycles, $1.energy) }
        self.isProved = isProved
    }

    private static func words(_ report: LoopNestReport, _ level: Int, _ copies: Double) -> Int {
        let words = report.levels[level].tensors.reduce(0) { $0 + ($1?.tileSize ?? 0) }
        return Int((Double(words) * copies).rounded(.up))
    }

    private static func hierarchy(_ hierarchy: MemoryHierarchy, _ buffer: Int, _ capacity: Int) -> MemoryHierarchy? {
        var levels = hierarchy.levels
        levels[buffer].capacity = capacity
        return try? MemoryHierarchy(levels: levels, compute: hierarchy.compute)
    }
}
