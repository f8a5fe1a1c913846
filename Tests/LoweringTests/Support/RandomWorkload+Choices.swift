import NumberFormats
import OperatorGraph

extension RandomWorkload {
    /// Operators that choose elements along one axis, from a tensor off chip or one that was just computed.
    static func choice(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let element = random.oneIn(4) ? random.pick([ElementType.int32, .int8]) : element
        var data = writer.input(element, shape(&random, rank: 1...4, most: 9))
        if element.isFloatingPoint, random.oneIn(2) { data = try writer.node("Relu", [data]) }
        let extents = writer.shape(data)
        let axis = random.int(0...(extents.count - 1))
        func indices(_ shape: [Int]) -> Graph.ValueID {
            let count = shape.reduce(1, *)
            return writer.constant(Tensor(.int64, shape, integers: (0..<count).map { _ in random.int(-extents[axis]...(extents[axis] - 1)) }))
        }
        var result: Graph.ValueID
        switch random.int(0...2) {
        case 0:
            result = try writer.node(
                "TopK", [data, writer.integers([random.int(1...extents[axis])])],
                ["axis": .int(random.oneIn(2) ? axis : axis - extents.count), "largest": .int(random.int(0...1))])
        case 1:
            let chosen = random.pick([[random.int(1...7)], [random.int(1...3), random.int(1...5)], []])
            result = try writer.node("Gather", [data, indices(chosen)], ["axis": .int(axis)])
        default:
            let chosen = extents.enumerated().map { $0.offset == axis ? random.int(1...8) : random.int(1...$0.element) }
            result = try writer.node("GatherElements", [data, indices(chosen)], ["axis": .int(axis)])
        }
        if element.isFloatingPoint, random.oneIn(2) { result = try writer.node("Neg", [result]) }
    }

    /// Rotations by angles that belong to the rows, or are looked up by position.
    static func rotary(_ writer: inout GraphWriter, _ random: inout RandomStream, _ element: ElementType) throws {
        let (batch, heads, tokens, half) = (random.int(1...3), random.int(1...4), random.int(1...12), random.int(1...6))
        let rotated = 2 * half, size = rotated + (random.oneIn(3) ? random.int(1...4) : 0)
        let isFlat = random.oneIn(3)
        var attributes: [String: Attribute] = ["interleaved": .int(random.int(0...1))]
        if size > rotated { attributes["rotary_embedding_dim"] = .int(rotated) }
        if isFlat { attributes["num_heads"] = .int(heads) }
        let shape = isFlat ? [batch, tokens, heads * size] : [batch, heads, tokens, size]
        let rows = tokens + random.int(0...5)
        let looksUp = !random.oneIn(4)
        let table = looksUp ? [rows, half] : [batch, tokens, half]
        let (cosines, sines) = (writer.parameter(element, table), writer.parameter(element, table))
        var positions: Graph.ValueID?
        if looksUp {
            let first = random.int(0...(rows - tokens))
            let counts = random.oneIn(2)
            let list = (0..<batch * tokens).map { counts ? first + $0 % tokens : random.int(0...(rows - 1)) }
            positions = writer.constant(Tensor(.int64, [batch, tokens], integers: list))
        }
        // Two of them share the tables.
        for _ in 0..<random.int(1...2) {
            var inputs: [Graph.ValueID?] = [writer.input(element, shape), cosines, sines]
            if let positions { inputs.append(positions) }
            _ = try writer.node("RotaryEmbedding", inputs, attributes)
        }
    }
}
