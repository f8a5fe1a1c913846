import Mapping
import NumberFormats
import OperatorGraph

/// Replaces a chain of operators by its blocks.
///
///     a → b → c   ⇒   (a[0] → b[0] → c[0]), (a[1] → b[1] → c[1]), … → c, the blocks' results side by side
///
/// A block makes a range of the last result along one dimension, from as much of everything before it as that needs: rows of an
/// image need a halo of those of the operand, which blocks beside each other compute both. What the graph computes stays the same.
struct BlockFusion {
    private let chain: FusedOperators
    private let region: FusedRegion
    private let dimension: Int
    private var fused: FusedGraph
    private var names: Set<String>

    private typealias Part = OperatorSlicing.Part

    /// - Throws: where the operators are no chain that can be cut so.
    static func apply(_ chain: FusedOperators, to fused: FusedGraph) throws(FusedRegion.Refusal) -> FusedGraph {
        var fusion = try BlockFusion(chain, fused)
        try fusion.run()
        return fusion.fused
    }

    private init(_ chain: FusedOperators, _ fused: FusedGraph) throws(FusedRegion.Refusal) {
        self.chain = chain
        self.fused = fused
        names = []
        for name in chain.operators where fused.bases.contains(name) {
            throw FusedRegion.Refusal(message: "\"\(name)\" is in another group as well", suggestion: "list each operator once")
        }
        region = try FusedRegion(chain.operators, in: fused.graph)
        let wholes = Set(fused.parts.values.map(\.whole))
        if let other = region.nodes.lazy.map({ fused.graph.nodes[$0] }).first(where: { fused.base(of: $0.name) != nil || wholes.contains($0.outputs.first.flatMap { $0 } ?? -1) }) {
            throw FusedRegion.Refusal(
                message: "\"\(BlockName.base(of: other.name) ?? other.name)\" lies between them, and is in another group", suggestion: "fuse all of them in one group")
        }
        dimension = try region.dimension(chain.dimension, in: fused.graph)
        let extent = fused.graph.values[region.result].type.shape[dimension]
        guard chain.blocks <= extent else {
            throw FusedRegion.Refusal(
                message: "\(extent) \(chain.dimension.rawValue) make no \(chain.blocks) blocks", suggestion: "write a number from 1 to \(extent)")
        }
        names = Set(fused.graph.values.map(\.name))
    }

    private mutating func run() throws(FusedRegion.Refusal) {
        let graph = fused.graph
        let extent = graph.values[region.result].type.shape[dimension]
        var made: [(turn: Int, stage: Int, nodes: [Graph.Node])] = []
        var slicesOfInputs: [SliceKey: Graph.ValueID] = [:]
        var results: [Graph.ValueID] = []
        var largest = 0
        for block in 0..<chain.blocks {
            // As equal as they get.
            let range = extent * block / chain.blocks..<extent * (block + 1) / chain.blocks
            let demands = try demands(of: range)
            let (stages, result, bytes) = build(block, demands, &slicesOfInputs)
            // In turn the next operator of one block, and the one before it of the next block: what is ready longest comes first.
            for (stage, nodes) in stages.enumerated() { made.append((chain.isPipelined ? block + stage : block, chain.isPipelined ? -stage : stage, nodes)) }
            results.append(result)
            largest = max(largest, bytes)
            fused.parts[result] = FusedPart(whole: region.result, dimension: dimension, range: range)
        }
        let last = region.nodes[region.nodes.count - 1]
        let whole = graph.nodes.firstIndex { $0.outputs.contains(region.result) } ?? last
        var rewritten = made.enumerated().sorted { ($0.element.turn, $0.element.stage, $0.offset) < ($1.element.turn, $1.element.stage, $1.offset) }.flatMap(\.element.nodes)
        rewritten.append(
            Graph.Node(
                name: region.names[region.names.count - 1], operation: "Concat", version: 13, inputs: results, outputs: [region.result],
                attributes: ["axis": .int(dimension)]))
        // What others read as well stays: a dequantisation that each of its readers takes in.
        let members = Set(region.nodes)
        var isRead = Set<Graph.ValueID>()
        for (index, node) in graph.nodes.enumerated() where !members.contains(index) { isRead.formUnion(node.inputs.compactMap { $0 }) }
        var nodes: [Graph.Node] = []
        for (index, node) in graph.nodes.enumerated() {
            let stays = !members.contains(index) || (index != whole && node.outputs.contains { $0.map { isRead.contains($0) || graph.results.contains($0) } ?? false })
            if stays { nodes.append(node) }
            if index == last { nodes += rewritten }
        }
        fused.graph.nodes = nodes
        fused.bases.formUnion(region.nodes.map { graph.nodes[$0].name })
        fused.bases.formUnion(region.names)
        fused.blockBytes[region.result] = chain.isPipelined ? 2 * largest : largest
        var summary = chain
        summary.operators = region.names
        fused.summaries.append(
            FusionSummary(
                operators: summary, intermediates: region.intermediates.map { graph.values[$0].name },
                bytes: region.intermediates.reduce(0) { $0 + graph.values[$1].type.bytes }, blockBytes: largest))
    }

    // MARK: What a block needs

    private struct Demands {
        /// The part of each value of the region that is made.
        var made: [Graph.ValueID: Part] = [:]
        /// By node, in the order of the graph.
        var slicings: [(node: Graph.NodeID, slicing: OperatorSlicing)] = []
    }

    private func demands(of range: Range<Int>) throws(FusedRegion.Refusal) -> Demands {
        let graph = fused.graph
        var demands = Demands()
        demands.made[region.result] = .range(dimension: dimension, range)
        let inside = Set(region.nodes.flatMap { graph.nodes[$0].outputs.compactMap { $0 } })
        for index in region.nodes.reversed() {
            let node = graph.nodes[index]
            guard let output = node.outputs.first ?? nil, let part = demands.made[output] else { continue }
            guard case .range(let own, let range) = part else { continue }
            let slicing: OperatorSlicing
            do throws(OperatorSlicing.Refusal) {
                slicing = try OperatorSlicing(node, dimension: own, range: range, in: graph)
            } catch {
                throw FusedRegion.Refusal(
                    message: "\"\(node.name)\" cannot run by blocks of \(chain.dimension.rawValue): \(error.reason)", suggestion: "use another dimension, or end the group before it")
            }
            for (position, input) in node.inputs.enumerated() {
                guard let input, inside.contains(input) else { continue }
                guard let joined = Self.joined(demands.made[input], slicing.parts[position]) else {
                    throw FusedRegion.Refusal(
                        message: "\"\(node.name)\" needs all of \"\(graph.values[input].name)\" for each block of \(chain.dimension.rawValue)",
                        suggestion: "use another dimension, or begin the group behind it")
                }
                demands.made[input] = joined
            }
            demands.slicings.append((index, slicing))
        }
        demands.slicings.reverse()
        return demands
    }

    /// Both parts together; `nil` where they are not along one dimension.
    private static func joined(_ a: Part?, _ b: Part) -> Part? {
        guard case .range(let dimension, let range) = b else { return nil }
        guard let a else { return b }
        guard case .range(dimension, let other) = a else { return nil }
        return .range(dimension: dimension, min(range.lowerBound, other.lowerBound)..<max(range.upperBound, other.upperBound))
    }

    // MARK: Building a block

    private struct SliceKey: Hashable {
        var value: Graph.ValueID
        var dimension: Int
        var range: Range<Int>
    }

    /// - Parameter slices: views of operands from outside, which blocks may share.
    /// - Returns: the block's nodes, its result, and bytes of what its operators hand on.
    private mutating func build(
        _ block: Int, _ demands: Demands, _ slices: inout [SliceKey: Graph.ValueID]
    ) -> (stages: [[Graph.Node]], result: Graph.ValueID, bytes: Int) {
        var stages = [[Graph.Node]](repeating: [], count: region.names.count)
        var views: [Graph.Node] = []
        var values: [Graph.ValueID: Graph.ValueID] = [:]
        var result = region.result
        var bytes = 0
        for (index, slicing) in demands.slicings {
            let original = fused.graph.nodes[index]
            guard let output = original.outputs[0], case .range(let dimension, let range)? = demands.made[output] else { continue }
            let stage = min(region.stages[index] ?? 0, stages.count - 1)
            var node = slicing.node
            node.name = BlockName.name(of: block, in: original.name)
            for (position, input) in original.inputs.enumerated() {
                guard let input else { continue }
                node.inputs[position] = operand(input, slicing.parts[position], block, demands, values, &slices, &views, &stages)
            }
            let value = add(fused.graph.values[output], block, dimension, range)
            if slicing.isReshape {
                // To the shape of the block.
                let shape = fused.graph.values[value].type.shape
                let target = Tensor(.int64, [shape.count], integers: shape)
                let constant = fused.graph.addValue(Graph.Value(name: unique("\(node.name).shape"), type: target.type, kind: .constant, data: target))
                node = Graph.Node(name: node.name, operation: "Reshape", version: 13, inputs: [node.inputs[0], constant], outputs: [value])
            }
            node.outputs = [value]
            stages[stage].append(node)
            values[output] = value
            if output == region.result { result = value }
            if region.intermediates.contains(output) { bytes += fused.graph.values[value].type.bytes }
        }
        // Views of operands come first, so that operators can take in what reads them.
        stages[0] = views + stages[0]
        return (stages, result, bytes)
    }

    /// The value from which a node of a block reads a part of an operand.
    private mutating func operand(
        _ input: Graph.ValueID, _ part: Part, _ block: Int, _ demands: Demands, _ values: [Graph.ValueID: Graph.ValueID],
        _ slices: inout [SliceKey: Graph.ValueID], _ views: inout [Graph.Node], _ stages: inout [[Graph.Node]]
    ) -> Graph.ValueID {
        guard case .range(let dimension, let range) = part else { return values[input] ?? input }
        var source = input
        var start = 0
        if let own = values[input], case .range(_, let made)? = demands.made[input] {
            guard made != range else { return own }
            (source, start) = (own, made.lowerBound)
        }
        let local = range.lowerBound - start..<range.upperBound - start
        if local == 0..<fused.graph.values[source].type.shape[dimension] { return source }
        let key = SliceKey(value: source, dimension: dimension, range: local)
        if let known = slices[key] { return known }
        let view = add(fused.graph.values[source], block, dimension, local)
        let node = Graph.Node(
            name: unique(BlockName.name(of: block, in: fused.graph.values[input].name) + ".view"), operation: "Slice", version: 9, inputs: [source], outputs: [view],
            attributes: ["starts": .ints([local.lowerBound]), "ends": .ints([local.upperBound]), "axes": .ints([dimension])])
        if source == input {
            views.append(node)
        } else if let stage = stages.firstIndex(where: { $0.contains { $0.outputs == [source] } }), let maker = stages[stage].firstIndex(where: { $0.outputs == [source] }) {
            stages[stage].insert(node, at: maker + 1)
        }
        slices[key] = view
        fused.slices.insert(view)
        return view
    }

    private mutating func add(_ value: Graph.Value, _ block: Int, _ dimension: Int, _ range: Range<Int>) -> Graph.ValueID {
        var type = value.type
        type.shape[dimension] = range.count
        return fused.graph.addValue(Graph.Value(name: unique(BlockName.name(of: block, in: value.name)), type: type, kind: .intermediate))
    }

    /// A name that no other value has.
    private mutating func unique(_ name: String) -> String {
        var candidate = name
        var number = 2
        while !names.insert(candidate).inserted {
            candidate = "\(name).\(number)"
            number += 1
        }
        return candidate
    }
}
