/// Attention of queries over keys, for a number of heads: softmax(queries · keysᵀ) · values.
public struct AttentionLayer: Sendable, Hashable {
    /// Independent heads, of all sequences.
    public var heads: Int
    public var queries: Int
    public var keys: Int
    /// Elements of a query, and of a key.
    public var depth: Int
    /// Elements of a value.
    public var valueDepth: Int
    /// Bytes of one element of queries, keys, values and results.
    public var elementBytes: Int
    /// Bytes of a score, and of a partial sum.
    public var sumBytes: Int

    public init(heads: Int, queries: Int, keys: Int, depth: Int, valueDepth: Int? = nil, elementBytes: Int = 2, sumBytes: Int = 4) {
        self.heads = heads
        self.queries = queries
        self.keys = keys
        self.depth = depth
        self.valueDepth = valueDepth ?? depth
        self.elementBytes = elementBytes
        self.sumBytes = sumBytes
    }
}

/// One way of running it in one pass, scores never leaving the chip: with a running maximum and sum for each query (online softmax:
/// Milakov and Gimelshein 2018; tiled so by FlashAttention, Dao et al. 2022).
public struct AttentionTiling: Sendable, Hashable {
    public var tileQueries: Int
    public var tileKeys: Int
    /// True: for each tile of queries all keys pass by. False: for each tile of keys all queries pass by, and unfinished results with them.
    public var areQueriesOutside: Bool
    /// Of queries · keysᵀ, and of weights · values.
    public var scoreDataflow: MatmulDataflow
    public var valueDataflow: MatmulDataflow
    /// Two of what passes by, so that transfers and computation go on together.
    public var isDoubleBuffered: Bool

    public init(
        tileQueries: Int, tileKeys: Int, areQueriesOutside: Bool = true, scoreDataflow: MatmulDataflow = .outputStationary,
        valueDataflow: MatmulDataflow = .outputStationary, isDoubleBuffered: Bool = true
    ) {
        self.tileQueries = tileQueries
        self.tileKeys = tileKeys
        self.areQueriesOutside = areQueriesOutside
        self.scoreDataflow = scoreDataflow
        self.valueDataflow = valueDataflow
        self.isDoubleBuffered = isDoubleBuffered
    }
}

/// The array of a `MatmulMachine`, and a vector unit beside it.
public struct AttentionMachine: Sendable, Hashable {
    public var array: MatmulMachine
    /// Exponentials, multiplications and comparisons in one cycle.
    public var lanes: Int
    /// In femtojoules, of one of them.
    public var energyOfVectorOperation: Int

    public init(array: MatmulMachine, lanes: Int, energyOfVectorOperation: Int) {
        self.array = array
        self.lanes = lanes
        self.energyOfVectorOperation = energyOfVectorOperation
    }
}
