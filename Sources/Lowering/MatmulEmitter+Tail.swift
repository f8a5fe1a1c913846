import NumberFormats
import Programs

/// What follows the sums of a tile: the epilogue's other operands, the vector unit's command, and the way off chip.
extension MatmulEmitter {
    struct Tail {
        /// The engine that fetches epilogue operands, and what it does before the loops and in each tile.
        var loadUnit: String?
        var wholeLoads: [Statement] = []
        var tileLoads: [Statement] = []
        /// What the vector unit waits for before the loops, and around its command in each tile.
        var vectorBefore: [Statement] = []
        var acquires: [Statement] = []
        var releases: [Statement] = []
        var operands: [Command.Operand] = []
        /// The command's result, and what the store engine does in each tile.
        var out: Command.Operand
        var storeUnit: String?
        var stores: [Statement] = []
    }

    private var block: (starts: [Expression], extents: [Expression]) {
        product.resultBlock(b: b, m: firstRow, rows: rows, n: firstColumn, columns: columns)
    }

    /// Largest extents of a tile along the result's dimensions.
    private var mostExtents: [Int] {
        product.resultAxes.enumerated().map { dimension, axis in
            switch axis {
            case .batch: 1
            case .rows(let unit): ceilingDivide(mapping.tileM, unit)
            case .withinRow: product.resultShape[dimension]
            case .columns: mapping.tileN
            }
        }
    }

    func prepareTail(
        into lowerer: inout Lowerer, operands: [EpilogueOperand], vector: String
    ) throws(LoweringError) -> Tail {
        let block = self.block
        let view = try resultView(lowerer)
        var tail = Tail(out: .init("out0", view.region(starts: block.starts, extents: block.extents)))
        let parity = iteration % 2
        for (position, operand) in operands.enumerated() {
            let location = operand.location
            let starts = operand.follows.map { $0.map { block.starts[$0] } ?? 0 }
            let extents = location.shape.indices.map { dimension -> Expression in
                operand.follows[dimension].map { block.extents[$0] } ?? .constant(location.shape[dimension])
            }
            let most = location.shape.indices.map { dimension in
                operand.follows[dimension].map { mostExtents[$0] } ?? location.shape[dimension]
            }
            let name = "in\(position + 1)"
            guard location.isDRAM else {
                lowerer.builder.touch(location.memory, location.range, isWrite: false, by: [vector])
                tail.operands.append(.init(name, location.region(starts: starts, extents: extents)))
                continue
            }
            guard let loader = core.loadLeft else {
                throw LoweringError(
                    lowerer.builder.operators.last?.name ?? "", "no dma engine brings data from \(core.dram.name) to \(core.leftMemory)",
                    suggestion: "add an engine of kind dma with reads: \(core.dram.description.name)")
            }
            tail.loadUnit = loader
            lowerer.builder.touch(core.dram.name, location.range, isWrite: false, by: [loader])
            let zeros = [Expression](repeating: 0, count: location.shape.count)
            if operand.isWhole {
                let bytes = location.element.bytes(for: location.count)
                let range = try lowerer.buffer(core.leftMemory, bytes)
                lowerer.builder.touch(core.leftMemory, range, isWrite: true, by: [loader])
                let strides = BlockBuffer.strides(extents: location.shape, like: location)
                let local = TensorLocation(
                    memory: core.leftMemory, isDRAM: false, address: range.lowerBound, bytes: bytes, element: location.element,
                    shape: location.shape, strides: strides)
                let full = lowerer.builder.semaphore("operand\(position).full", core: core.core, count: 1, initial: 0, .loaded)
                tail.wholeLoads += [
                    .command(
                        Command(
                            "copy", operatorIndex: operatorIndex,
                            operands: [
                                .init("from", location.region(starts: zeros, extents: location.shape.map { .constant($0) })),
                                .init("to", local.region),
                            ])),
                    .release(SemaphoreReference(full), count: 1, when: .finished),
                ]
                tail.vectorBefore.append(.acquire(SemaphoreReference(full), count: 1))
                tail.operands.append(.init(name, local.region(starts: starts, extents: extents)))
            } else {
                let bytes = (location.element.bytes(for: most.reduce(1, *)) + 63) / 64 * 64
                let range = try lowerer.buffer(core.leftMemory, 2 * bytes)
                lowerer.builder.touch(core.leftMemory, range, isWrite: true, by: [loader])
                let buffer = BlockBuffer(
                    memory: core.leftMemory, address: range.lowerBound, slotBytes: bytes, element: location.element,
                    strides: BlockBuffer.strides(extents: most, like: location))
                let full = lowerer.builder.semaphore("operand\(position).full", core: core.core, count: 2, initial: 0, .loaded)
                let free = lowerer.builder.semaphore("operand\(position).free", core: core.core, count: 2, initial: 1, .free)
                let local = buffer.region(slot: parity, extents: extents)
                tail.tileLoads += [
                    .acquire(SemaphoreReference(free, parity), count: 1),
                    .command(
                        Command(
                            "copy", operatorIndex: operatorIndex,
                            operands: [.init("from", location.region(starts: starts, extents: extents)), .init("to", local)])),
                    .release(SemaphoreReference(full, parity), count: 1, when: .finished),
                ]
                tail.acquires.append(.acquire(SemaphoreReference(full, parity), count: 1))
                tail.releases.append(.release(SemaphoreReference(free, parity), count: 1, when: .operandsRead))
                tail.operands.append(.init(name, local))
            }
        }
        guard output.isDRAM else {
            lowerer.builder.touch(output.memory, output.range, isWrite: true, by: [vector])
            return tail
        }
        let store = try lowerer.storeOffChip(
            view, block: block, most: mostExtents, parity: parity, on: core, from: vector, operatorIndex: operatorIndex)
        tail.out = .init("out0", store.local)
        tail.acquires.append(store.acquire)
        tail.releases.append(store.release)
        tail.storeUnit = store.unit
        tail.stores = store.statements
        return tail
    }

    /// The result with the dimensions that the product's axes speak of.
    private func resultView(_ lowerer: Lowerer) throws(LoweringError) -> TensorLocation {
        guard output.shape != product.resultShape else { return output }
        guard let view = output.reshaped(to: product.resultShape) else {
            throw LoweringError(lowerer.builder.operators.last?.name ?? "", "the result of shape \(output.shape) has no view as \(product.resultShape)")
        }
        return view
    }

    func emitTail(
        into lowerer: inout Lowerer, _ tail: Tail, vector: String, sums: Int, sumBytes: Int, sumsFull: String, sumsFree: String,
        arrays: Int
    ) {
        let parity = iteration % 2
        let block = self.block
        let region = Region(
            memory: core.sumMemory, base: .constant(sums) + parity * sumBytes, element: array.accumulator, extents: block.extents,
            index: product.sumIndex(tileColumns: mapping.tileN))
        var attributes: [Command.Attribute] = [.init("function", .constant(function))]
        attributes += ElementCount(factors: [rows, columns]).attributes
        let command = Command(
            "apply", operatorIndex: operatorIndex, operands: [.init("in0", region)] + tail.operands + [tail.out],
            attributes: attributes)
        var body: [Statement] = [.acquire(SemaphoreReference(sumsFull, parity), count: arrays)]
        body += tail.acquires
        body.append(.command(command))
        for unit in 0..<arrays { body.append(.release(SemaphoreReference(sumsFree, ofArray(unit, parity)), count: 1, when: .operandsRead)) }
        body += tail.releases
        lowerer.builder.emit(vector, tail.vectorBefore + nest(body))
        if let store = tail.storeUnit { lowerer.builder.emit(store, nest(tail.stores)) }
    }
}
