import NumberFormats
import OperatorGraph

extension RandomWorkload {
    /// A value seen or moved in another order: each may be free or a copy.
    static func moved(_ writer: inout GraphWriter, _ random: inout RandomStream, _ value: Graph.ValueID) throws -> Graph.ValueID {
        let extents = writer.shape(value)
        let axis = random.int(0...(extents.count - 1))
        switch random.int(0...7) {
        case 0:
            var order = Array(extents.indices)
            for position in order.indices.dropLast() { order.swapAt(position, random.int(position...(order.count - 1))) }
            return try writer.node("Transpose", [value], ["perm": .ints(order)])
        case 1:
            var target = extents
            if target.count > 1 {
                let position = random.int(0...(target.count - 2))
                target[position] *= target[position + 1]
                target.remove(at: position + 1)
            } else if target[0] % 2 == 0 {
                target = [2, target[0] / 2]
            }
            return try writer.node("Reshape", [value, writer.integers(target)])
        case 2:
            let start = random.int(0...(extents[axis] - 1)), step = random.oneIn(3) ? 2 : 1
            return try writer.node(
                "Slice",
                [value, writer.integers([start]), writer.integers([random.oneIn(2) ? 1 << 40 : random.int((start + 1)...extents[axis])]), writer.integers([axis]), writer.integers([step])])
        case 3:
            guard extents[axis] > 1 else { return value }
            let first = random.int(1...(extents[axis] - 1))
            let parts = try writer.nodes(
                "Split", [value, writer.integers([first, extents[axis] - first])], results: 2, ["axis": .int(axis)])
            return random.oneIn(2) ? parts[0] : try writer.node("Concat", [parts[1], parts[0]], ["axis": .int(axis)])
        case 4:
            var other = extents
            other[axis] = random.int(1...4)
            let second = writer.input(writer.element(value), other)
            return try writer.node("Concat", random.oneIn(2) ? [value, second] : [second, value], ["axis": .int(axis)])
        case 5:
            let target = extents.map { $0 == 1 && random.oneIn(2) ? random.int(2...3) : $0 }
            return try writer.node("Expand", [value, writer.integers(random.oneIn(2) ? [2] + target : target)])
        case 6:
            let wide = try writer.node("Unsqueeze", [value, writer.integers([axis])])
            return random.oneIn(2) || extents.count > 3 ? value : wide
        default:
            return try writer.node("Slice", [value, writer.integers([-1]), writer.integers([-1 << 40]), writer.integers([axis]), writer.integers([-1])])
        }
    }

    static func movement(
        _ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType
    ) throws -> [Graph.ValueID] {
        var value = writer.input(element, shape(&random, rank: 1...4, most: 6))
        var seen: [Graph.ValueID] = []
        for _ in 0..<random.int(1...5) {
            if element.isFloatingPoint, random.oneIn(3) { value = try writer.node("Relu", [value]) }
            value = try moved(&writer, &random, value)
            // Views are results, too.
            if random.oneIn(4) { seen.append(value) }
            if writer.shape(value).count > 4 { break }
        }
        if writer.graph.nodes.isEmpty { _ = try writer.node("Identity", [value]) }
        return seen
    }

    /// Products whose operands, or whose results, are views.
    static func productsOfViews(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        var value = writer.input(element, shape(&random, rank: 2...3, most: 9))
        for _ in 0..<random.int(1...2) {
            if random.oneIn(2) { value = try writer.node("Relu", [value]) }
            value = try moved(&writer, &random, value)
            if writer.shape(value).count > 3 { break }
        }
        if writer.shape(value).count == 1 { value = try writer.node("Unsqueeze", [value, writer.integers([0])]) }
        guard let k = writer.shape(value).last else { return }
        var result = try writer.node("MatMul", [value, writer.parameter(element, [k, random.int(1...12)])])
        result = try follow(&writer, &random, result)
        result = try moved(&writer, &random, result)
        if random.oneIn(2) { _ = try writer.node("Add", [result, writer.scalar(element, 1)]) }
    }

    static func gather(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let element = random.oneIn(4) ? random.pick([ElementType.int32, .int8]) : element
        let (rows, width) = (random.int(1...9), random.int(1...20))
        let table = writer.parameter(element, [rows, width])
        let axis = random.oneIn(4) ? 1 : 0
        let bound = axis == 0 ? rows : width
        let shape = random.pick([[random.int(1...6)], [random.int(1...3), random.int(1...4)], []])
        let count = shape.reduce(1, *)
        let indices = writer.constant(Tensor(.int64, shape, integers: (0..<count).map { _ in random.int(-bound...(bound - 1)) }))
        let result = try writer.node("Gather", [table, indices], ["axis": .int(axis)])
        if element.isFloatingPoint, random.oneIn(2) {
            _ = try writer.node("Add", [result, writer.input(element, writer.shape(result))])
        }
    }

    /// A cache that grows by what a product computes, and a product that reads it.
    static func append(
        _ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType
    ) throws -> ([Graph.State], [Graph.ValueID]) {
        let (batch, old, new, width) = (random.int(1...2), random.int(1...9), random.int(1...3), random.int(1...8))
        let cache = writer.input(element, [batch, old, width])
        let x = writer.input(element, [batch, new, random.int(1...8)])
        let rows = try writer.node("MatMul", [x, writer.parameter(element, [writer.shape(x)[2], width])])
        let grown = try writer.node("Concat", [cache, rows], ["axis": .int(1)])
        let query = writer.input(element, [batch, random.int(1...4), width])
        let turned = try writer.node("Transpose", [grown], ["perm": .ints([0, 2, 1])])
        _ = try writer.node("MatMul", [query, turned])
        return ([Graph.State(input: cache, output: grown)], [])
    }

    static func attention(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let (batch, heads, tokens, depth) = (random.int(1...2), random.int(1...3), random.int(1...9), random.int(1...8))
        let q = writer.input(element, [batch, heads, tokens, depth])
        let k = writer.input(element, [batch, heads, tokens, depth])
        let v = writer.input(element, [batch, heads, tokens, depth])
        let turned = try writer.node("Transpose", [k], ["perm": .ints([0, 1, 3, 2])])
        _ = q
        _ = turned
        // Only the last product sees reals that differ by the order of additions: the scores come as an input.
        let scores = writer.input(element, [batch, heads, tokens, tokens])
        let weights = try writer.node("Softmax", [scores], ["axis": .int(-1)])
        let mixed = try writer.node("MatMul", [weights, v])
        let joined = try writer.node("Transpose", [mixed], ["perm": .ints([0, 2, 1, 3])])
        _ = try writer.node("Reshape", [joined, writer.integers([batch, tokens, heads * depth])])
        _ = try writer.node("MatMul", [q, turned])
    }

    /// A value with several readers of different kinds.
    static func branches(
        _ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType
    ) throws -> [Graph.ValueID] {
        let extents = [random.int(1...3), random.int(1...5), random.int(2...6), random.int(2...6)]
        var trunk = writer.input(element, extents)
        if random.oneIn(2) { trunk = try writer.node("Relu", [trunk]) }
        var ends: [Graph.ValueID] = []
        for _ in 0..<random.int(2...3) {
            switch random.int(0...4) {
            case 0:
                let draw = convolution(&random, batch: extents[0], channels: extents[1], spatial: [extents[2], extents[3]])
                ends.append(try writer.node("Conv", [trunk, writer.parameter(element, draw.weight)], draw.attributes))
            case 1: ends.append(try writer.node("MaxPool", [trunk], ["kernel_shape": .ints([2, 2])]))
            case 2: ends.append(try writer.node("ReduceSum", [trunk, writer.integers([2, 3])]))
            case 3: ends.append(try moved(&writer, &random, trunk))
            default: ends.append(try writer.node("MatMul", [trunk, writer.parameter(element, [extents[3], random.int(1...6)])]))
            }
        }
        let again = try writer.node("Neg", [ends[0]])
        _ = try writer.node("Add", [again, ends[0]])
        return random.oneIn(2) ? [ends[0]] : []
    }
}
