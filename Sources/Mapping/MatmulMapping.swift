import Architecture

/// A tiled matrix product to be mapped: batch × (m × k · k × n), and what surrounds it.
///
/// A convolution is one of these by implicit im2col: m output pixels, k = kernel height × width × input channels, n filters.
public struct MatmulProblem: Sendable, Hashable {
    public var batch: Int
    public var m: Int
    public var k: Int
    public var n: Int
    /// Bytes of one element of the left operand, the right operand, a sum and a result, times 8.
    public var leftBits: Int
    public var rightBits: Int
    public var sumBits: Int
    public var outBits: Int
    /// Operand lies on chip where the array reads it.
    public var leftIsResident: Bool
    public var rightIsResident: Bool
    /// Result stays on chip.
    public var outIsResident: Bool
    /// Further operands of the epilogue that are fetched tile by tile, in bits per result element.
    public var streamedEpilogueBits: Int
    /// Tiles of m are multiples of this (an output row of a convolution), except the last.
    public var rowUnit: Int
    /// Left elements that a tile of `r` row units needs for the whole of k: `r * leftPerUnit + leftHalo`.
    public var leftPerUnit: Int
    public var leftHalo: Int
    /// k may be tiled only in multiples of this, because the left tile is cut by channels.
    public var kUnit: Int
    /// How a left tile lies in its buffer.
    public var leftShape = LeftShape.matrix(rowsAreRuns: false, requestBytes: 0)
    /// Operands of the epilogue that are fetched tile by tile.
    public var streams: [EpilogueStream] = []
    /// Where everything lies off chip, for exact traffic; `nil` when nobody said.
    public var layout: ProductLayout?
    /// How fast the units are, for times; `nil` when nobody said.
    public var timing: ProductTiming?

    public init(
        batch: Int, m: Int, k: Int, n: Int, leftBits: Int, rightBits: Int, sumBits: Int, outBits: Int, leftIsResident: Bool,
        rightIsResident: Bool, outIsResident: Bool, streamedEpilogueBits: Int, rowUnit: Int, leftPerUnit: Int, leftHalo: Int,
        kUnit: Int
    ) {
        self.batch = batch; self.m = m; self.k = k; self.n = n
        self.leftBits = leftBits; self.rightBits = rightBits; self.sumBits = sumBits; self.outBits = outBits
        self.leftIsResident = leftIsResident; self.rightIsResident = rightIsResident; self.outIsResident = outIsResident
        self.streamedEpilogueBits = streamedEpilogueBits
        self.rowUnit = rowUnit; self.leftPerUnit = leftPerUnit; self.leftHalo = leftHalo; self.kUnit = kUnit
    }

    /// Left bytes of a tile of `rows` rows and `depth` of k.
    public func leftBytes(rows: Int, depth: Int) -> Int {
        let units = (rows + rowUnit - 1) / rowUnit
        let whole = units * leftPerUnit + leftHalo
        return (whole * leftBits + 7) / 8 * depth / Swift.max(1, k) + (depth < k ? 64 : 0)
    }
    public func rightBytes(columns: Int, depth: Int) -> Int { (columns * depth * rightBits + 7) / 8 }
    public func sumBytes(rows: Int, columns: Int) -> Int { rows * columns * sumBits / 8 }
    public func outBytes(rows: Int, columns: Int) -> Int { (rows * columns * outBits + 7) / 8 }
    public func epilogueBytes(rows: Int, columns: Int) -> Int { (rows * columns * streamedEpilogueBits + 7) / 8 }
}

/// What the units that work on a product together offer.
public struct MatmulResources: Sendable, Hashable {
    public var rows: Int
    public var columns: Int
    public var dataflow: Dataflow
    public var preload: Preload
    /// Arrays that share the memories.
    public var arrays: Int
    /// Bytes for left tiles and epilogue operands and results, for right tiles, for sums.
    public var leftBudget: Int
    public var rightBudget: Int
    public var sumBudget: Int
    /// Left and right tiles, or left tiles and sums, come out of the same memory.
    public var rightSharesLeft: Bool
    public var sumsShareLeft: Bool
    /// Bytes that off-chip memory delivers in a cycle.
    public var bytesPerCycle: Double

    public init(
        rows: Int, columns: Int, dataflow: Dataflow, preload: Preload, arrays: Int, leftBudget: Int, rightBudget: Int,
        sumBudget: Int, rightSharesLeft: Bool, sumsShareLeft: Bool, bytesPerCycle: Double
    ) {
        self.rows = rows; self.columns = columns; self.dataflow = dataflow; self.preload = preload; self.arrays = arrays
        self.leftBudget = leftBudget; self.rightBudget = rightBudget; self.sumBudget = sumBudget
        self.rightSharesLeft = rightSharesLeft; self.sumsShareLeft = sumsShareLeft; self.bytesPerCycle = bytesPerCycle
    }
}

/// How a product is tiled and ordered.
public struct MatmulMapping: Sendable, Hashable {
    public enum Order: String, Sendable, CaseIterable {
        /// Tiles of n outermost: for n, for m, for k.
        case columnsOuter = "n, m, k"
        /// Tiles of m outermost: for m, for n, for k.
        case rowsOuter = "m, n, k"
    }
    /// How long a tile of an operand stays.
    public enum Stay: String, Sendable, CaseIterable {
        /// Fetched each time it is needed, into one of two buffers.
        case streamed
        /// Fetched once for each index of the loop it depends on and kept while the other loop runs.
        case held
    }
    /// How several arrays share a tile.
    public enum Split: String, Sendable, CaseIterable { case columns, rows }

    public var tileM: Int
    public var tileN: Int
    public var tileK: Int
    public var order: Order
    public var left: Stay
    public var right: Stay
    public var split: Split

    public init(tileM: Int, tileN: Int, tileK: Int, order: Order, left: Stay, right: Stay, split: Split) {
        self.tileM = tileM; self.tileN = tileN; self.tileK = tileK; self.order = order
        self.left = left; self.right = right; self.split = split
    }

    public func tilesM(of problem: MatmulProblem) -> Int { (problem.m + tileM - 1) / tileM }
    public func tilesN(of problem: MatmulProblem) -> Int { (problem.n + tileN - 1) / tileN }
    public func tilesK(of problem: MatmulProblem) -> Int { (problem.k + tileK - 1) / tileK }

    /// Buffers of one left tile each, and of one right tile each.
    public func leftSlots(_ problem: MatmulProblem) -> Int {
        slots(left, dependsOnOuter: order == .rowsOuter, outer: tilesM(of: problem), inner: tilesM(of: problem), problem)
    }
    public func rightSlots(_ problem: MatmulProblem) -> Int {
        slots(right, dependsOnOuter: order == .columnsOuter, outer: tilesN(of: problem), inner: tilesN(of: problem), problem)
    }

    private func slots(_ stay: Stay, dependsOnOuter: Bool, outer: Int, inner: Int, _ problem: MatmulProblem) -> Int {
        switch stay {
        case .streamed: 2
        case .held: dependsOnOuter ? Swift.min(2, outer) * tilesK(of: problem) : inner * tilesK(of: problem)
        }
    }
}
