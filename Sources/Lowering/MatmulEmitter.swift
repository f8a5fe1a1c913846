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

    /// The engine that brings the right operand: from flash, where that holds it.
    private var rightLoader: String? { product.right.location.memory == core.weights?.name ? core.loadWeights : core.loadRight }

    private func buffers(
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

    // MARK: Fetching

    private var leftSpansDepth: Bool { mapping.leftSpansDepth(problem) }

    /// Columns of a left buffer, and where the tile's begin in it.
    private var leftColumns: (count: Int, first: Expression) { leftSpansDepth ? (problem.k, firstDepth) : (mapping.tileK, 0) }

    private var leftSlotBytes: Int { mapping.leftSlotBytes(problem) }

    /// Channels in one tile of k.
    var channelsInTile: Int { max(1, mapping.tileK / product.kernelArea) }

    private func leftLoad(_ buffers: Buffers) -> Command {
        switch product.left {
        case .matrix(let access):
            let columns = leftSpansDepth ? .constant(problem.k) : depth
            let source = access.region(b: b, row: firstRow, rows: rows, column: leftSpansDepth ? 0 : firstDepth, columns: columns)
            let byRows = access.columnStride <= access.rowStride || access.columnStride == 1
            let destination = Region(
                memory: core.leftMemory, base: buffers.base(), element: access.location.element, extents: [rows, columns],
                strides: byRows ? [leftColumns.count, 1] : [1, mapping.tileM])
            return Command("copy", operatorIndex: operatorIndex, operands: [.init("from", source), .init("to", destination)])
        case .convolution(let access):
            let channels = extent(kTile, channelsInTile, access.channels)
            let (source, skipped, blockRows) = access.block(
                b: b, outputRow: firstRow / product.rowUnit, outputRows: rows / product.rowUnit,
                channel: kTile * channelsInTile, channelCount: channels)
            let destination = access.blockDestination(
                memory: core.leftMemory, base: buffers.base(), skipped: skipped, rows: blockRows, channelCount: channels,
                channelsInTile: channelsInTile)
            return Command("copy", operatorIndex: operatorIndex, operands: [.init("from", source), .init("to", destination)])
        }
    }

    private func leftTile(row: Expression, rows: Expression, column: Expression, columns: Expression, _ buffers: Buffers?) -> Region {
        switch product.left {
        case .matrix(let access):
            guard let buffers else {
                return access.region(b: b, row: firstRow + row, rows: rows, column: firstDepth + column, columns: columns)
            }
            let byRows = access.columnStride <= access.rowStride || access.columnStride == 1
            let strides = byRows ? [leftColumns.count, 1] : [1, mapping.tileM]
            return Region(
                memory: core.leftMemory, base: buffers.base(), element: access.location.element, extents: [rows, columns],
                strides: strides, offset: row * strides[0] + (leftColumns.first + column) * strides[1])
        case .convolution(let access):
            guard let buffers else {
                return access.region(b: b, row: firstRow + row, rows: rows, column: firstDepth + column, columns: columns)
            }
            return access.bufferRegion(
                memory: core.leftMemory, base: buffers.base(), firstRow: firstRow, row: row, rows: rows, column: column,
                columns: columns, channelsInTile: channelsInTile)
        }
    }

    /// With the left operand cut by channels, a tile of k is a block of channels at every kernel position.
    private var cutsChannels: Bool { problem.kUnit > 1 && tilesK > 1 }

    private func rightLoad(_ buffers: Buffers) -> Command {
        let element = product.right.location.element
        let operands: [Command.Operand]
        if cutsChannels {
            let access = product.right
            let area = product.kernelArea
            let all = problem.k / area
            let offset = access.batchOffset(b) + kTile * (channelsInTile * access.rowStride) + firstColumn * access.columnStride
            let extents: [Expression] = [.constant(area), .constant(channelsInTile), columns]
            let source = Region(
                memory: access.location.memory, base: .constant(access.location.address), element: element, extents: extents,
                strides: [all * access.rowStride, access.rowStride, access.columnStride], offset: offset)
            let destination = Region(
                memory: core.rightMemory, base: buffers.base(), element: element, extents: extents,
                strides: [channelsInTile * mapping.tileN, mapping.tileN, 1])
            operands = [.init("from", source), .init("to", destination)]
        } else {
            let source = product.right.region(b: b, row: firstDepth, rows: depth, column: firstColumn, columns: columns)
            let destination = Region(
                memory: core.rightMemory, base: buffers.base(), element: element, extents: [depth, columns], strides: rightStrides)
            operands = [.init("from", source), .init("to", destination)]
        }
        return Command("copy", operatorIndex: operatorIndex, operands: operands)
    }

    private var rightStrides: [Int] {
        !cutsChannels && !hasTiledWeights && product.right.rowStride == 1 && product.right.columnStride != 1 ? [1, mapping.tileK] : [mapping.tileN, 1]
    }

    private func rightTile(row: Expression, rows: Expression, column: Expression, columns: Expression, _ buffers: Buffers?) -> Region {
        guard let buffers else {
            guard cutsChannels else {
                return product.right.region(b: b, row: firstDepth + row, rows: rows, column: firstColumn + column, columns: columns)
            }
            // Rows of the tile are kernel positions × its channels; those of the operand lie all channels apart.
            let access = product.right
            let k = row + .coordinate(0)
            let channel = k % channelsInTile + kTile * channelsInTile
            let place = (k / channelsInTile) * (problem.k / product.kernelArea) + channel
            let index = access.batchOffset(b) + place * access.rowStride + (firstColumn + column + .coordinate(1)) * access.columnStride
            return Region(
                memory: access.location.memory, base: .constant(access.location.address), element: access.location.element,
                extents: [rows, columns], index: index)
        }
        return Region(
            memory: core.rightMemory, base: buffers.base(), element: product.right.location.element, extents: [rows, columns],
            strides: rightStrides, offset: row * rightStrides[0] + column * rightStrides[1])
    }

    private func load(_ buffers: Buffers, _ commands: [Statement]) -> [Statement] {
        let acquire: [Statement] = buffers.isKept ? [] : [.acquire(SemaphoreReference(buffers.free, buffers.slot), count: core.arrays.count)]
        return when(
            buffers.fills,
            acquire + commands
                + core.arrays.indices.map { .release(SemaphoreReference(buffers.full, ofArray($0, buffers.slot)), count: 1, when: .finished) })
    }

    /// The index of one array's own semaphore for a buffer. What several arrays wait for is given to each of them: from a
    /// common count, one that runs ahead would take what belongs to another.
    func ofArray(_ unit: Int, _ slot: Expression) -> Expression { slot * core.arrays.count + .constant(unit) }

    private func emitLoads(into lowerer: inout Lowerer, left: Buffers?, right: Buffers?, tail: Tail) {
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

    // MARK: Multiplying

    private func arrayBody(
        _ unit: Int, of count: Int, left: Buffers?, right: Buffers?, sums: Int, sumBytes: Int, full: String, free: String
    ) -> [Statement] {
        let parity = iteration % 2
        var body: [Statement] = []
        for buffers in [left, right].compactMap({ $0 }) {
            body += when(buffers.fills, [.acquire(SemaphoreReference(buffers.full, ofArray(unit, buffers.slot)), count: 1)])
        }
        body += when([Condition(kTile, .equal, 0)], [.acquire(SemaphoreReference(free, ofArray(unit, parity)), count: 1)])
        body += multiplications(unit, of: count, left, right, sums: .constant(sums) + parity * sumBytes)
        for buffers in [left, right].compactMap({ $0 }) where !buffers.isKept {
            body += when(buffers.frees, [.release(SemaphoreReference(buffers.free, buffers.slot), count: 1, when: .operandsRead)])
        }
        body += when(
            [Condition(kTile, .equal, .constant(tilesK - 1))], [.release(SemaphoreReference(full, parity), count: 1, when: .finished)])
        return loop("k", tilesK, body)
    }

    /// The folds of a tile on one of the arrays that share it.
    private func multiplications(_ unit: Int, of count: Int, _ left: Buffers?, _ right: Buffers?, sums: Expression) -> [Statement] {
        let (r, c) = (array.rows, array.columns)
        var myRow: Expression = 0
        var myRows = rows
        var mostRows = mapping.tileM
        if count > 1, mapping.split == .rows {
            mostRows = ceilingDivide(mapping.tileM, count)
            myRow = .constant(unit * mostRows)
            myRows = .min(.constant(mostRows), rows - myRow)
        }
        let columnStep = count > 1 && mapping.split == .columns ? count : 1
        let columnFirst = columnStep > 1 ? unit : 0
        let isOutput = array.dataflow == .outputStationary
        let isInput = array.dataflow == .inputStationary
        // Folds: sizes along m, k and n that the array takes at once; 0 for all of it.
        let foldM = isOutput ? r : isInput ? c : 0
        let foldK = isOutput ? 0 : r
        let foldN = isInput ? 0 : c
        func folds(_ most: Int, _ size: Int) -> Int { size == 0 ? 1 : ceilingDivide(most, size) }
        let countM = folds(mostRows, foldM)
        let countK = folds(mapping.tileK, foldK)
        let countN = folds(mapping.tileN, foldN)
        let i = countM == 1 ? Expression.constant(0) : .variable("i")
        let l = countK == 1 ? Expression.constant(0) : .variable("l")
        let jIndex = countN == 1 ? Expression.constant(0) : .variable("j")
        let j = jIndex * columnStep + .constant(columnFirst)
        func part(_ fold: Expression, _ size: Int, _ all: Expression) -> Expression {
            if size == 0 { return all }
            if let constant = all.constantValue, constant <= size { return all }
            return .min(.constant(size), all - fold * size)
        }
        let mExtent = part(i, foldM, myRows)
        let kExtent = part(l, foldK, depth)
        let nExtent = columnStep == 1 ? part(j, foldN, columns) : .min(.constant(foldN), columns - j * foldN)
        let row = myRow + i * foldM
        let column = j * foldN
        let sumRegion = Region(
            memory: core.sumMemory, base: sums, element: array.accumulator, extents: [mExtent, nExtent],
            strides: [mapping.tileN, 1], offset: row * mapping.tileN + column)
        let fold = kTile * countK + l
        var attributes: [Command.Attribute] = [.init("accumulate", .min(1, fold))]
        if product.leftZero != 0 { attributes.append(.init("leftZero", .constant(product.leftZero))) }
        if product.rightZero != 0 { attributes.append(.init("rightZero", .constant(product.rightZero))) }
        let command = Statement.command(
            Command(
                "matmul", operatorIndex: operatorIndex,
                operands: [
                    .init("left", leftTile(row: row, rows: mExtent, column: l * foldK, columns: kExtent, left)),
                    .init("right", rightTile(row: l * foldK, rows: kExtent, column: column, columns: nExtent, right)),
                    .init("out", sumRegion),
                ], attributes: attributes))
        func bounded(_ name: String, _ count: Int, _ size: Int, _ all: Expression, _ body: [Statement], step: Int = 1, first: Int = 0, mayBeEmpty: Bool = false) -> [Statement] {
            let total: Expression = size == 0 ? 1 : (all + .constant(size - 1)) / size
            let bound = step == 1 ? total : (total + .constant(step - 1 - first)) / step
            // The last array's share of the rows of a partial tile may be empty.
            if count == 1 && step == 1 { return mayBeEmpty ? when([Condition(all, .greater, 0)], body) : body }
            if count == 1 { return when([Condition(total, .greater, .constant(first))], body) }
            return [.loop(variable: name, bound: bound, body: body)]
        }
        let depthLoop = bounded("l", countK, foldK, depth, [command])
        let rowLoop = bounded("i", countM, foldM, myRows, depthLoop, mayBeEmpty: count > 1 && mapping.split == .rows)
        return bounded("j", countN, foldN, columns, rowLoop, step: columnStep, first: columnFirst)
    }
}
