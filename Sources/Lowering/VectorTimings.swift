import Architecture
import Mapping
import Programs

extension VectorBlocks {
    /// Blocks of the core that has most of them.
    func most(of shape: [Int], cores: Int) -> Int {
        cuts.enumerated().reduce(1) { blocks, cut in
            let count = ceilingDivide(shape[cut.element.dimension], cut.element.size)
            return blocks * (cut.offset == 0 ? ceilingDivide(count, cores) : count)
        }
    }

    /// Elements along a dimension in one block.
    func extent(_ dimension: Int, of shape: [Int]) -> Int { cuts.first { $0.dimension == dimension }?.size ?? shape[dimension] }
}

extension Lowerer {
    /// The work of the first of the cores that run the current operator, as far as a model of times has to know it.
    func work(
        _ operands: [VectorEmitter.Operand], _ output: TensorLocation, _ shape: VectorShape, _ blocks: VectorBlocks, function: Int
    ) -> VectorWork? {
        guard let core = active.first, let vector = core.vector, case .vector(let unit) = vector.description.kind, case .dram(let dram) = core.dram.description.kind
        else { return nil }
        let clock = Double(architecture.clock.period.femtoseconds)
        let period = Double(vector.periodFemtoseconds) / clock
        let price = price(builder.functions[function].steps, on: unit)
        let elements = shape.work.reduce(1) { count, part in count * (part.follows.map { blocks.extent($0, of: output.shape) } ?? part.extent) }
        var work = VectorWork(
            operatorIndex: builder.current, blocks: blocks.most(of: output.shape, cores: active.count),
            blockCycles: Double(ceilingDivide(elements, max(1, unit.lanes)) * max(1, price.intervals)) * period, vectorLatency: Double(price.latency) * period,
            bytesPerCycle: core.bytesPerCycle * (dram.model == .banks ? memorySpeed?.availability ?? 1 : 1),
            memoryLatency: Double(dram.latency.femtoseconds + (dram.model == .banks ? memorySpeed?.deviceLatency ?? 0 : 0)) / clock)
        func stream(_ name: String?) -> VectorWork.Stream? {
            guard let name, let unit = instances.unit(named: name), let engine = engine(name) else { return nil }
            return VectorWork.Stream(
                ProductTiming.Transfer(
                    engine: name, width: engine.width.count, request: engine.request.count, outstanding: engine.outstanding, startup: engine.startup,
                    period: Double(unit.periodFemtoseconds) / clock, latency: 0))
        }
        for operand in operands where operand.location.isDRAM && !operand.isZero {
            var moves = false
            let dimensions = operand.location.shape.indices.map { dimension -> (extent: Int, stride: Int) in
                var extent = operand.location.shape[dimension]
                if let follows = operand.follows[dimension], blocks.cuts.contains(where: { $0.dimension == follows }) {
                    moves = true
                    extent = min(extent, blocks.extent(follows, of: output.shape))
                    if let window = operand.window, dimension == VectorShape.Window.dimension {
                        extent = min(operand.location.shape[dimension], window.rows(.constant(extent)).constantValue ?? extent)
                    }
                }
                return (extent, operand.location.strides[dimension])
            }
            let path = moves ? \VectorWork.load : \VectorWork.once
            if work[keyPath: path] == nil { work[keyPath: path] = stream(core.loadLeft) }
            work[keyPath: path]?.add(dimensions, bits: operand.location.element.bits)
        }
        if output.isDRAM {
            work.store = stream(core.store)
            work.store?.add(output.shape.indices.map { (blocks.extent($0, of: output.shape), output.strides[$0]) }, bits: output.element.bits)
        }
        return work
    }
}
