import Programs

/// The way of a result off chip, block by block: the vector unit fills one of two buffers while the store engine empties
/// the other.
struct ResultStore {
    /// The engine, and what it does for each block.
    var unit: String
    var statements: [Statement]
    /// Where the vector unit puts a block, and what it waits for before and gives after.
    var local: Region
    var acquire: Statement
    var release: Statement
}

extension Lowerer {
    /// - Parameters:
    ///   - block: first index and extent of each of the result's dimensions in one block.
    ///   - most: largest extents of a block.
    ///   - parity: which of the two buffers a block uses.
    mutating func storeOffChip(
        _ result: TensorLocation, block: (starts: [Expression], extents: [Expression]), most: [Int], parity: Expression, on core: CoreUnits,
        from vector: String, operatorIndex: Int
    ) throws(LoweringError) -> ResultStore {
        guard let store = core.store else {
            throw LoweringError(
                builder.operators.last?.name ?? "", "no dma engine takes results from \(core.leftMemory) to \(core.dram.name)",
                suggestion: "add an engine of kind dma with writes: \(core.dram.description.name)")
        }
        let bytes = (result.element.bytes(for: most.reduce(1, *)) + 63) / 64 * 64
        let range = try buffer(core.leftMemory, 2 * bytes)
        builder.touch(core.leftMemory, range, isWrite: true, by: [vector])
        builder.touch(core.dram.name, result.range, isWrite: true, by: [store])
        let buffers = BlockBuffer(
            memory: core.leftMemory, address: range.lowerBound, slotBytes: bytes, element: result.element,
            strides: BlockBuffer.strides(extents: most, like: result))
        let full = SemaphoreReference(builder.semaphore("out.full", core: core.core, count: 2, initial: 0, .computed), parity)
        let free = SemaphoreReference(builder.semaphore("out.free", core: core.core, count: 2, initial: 1, .free), parity)
        let local = buffers.region(slot: parity, extents: block.extents)
        let copy = Command(
            "copy", operatorIndex: operatorIndex,
            operands: [.init("from", local), .init("to", result.region(starts: block.starts, extents: block.extents))])
        return ResultStore(
            unit: store,
            statements: [.acquire(full, count: 1), .command(copy), .release(free, count: 1, when: .finished)],
            local: local, acquire: .acquire(free, count: 1), release: .release(full, count: 1, when: .finished))
    }
}
