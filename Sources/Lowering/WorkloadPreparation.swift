import Architecture
import NumberFormats
import OperatorGraph

/// Brings a workload's number formats to those of a machine.
enum WorkloadPreparation {
    struct Prepared {
        var graph: Graph
        var notes: [String] = []
        var keepsValues = true
    }

    static func prepare(_ graph: Graph, for architecture: Architecture) throws(LoweringError) -> Prepared {
        var simplified = graph
        do {
            simplified = try graph.applying([IdentityElimination(), DequantizationSinking(), IntegerQuantization(), RotaryLookup(), DeadNodeElimination()])
        } catch {
            throw LoweringError("", "\(error)")
        }
        var prepared = Prepared(graph: simplified)
        guard let array = architecture.engines.lazy.compactMap({ engine -> SystolicArray? in
            if case .systolicArray(let array) = engine.kind { array } else { nil }
        }).first else { return prepared }
        // Formats that the workload's products have.
        var products: Set<ElementType> = []
        for node in simplified.nodes where OperatorGrouping.matmuls.contains(node.operation) {
            for case let input? in node.inputs.prefix(2) { products.insert(simplified.values[input].type.element) }
        }
        let floats = products.filter { $0.isFloatingPoint }
        let foreign = floats.filter { $0 != array.input && $0.bits != array.input.bits || !array.input.isFloatingPoint }
        guard !foreign.isEmpty else { return try checkIntegers(products, array, prepared, architecture) }
        for index in prepared.graph.values.indices where prepared.graph.values[index].type.element.isFloatingPoint {
            prepared.graph.values[index].type.element = array.input
            if let data = prepared.graph.values[index].data, data.count > 1 || array.input.isFloatingPoint {
                prepared.graph.values[index].data = array.input.isFloatingPoint ? data.converted(to: array.input) : data
            }
        }
        let names = foreign.map(\.rawValue).sorted().joined(separator: ", ")
        prepared.notes.append(
            "the workload computes in \(names), the arrays of \(architecture.name) in \(array.input.rawValue): all floating-point tensors are taken as \(array.input.rawValue)")
        prepared.keepsValues = array.input.isFloatingPoint
        return prepared
    }

    private static func checkIntegers(
        _ products: Set<ElementType>, _ array: SystolicArray, _ prepared: Prepared, _ architecture: Architecture
    ) throws(LoweringError) -> Prepared {
        if array.input.isFloatingPoint {
            let integers = products.filter(\.isInteger)
            guard let widest = integers.map(\.bits).max() else { return prepared }
            guard widest <= 8 else {
                throw LoweringError(
                    "", "the workload multiplies operands of \(widest) bits, more than \(array.input.rawValue) holds exactly",
                    suggestion: "use an architecture with integer arrays")
            }
            var prepared = prepared
            prepared.notes.append(
                "integer operands of up to 8 bits are multiplied in \(array.input.rawValue), which holds them exactly, and summed in \(array.accumulator.rawValue)")
            return prepared
        }
        let wide = products.filter { $0.isInteger && $0.bits > array.input.bits }
        guard let worst = wide.map(\.rawValue).sorted().first else { return prepared }
        throw LoweringError(
            "", "the workload multiplies \(worst) operands; the arrays of \(architecture.name) take \(array.input.rawValue)",
            suggestion: "use --set engines.NAME.input=\(worst) or another architecture")
    }
}
