import Architecture
import Mapping

/// The folds of one tile on the array that has most of it, in cycles of the array.
struct ArrayWork {
    /// Until the first vector may enter, from vector to vector of consecutive folds, and from the first vector of a fold to its last.
    var load: Int
    var period: Int
    var span: Int
    var folds: Int

    init(rows: Int, columns: Int, depth: Int, _ mapping: MatmulMapping, _ problem: MatmulProblem, _ resources: MatmulResources, _ timing: ProductTiming) {
        let (r, c, arrays) = (resources.rows, resources.columns, resources.arrays)
        let share = mapping.split == .rows && arrays > 1 ? min(rows, Self.ceiling(mapping.tileM, arrays)) : rows
        var columnFolds = Self.ceiling(columns, c)
        if mapping.split == .columns, arrays > 1 { columnFolds = Self.ceiling(columnFolds, arrays) }
        let depthFolds = Self.ceiling(depth, r)
        let (usedRows, usedColumns) = (min(r, depth), min(c, columns))
        let vectors: Int, interval: Int
        switch resources.dataflow {
        case .weightStationary:
            vectors = share
            interval = max(
                Self.cycles(usedRows, problem.leftBits, timing.leftWidth), Self.cycles(usedColumns, problem.sumBits, timing.sumWidth))
            load = r * Self.cycles(usedColumns, problem.rightBits, timing.rightWidth)
            folds = columnFolds * depthFolds
        case .inputStationary:
            vectors = columns
            interval = max(
                Self.cycles(usedRows, problem.rightBits, timing.rightWidth), Self.cycles(min(c, share), problem.sumBits, timing.sumWidth))
            load = r * Self.cycles(min(c, share), problem.leftBits, timing.leftWidth)
            folds = Self.ceiling(share, c) * depthFolds
        case .outputStationary:
            vectors = depth
            interval = max(
                Self.cycles(min(r, share), problem.leftBits, timing.leftWidth), Self.cycles(usedColumns, problem.rightBits, timing.rightWidth))
            load = 0
            folds = Self.ceiling(share, r) * columnFolds
        }
        span = (vectors - 1) * interval
        let fill = r + c - 2
        switch (resources.dataflow, resources.preload) {
        case (.outputStationary, .overlapped): period = max(span + 1, r)
        case (.outputStationary, .exposed): period = span + 1 + fill + (timing.shiftsResults ? r : 0)
        case (_, .overlapped): period = max(load, span + 1)
        case (_, .exposed): period = load + span + 1 + fill
        }
    }

    @inline(__always)
    private static func ceiling(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }

    /// In which a vector of elements comes out of a memory.
    @inline(__always)
    private static func cycles(_ elements: Int, _ bits: Int, _ width: Int) -> Int { width == .max ? 1 : max(1, ceiling((elements * bits + 7) / 8, width)) }
}
