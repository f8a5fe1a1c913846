import OperatorGraph
import Programs

extension VectorShape {
    /// Every dimension may be cut.
    init(moving shape: [Int]) {
        splittable = shape.indices.filter { shape[$0] > 1 }
        follows = [:]
        work = shape.enumerated().map { ($0.element, $0.offset) }
    }
}

/// How a vector operator's result is cut: one dimension in blocks, and those that lie outside of it index by index.
struct VectorBlocks {
    /// Cut dimensions with their block sizes, outermost first.
    private(set) var cuts: [(dimension: Int, size: Int)] = []
    /// What one core's buffers take.
    private(set) var bytes = 0

    /// The largest blocks that fit the budget, double buffered; nothing is cut when everything lies on chip.
    init(
        operands: [VectorEmitter.Operand], output: TensorLocation, shape: VectorShape, cores: Int, zone: BufferZone?, name: String
    ) throws(LoweringError) {
        // Half of the zone leaves room to prefetch for the next operator; all of it is better than nothing.
        let whole = zone?.limit ?? 0
        for budget in [zone?.budget ?? 0, whole] {
            if try fit(operands, output, shape, cores, budget: budget) { return }
        }
        throw LoweringError(
            name, "its smallest block needs \(bytes) bytes of \(zone?.memory ?? "memory"), where \(whole) are free for tiles",
            suggestion: "give \(zone?.memory ?? "it") more capacity")
    }

    private mutating func fit(
        _ operands: [VectorEmitter.Operand], _ output: TensorLocation, _ shape: VectorShape, _ cores: Int, budget: Int
    ) throws(LoweringError) -> Bool {
        cuts = []
        // The dimension whose neighbours are farthest apart first: blocks are then long runs.
        let order = shape.splittable.sorted { (-output.strides[$0], $0) < (-output.strides[$1], $1) }
        func bytes(_ cuts: [(dimension: Int, size: Int)]) -> Int {
            let sizes = Dictionary(uniqueKeysWithValues: cuts.map { ($0.dimension, $0.size) })
            func block(_ location: TensorLocation, _ follows: [Int?], _ window: VectorShape.Window? = nil) -> Int {
                guard location.isDRAM else { return 0 }
                var count = 1
                for dimension in location.shape.indices {
                    var extent = follows[dimension].flatMap { sizes[$0] } ?? location.shape[dimension]
                    if let window, dimension == VectorShape.Window.dimension, let rows = sizes[dimension] {
                        extent = window.rows(.constant(rows)).constantValue ?? extent
                    }
                    count *= extent
                }
                return (location.element.bytes(for: count) + 63) / 64 * 64
            }
            let own: [Int?] = output.shape.indices.map { $0 }
            return 2 * (operands.reduce(0) { $0 + block($1.location, $1.follows, $1.window) } + block(output, own))
        }
        if cores > 1, let first = order.first {
            cuts = [(first, (output.shape[first] + cores - 1) / cores)]
        }
        var position = 0
        while bytes(cuts) > budget {
            guard position < order.count else {
                self.bytes = bytes(cuts)
                return false
            }
            let dimension = order[position]
            if cuts.count <= position { cuts.append((dimension, output.shape[dimension])) }
            while bytes(cuts) > budget, cuts[position].size > 1 { cuts[position].size = (cuts[position].size + 1) / 2 }
            position += 1
        }
        self.bytes = bytes(cuts)
        return true
    }
}

/// Writes the streams of one vector operator on one core: fetch blocks, compute, store blocks.
struct VectorEmitter {
    struct Operand {
        var location: TensorLocation
        /// Result dimension that each dimension follows.
        var follows: [Int?]
        var window: VectorShape.Window?
        /// Reads as zeros everywhere: no memory is touched.
        var isZero = false
    }

    let operands: [Operand]
    let output: TensorLocation
    let shape: VectorShape
    let blocks: VectorBlocks
    let core: CoreUnits
    let function: Int
    let operatorIndex: Int
    /// Blocks of the outermost cut that this core does.
    private var mine = 0..<1

    init(
        operands: [Operand], output: TensorLocation, shape: VectorShape, blocks: VectorBlocks, core: CoreUnits, function: Int,
        operatorIndex: Int
    ) {
        self.operands = operands; self.output = output; self.shape = shape; self.blocks = blocks; self.core = core
        self.function = function; self.operatorIndex = operatorIndex
    }

    private func count(_ cut: (dimension: Int, size: Int)) -> Int { ceilingDivide(output.shape[cut.dimension], cut.size) }

    private func variable(_ position: Int, loops: Int) -> Expression {
        let index: Expression = loops == 1 ? 0 : .variable("t\(position)")
        return position == 0 ? index + .constant(mine.lowerBound) : index
    }

    mutating func emit(into lowerer: inout Lowerer) throws(LoweringError) {
        let cores = lowerer.active.count
        let place = core.core - lowerer.active[0].core
        guard let vector = core.vector?.name else {
            throw LoweringError(lowerer.builder.operators.last?.name ?? "", "core \(core.core) has no vector unit")
        }
        if let first = blocks.cuts.first {
            let all = count(first)
            let each = ceilingDivide(all, cores)
            mine = min(all, place * each)..<min(all, (place + 1) * each)
        } else {
            mine = place == 0 ? 0..<1 : 0..<0
        }
        guard !mine.isEmpty else { return }
        let loops = blocks.cuts.enumerated().map { $0.offset == 0 ? mine.count : count($0.element) }
        var starts: [Expression] = output.shape.map { _ in 0 }
        var extents: [Expression] = output.shape.map { .constant($0) }
        var most = output.shape
        var iteration: Expression = 0
        for (position, cut) in blocks.cuts.enumerated() {
            let index = variable(position, loops: loops[position])
            starts[cut.dimension] = index * cut.size
            let total = output.shape[cut.dimension]
            extents[cut.dimension] = total % cut.size == 0 ? .constant(cut.size) : .min(.constant(cut.size), .constant(total) - index * cut.size)
            most[cut.dimension] = cut.size
            let own: Expression = loops[position] == 1 ? 0 : .variable("t\(position)")
            iteration = iteration * loops[position] + own
        }
        let parity = iteration % 2
        func nest(_ body: [Statement]) -> [Statement] {
            var body = body
            for position in blocks.cuts.indices.reversed() where loops[position] > 1 {
                body = [.loop(variable: "t\(position)", bound: .constant(loops[position]), body: body)]
            }
            return body
        }
        var loads: [Statement] = []
        var before: [Statement] = []
        var acquires: [Statement] = []
        var releases: [Statement] = []
        var regions: [Command.Operand] = []
        for (position, operand) in operands.enumerated() {
            let location = operand.location
            if operand.isZero {
                regions.append(
                    .init("in\(position)", Region(
                        memory: core.leftMemory, base: 0, element: output.element, extents: extents, index: 0,
                        guards: [Condition(0, .less, 0)])))
                continue
            }
            let slide = blocks.cuts.contains { $0.dimension == VectorShape.Window.dimension } ? operand.window : nil
            var follows = operand.follows
            // Uncut, all rows are read, which are more or fewer than the result's.
            if operand.window != nil, slide == nil { follows[VectorShape.Window.dimension] = nil }
            var own = location.shape.indices.map { follows[$0].map { starts[$0] } ?? 0 }
            var size = location.shape.indices.map { dimension -> Expression in
                follows[dimension].map { extents[$0] } ?? .constant(location.shape[dimension])
            }
            var largest = location.shape.indices.map { follows[$0].map { most[$0] } ?? location.shape[$0] }
            // With a window, a block reads rows of padding too: its first row may lie before the tensor.
            let row = VectorShape.Window.dimension
            var guards: [Condition] = []
            var fetched = (start: own, extents: size)
            var skipped: Expression = 0
            if let slide {
                let first = own[row] * slide.stride - .constant(slide.padding)
                let count = slide.rows(size[row])
                let height = location.shape[row]
                largest[row] = slide.rows(.constant(largest[row])).constantValue ?? height
                own[row] = first
                size[row] = count
                guards = [Condition(first + .coordinate(row), .greaterOrEqual, 0), Condition(first + .coordinate(row), .less, .constant(height))]
                let start = Expression.max(0, first)
                fetched = (own, size)
                fetched.start[row] = start
                fetched.extents[row] = .max(0, .min(.constant(height), first + count) - start)
                skipped = start - first
            }
            func reading(_ region: Region) -> Region {
                var region = region
                region.guards = guards
                region.fill = slide?.fill ?? .zero
                return region
            }
            guard location.isDRAM else {
                lowerer.builder.touch(location.memory, location.range, isWrite: false, by: [vector])
                regions.append(.init("in\(position)", reading(location.region(starts: own, extents: size))))
                continue
            }
            let region = location.region(starts: fetched.start, extents: fetched.extents)
            guard let loader = core.loadLeft else {
                throw LoweringError(
                    lowerer.builder.operators.last?.name ?? "", "no dma engine brings data from \(core.dram.name) to \(core.leftMemory)",
                    suggestion: "add an engine of kind dma with reads: \(core.dram.description.name)")
            }
            lowerer.builder.touch(core.dram.name, location.range, isWrite: false, by: [loader])
            let moves = own.contains { $0.constantValue == nil }
            let slots = moves ? 2 : 1
            let bytes = (location.element.bytes(for: largest.reduce(1, *)) + 63) / 64 * 64
            let range = try lowerer.buffer(core.leftMemory, slots * bytes)
            lowerer.builder.touch(core.leftMemory, range, isWrite: true, by: [loader])
            let buffer = BlockBuffer(
                memory: core.leftMemory, address: range.lowerBound, slotBytes: bytes, element: location.element,
                strides: BlockBuffer.strides(extents: largest, like: location))
            let slot = moves ? parity : 0
            var filled = buffer.region(slot: slot, extents: fetched.extents)
            if slide != nil { filled.index = filled.index + skipped * buffer.strides[row] }
            regions.append(.init("in\(position)", reading(buffer.region(slot: slot, extents: size))))
            let copy = Statement.command(
                Command("copy", operatorIndex: operatorIndex, operands: [.init("from", region), .init("to", filled)]))
            let full = lowerer.builder.semaphore("in\(position).full", core: core.core, count: slots, initial: 0, .loaded)
            if moves {
                let free = lowerer.builder.semaphore("in\(position).free", core: core.core, count: 2, initial: 1, .free)
                loads += [
                    .acquire(SemaphoreReference(free, parity), count: 1), copy,
                    .release(SemaphoreReference(full, parity), count: 1, when: .finished),
                ]
                acquires.append(.acquire(SemaphoreReference(full, parity), count: 1))
                releases.append(.release(SemaphoreReference(free, parity), count: 1, when: .operandsRead))
            } else {
                lowerer.builder.emit(loader, [copy, .release(SemaphoreReference(full), count: 1, when: .finished)])
                before.append(.acquire(SemaphoreReference(full), count: 1))
            }
        }
        let elementCount = ElementCount(factors: shape.work.map { extent, follows in follows.map { extents[$0] } ?? .constant(extent) })
        if output.isDRAM {
            let store = try lowerer.storeOffChip(
                output, block: (starts, extents), most: most, parity: parity, on: core, from: vector, operatorIndex: operatorIndex)
            regions.append(.init("out0", store.local))
            acquires.append(store.acquire)
            releases.append(store.release)
            lowerer.builder.emit(store.unit, nest(store.statements))
        } else {
            lowerer.builder.touch(output.memory, output.range, isWrite: true, by: [vector])
            regions.append(.init("out0", output.region(starts: starts, extents: extents)))
        }
        if !loads.isEmpty, let loader = core.loadLeft { lowerer.builder.emit(loader, nest(loads)) }
        let command = Statement.command(
            Command(
                "apply", operatorIndex: operatorIndex, operands: regions,
                attributes: [.init("function", .constant(function))] + elementCount.attributes))
        lowerer.builder.emit(vector, before + nest(acquires + [command] + releases))
    }
}

/// Elements that a vector command works on, as its attributes: a product of two expressions is not affine, so that a
/// block with two partial extents says `elements` and, to multiply with it, `by`.
struct ElementCount {
    private(set) var attributes: [Command.Attribute]

    init(factors: [Expression]) {
        var constant = 1
        var varying: [Expression] = []
        for factor in factors {
            if let value = factor.constantValue { constant *= value } else { varying.append(factor) }
        }
        let first = varying.first.map { $0 * constant } ?? .constant(constant)
        attributes = [.init("elements", first)]
        guard varying.count > 1 else { return }
        attributes.append(.init("by", varying[1]))
        precondition(varying.count == 2, "blocks are cut along at most one partial dimension besides the first")
    }
}
