extension MatmulProblem {
    /// How a left tile lies in its buffer.
    public enum LeftShape: Sendable, Hashable {
        /// Rows of the matrix. Whole rows may come at once where each is one run, and shorter than a request of that many bytes.
        case matrix(rowsAreRuns: Bool, requestBytes: Int)
        /// Rows of an image, with those that the kernel needs besides: implicit im2col.
        case image(ImageRows)
    }

    /// The part of an image under a block of output rows.
    public struct ImageRows: Sendable, Hashable {
        /// Input rows from one output row to the next, and those that a block needs besides; negative where some are skipped.
        public var stride: Int
        public var halo: Int
        public var paddingTop: Int
        public var height: Int
        public var width: Int
        public var channels: Int
        /// Positions of the kernel.
        public var kernelArea: Int

        public init(stride: Int, halo: Int, paddingTop: Int, height: Int, width: Int, channels: Int, kernelArea: Int) {
            self.stride = stride; self.halo = halo; self.paddingTop = paddingTop; self.height = height; self.width = width
            self.channels = channels; self.kernelArea = kernelArea
        }

        /// Input rows that exist under output rows from `first` on.
        public func rows(from first: Int, count: Int) -> Range<Int> {
            let top = first * stride - paddingTop
            let start = max(0, top)
            return start..<max(start, min(height, top + count * stride + halo))
        }
    }

    /// An operand of the epilogue of which each tile needs a block.
    public struct EpilogueStream: Sendable, Hashable {
        public var bits: Int
        /// For each dimension along the rows: rows of the product in one index of it.
        public var rowUnits: [Int]
        /// Dimensions along the columns.
        public var columnDimensions: Int
        /// Elements along all others.
        public var constant: Int

        public init(bits: Int, rowUnits: [Int], columnDimensions: Int, constant: Int) {
            self.bits = bits; self.rowUnits = rowUnits; self.columnDimensions = columnDimensions; self.constant = constant
        }

        func bytes(rows: Int, columns: Int) -> Int {
            var count = constant
            for unit in rowUnits { count *= (rows + unit - 1) / unit }
            for _ in 0..<columnDimensions { count *= columns }
            return (count * bits + 7) / 8
        }
    }

    /// Channels in one tile of k of an image's product.
    public func channels(inTile tileK: Int, _ rows: ImageRows) -> Int { max(1, tileK / rows.kernelArea) }

    /// The least multiple in which a dimension may be cut; a tile that is the whole dimension is always possible.
    ///
    /// Rows are cut between rows of an image, k between channels; elements narrower than a byte between bytes.
    public func unit(of dimension: MatmulDimension) -> Int {
        func whole(_ bits: Int) -> Int { bits >= 8 ? 1 : (8 + bits - 1) / bits }
        switch dimension {
        case .m: return rowUnit
        case .n: return max(whole(rightBits), whole(outBits))
        case .k: return kUnit > 1 ? kUnit : max(whole(leftBits), whole(rightBits))
        }
    }

    /// Whether tiles of k have to divide it: blocks of channels do.
    public var dividesK: Bool { kUnit > 1 }

    public func extent(of dimension: MatmulDimension) -> Int {
        switch dimension {
        case .m: m
        case .n: n
        case .k: k
        }
    }
}

/// A dimension of a product m × k by k × n.
public enum MatmulDimension: String, Sendable, Hashable, CaseIterable { case m, n, k }

extension MatmulMapping {
    public subscript(_ dimension: MatmulDimension) -> Int {
        get {
            switch dimension {
            case .m: tileM
            case .n: tileN
            case .k: tileK
            }
        }
        set {
            switch dimension {
            case .m: tileM = newValue
            case .n: tileN = newValue
            case .k: tileK = newValue
            }
        }
    }

    /// The left operand comes in whole rows, because they are short: tiles of k would be requests of a few bytes each.
    ///
    /// Only where it stays for all columns anyway, so that it takes no more room; and where it is no larger than a tile of the
    /// right operand, so that the array starts hardly later.
    public func leftSpansDepth(_ problem: MatmulProblem) -> Bool {
        guard case .matrix(true, let requestBytes) = problem.leftShape, left == .held, tileK < problem.k else { return false }
        func bytes(_ count: Int) -> Int { (count * problem.leftBits + 7) / 8 }
        return bytes(tileK) < requestBytes && bytes(tileM * problem.k) <= problem.rightBytes(columns: tileN, depth: tileK)
    }

    /// Bytes of one left buffer.
    public func leftSlotBytes(_ problem: MatmulProblem) -> Int {
        switch problem.leftShape {
        case .matrix:
            let depth = leftSpansDepth(problem) ? problem.k : tileK
            return (tileM * depth * problem.leftBits + 7) / 8
        case .image(let rows):
            let count = max(1, (tileM + problem.rowUnit - 1) / problem.rowUnit * rows.stride + rows.halo) * rows.width
            return (count * problem.channels(inTile: tileK, rows) * problem.leftBits + 7) / 8
        }
    }
}

/// Bytes of buffers that a mapping takes in each memory, to the byte: those that lowering allocates.
public struct MatmulAllocation: Sendable, Hashable {
    /// Buffers come in multiples of this.
    public static let alignment = 64
    public var left: Int
    public var right: Int
    public var sums: Int
    public var epilogue: Int
    public var out: Int

    public init(_ mapping: MatmulMapping, _ problem: MatmulProblem) {
        @inline(__always) func aligned(_ bytes: Int) -> Int { (bytes + 63) & ~63 }
        left = 0
        if !problem.leftIsResident {
            var slots = mapping.leftSlots(problem)
            if mapping.leftSpansDepth(problem) { slots /= mapping.tilesK(of: problem) }
            left = slots * aligned(mapping.leftSlotBytes(problem))
        }
        right = problem.rightIsResident ? 0 : mapping.rightSlots(problem) * aligned(problem.rightBytes(columns: mapping.tileN, depth: mapping.tileK))
        sums = 2 * aligned(problem.sumBytes(rows: mapping.tileM, columns: mapping.tileN))
        epilogue = 0
        for stream in problem.streams { epilogue += 2 * aligned(stream.bytes(rows: mapping.tileM, columns: mapping.tileN)) }
        out = problem.outIsResident ? 0 : 2 * aligned(problem.outBytes(rows: mapping.tileM, columns: mapping.tileN))
    }

    /// What of it is in the memory of left tiles, of right tiles and of sums, which may be one.
    public func needs(_ resources: MatmulResources) -> (left: Int, right: Int, sums: Int) {
        (
            left + epilogue + out + (resources.rightSharesLeft ? right : 0) + (resources.sumsShareLeft ? sums : 0),
            resources.rightSharesLeft ? 0 : right, resources.sumsShareLeft ? 0 : sums
        )
    }

    public func fits(_ resources: MatmulResources) -> Bool {
        let needs = needs(resources)
        return needs.left <= resources.leftBudget && needs.right <= resources.rightBudget && needs.sums <= resources.sumBudget
    }
}
