import Architecture
import NumberFormats
import OperatorGraph

/// How far two correct evaluations of a graph may lie apart, for each value of it, relative to the value's largest magnitude.
///
/// An evaluation may add the terms of a sum in any order, tile by tile. Rounding errors of n operations with unit roundoff u
/// grow like √n·u (Higham and Mary, "A New Approach to Probabilistic Rounding Error Analysis", SIAM J. Sci. Comput. 41,
/// 2019). An operator adds K terms in its accumulator and rounds the result once to its own format, which contributes
/// K·u²(accumulator) + u²(result) to the square of the error; contributions add up along a path of operators. The bound of a
/// value is eight times the root of the sum over the worst path that leads to it.
package struct RoundingBounds: Sendable {
    /// Squares, by value.
    private var sums: [Double]

    /// Times the expected error.
    private static let margin = 8.0

    /// - Parameter accumulator: format in which the machine adds products.
    package init(_ graph: Graph, accumulator: ElementType = .fp32) {
        sums = Array(repeating: 0, count: graph.values.count)
        // The reference adds in fp32, and the machine in its own format when that is coarser.
        let unit = max(RoundingBounds.unitRoundoff(accumulator), RoundingBounds.unitRoundoff(.fp32))
        for node in graph.nodes {
            let incoming = node.inputs.compactMap { $0 }.reduce(0) { max($0, sums[$1]) }
            let length = Double(RoundingBounds.reductionLength(of: node, in: graph))
            for output in node.outputs.compactMap({ $0 }) where graph.values[output].type.element.isFloatingPoint {
                let element = graph.values[output].type.element
                let result = RoundingBounds.unitRoundoff(element)
                let adding = element == .fp64 ? result : unit
                sums[output] = incoming + length * adding * adding + result * result
            }
        }
    }

    package subscript(_ value: Graph.ValueID) -> Double { RoundingBounds.margin * sums[value].squareRoot() }

    /// The coarsest format in which an array of the machine adds; fp32 when none adds in floating point.
    package static func accumulator(of architecture: Architecture) -> ElementType {
        let formats = architecture.engines.compactMap { engine -> ElementType? in
            if case .systolicArray(let array) = engine.kind, array.accumulator.isFloatingPoint { return array.accumulator }
            return nil
        }
        return formats.max { unitRoundoff($0) < unitRoundoff($1) } ?? .fp32
    }

    /// Half the distance from 1 to the next number; 0 for formats without rounding.
    package static func unitRoundoff(_ element: ElementType) -> Double {
        switch element {
        case .fp64: 0x1p-53
        case .fp32: 0x1p-24
        case .fp16: 0x1p-11
        case .bf16: 0x1p-8
        case .fp8E4M3: 0x1p-4
        case .fp8E5M2: 0x1p-3
        case .fp4E2M1: 0x1p-2
        default: 0
        }
    }

    /// Terms of the longest sum that the operator forms for an element of its output.
    package static func reductionLength(of node: Graph.Node, in graph: Graph) -> Int {
        guard let output = node.outputs.first.flatMap({ $0 }), let input = node.inputs.first.flatMap({ $0 }) else { return 1 }
        let (from, to) = (graph.values[input].type, graph.values[output].type)
        let macs = Operators.multiplyAccumulates(of: node, in: graph)
        if macs > 0 { return max(1, macs / max(1, to.count)) }
        switch node.operation {
        case let name where name.hasPrefix("Reduce") || name.hasSuffix("Pool"):
            return max(1, from.count / max(1, to.count))
        case "Softmax", "LogSoftmax", "LayerNormalization", "RMSNormalization", "InstanceNormalization", "GroupNormalization",
            "MeanVarianceNormalization", "LpNormalization", "CumSum":
            // The axes differ between the operators; no sum runs over more than what one sample holds.
            return max(1, from.shape.dropFirst(from.shape.count > 1 ? 1 : 0).reduce(1, *))
        default: return 1
        }
    }
}
