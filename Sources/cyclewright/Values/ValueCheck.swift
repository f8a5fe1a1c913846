import Architecture
import OperatorGraph
import Programs
import Reporting
import Simulation

/// The values of a run: what the program works on, and what it should leave.
package struct ValueCheck: Sendable {
    /// How a comparison went.
    package struct Verdict: Sendable, Equatable {
        /// One line for the summary.
        package var summary: String
        /// The first tensor that is wrong, in the order in which the workload computes them; `nil` when all are right.
        package var mismatch: String?
    }

    /// For the simulation.
    let source: ValueSource
    /// Tensors that are compared, in the order in which the workload computes them.
    private let compared: [Graph.ValueID]
    private let expected: [Graph.ValueID: Tensor]
    private let bounds: RoundingBounds

    /// Host memory that the workload's tensors may take.
    private static let limit = 8 << 30

    /// - Parameters:
    ///   - graph: the graph whose values `program.tensors` names.
    ///   - isCompared: false for a run that only needs values to work on.
    /// - Throws: `.data` when the values would not fit in memory or the reference cannot be computed.
    init(
        _ graph: Graph, program: Program, on architecture: Architecture, seed: UInt64, isCompared: Bool, _ progress: ProgressBar
    ) throws(CommandFailure) {
        progress.begin("drawing values")
        compared = isCompared ? ComparableTensors.of(program, graph) : []
        try ValueCheck.checkSize(graph, compared)
        let tensors = ValueCheck.sources(graph, seed)
        source = ValueSource(graph: graph, tensors: tensors)
        bounds = RoundingBounds(graph, accumulator: RoundingBounds.accumulator(of: architecture))
        guard isCompared else {
            expected = [:]
            return
        }
        progress.begin("computing the reference")
        do throws(GraphError) {
            expected = try ReferenceExecutor.run(graph, inputs: tensors, seed: seed, keep: .values(Set(compared)))
        } catch {
            throw CommandFailure(.data, "\(graph.name) cannot be run on values: \(error)")
        }
    }

    /// The file's values, or drawn ones, of everything that no operator computes.
    private static func sources(_ graph: Graph, _ seed: UInt64) -> [Graph.ValueID: Tensor] {
        let roles = ValueRoles(graph)
        let generator = ValueGenerator(seed: seed)
        var tensors: [Graph.ValueID: Tensor] = [:]
        for (id, value) in graph.values.enumerated() where value.kind != .intermediate {
            // A network that runs in a narrower format than its file's brings constants in the file's.
            tensors[id] = value.data?.converted(to: value.type.element) ?? generator.tensor(named: value.name, value.type, role: roles[id])
        }
        return tensors
    }

    private static func checkSize(_ graph: Graph, _ compared: [Graph.ValueID]) throws(CommandFailure) {
        let sources = graph.values.indices.filter { graph.values[$0].kind != .intermediate }
        // A number takes at least a byte here, and every real format narrower than fp64 takes four.
        let bytes = (sources + compared).reduce(0.0) {
            let type = graph.values[$1].type
            return $0 + Double(type.count) * Double(type.element.isFloatingPoint ? max(4, type.element.bits / 8) : max(1, type.element.bits / 8))
        }
        guard bytes <= Double(limit) else {
            throw CommandFailure(
                .data, "\(graph.name): its values would take \(QuantityText.bytes(Int(min(bytes, 9e18)))) of memory, and \(QuantityText.bytes(limit)) are allowed; run a part of it, such as --set layers=1, or leave out --check-values")
        }
    }

    /// Compares what the run left with the reference.
    func verdict(_ tensors: [Graph.ValueID: Tensor]) -> Verdict {
        var comparisons: [TensorComparison] = []
        for value in compared {
            guard let actual = tensors[value], let reference = expected[value] else { continue }
            comparisons.append(
                TensorComparison(name: source.graph.values[value].name, actual: actual, expected: reference, bound: bounds[value]))
        }
        return Verdict(comparisons)
    }
}

extension ValueCheck.Verdict {
    /// - Parameter comparisons: in the order in which the workload computes the tensors.
    package init(_ comparisons: [TensorComparison]) {
        let wrong = comparisons.filter { $0.mismatch != nil }
        if let first = wrong.first, let mismatch = first.mismatch {
            summary = "Values: \(wrong.count) of \(comparisons.count) tensors differ from the reference"
            let bound = first.isExact ? "" : ", an error of \(QuantityText.significantPower(first.worstError)) where \(QuantityText.significantPower(first.bound)) is allowed"
            self.mismatch = "\(first.name): \(mismatch.description)\(bound); \(wrong.count) of \(comparisons.count) tensors differ from the reference"
            return
        }
        if comparisons.isEmpty {
            summary = "Values: the program leaves no tensor to compare"
            mismatch = "the program leaves no tensor to compare with the reference"
            return
        }
        let integers = comparisons.filter(\.isExact), reals = comparisons.filter { !$0.isExact }
        var parts: [String] = []
        if !integers.isEmpty { parts.append("\(ValueCheck.Verdict.amount(integers)) equal") }
        if let worst = reals.max(by: { $0.worstError / max($0.bound, .leastNormalMagnitude) < $1.worstError / max($1.bound, .leastNormalMagnitude) }) {
            parts.append(
                "\(ValueCheck.Verdict.amount(reals)) within bounds, worst error \(QuantityText.significantPower(worst.worstError)) where \(QuantityText.significantPower(worst.bound)) is allowed")
        }
        summary = "Values: " + parts.joined(separator: "; ")
        mismatch = nil
    }

    private static func amount(_ comparisons: [TensorComparison]) -> String {
        let kind = comparisons[0].isExact ? "integer" : "floating-point"
        let elements = comparisons.reduce(0) { $0 + $1.elements }
        return "\(QuantityText.integer(comparisons.count)) \(kind) tensor\(comparisons.count == 1 ? "" : "s") (\(QuantityText.integer(elements)) elements)"
    }
}
