import NumberFormats
import OperatorGraph

extension RandomWorkload {
    /// Convolutions, products and residual sums between quantisations to int8, as exported networks have them.
    static func quantizedChain(_ writer: inout GraphWriter, _ random: inout RandomStream) throws {
        func zero(_ random: inout RandomStream) -> Double { random.oneIn(2) ? 0 : Double(random.int(-9...9)) }
        func quantized(_ writer: inout GraphWriter, _ value: Graph.ValueID, _ random: inout RandomStream) throws -> Graph.ValueID {
            let scale = writer.scalar(.fp32, random.pick([0.03, 0.0625, 0.11])), point = writer.scalar(.int8, zero(&random))
            let stored = try writer.node("QuantizeLinear", [value, scale, point])
            return try writer.node("DequantizeLinear", [stored, scale, point])
        }
        func weights(_ writer: inout GraphWriter, _ shape: [Int], axis: Int, _ random: inout RandomStream) throws -> Graph.ValueID {
            let perChannel = random.oneIn(2)
            let scales = Tensor(.fp32, perChannel ? [shape[axis]] : [], doubles: (0..<(perChannel ? shape[axis] : 1)).map { 0.01 + Double($0 % 5) * 0.003 })
            return try writer.node(
                "DequantizeLinear", [writer.parameter(.int8, shape), writer.constant(scales)], ["axis": .int(axis)])
        }
        let spatial = random.oneIn(2)
        var shape = spatial ? [random.int(1...2), random.int(1...6), random.int(3...7), random.int(3...7)] : [random.int(1...9), random.int(1...24)]
        var value = try quantized(&writer, writer.input(.fp32, shape), &random)
        for _ in 0..<random.int(1...3) {
            let before = value
            var result: Graph.ValueID
            if spatial {
                let filters = random.oneIn(2) ? shape[1] : random.int(1...8)
                let kernel = try weights(&writer, [filters, shape[1], 3, 3], axis: 0, &random)
                var operands: [Graph.ValueID?] = [value, kernel]
                if random.oneIn(2) { operands.append(writer.parameter(.fp32, [filters])) }
                let step = random.oneIn(3) ? 2 : 1
                result = try writer.node("Conv", operands, ["pads": .ints([1, 1, 1, 1]), "strides": .ints([step, step]), "kernel_shape": .ints([3, 3])])
            } else {
                let n = random.oneIn(2) ? shape[1] : random.int(1...20)
                if random.oneIn(2) {
                    result = try writer.node("MatMul", [value, try weights(&writer, [shape[1], n], axis: 1, &random)])
                } else {
                    result = try writer.node(
                        "Gemm", [value, try weights(&writer, [n, shape[1]], axis: 0, &random), writer.parameter(.fp32, [n])], ["transB": .int(1)])
                }
            }
            if random.oneIn(2) { result = try writer.node("Relu", [result]) }
            shape = writer.shape(result)
            if shape == writer.shape(before), random.oneIn(2) {
                result = try writer.node("Add", [try quantized(&writer, result, &random), before])
            }
            value = try quantized(&writer, result, &random)
        }
    }

    static func pointwise(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        var value = writer.input(element, shape(&random, rank: 1...4))
        for _ in 0..<random.int(1...5) {
            if random.oneIn(2) {
                value = try writer.node(random.pick(["Relu", "Neg", "Abs", "Sigmoid", "Tanh", "Erf", "Gelu", "HardSwish", "LeakyRelu", "Exp", "Softplus", "Floor"]), [value])
            } else {
                // Either operand may be the one that is stretched.
                let own = writer.shape(value)
                var other = broadcasting(&random, to: own)
                if random.oneIn(4), let position = own.lastIndex(of: 1) {
                    other = own
                    other[position] = random.int(2...5)
                }
                let operand = random.oneIn(3) ? writer.parameter(element, other) : writer.input(element, other)
                let operation = random.pick(["Add", "Sub", "Mul", "Max", "Min"])
                value = try writer.node(operation, random.oneIn(2) ? [value, operand] : [operand, value])
                if random.oneIn(6) {
                    let condition = try writer.node("Greater", [value, writer.input(element, broadcasting(&random, to: writer.shape(value)))])
                    value = try writer.node("Where", [condition, value, writer.scalar(element, 0)])
                }
            }
        }
    }

    static func integerPointwise(_ writer: inout GraphWriter, _ random: inout RandomStream) throws {
        let element = random.pick([ElementType.int8, .int32, .uint8, .int64])
        let shape = shape(&random, rank: 1...4)
        var value = writer.input(element, shape)
        for _ in 0..<random.int(1...4) {
            let other = writer.input(element, broadcasting(&random, to: writer.shape(value)))
            value = try writer.node(random.pick(["Add", "Sub", "Mul", "Max", "Min"]), [value, other])
        }
        if random.oneIn(2) { _ = try writer.node("Cast", [value], ["to": .int(random.pick([1, 3, 6]))]) }
    }

    static func normalization(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let extents = shape(&random, rank: 2...4)
        var value = writer.input(element, extents)
        if random.oneIn(2) { value = try writer.node("Add", [value, writer.input(element, broadcasting(&random, to: extents))]) }
        let axis = random.oneIn(2) ? -1 : random.int(0...(extents.count - 1))
        switch random.int(0...4) {
        case 0: value = try writer.node("Softmax", [value], ["axis": .int(axis)])
        case 1: value = try writer.node("LogSoftmax", [value], ["axis": .int(axis)])
        case 2:
            let rest = Array(extents[(axis < 0 ? extents.count - 1 : axis)...])
            var operands: [Graph.ValueID?] = [value, writer.parameter(element, rest)]
            if random.oneIn(2) { operands.append(writer.parameter(element, rest)) }
            value = try writer.node("LayerNormalization", operands, ["axis": .int(axis)])
        case 3:
            let rest = Array(extents[(axis < 0 ? extents.count - 1 : axis)...])
            value = try writer.node("RMSNormalization", [value, writer.parameter(element, rest)], ["axis": .int(axis)])
        default:
            let channels = [extents[1]]
            value = try writer.node(
                "BatchNormalization",
                [value, writer.parameter(element, channels), writer.parameter(element, channels), writer.parameter(element, channels), writer.parameter(element, channels)])
        }
        if random.oneIn(2) { value = try writer.node("Mul", [value, writer.input(element, broadcasting(&random, to: extents))]) }
    }

    static func pooling(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let element = random.oneIn(3) ? ElementType.int8 : element
        let value = writer.input(element, [random.int(1...3), random.int(1...6), random.int(3...9), random.int(3...9)])
        let isReal = element.isFloatingPoint
        let kernel = [random.int(1...3), random.int(1...3)]
        var attributes: [String: Attribute] = ["kernel_shape": .ints(kernel), "strides": .ints([random.int(1...2), random.int(1...2)])]
        if random.oneIn(2) { attributes["pads"] = .ints([kernel[0] / 2, kernel[1] / 2, kernel[0] / 2, 0]) }
        var result: Graph.ValueID
        switch isReal ? random.int(0...3) : 0 {
        case 0, 1: result = try writer.node("MaxPool", [value], attributes)
        case 2: result = try writer.node("AveragePool", [value], attributes.merging(["count_include_pad": .int(random.int(0...1))]) { $1 })
        default: result = try writer.node("GlobalAveragePool", [value])
        }
        if isReal, random.oneIn(2) { result = try writer.node("Relu", [result]) }
        if random.oneIn(3) { _ = try writer.node("Flatten", [result]) }
    }

    static func reduction(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let extents = shape(&random, rank: 1...4)
        let value = writer.input(element, extents)
        if random.oneIn(5) {
            _ = try writer.node(random.pick(["ArgMax", "ArgMin"]), [value], ["axis": .int(random.int(0...(extents.count - 1))), "keepdims": .int(random.int(0...1))])
            return
        }
        let axes = extents.indices.filter { _ in random.oneIn(2) }
        let operation = random.pick(["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceSumSquare"])
        let given: [Graph.ValueID?] = axes.isEmpty ? [value] : [value, writer.integers(axes.map { random.oneIn(2) ? $0 - extents.count : $0 })]
        let result = try writer.node(operation, given, ["keepdims": .int(random.int(0...1))])
        if random.oneIn(2) { _ = try writer.node("Mul", [result, writer.scalar(element, 2)]) }
    }
}
