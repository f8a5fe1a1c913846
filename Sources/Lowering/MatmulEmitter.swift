import Architecture
import Mapping
import NumberFormats
import Programs

/// Writes the streams of one product on one core: fetch left and right tiles, multiply, finish the sums, store.
///
/// The loops are batch, outer, inner, k in every stream; which of m and n is outer, and what is fetched when, is the mapping's.
struct MatmulEmitter {
    let product: MatmulProduct
    let share: ProductShare
    let problem: MatmulProblem
    let mapping: MatmulMapping
    let core: CoreUnits
    let array: SystolicArray
    let output: TensorLocation
    let function: Int
    let operatorIndex: Int
    /// The right operand lies in DRAM tile after tile.
    let hasTiledWeights: Bool
    /// Cores whose tiles of it take turns.
    let weightReaders: Int

    var tilesM: Int { mapping.tilesM(of: problem) }
    var tilesN: Int { mapping.tilesN(of: problem) }
    var tilesK: Int { mapping.tilesK(of: problem) }
    var rowsOuter: Bool { mapping.order == .rowsOuter }

    // Loop indices, constant 0 where the loop has one iteration.
    func index(_ name: String, _ count: Int) -> Expression { count == 1 ? 0 : .variable(name) }
    var b: Expression { index("b", problem.batch) + .constant(share.batch.lowerBound) }
    var bIndex: Expression { index("b", problem.batch) }
    var mTile: Expression { index("m", tilesM) }
    var nTile: Expression { index("n", tilesN) }
    var kTile: Expression { index("k", tilesK) }
    var outer: Expression { rowsOuter ? mTile : nTile }
    var inner: Expression { rowsOuter ? nTile : mTile }
    var outerCount: Int { rowsOuter ? tilesM : tilesN }
    var innerCount: Int { rowsOuter ? tilesN : tilesM }

    func extent(_ tile: Expression, _ size: Int, _ total: Int) -> Expression {
        total % size == 0 ? .constant(size) : .min(.constant(size), .constant(total) - tile * size)
    }
    var rows: Expression { extent(mTile, mapping.tileM, problem.m) }
    var columns: Expression { extent(nTile, mapping.tileN, problem.n) }
    var depth: Expression { extent(kTile, mapping.tileK, problem.k) }
    var firstRow: Expression { mTile * mapping.tileM + .constant(share.m.lowerBound) }
    var firstColumn: Expression { nTile * mapping.tileN + .constant(share.n.lowerBound) }
    var firstDepth: Expression { kTile * mapping.tileK }

    /// Number of the (batch, outer, inner) iteration.
    var iteration: Expression { (bIndex * outerCount + outer) * innerCount + inner }

    func loop(_ name: String, _ count: Int, _ body: [Statement]) -> [Statement] {
        count == 1 ? body : [.loop(variable: name, bound: .constant(count), body: body)]
    }
    func nest(_ perTile: [Statement]) -> [Statement] {
        loop("b", problem.batch, loop(rowsOuter ? "m" : "n", outerCount, loop(rowsOuter ? "n" : "m", innerCount, perTile)))
    }
    func when(_ conditions: [Condition], _ body: [Statement]) -> [Statement] {
        let open = conditions.filter { $0.left.constantValue == nil || $0.right.constantValue == nil }
        if conditions.contains(where: { condition in
            if let a = condition.left.constantValue, let b = condition.right.constantValue { return !condition.relation.holds(a, b) }
            return false
        }) { return [] }
        return open.isEmpty ? body : [.when(open, body: body)]
    }

    /// Buffers of one operand, and when they are filled and given back.
    struct Buffers {
        var full: String
        var free: String
        var address: Int
        var slotBytes: Int
        var slot: Expression
        /// Conditions under which this iteration fills the slot, and under which it is its last reader.
        var fills: [Condition]
        var frees: [Condition]
        /// Slots are never given back within the operator.
        var isKept: Bool
        var unit: String

        func base() -> Expression { .constant(address) + slot * slotBytes }
    }

    mutating func emit(into lowerer: inout Lowerer, operands: [EpilogueOperand]) throws(LoweringError) {
        let arrays = core.arrays.map(\.name)
        let vector = core.vector?.name ?? ""
        var leftBuffers: Buffers?
        var rightBuffers: Buffers?
        if !problem.leftIsResident {
            leftBuffers = try buffers(
                "left", stay: mapping.left, dependsOnOuter: rowsOuter, spansDepth: leftSpansDepth, memory: core.leftMemory,
                slotBytes: leftSlotBytes, unit: core.loadLeft, from: core.dram.name, into: &lowerer)
            lowerer.builder.touch(core.dram.name, product.leftLocation.range, isWrite: false, by: [leftBuffers?.unit ?? ""])
        } else {
            lowerer.builder.touch(product.leftLocation.memory, product.leftLocation.range, isWrite: false, by: arrays)
        }
        if !problem.rightIsResident {
            rightBuffers = try buffers(
                "right", stay: mapping.right, dependsOnOuter: !rowsOuter, memory: core.rightMemory,
                slotBytes: problem.rightBytes(columns: mapping.tileN, depth: mapping.tileK), unit: rightLoader, from: product.right.location.memory, into: &lowerer)
            lowerer.builder.touch(product.right.location.memory, product.right.location.range, isWrite: false, by: [rightBuffers?.unit ?? ""])
        } else {
            lowerer.builder.touch(product.right.location.memory, product.right.location.range, isWrite: false, by: arrays)
        }
        // Sums: two tiles, so that one is finished while the next is computed.
        let sumBytes = (problem.sumBytes(rows: mapping.tileM, columns: mapping.tileN) + 63) / 64 * 64
        let sums = try lowerer.buffer(core.sumMemory, 2 * sumBytes)
        lowerer.builder.touch(core.sumMemory, sums, isWrite: true, by: arrays)
        let sumsFull = lowerer.builder.semaphore("sums.full", core: core.core, count: 2, initial: 0, .computed)
        let sumsFree = lowerer.builder.semaphore("sums.free", core: core.core, count: 2 * arrays.count, initial: 1, .free)

        let tail = try prepareTail(into: &lowerer, operands: operands, vector: vector)
        emitLoads(into: &lowerer, left: leftBuffers, right: rightBuffers, tail: tail)
        for unit in arrays.indices {
            let body = arrayBody(unit, of: arrays.count, left: leftBuffers, right: rightBuffers, sums: sums.lowerBound, sumBytes: sumBytes, full: sumsFull, free: sumsFree)
            lowerer.builder.emit(arrays[unit], nest(body))
        }
        emitTail(into: &lowerer, tail, vector: vector, sums: sums.lowerBound, sumBytes: sumBytes, sumsFull: sumsFull, sumsFree: sumsFree, arrays: arrays.count)
    }
}
