import NumberFormats
import OperatorGraph

extension RandomWorkload {
    struct ConvolutionDraw {
        var input: [Int]
        var weight: [Int]
        var attributes: [String: Attribute]
    }

    /// A convolution whose window fits its input: strides, dilation, uneven padding, groups, one or two spatial axes.
    static func convolution(
        _ random: inout RandomStream, batch: Int? = nil, channels given: Int? = nil, spatial: [Int]? = nil
    ) -> ConvolutionDraw {
        let axes = spatial?.count ?? (random.oneIn(4) ? 1 : 2)
        let kind = random.int(0...3)
        var groups = 1
        var channels = given ?? random.int(1...6)
        var filters = random.int(1...9)
        if kind == 0 {
            groups = channels
            filters = channels * random.int(1...2)
        } else if kind == 1, given == nil {
            groups = random.int(2...3)
            channels = groups * random.int(1...3)
            filters = groups * random.int(1...4)
        }
        var kernel: [Int] = [], strides: [Int] = [], dilations: [Int] = [], begin: [Int] = [], end: [Int] = [], extents: [Int] = []
        for axis in 0..<axes {
            let size = random.int(1...3), dilation = random.oneIn(3) ? 2 : 1
            let window = (size - 1) * dilation + 1
            begin.append(random.oneIn(2) ? 0 : random.int(0...2))
            end.append(random.oneIn(2) ? begin[axis] : random.int(0...2))
            let least = max(1, window - begin[axis] - end[axis])
            if let spatial {
                extents.append(spatial[axis])
                if spatial[axis] < least { end[axis] += least - spatial[axis] }
            } else {
                extents.append(random.int(least...(least + 8)))
            }
            kernel.append(size)
            dilations.append(dilation)
            strides.append(random.oneIn(2) ? 1 : random.int(1...3))
        }
        var attributes: [String: Attribute] = ["kernel_shape": .ints(kernel), "group": .int(groups)]
        if strides.contains(where: { $0 != 1 }) { attributes["strides"] = .ints(strides) }
        if dilations.contains(where: { $0 != 1 }) { attributes["dilations"] = .ints(dilations) }
        if random.oneIn(8), spatial == nil {
            attributes["auto_pad"] = .string(random.pick(["SAME_UPPER", "SAME_LOWER"]))
            if dilations.contains(where: { $0 != 1 }) { attributes["auto_pad"] = nil }
        }
        if attributes["auto_pad"] == nil, (begin + end).contains(where: { $0 != 0 }) { attributes["pads"] = .ints(begin + end) }
        return ConvolutionDraw(
            input: [batch ?? random.pick([1, 1, 2, 3]), channels] + extents, weight: [filters, channels / groups] + kernel,
            attributes: attributes)
    }

    static func convolutions(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let first = convolution(&random)
        var value = writer.input(element, first.input)
        var draw = first
        for layer in 0..<random.int(1...2) {
            if layer > 0 {
                let shape = writer.shape(value)
                draw = convolution(&random, batch: shape[0], channels: shape[1], spatial: Array(shape[2...]))
            }
            var operands: [Graph.ValueID?] = [value, writer.parameter(element, draw.weight)]
            if random.oneIn(2) { operands.append(writer.parameter(element, [draw.weight[0]])) }
            value = try follow(&writer, &random, try writer.node("Conv", operands, draw.attributes))
        }
    }

    static func integerConvolution(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let draw = convolution(&random)
        let left = element == .int8 && random.oneIn(4) ? ElementType.int8 : element
        let value = writer.input(left, draw.input)
        var operands: [Graph.ValueID?] = [value, writer.parameter(element, draw.weight)]
        if random.oneIn(2) {
            operands.append(writer.scalar(left, Double(random.int(-3...3))))
            if random.oneIn(2) { operands.append(writer.scalar(element, Double(random.int(-3...3)))) }
        }
        let sum = try writer.node("ConvInteger", operands, draw.attributes)
        if random.oneIn(2) {
            let bias = writer.parameter(.int32, [draw.weight[0]] + draw.input.dropFirst(2).map { _ in 1 })
            _ = try writer.node("Add", [sum, bias])
        }
    }

    static func gemm(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let (m, k, n) = (random.int(1...20), random.int(1...30), random.int(1...20))
        let (a, b) = (random.oneIn(2), random.oneIn(2))
        var operands: [Graph.ValueID?] = [writer.input(element, a ? [k, m] : [m, k])]
        operands.append(random.oneIn(4) ? writer.input(element, b ? [n, k] : [k, n]) : writer.parameter(element, b ? [n, k] : [k, n]))
        var attributes: [String: Attribute] = [:]
        if a { attributes["transA"] = .int(1) }
        if b { attributes["transB"] = .int(1) }
        if random.oneIn(3) { attributes["alpha"] = .float(random.pick([0.5, 2, -1])) }
        if random.oneIn(2) {
            operands.append(writer.parameter(element, random.pick([[n], [m, n], [1, n], [m, 1], [1], []])))
            if random.oneIn(3) { attributes["beta"] = .float(random.pick([0.5, 2, -1])) }
        }
        _ = try follow(&writer, &random, try writer.node("Gemm", operands, attributes))
    }

    /// Matrices, batches of them, and vectors.
    static func matmulShapes(_ random: inout RandomStream) -> (left: [Int], right: [Int]) {
        let (m, k, n) = (random.int(1...20), random.int(1...40), random.int(1...20))
        switch random.int(0...6) {
        case 0: return ([m, k], [k, n])
        case 1: return ([random.int(1...4), m, k], [k, n])
        case 2:
            let batch = random.int(1...4)
            return ([batch, m, k], [batch, k, n])
        case 3:
            let (b, c) = (random.int(1...3), random.int(1...3))
            return ([b, 1, m, k], [c, k, n])
        case 4: return ([m, k], [random.int(1...3), k, n])
        case 5:
            let (b, c) = (random.int(1...3), random.int(1...3))
            return ([b, c, m, k], [b, 1, k, n])
        default: return ([random.int(1...3), random.int(1...3), m, k], [k, n])
        }
    }

    static func matmul(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let shapes = matmulShapes(&random)
        let left = writer.input(element, shapes.left)
        let right = random.oneIn(2) ? writer.input(element, shapes.right) : writer.parameter(element, shapes.right)
        var value = try writer.node("MatMul", [left, right])
        for _ in 0..<random.int(0...2) { value = try follow(&writer, &random, value) }
        if random.oneIn(2), let k = writer.shape(value).last {
            value = try writer.node("MatMul", [value, writer.parameter(element, [k, random.int(1...12)])])
        }
    }

    static func integerMatmul(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let shapes = matmulShapes(&random)
        let left = writer.input(element, shapes.left)
        let right = random.oneIn(3) ? writer.input(element, shapes.right) : writer.parameter(element, shapes.right)
        var operands: [Graph.ValueID?] = [left, right]
        if random.oneIn(2) {
            operands.append(writer.scalar(element, Double(random.int(-3...3))))
            if random.oneIn(2) { operands.append(writer.scalar(element, Double(random.int(-3...3)))) }
        }
        let sum = try writer.node("MatMulInteger", operands)
        if random.oneIn(2), let n = writer.shape(sum).last { _ = try writer.node("Add", [sum, writer.parameter(.int32, [n])]) }
    }

    /// Two products that share an operand, and a product of their results.
    static func gluedProducts(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let (m, k, n) = (random.int(1...12), random.int(1...16), random.int(1...12))
        let a = writer.input(element, [m, k])
        let first = try follow(&writer, &random, try writer.node("MatMul", [a, writer.parameter(element, [k, n])]))
        let second = try writer.node("MatMul", [a, writer.parameter(element, [k, n])])
        guard writer.shape(first) == [m, n] else { return }
        let turned = try writer.node("Transpose", [second], ["perm": .ints([1, 0])])
        _ = try writer.node("MatMul", [first, turned])
    }
}
