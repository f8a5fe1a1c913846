import Architecture
import Mapping

/// The rates of the arrays that work on one product, as plain numbers: asked for every tile of every mapping.
struct ArrayModel {
    let rows: Int
    let columns: Int
    let arrays: Int
    let dataflow: Dataflow
    let isOverlapped: Bool
    let shiftsResults: Bool
    let leftBits: Int
    let rightBits: Int
    let sumBits: Int
    let leftWidth: Int
    let rightWidth: Int
    let sumWidth: Int
    /// Cycles of the machine in one of the array, and those of its memories, in cycles of the array.
    let period: Double
    let latency: Int

    init(_ problem: MatmulProblem, _ resources: MatmulResources, _ timing: ProductTiming) {
        (rows, columns, arrays) = (resources.rows, resources.columns, resources.arrays)
        dataflow = resources.dataflow
        isOverlapped = resources.preload == .overlapped
        shiftsResults = timing.shiftsResults
        (leftBits, rightBits, sumBits) = (problem.leftBits, problem.rightBits, problem.sumBits)
        (leftWidth, rightWidth, sumWidth) = (timing.leftWidth, timing.rightWidth, timing.sumWidth)
        (period, latency) = (timing.arrayPeriod, timing.arrayLatency)
    }

    /// Cycles that it takes for the sums of the last vector to come out.
    var fill: Int { rows + columns - 2 }
}

/// The folds of one tile on the array that has most of it, in cycles of the array.
struct ArrayWork {
    /// Until the first vector may enter, from vector to vector of consecutive folds, and from the first vector of a fold to its last.
    var load: Int
    var period: Int
    var span: Int
    var folds: Int

    init(rows: Int, columns: Int, depth: Int, tileM: Int, _ split: MatmulMapping.Split, _ array: ArrayModel) {
        let (r, c, arrays) = (array.rows, array.columns, array.arrays)
        let share = split == .rows && arrays > 1 ? min(rows, Self.ceiling(tileM, arrays)) : rows
        var columnFolds = Self.ceiling(columns, c)
        if split == .columns, arrays > 1 { columnFolds = Self.ceiling(columnFolds, arrays) }
        let depthFolds = Self.ceiling(depth, r)
        let (usedRows, usedColumns) = (min(r, depth), min(c, columns))
        let vectors: Int, interval: Int
        switch array.dataflow {
        case .weightStationary:
            vectors = share
            interval = max(Self.cycles(usedRows, array.leftBits, array.leftWidth), Self.cycles(usedColumns, array.sumBits, array.sumWidth))
            load = r * Self.cycles(usedColumns, array.rightBits, array.rightWidth)
            folds = columnFolds * depthFolds
        case .inputStationary:
            vectors = columns
            interval = max(Self.cycles(usedRows, array.rightBits, array.rightWidth), Self.cycles(min(c, share), array.sumBits, array.sumWidth))
            load = r * Self.cycles(min(c, share), array.leftBits, array.leftWidth)
            folds = Self.ceiling(share, c) * depthFolds
        case .outputStationary:
            vectors = depth
            interval = max(Self.cycles(min(r, share), array.leftBits, array.leftWidth), Self.cycles(usedColumns, array.rightBits, array.rightWidth))
            load = 0
            folds = Self.ceiling(share, r) * columnFolds
        }
        span = (vectors - 1) * interval
        switch (array.dataflow, array.isOverlapped) {
        case (.outputStationary, true): period = max(span + 1, r)
        case (.outputStationary, false): period = span + 1 + array.fill + (array.shiftsResults ? r : 0)
        case (_, true): period = max(load, span + 1)
        case (_, false): period = load + span + 1 + array.fill
        }
    }

    /// Cycles that the tile keeps the array from the next one, at least, where no tile loads faster than in `load` cycles.
    @inline(__always)
    func least(on array: ArrayModel, load: Int) -> Int {
        guard array.isOverlapped else { return folds * period }
        // Behind an output-stationary tile the next one begins at once; else it is loaded meanwhile.
        return (folds - 1) * period + (array.dataflow == .outputStationary ? span + 1 : max(load, span + 1))
    }

    @inline(__always)
    private static func ceiling(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }

    /// In which a vector of elements comes out of a memory.
    @inline(__always)
    private static func cycles(_ elements: Int, _ bits: Int, _ width: Int) -> Int { width == .max ? 1 : max(1, ceiling((elements * bits + 7) / 8, width)) }
}
