/// A matrix product, result[m, n] = Σ over k of left[m, k] × right[k, n], and what its elements take.
public struct MatmulLayer: Sendable, Hashable {
    public var m: Int
    public var n: Int
    public var k: Int
    /// Independent products one after the other, each with operands of its own. One that all of them share makes a single product of more rows.
    public var batch: Int
    /// Bytes of one element.
    public var leftBytes: Int
    public var rightBytes: Int
    /// Of a partial sum, which is what the result is until the last k.
    public var sumBytes: Int

    public init(m: Int, n: Int, k: Int, batch: Int = 1, leftBytes: Int = 1, rightBytes: Int = 1, sumBytes: Int = 4) {
        self.m = m
        self.n = n
        self.k = k
        self.batch = batch
        self.leftBytes = leftBytes
        self.rightBytes = rightBytes
        self.sumBytes = sumBytes
    }
}

/// Three levels: memory off chip, one scratchpad that all tensors share, and an array of rows × columns multipliers.
public struct MatmulMachine: Sendable, Hashable {
    public var rows: Int
    public var columns: Int
    public var scratchpadBytes: Int
    /// Between scratchpad and the outside.
    public var bytesPerCycle: Int
    /// In femtojoules, for exact sums.
    public var energyOfMultiply: Int
    public var energyOfScratchpadByte: Int
    public var energyOfOffChipByte: Int

    public init(
        rows: Int, columns: Int, scratchpadBytes: Int, bytesPerCycle: Int, energyOfMultiply: Int, energyOfScratchpadByte: Int, energyOfOffChipByte: Int
    ) {
        self.rows = rows
        self.columns = columns
        self.scratchpadBytes = scratchpadBytes
        self.bytesPerCycle = bytesPerCycle
        self.energyOfMultiply = energyOfMultiply
        self.energyOfScratchpadByte = energyOfScratchpadByte
        self.energyOfOffChipByte = energyOfOffChipByte
    }
}

/// What stays in the array while the rest streams through.
public enum MatmulDataflow: Sendable, Hashable, CaseIterable {
    /// Rows hold m, columns hold n, k streams.
    case outputStationary
    /// Rows hold k, columns hold n, m streams.
    case weightStationary
    /// Rows hold k, columns hold m, n streams.
    case inputStationary
}

/// Which of the loops over scratchpad tiles is innermost. The order of the other two changes nothing: a tensor is kept
/// from one tile to the next exactly if the innermost loop of more than one round does not touch it.
public enum MatmulInnermost: Sendable, Hashable, CaseIterable {
    case m, n, k
}

/// A set of the three tensors.
public struct MatmulTensors: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let left = MatmulTensors(rawValue: 1)
    public static let right = MatmulTensors(rawValue: 2)
    public static let result = MatmulTensors(rawValue: 4)
}

/// One way of running a layer.
public struct MatmulTiling: Sendable, Hashable {
    public var tileM: Int
    public var tileN: Int
    public var tileK: Int
    public var innermost: MatmulInnermost
    public var dataflow: MatmulDataflow
    /// Tensors that go straight between the array and the outside.
    public var bypassing: MatmulTensors
    /// Two halves of each tile's room, so that transfers and computation go on together.
    public var isDoubleBuffered: Bool

    public init(
        tileM: Int, tileN: Int, tileK: Int, innermost: MatmulInnermost, dataflow: MatmulDataflow, bypassing: MatmulTensors = [], isDoubleBuffered: Bool = true
    ) {
        self.tileM = tileM
        self.tileN = tileN
        self.tileK = tileK
        self.innermost = innermost
        self.dataflow = dataflow
        self.bypassing = bypassing
        self.isDoubleBuffered = isDoubleBuffered
    }
}

/// What a tiling costs.
public struct MatmulCost: Sendable, Hashable {
    public var cycles: Int
    /// In femtojoules.
    public var energy: Int
    /// Over the chip's boundary, in bytes.
    public var traffic: Int
    /// Of the scratchpad that is occupied.
    public var bufferBytes: Int

    /// Nowhere worse, and somewhere better.
    public func dominates(_ other: MatmulCost) -> Bool {
        cycles <= other.cycles && energy <= other.energy && traffic <= other.traffic && bufferBytes <= other.bufferBytes && self != other
    }
}

/// What a search may choose from.
public struct MatmulConstraints: Sendable, Hashable {
    public var dataflows = MatmulDataflow.allCases
    /// Sets of tensors that may bypass the scratchpad together.
    public var bypasses = (UInt8(0)..<8).map { MatmulTensors(rawValue: $0) }
    /// Whether tiles may be double-buffered, and whether they may not.
    public var bufferings = [true, false]

    public init() {}
}
