import OperatorGraph
import Programs

/// How a vector operator may be cut into blocks: which dimensions of its result, and which part of each operand a block needs.
struct VectorShape {
    /// Dimensions of the result that may be cut.
    var splittable: [Int]
    /// For each operand that is fetched as a tensor: the result dimension that each of its dimensions follows, `nil` for whole.
    var follows: [Graph.ValueID: [Int?]]
    /// Shape over which the work is counted, by the result dimension that each of its dimensions follows.
    var work: [(extent: Int, follows: Int?)]
    /// An operand of which a block of rows needs more rows than the block has.
    var window: Window?
    /// A remark for the report when the operator could not be cut although it is large.
    var isWhole = false

    /// Sliding windows along dimension 2 of an image: result row r reads the operand's rows from r · stride − padding.
    struct Window {
        var operand: Graph.ValueID
        var kernel: Int
        var stride: Int
        var dilation: Int
        var padding: Int
        /// What padding reads as.
        var fill: Region.Fill

        static let dimension = 2

        /// `nil` where the padding cannot be written out as elements without changing the result.
        init?(_ node: Graph.Node, _ graph: Graph) {
            guard let input = node.inputs[0], graph.values[input].type.shape.count == 4, node.attributes["auto_pad"] == nil || node.attributes["auto_pad"] == .string("NOTSET") else { return nil }
            func first(_ name: String, _ fallback: Int) -> Int {
                if case .ints(let list)? = node.attributes[name] { list.first ?? fallback } else { fallback }
            }
            operand = input
            stride = first("strides", 1)
            dilation = first("dilations", 1)
            padding = first("pads", 0)
            kernel = first("kernel_shape", 1)
            var end = padding
            if case .ints(let pads)? = node.attributes["pads"], pads.count == 4 { end = pads[2] }
            fill = node.operation == "MaxPool" ? .lowest : .zero
            switch node.operation {
            case "MaxPool": break
            case "AveragePool":
                guard padding == 0 && end == 0, node.attributes["ceil_mode"] != .int(1) else { return nil }
            case "Conv", "ConvInteger":
                guard let weight = node.inputs[1] else { return nil }
                kernel = graph.values[weight].type.shape[2]
                if node.inputs.count > 2, node.operation == "ConvInteger", let zero = node.inputs[2] {
                    guard graph.values[zero].data?.intValues.allSatisfy({ $0 == 0 }) ?? false else { return nil }
                }
            default: return nil
            }
        }

        /// Rows of the operand that `rows` rows of the result need.
        func rows(_ rows: Expression) -> Expression { (rows - 1) * stride + .constant((kernel - 1) * dilation + 1) }

        /// The node without the padding of dimension 2, which the region of its operand writes out.
        func unpadded(_ node: Graph.Node) -> Graph.Node {
            guard node.inputs.first == .some(operand), case .ints(var pads)? = node.attributes["pads"], pads.count == 4 else { return node }
            pads[0] = 0
            pads[2] = 0
            var node = node
            node.attributes["pads"] = .ints(pads)
            return node
        }
    }

    /// Operators whose channels are independent: pooling, normalisation over space, depthwise convolution.
    static func isChannelwise(_ node: Graph.Node, _ graph: Graph) -> Bool {
        switch node.operation {
        case "MaxPool": return node.outputs.count == 1
        case "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "LpPool", "BatchNormalization", "InstanceNormalization": return true
        case "Conv", "ConvInteger": return isDepthwise(node, graph)
        default: return false
        }
    }

    static func isDepthwise(_ node: Graph.Node, _ graph: Graph) -> Bool {
        guard case .int(let groups)? = node.attributes["group"], groups > 1, node.inputs.count > 1, let weight = node.inputs[1] else { return false }
        let shape = graph.values[weight].type.shape
        return shape.count > 2 && shape[1] == 1 && shape[0] == groups
    }

    init(_ group: OperatorGroup, _ graph: Graph) {
        let shape = graph.values[group.output].type.shape
        let rank = shape.count
        follows = [:]
        splittable = []
        work = shape.enumerated().map { ($0.element, $0.offset) }
        let produced = Set(group.nodes.flatMap { $0.outputs.compactMap { $0 } })
        let main = group.nodes.first { OperationCosts.pointwise[$0.operation] == nil } ?? group.nodes[0]

        func alignRight(_ value: Graph.ValueID) -> [Int?] {
            let own = graph.values[value].type.shape
            return own.indices.map { dimension in
                let target = dimension + rank - own.count
                return own[dimension] == 1 || target < 0 ? nil : target
            }
        }
        func followPointwise(_ node: Graph.Node) {
            for (position, input) in node.inputs.enumerated() {
                guard let input, !produced.contains(input), follows[input] == nil else { continue }
                let own = graph.values[input].type.shape
                if ["QuantizeLinear", "DequantizeLinear"].contains(node.operation), position > 0, own.count == 1 {
                    follows[input] = [Self.axis(node, rank: graph.values[node.inputs[0] ?? input].type.shape.count, fallback: 1)]
                } else {
                    follows[input] = alignRight(input)
                }
            }
        }
        for node in group.nodes where OperationCosts.pointwise[node.operation] != nil { followPointwise(node) }

        if OperationCosts.pointwise[main.operation] != nil {
            splittable = shape.indices.filter { shape[$0] > 1 }
        } else if OperationCosts.rowwise[main.operation] != nil {
            let axis = Self.axis(main, rank: rank, fallback: main.operation == "Softmax" && main.version < 13 ? 1 : rank - 1)
            let joined = main.operation.hasSuffix("Normalization") || (main.version < 13 && main.operation.hasSuffix("oftmax")) ? axis..<rank : axis..<(axis + 1)
            splittable = shape.indices.filter { shape[$0] > 1 && !joined.contains($0) }
            for case let input? in main.inputs where !produced.contains(input) { follows[input] = alignRight(input) }
        } else if Self.isChannelwise(main, graph) {
            splittable = [0, 1].filter { $0 < rank && shape[$0] > 1 }
            for (position, input) in main.inputs.enumerated() {
                guard let input, !produced.contains(input) else { continue }
                let own = graph.values[input].type.shape
                follows[input] = own.indices.map { position == 0 ? ($0 < 2 ? $0 : nil) : ($0 == 0 ? 1 : nil) }
            }
            if let window = Window(main, graph), !produced.contains(window.operand), shape[Window.dimension] > 1 {
                self.window = window
                splittable.append(Window.dimension)
                follows[window.operand]?[Window.dimension] = Window.dimension
            }
            if main.operation == "BatchNormalization", let input = main.inputs[0] {
                splittable = shape.indices.filter { shape[$0] > 1 }
                follows[input] = shape.indices.map { $0 }
            }
            if main.operation.hasPrefix("Global") || main.operation == "InstanceNormalization", let input = main.inputs[0] {
                work = graph.values[input].type.shape.enumerated().map { ($0.element, $0.offset < 2 ? $0.offset : nil) }
            }
        } else if main.operation == "RotaryEmbedding", main.inputs.count == 3, let input = main.inputs[0], !produced.contains(input) {
            // (batch, heads, sequence, width), or (batch, sequence, heads · width): the angles follow the sequence.
            let sequence = rank == 4 ? 2 : 1
            splittable = (0...sequence).filter { shape[$0] > 1 }
            follows[input] = shape.indices.map { $0 <= sequence ? $0 : nil }
            for case let angles? in main.inputs.dropFirst() {
                follows[angles] = [graph.values[angles].type.shape[0] == 1 ? nil : 0, sequence, nil]
            }
        } else if let choice = Choice(main, graph, rank: rank, produced: produced) {
            splittable = choice.splittable.filter { shape[$0] > 1 }
            for (value, map) in choice.follows { follows[value] = map }
            work = choice.work
        } else if OperationCosts.reductions[main.operation] != nil, let input = main.inputs[0] {
            let own = graph.values[input].type.shape
            let axes = Self.reducedAxes(main, graph, rank: own.count)
            let keeps = own.count == rank
            var target = 0
            var map: [Int?] = []
            for dimension in own.indices {
                if axes.contains(dimension) {
                    map.append(nil)
                    if keeps { target += 1 }
                } else {
                    map.append(target)
                    target += 1
                }
            }
            if !produced.contains(input) { follows[input] = map }
            work = own.indices.map { (own[$0], map[$0]) }
            splittable = shape.indices.filter { shape[$0] > 1 && map.contains($0) }
            if axes.isEmpty { splittable = [] }
        } else {
            isWhole = true
            for node in group.nodes {
                for case let input? in node.inputs where !produced.contains(input) && graph.values[input].kind != .constant {
                    follows[input] = graph.values[input].type.shape.map { _ in nil }
                }
            }
            let largest = main.inputs.compactMap { $0 }.map { graph.values[$0].type.shape }.max { $0.reduce(1, *) < $1.reduce(1, *) } ?? shape
            if largest.reduce(1, *) > shape.reduce(1, *) { work = largest.map { ($0, nil) } } else { work = shape.map { ($0, nil) } }
        }
        // Scalars that are known before the run travel with the command.
        for (value, _) in follows where graph.values[value].type.count <= 1 {
            follows[value] = graph.values[value].kind == .intermediate ? graph.values[value].type.shape.map { _ in nil } : nil
        }
    }

    static func axis(_ node: Graph.Node, rank: Int, fallback: Int) -> Int {
        guard case .int(let axis)? = node.attributes["axis"] else { return min(fallback, max(0, rank - 1)) }
        return axis < 0 ? axis + rank : axis
    }

    static func reducedAxes(_ node: Graph.Node, _ graph: Graph, rank: Int) -> Set<Int> {
        if node.operation.hasPrefix("Arg") { return [axis(node, rank: rank, fallback: 0)] }
        var axes: [Int]?
        if case .ints(let list)? = node.attributes["axes"] { axes = list }
        if node.inputs.count > 1, let input = node.inputs[1] { axes = graph.values[input].data?.intValues }
        return Set((axes ?? Array(0..<rank)).map { $0 < 0 ? $0 + rank : $0 })
    }
}
