#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Runs side by side: every figure with its ratio to that of the first run, in total and for the operators of the same name.
public struct RunComparison: Sendable {
    /// A figure of all runs.
    public struct Row: Sendable {
        public var measure: String
        /// By run.
        public var values: [Double?]

        /// To the first run; `nil` where one of the two has no value, or the first has zero.
        public func ratio(_ run: Int) -> Double? {
            guard let base = values[0], let value = values[run], base != 0 else { return nil }
            return value / base
        }
    }

    /// An operator that at least two of the runs have.
    public struct OperatorRow: Sendable {
        public var name: String
        public var type: String
        /// In the order of `measures`.
        public var rows: [Row]
    }

    public var runs: [RunSummary]
    /// What tells the runs apart, for heads of columns.
    public var labels: [String]
    public var totals: [Row]
    /// What is compared for each operator: "seconds", "dramBytes", and energies where a run has them.
    public var measures: [String]
    /// In the order of the first run, then of the second.
    public var operators: [OperatorRow]
    /// By run: names of operators that no other run has.
    public var alone: [[String]]

    /// - Parameter runs: at least two.
    /// - Throws: when no two of them have an operator in common.
    public init(_ runs: [RunSummary]) throws(RunFileError) {
        precondition(runs.count > 1)
        self.runs = runs
        labels = Self.labels(runs)
        totals = Self.ordered(Set(runs.flatMap(\.figures.keys))).map { name in Row(measure: name, values: runs.map { $0.figures[name] }) }
        let places = runs.map(Self.places)
        var keys: [String] = [], known: Set<String> = []
        for run in places { for key in run.order where known.insert(key).inserted { keys.append(key) } }
        let common = keys.filter { key in places.filter { $0.index[key] != nil }.count > 1 }
        guard !common.isEmpty else {
            let names = runs.map { "\($0.path) (\($0.workload) on \($0.architecture)): \($0.operators.prefix(3).map(\.name).joined(separator: ", "))\($0.operators.count > 3 ? ", …" : "")" }
            throw RunFileError(
                .data, "the runs have no operator of the same name, so that there is nothing to compare: \(names.joined(separator: "; "))")
        }
        let present = Set(runs.flatMap { $0.operators.flatMap(\.figures.keys) })
        measures = Self.ordered(present.filter { Self.isOperatorMeasure($0) })
        let measures = measures
        operators = common.map { key in
            let found = zip(runs, places).map { run, place in place.index[key].map { run.operators[$0] } }
            let first = found.compactMap { $0 }.first
            return OperatorRow(
                name: key, type: first?.type ?? "",
                rows: measures.map { measure in Row(measure: measure, values: found.map { $0?.figures[measure] }) })
        }
        let shared = Set(common)
        alone = places.map { $0.order.filter { !shared.contains($0) } }
    }

    /// The operators' names; those that occur again get their count behind them, so that the second of one run meets the second of the other.
    private static func places(_ run: RunSummary) -> (order: [String], index: [String: Int]) {
        var order: [String] = [], index: [String: Int] = [:], seen: [String: Int] = [:]
        for (place, operation) in run.operators.enumerated() {
            seen[operation.name, default: 0] += 1
            let count = seen[operation.name, default: 1]
            let key = count == 1 ? operation.name : "\(operation.name) (\(count))"
            guard index[key] == nil else { continue }
            order.append(key)
            index[key] = place
        }
        return (order, index)
    }

    /// Machines where they differ, workloads where those do, paths where neither.
    private static func labels(_ runs: [RunSummary]) -> [String] {
        let choices: [(RunSummary) -> String] = [
            { $0.architecture }, { $0.workload }, { "\($0.architecture), \($0.workload)" }, { folder($0.path) }, { $0.path },
        ]
        for choice in choices {
            let names = runs.map(choice)
            if Set(names).count == runs.count { return names }
        }
        return runs.enumerated().map { "run \($0.offset + 1): \($0.element.architecture)" }
    }

    private static func folder(_ path: String) -> String {
        let parts = path.split(separator: "/")
        return parts.last == "summary.json" ? parts.dropLast().last.map(String.init) ?? path : parts.last.map(String.init) ?? path
    }

    // MARK: Measures

    private static let first = ["seconds", "cycles", "macs", "utilization", "dramBytes", "dramReadBytes", "dramWriteBytes", "cost.joules", "cost.squareMillimetres"]

    private static func ordered(_ names: Set<String>) -> [String] {
        first.filter(names.contains) + names.subtracting(first).sorted()
    }

    /// What stands beside an operator; everything else is in its run's report.
    private static func isOperatorMeasure(_ name: String) -> Bool {
        let known = ["seconds", "cycles", "utilization", "dramBytes"]
        return known.contains(name) || name.lowercased().hasPrefix("energy") || name.lowercased().hasSuffix("joules")
    }

    /// True when less is better, false when more is, `nil` when neither.
    public static func isLessBetter(_ measure: String) -> Bool? {
        let name = measure.lowercased()
        if ["utilization", "persecond", "perwatt", "hitrate", "efficiency", "perjoule", "andsquaremillimetre"].contains(where: name.hasSuffix) { return false }
        let unit = MeasureText.unit(ofFigure: measure)
        return ["cycles", "s", "J", "W", "B", "mm²", "J·s"].contains(unit) ? true : nil
    }

    /// The geometric mean of an operator measure's ratios, over the operators that have one above zero.
    public func meanRatio(_ measure: Int, run: Int) -> (ratio: Double, operators: Int)? {
        let ratios = operators.compactMap { $0.rows[measure].ratio(run) }.filter { $0 > 0 && $0.isFinite }
        guard !ratios.isEmpty else { return nil }
        return (exp(ratios.reduce(0) { $0 + log($1) } / Double(ratios.count)), ratios.count)
    }

    /// "0.42×"
    static func ratioText(_ ratio: Double?) -> String { ratio.map { QuantityText.significant($0) + "×" } ?? QuantityText.missing }
}
