import NumberFormats
import OperatorGraph
import Testing
import cyclewright

@Suite("Comparison with the reference")
struct ValueComparisonTests {
    private func reals(_ values: [Float], _ shape: [Int]? = nil) -> Tensor { Tensor(.fp32, shape ?? [values.count], .float(values)) }

    @Test func integersMustBeEqual() {
        let expected = Tensor(.int8, [2, 3], .int8([1, 2, 3, 4, 5, 6]))
        let same = TensorComparison(name: "t", actual: expected, expected: expected, bound: 0.5)
        #expect(same.mismatch == nil && same.isExact && same.bound == 0 && same.elements == 6)
        let other = Tensor(.int8, [2, 3], .int8([1, 2, 3, 4, 6, 7]))
        let wrong = TensorComparison(name: "t", actual: other, expected: expected, bound: 0.5)
        #expect(wrong.mismatch == .init(index: [1, 1], description: "at [1, 1] is 6, expected 5"))
    }

    @Test func realsMayDifferUpToTheBound() {
        // Powers of two, so that both sides of the limit are exact.
        let expected = reals([4, 1, -2]), near = reals([4, 1.0625, -2])
        let relative = 0.0625 / 4
        #expect(TensorComparison(name: "t", actual: near, expected: expected, bound: relative).mismatch == nil)
        let wrong = TensorComparison(name: "t", actual: near, expected: expected, bound: relative.nextDown)
        #expect(wrong.mismatch?.index == [1])
        #expect(wrong.worstError == relative)
    }

    @Test func infinitiesAndNaNsMustAgree() {
        let special = reals([.nan, .infinity, -.infinity, 1])
        #expect(TensorComparison(name: "t", actual: special, expected: special, bound: 0).mismatch == nil)
        for (position, value) in [Float(1), -.infinity, .nan, .infinity].enumerated() {
            var values: [Float] = [.nan, .infinity, -.infinity, 1]
            values[position] = value
            let wrong = TensorComparison(name: "t", actual: reals(values), expected: special, bound: 1)
            #expect(wrong.mismatch?.index == [position])
        }
    }

    @Test func typesMustAgree() {
        let wrong = TensorComparison(name: "t", actual: reals([1, 2], [2, 1]), expected: reals([1, 2], [1, 2]), bound: 1)
        #expect(wrong.mismatch?.description == "is fp32[2,1], expected fp32[1,2]")
    }

    @Test func aTensorOfZerosHasNoRoom() {
        let zeros = reals([0, 0])
        #expect(TensorComparison(name: "t", actual: zeros, expected: zeros, bound: 1e-6).mismatch == nil)
        #expect(TensorComparison(name: "t", actual: reals([0, 1e-3]), expected: zeros, bound: 1e-6).mismatch?.index == [1])
    }

    @Test func scalarsHaveNoIndex() {
        let one = Tensor(.int32, [], .int32([1])), two = Tensor(.int32, [], .int32([2]))
        #expect(TensorComparison(name: "t", actual: two, expected: one, bound: 0).mismatch?.description == "at [] is 2, expected 1")
    }
}

@Suite("Rounding bounds")
struct RoundingBoundsTests {
    /// x[4, 64] · w[64, 8] → Relu, in one format.
    private func graph(_ element: ElementType) -> Graph {
        var graph = Graph(name: "g", origin: "test")
        graph.values = [
            .init(name: "x", type: .init(element, [4, 64]), kind: .input), .init(name: "w", type: .init(element, [64, 8]), kind: .parameter),
            .init(name: "p", type: .init(element, [4, 8]), kind: .intermediate), .init(name: "y", type: .init(element, [4, 8]), kind: .intermediate),
        ]
        graph.nodes = [
            .init(name: "product", operation: "MatMul", version: 13, inputs: [0, 1], outputs: [2]),
            .init(name: "relu", operation: "Relu", version: 14, inputs: [2], outputs: [3]),
        ]
        graph.inputs = [0]
        graph.outputs = [3]
        return graph
    }

    @Test func boundsGrowWithTheRootOfTheSumAndAlongThePath() {
        let bounds = RoundingBounds(graph(.fp32))
        let unit = 0x1p-24
        #expect(bounds[0] == 0 && bounds[1] == 0)
        #expect(bounds[2] == 8 * Double(64 + 1).squareRoot() * unit)
        #expect(bounds[3] == 8 * Double(64 + 1 + 1 + 1).squareRoot() * unit)
    }

    @Test(arguments: [(ElementType.fp16, 0x1p-11), (.bf16, 0x1p-8), (.fp8E4M3, 0x1p-4)])
    func aResultIsRoundedOnceToItsFormat(_ element: ElementType, _ unit: Double) {
        let adding = 0x1p-24
        #expect(RoundingBounds(graph(element))[2] == 8 * (64 * adding * adding + unit * unit).squareRoot())
        #expect(RoundingBounds.unitRoundoff(element) == unit)
        // An accumulator as coarse as the result rounds at every addition.
        #expect(RoundingBounds(graph(element), accumulator: element)[2] == 8 * Double(64 + 1).squareRoot() * unit)
    }

    @Test func integersHaveNoBound() {
        #expect(RoundingBounds(graph(.int8))[3] == 0)
    }
}
