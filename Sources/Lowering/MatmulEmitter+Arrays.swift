import Architecture
import Mapping
import Programs

/// What an array multiplies of a tile, fold by fold.
extension MatmulEmitter {
    /// The index of one array's own semaphore for a buffer. What several arrays wait for is given to each of them: from a
    /// common count, one that runs ahead would take what belongs to another.
    func ofArray(_ unit: Int, _ slot: Expression) -> Expression { slot * core.arrays.count + .constant(unit) }

    func arrayBody(
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
    func multiplications(_ unit: Int, of count: Int, _ left: Buffers?, _ right: Buffers?, sums: Expression) -> [Statement] {
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
