import NumberFormats
import OperatorGraph
import Programs

/// Reshapes, transposes, slices, concatenations, look-ups: free where strides express them, priced where not.
extension Lowerer {
    mutating func lowerView(_ group: OperatorGroup) throws(LoweringError) {
        let node = group.nodes[0]
        guard let input = node.inputs[0] else { throw LoweringError(node.name, "\(node.operation) has no input") }
        let source = try location(of: input)
        let shape = graph.values[group.output].type.shape
        if var view = try view(node, of: source, output: group.output, shape: shape), fused.slices.contains(group.output) || isWorthReading(view, group.output, unlike: source) {
            if fused.slices.contains(group.output) { view.straightens() }
            locations[group.output] = view
            guard graph.outputs.contains(group.output) || graph.states.contains(where: { $0.output == group.output }) else { return }
            record(group.output, view)
            return
        }
        // The elements have to move: the source, seen with the result's shape if it has one, else through a copy in its order.
        let target = try place(group.output, layout: layout(for: group))
        if let view = try view(node, of: source, output: group.output, shape: shape) {
            try lowerMove(node.name, type: node.operation, from: view, to: target, value: group.output)
        } else {
            // A reshape of a tensor whose order in memory is not its logical order.
            guard let flat = target.reshaped(to: source.shape) else {
                throw LoweringError(node.name, "\(node.operation) from \(source.shape) to \(shape) has no layout")
            }
            try lowerMove(node.name, type: node.operation, from: source, to: flat, value: group.output)
        }
    }

    /// Reading a view whose neighbours are far apart costs more than moving it once, unless a product reads it, which takes
    /// either order.
    private func isWorthReading(_ view: TensorLocation, _ value: Graph.ValueID, unlike source: TensorLocation) -> Bool {
        let extents = view.shape.indices.filter { view.shape[$0] > 1 }
        guard let last = extents.last, view.strides[last] != 1 else { return true }
        guard source.contiguousDimension != nil else { return true }
        let readers = graph.nodes.filter { $0.inputs.contains(value) }
        let onlyProducts = readers.allSatisfy { ["MatMul", "MatMulInteger", "Gemm", "Conv", "ConvInteger"].contains($0.operation) || OperatorGrouping.views.contains($0.operation) }
        // Channels-last images are far apart along their last dimension on purpose.
        if view.strides == TensorLocation.channelsLast(view.shape) || view.isChannelsLast { return true }
        return onlyProducts && extents.suffix(2).contains { view.strides[$0] == 1 }
    }

    private func integers(_ node: Graph.Node, _ position: Int, _ attribute: String) -> [Int]? {
        if case .ints(let list)? = node.attributes[attribute] { return list }
        guard node.inputs.count > position, let value = node.inputs[position] else { return nil }
        return graph.values[value].data?.intValues
    }

    private func view(
        _ node: Graph.Node, of source: TensorLocation, output: Graph.ValueID, shape: [Int]
    ) throws(LoweringError) -> TensorLocation? {
        switch node.operation {
        case "Transpose":
            guard case .ints(let order)? = node.attributes["perm"] else { return source.permuted(source.shape.indices.reversed()) }
            return source.permuted(order)
        case "Expand": return source.broadcast(to: shape)
        case "Gather":
            guard let value = node.inputs[1], let position = graph.values[value].data?.intValues.first else { return nil }
            let axis = VectorShape.axis(node, rank: source.shape.count, fallback: 0)
            return source.sliced(axis, from: position < 0 ? position + source.shape[axis] : position, count: 1).reshaped(to: shape)
        case "Slice":
            guard let starts = integers(node, 1, "starts"), integers(node, 2, "ends") != nil else {
                throw LoweringError(node.name, "a slice whose limits are computed while the network runs cannot be lowered")
            }
            let axes = integers(node, 3, "axes") ?? Array(starts.indices)
            let steps = integers(node, 4, "steps") ?? Array(repeating: 1, count: starts.count)
            var view = source
            for (position, axis) in axes.enumerated() {
                let dimension = axis < 0 ? axis + source.shape.count : axis
                let extent = source.shape[dimension]
                var start = starts[position] < 0 ? starts[position] + extent : starts[position]
                let step = steps.indices.contains(position) ? steps[position] : 1
                start = min(max(0, start), step > 0 ? extent : extent - 1)
                view = view.sliced(dimension, from: start, count: shape[dimension], step: step)
            }
            return view
        case "Split":
            let axis = VectorShape.axis(node, rank: source.shape.count, fallback: 0)
            var start = 0
            for case let value? in node.outputs {
                let count = graph.values[value].type.shape[axis]
                if value == output { return source.sliced(axis, from: start, count: count) }
                start += count
            }
            return nil
        default: return source.reshaped(to: shape)
        }
    }

    mutating func lowerConcatenation(_ group: OperatorGroup) throws(LoweringError) {
        let node = group.nodes[0]
        let shape = graph.values[group.output].type.shape
        let axis = VectorShape.axis(node, rank: shape.count, fallback: 0)
        // Blocks put their results there themselves.
        if let first = node.inputs.first.flatMap({ $0 }), fused.parts[first]?.whole == group.output { return }
        var sources: [TensorLocation] = []
        for case let input? in node.inputs { sources.append(try location(of: input)) }
        let target = try place(group.output, layout: layout(for: group))
        var start = 0
        for (position, source) in sources.enumerated() {
            let count = source.shape[axis]
            defer { start += count }
            guard source.count > 0 else { continue }
            let part = target.sliced(axis, from: start, count: count)
            try lowerMove("\(node.name)[\(position)]", type: "Concat", from: source, to: part, value: group.output)
        }
    }

    /// Zeros around a tensor: all of the result is cleared, then the tensor is copied inside.
    mutating func lowerPadding(_ group: OperatorGroup) throws(LoweringError) {
        let node = group.nodes[0]
        guard let input = node.inputs[0], let amounts = PaddingAmounts(node, graph) else {
            throw LoweringError(node.name, "padding whose amounts are computed while the network runs cannot be lowered")
        }
        var source = try location(of: input)
        let target = try place(group.output, layout: layout(for: group))
        try lowerZeros("\(node.name).clear", type: "Pad", to: target, value: group.output)
        var inside = target
        for (dimension, amount) in amounts.begin.enumerated() {
            let skipped = max(0, -amount)
            let end = max(0, -amounts.end[dimension])
            let count = source.shape[dimension] - skipped - end
            source = source.sliced(dimension, from: skipped, count: count)
            inside = inside.sliced(dimension, from: max(0, amount), count: count)
        }
        guard source.count > 0 else { return }
        try lowerMove(node.name, type: "Pad", from: source, to: inside, value: group.output)
    }

    /// Rows of a table, fetched by index.
    mutating func lowerGather(_ group: OperatorGroup) throws(LoweringError) {
        let node = group.nodes[0]
        guard let tableValue = node.inputs[0], let indexValue = node.inputs[1] else { throw LoweringError(node.name, "a Gather needs data and indices") }
        let table = try location(of: tableValue)
        guard VectorShape.axis(node, rank: table.shape.count, fallback: 0) == 0, table.shape.count == 2, table.isDRAM,
            let core = active.first, let loader = core.loadLeft
        else { return try lowerVector(OperatorGroup(kind: .vector, nodes: group.nodes, output: group.output, inputs: group.inputs)) }
        let indices = try location(of: indexValue)
        let count = indices.count
        let width = table.shape[1]
        builder.begin(node.name, type: "Gather", unit: loader, macs: 0)
        let output = try place(group.output, layout: .rowMajor)
        builder.touch(core.dram.name, table.range, isWrite: false, by: [loader])
        if indices.isDRAM {
            builder.touch(indices.memory, indices.range, isWrite: false, by: [loader])
        } else {
            builder.touch(indices.memory, indices.range, isWrite: false, by: [loader])
        }
        guard let flatIndices = indices.reshaped(to: [count]), let flatOutput = output.reshaped(to: [count, width]) else {
            throw LoweringError(node.name, "the indices or the result of the look-up lie in memory in an order that cannot be walked")
        }
        let budget = (zones[core.leftMemory]?.budget ?? 0) / 2
        let rowBytes = table.element.bytes(for: width)
        let block = output.isDRAM ? max(1, min(count, budget / max(1, rowBytes))) : count
        let tiles = ceilingDivide(count, block)
        let t: Expression = tiles == 1 ? 0 : .variable("t")
        let rows: Expression = count % block == 0 ? .constant(block) : .min(.constant(block), .constant(count) - t * block)
        let source = Region(
            memory: table.memory, base: .constant(table.address), element: table.element, extents: [.constant(table.shape[0]), .constant(width)],
            strides: table.strides, offset: .constant(table.offset))
        let chosen = flatIndices.region(starts: [t * block], extents: [rows])
        func nest(_ body: [Statement]) -> [Statement] { tiles == 1 ? body : [.loop(variable: "t", bound: .constant(tiles), body: body)] }
        func gather(to destination: Region) -> Statement {
            .command(
                Command(
                    "gather", operatorIndex: builder.current,
                    operands: [.init("from", source), .init("indices", chosen), .init("to", destination)]))
        }
        let result = flatOutput.region(starts: [t * block, 0], extents: [rows, .constant(width)])
        guard output.isDRAM else {
            builder.touch(output.memory, output.range, isWrite: true, by: [loader])
            builder.emit(loader, nest([gather(to: result)]))
            return
        }
        guard let store = core.store else {
            throw LoweringError(node.name, "no dma engine takes results to \(core.dram.name)", suggestion: "add an engine of kind dma with writes: \(core.dram.description.name)")
        }
        let bytes = (rowBytes * block + 63) / 64 * 64
        let range = try buffer(core.leftMemory, 2 * bytes)
        builder.touch(core.leftMemory, range, isWrite: true, by: [loader])
        builder.touch(core.dram.name, output.range, isWrite: true, by: [store])
        let full = builder.semaphore("rows.full", core: core.core, count: 2, initial: 0, .loaded)
        let free = builder.semaphore("rows.free", core: core.core, count: 2, initial: 1, .free)
        let parity = t % 2
        let local = Region(
            memory: core.leftMemory, base: .constant(range.lowerBound) + parity * bytes, element: output.element,
            extents: [rows, .constant(width)], strides: [width, 1])
        builder.emit(
            loader,
            nest([
                .acquire(SemaphoreReference(free, parity), count: 1), gather(to: local),
                .release(SemaphoreReference(full, parity), count: 1, when: .finished),
            ]))
        builder.emit(
            store,
            nest([
                .acquire(SemaphoreReference(full, parity), count: 1),
                .command(Command("copy", operatorIndex: builder.current, operands: [.init("from", local), .init("to", result)])),
                .release(SemaphoreReference(free, parity), count: 1, when: .finished),
            ]))
    }

    /// A cache that grows in place: only the new part is written; the old one is where it was.
    mutating func lowerAppend(_ group: OperatorGroup) throws(LoweringError) {
        let node = group.nodes[0]
        guard let old = node.inputs[0], let new = node.inputs.dropFirst().first ?? nil else {
            throw LoweringError(node.name, "appending to a cache takes the cache and what is new")
        }
        let shape = graph.values[group.output].type.shape
        let axis = VectorShape.axis(node, rank: shape.count, fallback: 0)
        let target = try place(group.output, layout: .rowMajor)
        let length = graph.values[old].type.shape[axis]
        if locations[old] == nil { record(old, target.sliced(axis, from: 0, count: length)) }
        let source = try location(of: new)
        try lowerMove(
            node.name, type: "Append", from: source, to: target.sliced(axis, from: length, count: shape[axis] - length),
            value: group.output)
    }
}

/// Elements that a Pad adds before and after each dimension; negative ones are cut off.
struct PaddingAmounts {
    var begin: [Int]
    var end: [Int]
    /// Constant padding with zeros.
    var isZeroFill: Bool

    init?(_ node: Graph.Node, _ graph: Graph) {
        guard let input = node.inputs[0] else { return nil }
        let rank = graph.values[input].type.shape.count
        var pads: [Int]?
        if case .ints(let list)? = node.attributes["pads"] { pads = list }
        if node.inputs.count > 1, let value = node.inputs[1] { pads = graph.values[value].data?.intValues }
        guard let pads else { return nil }
        var axes = Array(0..<rank)
        if node.inputs.count > 3, let value = node.inputs[3] {
            guard let list = graph.values[value].data?.intValues else { return nil }
            axes = list.map { $0 < 0 ? $0 + rank : $0 }
        }
        guard pads.count == 2 * axes.count else { return nil }
        begin = Array(repeating: 0, count: rank)
        end = begin
        for (position, axis) in axes.enumerated() where axis < rank {
            begin[axis] = pads[position]
            end[axis] = pads[position + axes.count]
        }
        var fill = 0.0
        if case .float(let value)? = node.attributes["value"] { fill = Double(value) }
        if node.inputs.count > 2, let value = node.inputs[2] { fill = graph.values[value].data?.doubleValues.first ?? .nan }
        var mode = "constant"
        if case .string(let text)? = node.attributes["mode"] { mode = text }
        isZeroFill = mode == "constant" && fill == 0
    }
}
