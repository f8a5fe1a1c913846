import OperatorGraph

/// What a part of an operator's result needs: which part of each operand, and the operator that makes the one from the other.
///
/// A part is a range along one dimension. Sliding windows read a halo around it; padding that lies at another part stays there.
struct OperatorSlicing {
    enum Part: Equatable {
        case whole
        case range(dimension: Int, Range<Int>)
    }

    /// By input position; the node's own attributes changed where they speak of extents.
    var parts: [Part]
    var node: Graph.Node
    /// A node that puts the elements into this shape, whatever it was before.
    var isReshape = false

    /// Why a part cannot be made from parts.
    struct Refusal: Error { var reason: String }

    /// - Parameters:
    ///   - dimension: of the node's only result.
    ///   - range: along it.
    init(_ node: Graph.Node, dimension: Int, range: Range<Int>, in graph: Graph) throws(Refusal) {
        self.node = node
        parts = node.inputs.map { _ in .whole }
        guard node.outputs.count == 1, let output = node.outputs[0] else { throw Refusal(reason: "it has more than one result") }
        let shape = graph.values[output].type.shape
        guard shape.indices.contains(dimension) else { throw Refusal(reason: "its result has no dimension \(dimension)") }
        func extents(_ position: Int) -> [Int]? {
            guard node.inputs.indices.contains(position), let value = node.inputs[position] else { return nil }
            return graph.values[value].type.shape
        }
        switch node.operation {
        case "Conv", "ConvInteger", "MaxPool", "AveragePool", "LpPool":
            if dimension == 0 || dimension == 1 && !node.operation.hasPrefix("Conv") {
                parts[0] = .range(dimension: dimension, range)
            } else if dimension >= 2 {
                try slide(along: dimension, range, input: extents(0) ?? [], kernel: extents(1), output: shape)
            } else {
                throw Refusal(reason: "each channel of it needs all channels")
            }
        case "MatMul", "MatMulInteger":
            try multiply(dimension, range, left: extents(0) ?? [], right: extents(1) ?? [], rank: shape.count)
        case "Gemm":
            guard dimension == 0 else { throw Refusal(reason: "only its rows are independent") }
            parts[0] = .range(dimension: node.attributes["transA"] == .int(1) ? 1 : 0, range)
            if let bias = extents(2), bias.count == 2, bias[0] > 1 { parts[2] = .range(dimension: 0, range) }
        case "Transpose":
            var order = Array(shape.indices.reversed())
            if case .ints(let list)? = node.attributes["perm"] { order = list }
            parts[0] = .range(dimension: order[dimension], range)
        case "Reshape", "Flatten", "Squeeze", "Unsqueeze":
            parts[0] = try Self.source(of: range, dimension, shape, from: extents(0) ?? [])
            isReshape = true
        case "Concat":
            guard VectorShape.axis(node, rank: shape.count, fallback: 0) != dimension else { throw Refusal(reason: "it joins tensors along that dimension") }
            parts = node.inputs.map { _ in .range(dimension: dimension, range) }
        case "Split", "Slice", "Expand", "Pad": throw Refusal(reason: "\(node.operation) is not cut into blocks")
        default: try follow(dimension, range, output: output, graph)
        }
    }

    /// Vector work: what its operands' dimensions follow.
    private mutating func follow(_ dimension: Int, _ range: Range<Int>, output: Graph.ValueID, _ graph: Graph) throws(Refusal) {
        let inputs = node.inputs.compactMap { $0 }
        let shape = VectorShape(OperatorGroup(kind: .vector, nodes: [node], output: output, inputs: inputs), graph)
        guard shape.splittable.contains(dimension), dimension != VectorShape.Window.dimension || shape.window == nil else {
            throw Refusal(reason: "\(node.operation) works on that dimension as a whole")
        }
        for (position, input) in node.inputs.enumerated() {
            guard let input, let own = shape.follows[input]?.firstIndex(of: dimension) else { continue }
            parts[position] = .range(dimension: own, range)
        }
    }

    private mutating func multiply(_ dimension: Int, _ range: Range<Int>, left: [Int], right: [Int], rank: Int) throws(Refusal) {
        guard left.count >= 2, right.count >= 2, dimension < rank - 1 else { throw Refusal(reason: "only the rows of its left operand and its batch are independent") }
        if dimension == rank - 2 {
            parts[0] = .range(dimension: left.count - 2, range)
            return
        }
        for (position, operand) in [left, right].enumerated() {
            let own = dimension - (rank - operand.count)
            if own >= 0, operand[own] > 1 { parts[position] = .range(dimension: own, range) }
        }
    }

    /// Windows: the rows that the range covers, those of padding left out, and the padding that is left.
    private mutating func slide(along dimension: Int, _ range: Range<Int>, input: [Int], kernel weight: [Int]?, output: [Int]) throws(Refusal) {
        let axis = dimension - 2, axes = input.count - 2
        func list(_ name: String) -> [Int]? {
            if case .ints(let list)? = node.attributes[name], !list.isEmpty { list } else { nil }
        }
        guard node.attributes["ceil_mode"] == nil || node.attributes["ceil_mode"] == .int(0) else { throw Refusal(reason: "its windows reach over the end (ceil_mode)") }
        guard let kernel = node.operation.hasPrefix("Conv") ? weight.map({ Array($0.dropFirst(2)) }) : list("kernel_shape"), kernel.count == axes else {
            throw Refusal(reason: "its windows have no extents")
        }
        let strides = list("strides") ?? Array(repeating: 1, count: axes)
        let dilations = list("dilations") ?? Array(repeating: 1, count: axes)
        var pads = list("pads") ?? Array(repeating: 0, count: 2 * axes)
        if case .string(let mode)? = node.attributes["auto_pad"], mode.hasPrefix("SAME") {
            pads = Array(repeating: 0, count: 2 * axes)
            for a in 0..<axes {
                let total = max(0, (output[a + 2] - 1) * strides[a] + (kernel[a] - 1) * dilations[a] + 1 - input[a + 2])
                pads[a] = mode == "SAME_LOWER" ? total - total / 2 : total / 2
                pads[a + axes] = total - pads[a]
            }
        } else if node.attributes["auto_pad"] == .string("VALID") {
            pads = Array(repeating: 0, count: 2 * axes)
        }
        guard pads.count == 2 * axes, strides.count == axes, dilations.count == axes else { throw Refusal(reason: "its strides or pads are not those of \(axes) dimensions") }
        let first = range.lowerBound * strides[axis] - pads[axis]
        let end = (range.upperBound - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1 - pads[axis]
        let height = input[dimension]
        let inside = max(0, first)..<max(max(0, first), min(height, end))
        guard !inside.isEmpty else { throw Refusal(reason: "a block of it would read nothing but padding") }
        pads[axis] = max(0, -first)
        pads[axis + axes] = max(0, end - height)
        node.attributes["auto_pad"] = nil
        node.attributes["pads"] = .ints(pads)
        parts[0] = .range(dimension: dimension, inside)
    }

    /// The part of a tensor that becomes a part of its reshaped form.
    static func source(of range: Range<Int>, _ dimension: Int, _ shape: [Int], from source: [Int]) throws(Refusal) -> Part {
        let outer = shape[..<dimension].reduce(1, *)
        let inner = shape[(dimension + 1)...].reduce(1, *)
        var before = 1
        for own in source.indices {
            let within = source[(own + 1)...].reduce(1, *)
            if before == outer, source[own] > 1, source[own] * within == shape[dimension] * inner,
                range.lowerBound * inner % within == 0, range.upperBound * inner % within == 0
            {
                return .range(dimension: own, range.lowerBound * inner / within..<range.upperBound * inner / within)
            }
            before *= source[own]
        }
        throw Refusal(reason: "its blocks are no blocks of \(source), which it reshapes to \(shape)")
    }
}
