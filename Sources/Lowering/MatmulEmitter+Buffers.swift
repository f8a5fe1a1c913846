import Mapping
import Programs

/// Buffers of the operands, and the streams that fill them.
extension MatmulEmitter {
    /// The engine that brings the right operand: from flash, where that holds it.
    var rightLoader: String? { product.right.location.memory == core.weights?.name ? core.loadWeights : core.loadRight }

    func buffers(
        _ name: String, stay: MatmulMapping.Stay, dependsOnOuter: Bool, spansDepth: Bool = false, memory: String, slotBytes: Int,
        unit: String?, from source: String, into lowerer: inout Lowerer
    ) throws(LoweringError) -> Buffers {
        guard let unit else {
            throw LoweringError(
                lowerer.builder.operators.last?.name ?? "", "no dma engine brings data from \(source) to \(memory)",
                suggestion: "add an engine of kind dma with reads: \(source) and writes: \(memory)")
        }
        let rounded = (slotBytes + 63) / 64 * 64
        let parts = spansDepth ? 1 : tilesK
        let part = spansDepth ? 0 : kTile
        let count = dependsOnOuter
            ? (stay == .streamed ? 2 : min(2, outerCount) * parts) : (stay == .streamed ? 2 : innerCount * parts)
        let range = try lowerer.buffer(memory, rounded * count)
        let readers = core.arrays.count
        let full = lowerer.builder.semaphore("\(name).full", core: core.core, count: count * readers, initial: 0, .loaded)
        let free = lowerer.builder.semaphore("\(name).free", core: core.core, count: count, initial: readers, .free)
        lowerer.builder.touch(memory, range, isWrite: true, by: [unit])
        let slot: Expression
        var fills: [Condition] = []
        var frees: [Condition] = []
        var isKept = false
        if stay == .streamed {
            slot = (iteration * tilesK + kTile) % 2
        } else if dependsOnOuter {
            slot = ((bIndex * outerCount + outer) % min(2, outerCount)) * parts + part
            fills = [Condition(inner, .equal, 0)]
            frees = [Condition(inner, .equal, .constant(innerCount - 1))]
        } else {
            slot = inner * parts + part
            fills = [Condition(outer, .equal, 0)]
            frees = [Condition(outer, .equal, .constant(outerCount - 1))]
            isKept = problem.batch == 1
        }
        if spansDepth {
            fills.append(Condition(kTile, .equal, 0))
            frees.append(Condition(kTile, .equal, .constant(tilesK - 1)))
        }
        return Buffers(
            full: full, free: free, address: range.lowerBound, slotBytes: rounded, slot: slot, fills: fills, frees: frees,
            isKept: isKept, unit: unit)
    }

    func load(_ buffers: Buffers, _ commands: [Statement]) -> [Statement] {
        let acquire: [Statement] = buffers.isKept ? [] : [.acquire(SemaphoreReference(buffers.free, buffers.slot), count: core.arrays.count)]
        return when(
            buffers.fills,
            acquire + commands
                + core.arrays.indices.map { .release(SemaphoreReference(buffers.full, ofArray($0, buffers.slot)), count: 1, when: .finished) })
    }

    func emitLoads(into lowerer: inout Lowerer, left: Buffers?, right: Buffers?, tail: Tail) {
        // One engine may serve several purposes: its stream interleaves them in the order in which they are used.
        for unit in Set([left?.unit, right?.unit, tail.loadUnit].compactMap { $0 }).sorted() {
            var perDepth: [Statement] = []
            if let left, left.unit == unit { perDepth += load(left, [.command(leftLoad(left))]) }
            if let right, right.unit == unit { perDepth += load(right, hasTiledWeights ? tiledRightLoads(right) : [.command(rightLoad(right))]) }
            var perTile = perDepth.isEmpty ? [] : loop("k", tilesK, perDepth)
            var before: [Statement] = []
            if tail.loadUnit == unit {
                before = tail.wholeLoads
                perTile += tail.tileLoads
            }
            lowerer.builder.emit(unit, before + (perTile.isEmpty ? [] : nest(perTile)))
        }
    }
}
