/// A perfect nest of loops over named dimensions that multiplies and accumulates: one multiplication for each point of the
/// iteration space, and for each tensor an affine projection from that point to the element that is touched.
///
/// The form is Timeloop's "problem": convolutions with strides, dilations and groups, matrix products and their batched forms
/// are all of this kind. Not of it: anything whose accesses depend on values.
public struct LoopNestProblem: Sendable, Hashable {
    public struct Dimension: Sendable, Hashable {
        public var name: String
        /// Rounds of its loop, from 1 on.
        public var extent: Int

        public init(_ name: String, _ extent: Int) {
            self.name = name
            self.extent = extent
        }
    }

    /// A dimension's part of a coordinate: its index times `coefficient`, a stride or a dilation.
    public struct Term: Sendable, Hashable {
        /// Index into `dimensions`.
        public var dimension: Int
        public var coefficient: Int

        public init(_ dimension: Int, coefficient: Int = 1) {
            self.dimension = dimension
            self.coefficient = coefficient
        }
    }

    /// A tensor. Each rank is one coordinate, the sum of its terms.
    public struct DataSpace: Sendable, Hashable {
        public var name: String
        public var ranks: [[Term]]
        /// Accumulated into, and not only read.
        public var isResult: Bool

        public init(_ name: String, ranks: [[Term]], isResult: Bool = false) {
            self.name = name
            self.ranks = ranks
            self.isResult = isResult
        }
    }

    public let name: String
    public let dimensions: [Dimension]
    public let dataSpaces: [DataSpace]

    public static let maximumDimensions = 16
    public static let maximumDataSpaces = 8
    static let maximumRanks = 16
    static let maximumCoefficient = 1 << 16

    /// - Throws: `LoopNestError.problem` for what is out of range or refers to what is not there, and for nests so large that
    ///   counts of accesses could leave 2^60, up to which all of them are exact.
    public init(name: String, dimensions: [Dimension], dataSpaces: [DataSpace]) throws(LoopNestError) {
        guard (1...Self.maximumDimensions).contains(dimensions.count) else {
            throw .problem("has \(dimensions.count) dimensions; give from 1 to \(Self.maximumDimensions)")
        }
        guard (1...Self.maximumDataSpaces).contains(dataSpaces.count) else {
            throw .problem("has \(dataSpaces.count) data spaces; give from 1 to \(Self.maximumDataSpaces)")
        }
        for (index, dimension) in dimensions.enumerated() {
            guard dimension.extent >= 1, dimension.extent <= 1 << 40 else {
                throw .problem("dimension \(dimension.name) is \(dimension.extent); extents are from 1 to 2^40")
            }
            guard !dimensions[..<index].contains(where: { $0.name == dimension.name }) else {
                throw .problem("dimension \(dimension.name) is given twice")
            }
        }
        guard dataSpaces.contains(where: \.isResult) else { throw .problem("has no data space that is written (read_write: true)") }
        let computes = dimensions.reduce(1.0) { $0 * Double($1.extent) }
        for (index, space) in dataSpaces.enumerated() {
            guard !dataSpaces[..<index].contains(where: { $0.name == space.name }) else { throw .problem("data space \(space.name) is given twice") }
            guard space.ranks.count <= Self.maximumRanks else { throw .problem("data space \(space.name) has more than \(Self.maximumRanks) ranks") }
            // Every count of accesses is at most the multiplications, times the coefficients (a tile is a box and has the elements
            // that a stride leaves out), times the extents of dimensions that are in several ranks.
            var most = computes
            var uses = [Int](repeating: 0, count: dimensions.count)
            for rank in space.ranks {
                guard !rank.isEmpty, rank.count <= Self.maximumRanks else { throw .problem("data space \(space.name) has a rank without dimensions, or with too many") }
                for term in rank {
                    guard dimensions.indices.contains(term.dimension) else { throw .problem("data space \(space.name) refers to a dimension that there is not") }
                    guard (1...Self.maximumCoefficient).contains(term.coefficient) else {
                        throw .problem("data space \(space.name) has the coefficient \(term.coefficient); coefficients are from 1 to \(Self.maximumCoefficient)")
                    }
                    uses[term.dimension] += 1
                    if uses[term.dimension] > 1 { most *= Double(dimensions[term.dimension].extent) }
                }
                most *= Double(rank.map(\.coefficient).max() ?? 1)
            }
            guard most <= 0x1p60 else {
                throw .problem("data space \(space.name) could be accessed more than 2^60 times, which counts are exact up to; make the problem smaller")
            }
        }
        self.name = name
        self.dimensions = dimensions
        self.dataSpaces = dataSpaces
    }

    /// Multiplications, and additions, of the whole problem.
    public var computes: Int { dimensions.reduce(1) { $0 * $1.extent } }

    public func dimension(named name: String) -> Int? { dimensions.firstIndex { $0.name == name } }

    public func dataSpace(named name: String) -> Int? { dataSpaces.firstIndex { $0.name == name } }

    /// Elements of the box that a tensor's part takes, for a part of the iteration space with these extents.
    ///
    /// - Parameter extents: by dimension.
    public func tileSize(_ space: Int, _ extents: [Int]) -> Int {
        dataSpaces[space].ranks.reduce(1) { $0 * Self.length($1, extents) }
    }

    /// Elements of the whole tensor.
    public func size(_ space: Int) -> Int { tileSize(space, dimensions.map(\.extent)) }

    /// From the first to the last coordinate of a rank, over a part of the iteration space.
    @inline(__always)
    static func length(_ rank: [Term], _ extents: [Int]) -> Int {
        var length = 1
        for term in rank { length += term.coefficient * (extents[term.dimension] - 1) }
        return length
    }
}
