import NumberFormats
import OperatorGraph
import Testing

@Suite struct OperatorTests {
    static func evaluate(
        _ operation: String, _ inputs: [Tensor?], version: Int = 21, outputs: Int = 1, _ attributes: [String: Attribute] = [:]
    ) throws -> [Tensor?] {
        let node = Graph.Node(
            name: "n", operation: operation, version: version, inputs: inputs.indices.map { inputs[$0] == nil ? nil : $0 },
            outputs: (0..<outputs).map { 100 + $0 }, attributes: attributes)
        return try Operators.evaluate(node, inputs: inputs)
    }

    static func random(_ element: ElementType, _ shape: [Int], seed: UInt64) -> Tensor {
        var random = SplitMix64(state: seed)
        return Tensor(element, shape, integers: (0..<shape.reduce(1, *)).map { _ in Int(random.next(below: 15)) - 7 })
    }

    /// A convolution straight from its definition, for any two spatial axes.
    static func convolution(
        _ x: Tensor, _ w: Tensor, groups: Int, strides: [Int], dilations: [Int], pads: [Int]
    ) -> [Int] {
        let (n, c, h, v) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        let (m, cg, kh, kw) = (w.shape[0], w.shape[1], w.shape[2], w.shape[3])
        let oh = (h + pads[0] + pads[2] - (kh - 1) * dilations[0] - 1) / strides[0] + 1
        let ow = (v + pads[1] + pads[3] - (kw - 1) * dilations[1] - 1) / strides[1] + 1
        let (xs, ws) = (x.intValues, w.intValues)
        var result: [Int] = []
        for b in 0..<n { for f in 0..<m { for i in 0..<oh { for j in 0..<ow {
            var sum = 0
            for k in 0..<cg { for p in 0..<kh { for q in 0..<kw {
                let row = i * strides[0] + p * dilations[0] - pads[0], column = j * strides[1] + q * dilations[1] - pads[1]
                if row < 0 || row >= h || column < 0 || column >= v { continue }
                let channel = f / (m / groups) * cg + k
                sum += xs[((b * c + channel) * h + row) * v + column] * ws[((f * cg + k) * kh + p) * kw + q]
            } } }
            result.append(sum)
        } } } }
        return result
    }

    @Test func convolutionsEqualTheirDefinition() throws {
        var random = SplitMix64(state: 3)
        func pick(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.next(below: UInt64(range.count))) }
        for round in 0..<40 {
            let groups = [1, 1, 2, 3][pick(0...3)], channels = groups * pick(1...3), filters = groups * pick(1...3)
            let kernel = [pick(1...3), pick(1...3)], strides = [pick(1...3), pick(1...2)], dilations = [pick(1...2), pick(1...2)]
            let pads = (0..<4).map { _ in pick(0...2) }
            let x = Self.random(.int8, [pick(1...2), channels, pick(5...8), pick(5...9)], seed: UInt64(round))
            let w = Self.random(.int8, [filters, channels / groups] + kernel, seed: UInt64(round) + 100)
            let attributes: [String: Attribute] = [
                "group": .int(groups), "strides": .ints(strides), "dilations": .ints(dilations), "pads": .ints(pads),
            ]
            let expected = Self.convolution(x, w, groups: groups, strides: strides, dilations: dilations, pads: pads)
            let exact = try #require(try Self.evaluate("ConvInteger", [x, w], attributes)[0])
            #expect(exact.intValues == expected)
            let real = try #require(
                try Self.evaluate("Conv", [x.converted(to: .fp32), w.converted(to: .fp32)], attributes)[0])
            #expect(real.intValues == expected)
        }
    }

    @Test func convIntegerSubtractsZeroPoints() throws {
        let x = Tensor(.uint8, [1, 1, 2, 2], integers: [10, 12, 14, 16])
        let w = Tensor(.int8, [2, 1, 2, 2], integers: [1, 1, 1, 1, 2, 2, 2, 2])
        let result = try Self.evaluate("ConvInteger", [x, w, Tensor(.uint8, [], integers: [10]), Tensor(.int8, [2], integers: [0, 1])])[0]
        #expect(result?.intValues == [12, 12])
    }

    @Test func matrixProductsBroadcastTheirBatches() throws {
        let a = Self.random(.fp32, [2, 1, 3, 4], seed: 1), b = Self.random(.fp32, [5, 4, 6], seed: 2)
        let product = try #require(try Self.evaluate("MatMul", [a, b])[0])
        #expect(product.shape == [2, 5, 3, 6])
        let (x, y) = (a.intValues, b.intValues)
        var expected: [Int] = []
        for i in 0..<2 { for j in 0..<5 { for row in 0..<3 { for column in 0..<6 {
            expected.append((0..<4).reduce(0) { $0 + x[(i * 3 + row) * 4 + $1] * y[(j * 4 + $1) * 6 + column] })
        } } } }
        #expect(product.intValues == expected)
        let vector = try #require(try Self.evaluate("MatMul", [a.reshaped([24]), Self.random(.fp32, [24], seed: 3)])[0])
        #expect(vector.shape == [])
    }

    @Test func halfPrecisionRoundsTheResult() throws {
        let a = Tensor(.fp16, [2], floats: [2048, 1]), b = Tensor(.fp16, [2], floats: [1, 0x1p-11])
        #expect(try Self.evaluate("Add", [a, b])[0]?.floatValues == [2048, 1])
        #expect(try Self.evaluate("Add", [a.converted(to: .fp32), b.converted(to: .fp32)])[0]?.floatValues == [2049, 1 + 0x1p-11])
    }

    @Test func softmaxChangedItsAxisInOpset13() throws {
        let x = Tensor(.fp32, [2, 2, 2], floats: [0, 0, 0, 0, 1, 1, 1, 1])
        #expect(try Self.evaluate("Softmax", [x], version: 11)[0]?.floatValues == Array(repeating: 0.25, count: 8))
        #expect(try Self.evaluate("Softmax", [x], version: 13)[0]?.floatValues == Array(repeating: 0.5, count: 8))
    }

    @Test func quantisationRoundsAndSaturates() throws {
        let x = Tensor(.fp32, [6], floats: [0, 0.5, 1.5, 2.5, 1000, -1000])
        let scale = Tensor(.fp32, [], floats: [1])
        let signed = try Self.evaluate("QuantizeLinear", [x, scale, Tensor(.int8, [], integers: [1])])[0]
        #expect(signed?.intValues == [1, 1, 3, 3, 127, -128])
        let blocked = try Self.evaluate(
            "DequantizeLinear", [Tensor(.int4, [2, 4], integers: [1, 2, 3, 4, 5, 6, 7, -8]), Tensor(.fp32, [2, 2], floats: [1, 10, 100, 1000])],
            ["axis": .int(1), "block_size": .int(2)])[0]
        #expect(blocked?.floatValues == [1, 2, 30, 40, 500, 600, 7000, -8000])
    }

    @Test func hostileAttributesAreErrors() {
        let x = Tensor(.fp32, [1, 1, 4, 4], floats: Array(repeating: 1, count: 16)), w = Tensor(.fp32, [1, 1, 2, 2], floats: [1, 1, 1, 1])
        let bad: [(String, [Tensor?], [String: Attribute])] = [
            ("Conv", [x, w], ["strides": .ints([0, 1])]), ("Conv", [x, w], ["pads": .ints([.max, 1, 1, 1])]),
            ("Conv", [x, w], ["group": .int(0)]), ("Conv", [x, w], ["dilations": .ints([1 << 40, 1])]),
            ("Conv", [x, w], ["strides": .float(1)]), ("MaxPool", [x], ["kernel_shape": .ints([9, 9])]),
            ("Reshape", [x, Tensor(.int64, [2], integers: [-1, -1])], [:]),
            ("Reshape", [x, Tensor(.int64, [3], integers: [1 << 62, 4, 4])], [:]),
            ("Expand", [x, Tensor(.int64, [2], integers: [1 << 40, 4])], [:]),
            ("Tile", [x, Tensor(.int64, [4], integers: [1, 1, .max, 4])], [:]),
            ("ConstantOfShape", [Tensor(.int64, [2], integers: [1 << 31, 1 << 31])], [:]),
            ("ConstantOfShape", [Tensor(.int64, [1], integers: [-3])], [:]),
            ("Range", [Tensor(.int64, [], integers: [0]), Tensor(.int64, [], integers: [1 << 50]), Tensor(.int64, [], integers: [1])], [:]),
            ("Gather", [x, Tensor(.int64, [1], integers: [99])], [:]), ("Transpose", [x], ["perm": .ints([0, 0, 1, 2])]),
            ("Split", [x], ["axis": .int(9)]), ("Squeeze", [x, Tensor(.int64, [1], integers: [2])], [:]),
            ("Einsum", [x, x], ["equation": .string("ab,cd->")]), ("Cast", [x], ["to": .int(99)]),
        ]
        for (operation, inputs, attributes) in bad {
            #expect(throws: GraphError.self, "\(operation) \(attributes)") { try Self.evaluate(operation, inputs, attributes) }
        }
    }

    @Test func countsOfMultiplyAccumulates() throws {
        var graph = Graph(name: "g", origin: "test")
        let x = graph.addValue(.init(name: "x", type: TensorType(.fp32, [1, 8, 10, 10]), kind: .input))
        let w = graph.addValue(.init(name: "w", type: TensorType(.fp32, [16, 4, 3, 3]), kind: .parameter))
        let y = graph.addValue(.init(name: "y", type: TensorType(.fp32, [1, 16, 8, 8]), kind: .intermediate))
        let node = Graph.Node(
            name: "c", operation: "Conv", version: 17, inputs: [x, w], outputs: [y], attributes: ["group": .int(2)])
        #expect(Operators.multiplyAccumulates(of: node, in: graph) == 16 * 64 * 4 * 9)
        #expect(Operators.multiplyAccumulates(of: .init(name: "r", operation: "Relu", version: 17, inputs: [x], outputs: [y]), in: graph) == 0)
    }
}
