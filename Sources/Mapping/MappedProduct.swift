/// Extents of a whole product, all cores together: batch × (m × k · k × n).
public struct ProductExtents: Sendable, Hashable {
    public var batch: Int
    public var m: Int
    public var k: Int
    public var n: Int
    public init(batch: Int, m: Int, k: Int, n: Int) { self.batch = batch; self.m = m; self.k = k; self.n = n }
}

/// A product of a program as one core runs it: what was asked, and what was chosen.
public struct MappedProduct: Sendable {
    /// Index of the program's operator.
    public var operatorIndex: Int
    public var core: Int
    public var whole: ProductExtents
    public var request: MatmulRequest
    public var mapping: MatmulMapping
    /// It comes from a mapping file and not from a mapper.
    public var isGiven: Bool

    public init(operatorIndex: Int, core: Int, whole: ProductExtents, request: MatmulRequest, mapping: MatmulMapping, isGiven: Bool) {
        self.operatorIndex = operatorIndex; self.core = core; self.whole = whole; self.request = request; self.mapping = mapping
        self.isGiven = isGiven
    }

    public var traffic: MatmulTraffic? { MatmulTraffic(mapping, request.problem) }
}
