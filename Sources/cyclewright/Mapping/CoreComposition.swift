import Architecture
import Lowering
import Mapping
import MappingSearch
import OperatorGraph
import Programs
import Simulation

/// Turns a workload, lowered for one core, two and so on, into a problem of where its operators run, and the solution into what a mapping
/// file says.
struct CoreComposition {
    /// All operators on some number of cores, products divided in one way.
    private struct Variant {
        var count: Int
        var division: AssignedCores.Division?
        /// By step, what is known about its operators.
        var steps: [StepTimes]
    }

    /// A way to run an operator on some number of cores.
    private struct Way {
        var time: CoreProblem.Time
        var division: AssignedCores.Division?
    }

    /// What was decided, and how good it is.
    struct Result {
        /// Empty where nothing is predicted to be better than all cores for everything, divided by the rule.
        var cores: [AssignedCores]
        var outcome: CoreOutcome
        /// Predicted for that.
        var cyclesByRule: Int
        var cycles: Int { min(outcome.cycles, cyclesByRule) }
    }

    private let names: [String?]
    private let isProduct: [Bool]
    /// Of the program, by step.
    private let operators: [Range<Int>]
    private let needs: [[Int]]
    private let variants: [Variant]
    private let cores: Int

    /// How much less a division other than the rule's has to take.
    private static let caution = 0.02

    /// - Returns: `nil` on a machine with one core.
    init?(_ graph: Graph, on architecture: Architecture, _ limits: WorkloadMapping, _ mapper: MachineMapper, _ memorySpeed: DRAMSpeed?) throws(LoweringError) {
        cores = architecture.cores
        guard cores > 1, limits.cores.isEmpty else { return nil }
        func lower(_ assigned: [AssignedCores]) throws(LoweringError) -> LoweredWorkload {
            var limits = limits
            limits.cores = assigned
            return try Lowering.lower(graph, to: architecture, options: LoweringOptions(mapper: mapper, rollsLayers: false, mapping: limits, memorySpeed: memorySpeed))
        }
        let plain = try lower([])
        let names = plain.steps.map(\.name)
        let products = Set(plain.products.map(\.operatorIndex))
        let isProduct = plain.steps.map { $0.operators.contains { products.contains($0) } }
        (self.names, self.isProduct, needs, operators) = (names, isProduct, plain.steps.map(\.needs), plain.steps.map(\.operators))
        var variants: [Variant] = []
        for count in 1...cores {
            for division in [nil, AssignedCores.Division.columns, .rows] where division == nil || count > 1 {
                let assigned = names.indices.compactMap { step in
                    names[step].flatMap { name in
                        division == nil || isProduct[step] ? AssignedCores(name: name, cores: 0...(count - 1), division: division) : nil
                    }
                }
                guard division == nil || !assigned.isEmpty else { continue }
                let lowered = try count == cores && division == nil ? plain : lower(assigned)
                variants.append(Variant(count: count, division: division, steps: StepTimes.all(lowered, on: count)))
            }
        }
        self.variants = variants
    }

    /// Operators among which there was a choice.
    var count: Int { names.count }

    private func rule(on count: Int) -> [StepTimes] { variants.first { $0.count == count && $0.division == nil }?.steps ?? [] }

    /// - Parameters:
    ///   - bandwidths: by step, the part of the off-chip bandwidth that there really is for it; 1 without them.
    ///   - spare: how much more than its part of that a core gets.
    func composed(_ bandwidths: [Double]? = nil, spare: Double = 1, goesOn: () -> Bool) -> Result {
        func time(_ steps: [StepTimes], _ step: Int) -> CoreProblem.Time {
            steps[step].time(of: cores, bandwidth: bandwidths?[step] ?? 1, spare: spare)
        }
        var ways: [[Way]] = names.map { _ in [] }
        for variant in variants {
            for step in names.indices where variant.division == nil || isProduct[step] && names[step] != nil {
                let way = Way(time: time(variant.steps, step), division: variant.division)
                if variant.division == nil {
                    ways[step].append(way)
                } else if Double(way.time.cycles) < Double(ways[step][variant.count - 1].time.cycles) * (1 - Self.caution) {
                    ways[step][variant.count - 1] = way
                }
            }
        }
        let problem = problem(ways.map { $0.map(\.time) })
        let rule = rule(on: cores)
        let byRule = self.problem(names.indices.map { step in Array(repeating: time(rule, step), count: cores) })
        let cyclesByRule = byRule.cycles(byRule.everything)
        let outcome = CoreComposer().compose(problem) { !goesOn() }
        let divisions = zip(outcome.choice, ways).map { range, ways in ways[range.count - 1].division }
        return Result(cores: outcome.cycles < cyclesByRule ? assigned(outcome.choice, divisions) : [], outcome: outcome, cyclesByRule: cyclesByRule)
    }

    private func problem(_ times: [[CoreProblem.Time]]) -> CoreProblem {
        CoreProblem(
            cores: cores, operations: names.indices.map { CoreProblem.Operation(name: names[$0] ?? "", needs: needs[$0], times: times[$0]) })
    }

    private func assigned(_ choice: [Range<Int>], _ divisions: [AssignedCores.Division?]) -> [AssignedCores] {
        choice.indices.compactMap { step in
            guard let name = names[step], choice[step] != 0..<cores || divisions[step] != nil else { return nil }
            return AssignedCores(name: name, cores: choice[step].lowerBound...(choice[step].upperBound - 1), division: divisions[step])
        }
    }

    /// By step, the part of the off-chip bandwidth with which its predicted time on all cores is what it added to a run: behind networks,
    /// and where cores meet in banks and rows, memory delivers less than its peak. 1 where it did not take longer than predicted.
    func bandwidths(_ record: ExecutionRecord) -> [Double] {
        zip(operators, rule(on: cores)).map { operators, step in
            let measured = operators.reduce(0) { $0 + record.operators[$1].cycles }
            func isLonger(_ bandwidth: Double) -> Bool { step.time(of: cores, bandwidth: bandwidth, spare: 1).cycles > measured }
            guard !isLonger(1) else { return 1 }
            var (low, high) = (Self.leastBandwidth, 1.0)
            guard isLonger(low) else { return low }
            for _ in 0..<8 {
                let middle = (low + high) / 2
                if isLonger(middle) { low = middle } else { high = middle }
            }
            return high
        }
    }

    private static let leastBandwidth = 0.15

    /// Of several runs, the assignment that has each region as it took least; regions have nothing to do with each other.
    ///
    /// - Parameter plain: all cores for everything, which is taken where others take as long.
    func best(of runs: [(record: ExecutionRecord, cores: [AssignedCores])], plain: ExecutionRecord, _ regions: [CoreOutcome.Region]) -> [AssignedCores] {
        let all = [(record: plain, cores: [AssignedCores]())] + runs
        let ends = all.map { run in
            // When everything up to a step has ended.
            operators.reduce(into: [Int]()) { ends, range in
                ends.append(range.reduce(ends.last ?? 0) { max($0, run.record.operators[$1].end) })
            }
        }
        var result: [AssignedCores] = []
        for region in regions {
            let cycles = ends.map { $0[region.operations.upperBound - 1] - (region.operations.lowerBound > 0 ? $0[region.operations.lowerBound - 1] : 0) }
            let best = cycles.indices.min { (cycles[$0], $0) < (cycles[$1], $1) } ?? 0
            let inside = Set(region.operations.compactMap { names[$0] })
            result += all[best].cores.filter { inside.contains($0.name) }
        }
        return result
    }
}
