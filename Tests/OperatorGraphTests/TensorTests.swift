import NumberFormats
import OperatorGraph
import Testing

@Suite struct TensorTests {
    @Test func conversionTruncatesWrapsAndRounds() {
        let reals = Tensor(.fp32, [5], floats: [1.9, -1.9, 300, .nan, -0.0])
        #expect(reals.converted(to: .int8).intValues == [1, -1, 44, 0, 0])
        #expect(reals.converted(to: .bool).boolValues == [true, true, true, true, false])
        #expect(Tensor(.int32, [2], integers: [257, -1]).converted(to: .uint8).intValues == [1, 255])
        #expect(Tensor(.fp32, [1], floats: [2049]).converted(to: .fp16).floatValues == [2048])
        #expect(Tensor(.fp32, [1], floats: [1e9]).converted(to: .fp8E4M3).floatValues == [448])
    }

    @Test func broadcastingFollowsNumPy() {
        #expect(Broadcasting.shape(of: [[4, 1], [3]]) == [4, 3])
        #expect(Broadcasting.shape(of: [[2], [3]]) == nil)
        #expect(Broadcasting.shape(of: [[0, 1], [5]]) == [0, 5])
        #expect(Broadcasting.indices(shape: [2, 3], strides: [0, 1]) == [0, 1, 2, 0, 1, 2])
        #expect(Broadcasting.indices(shape: [], strides: [], offset: 7) == [7])
        #expect(Broadcasting.indices(shape: [3, 0], strides: [1, 1]).isEmpty)
    }

    @Test func limitsAreCheckedFromBothSides() {
        let limits = GraphLimits(maximumElements: 100, maximumBytes: 200, maximumRank: 3)
        #expect(limits.objection(to: TensorType(.int8, [100])) == nil)
        #expect(limits.objection(to: TensorType(.int8, [101])) != nil)
        #expect(limits.objection(to: TensorType(.fp32, [50])) == nil)
        #expect(limits.objection(to: TensorType(.fp32, [51])) != nil)
        #expect(limits.objection(to: TensorType(.int8, [1, 1, 1])) == nil)
        #expect(limits.objection(to: TensorType(.int8, [1, 1, 1, 1])) != nil)
        #expect(limits.objection(to: TensorType(.int8, [-1])) != nil)
        #expect(GraphLimits.standard.objection(to: TensorType(.int8, [1 << 40, 1 << 40])) != nil)
        #expect(throws: GraphError.self) { try Tensor.zeros(TensorType(.fp32, [1 << 62]), limits: .standard) }
    }

    @Test func differenceNamesTheWorstElement() {
        let expected = Tensor(.fp32, [3], floats: [1, 2, .nan])
        #expect(Tensor(.fp32, [3], floats: [1, 2.1, .nan]).difference(from: expected, relative: 0.1) == nil)
        #expect(Tensor(.fp32, [3], floats: [1.5, 9, .nan]).difference(from: expected)?.index == 1)
        #expect(Tensor(.fp32, [3], floats: [1, 2, 3]).difference(from: expected)?.index == 2)
        #expect(Tensor(.fp32, [3], floats: [.infinity, 2, .nan]).difference(from: expected, relative: 10)?.index == 0)
        #expect(Tensor(.int8, [3], integers: [1, 2, 3]).difference(from: expected)?.index == -1)
    }
}
