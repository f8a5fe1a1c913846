/// Where a product's tensors lie off chip, and in which accesses they are moved.
///
/// Addresses are in bytes, strides in elements. What a DMA engine moves for a tile is a block: a start and an extent along each
/// dimension.
public struct ProductLayout: Sendable, Hashable {
    public var left: Left?
    public var right: Right?
    /// Operands of the epilogue that come tile by tile, and those that come once as a whole.
    public var streams: [Block]
    public var wholes: [Block]
    public var out: Block?
    /// Bytes of one access of the memory.
    public var granularity: Int
    /// Index of the batch with which this core begins.
    public var firstBatch: Int
    /// The right operand lies in another memory than everything else.
    public var rightIsElsewhere: Bool

    public init(left: Left?, right: Right?, streams: [Block], wholes: [Block], out: Block?, granularity: Int, firstBatch: Int, rightIsElsewhere: Bool) {
        self.left = left; self.right = right; self.streams = streams; self.wholes = wholes; self.out = out
        self.granularity = granularity; self.firstBatch = firstBatch; self.rightIsElsewhere = rightIsElsewhere
    }

    public enum Left: Sendable, Hashable {
        case block(Block)
        /// An image, whose row, column and channel strides are the block's dimensions.
        case image(Block, MatmulProblem.ImageRows)
    }

    public struct Right: Sendable, Hashable {
        public var block: Block
        /// The same, when k is cut by channels.
        public var cutByChannels: Block?
        /// How it lies when it may lie in tiles.
        public var tiles: Tiles?

        public init(block: Block, cutByChannels: Block?, tiles: Tiles?) {
            self.block = block; self.cutByChannels = cutByChannels; self.tiles = tiles
        }
    }

    /// A right operand tile after tile, in the order in which it is read.
    public struct Tiles: Sendable, Hashable {
        public var address: Int
        public var elementBytes: Int
        public var batch: [BatchStep]
        /// Columns from one row of the whole operand to the next, columns of the whole product, and the first of this core.
        public var rowStride: Int
        public var columns: Int
        public var firstColumn: Int

        public init(address: Int, elementBytes: Int, batch: [BatchStep], rowStride: Int, columns: Int, firstColumn: Int) {
            self.address = address; self.elementBytes = elementBytes; self.batch = batch; self.rowStride = rowStride
            self.columns = columns; self.firstColumn = firstColumn
        }
    }

    /// (b / divisor) mod modulus indices of a dimension; all of them without a modulus.
    public struct BatchStep: Sendable, Hashable {
        public var divisor: Int
        public var modulus: Int?
        public var stride: Int
        public init(divisor: Int, modulus: Int?, stride: Int) { self.divisor = divisor; self.modulus = modulus; self.stride = stride }
    }

    public struct Block: Sendable, Hashable {
        public enum Axis: Sendable, Hashable {
            case fixed(Int)
            /// An index for each `unit` rows of the product.
            case rows(unit: Int)
            case columns
            /// An index for each `unit` of k.
            case depth(unit: Int)
        }
        public struct Dimension: Sendable, Hashable {
            public var axis: Axis
            public var stride: Int
            public init(_ axis: Axis, stride: Int) { self.axis = axis; self.stride = stride }
        }
        /// Of the element with all indices 0.
        public var address: Int
        public var bits: Int
        public var batch: [BatchStep]
        public var dimensions: [Dimension]
        /// Bytes of the engine's largest request, at whose multiples longer runs are cut.
        public var request: Int

        public init(address: Int, bits: Int, batch: [BatchStep], dimensions: [Dimension], request: Int) {
            self.address = address; self.bits = bits; self.batch = batch; self.dimensions = dimensions; self.request = request
        }
    }
}

extension ProductLayout.Tiles {
    /// Cores whose tiles take turns, `nil` when the operand lies row after row with this mapping.
    func readers(_ mapping: MatmulMapping, _ problem: MatmulProblem) -> Int? {
        let readers = rowStride == columns && columns % problem.n == 0 && problem.k % mapping.tileK == 0 ? columns / problem.n : 1
        let cutsChannels = problem.kUnit > 1 && mapping.tileK < problem.k
        guard readers > 1 || cutsChannels || min(columns, mapping.tileN) < rowStride else { return nil }
        return readers
    }
}
