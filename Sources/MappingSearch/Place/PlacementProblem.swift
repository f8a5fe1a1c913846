/// A buffer that needs an address range for part of a program.
public struct PlacementBuffer: Sendable, Hashable {
    public var name: String
    /// Live from the lower bound up to, and not including, the upper one, in the program's own units of time.
    public var lifetime: Range<Int>
    /// Intervals within `lifetime` in which the buffer holds nothing, so that others may use its addresses.
    public var gaps: [Range<Int>]
    /// In bytes, at least 1.
    public var size: Int
    /// The offset is a multiple of this.
    public var alignment: Int
    /// Where the buffer has to be; `nil` for anywhere.
    public var fixedOffset: Int?
    /// Where the buffer would be welcome.
    public var hint: Int?

    public init(
        name: String, lifetime: Range<Int>, size: Int, alignment: Int = 1, fixedOffset: Int? = nil, hint: Int? = nil, gaps: [Range<Int>] = []
    ) {
        self.name = name
        self.lifetime = lifetime
        self.size = size
        self.alignment = alignment
        self.fixedOffset = fixedOffset
        self.hint = hint
        self.gaps = gaps
    }

    /// Whether both hold something at the same time.
    func isLive(with other: PlacementBuffer) -> Bool {
        guard lifetime.overlaps(other.lifetime) else { return false }
        if gaps.isEmpty && other.gaps.isEmpty { return true }
        return segments.contains { mine in other.segments.contains { $0.overlaps(mine) } }
    }

    /// The lifetime without its gaps, in order.
    var segments: [Range<Int>] {
        guard !gaps.isEmpty else { return [lifetime] }
        var segments: [Range<Int>] = []
        var start = lifetime.lowerBound
        for gap in gaps.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if gap.lowerBound > start { segments.append(start..<gap.lowerBound) }
            start = max(start, gap.upperBound)
        }
        if start < lifetime.upperBound { segments.append(start..<lifetime.upperBound) }
        return segments
    }
}

/// Two buffers of a problem, by index.
public struct BufferPair: Sendable, Hashable {
    public var first: Int
    public var second: Int
    public init(_ first: Int, _ second: Int) {
        self.first = first
        self.second = second
    }
}

/// Static scratchpad allocation: every buffer gets an offset so that buffers live at the same time do not overlap and all end
/// at or below the capacity.
public struct PlacementProblem: Sendable {
    public let buffers: [PlacementBuffer]
    /// In bytes.
    public let capacity: Int
    /// The scratchpad is this many equal banks; no buffer lies in two of them. 1 for no banks.
    public let banks: Int
    /// Pairs that have to lie in different banks.
    public let apart: [BufferPair]
    /// Pairs that have to have the same offset and may overlap each other, such as the operand and result of an operator
    /// that works in place.
    public let aliases: [BufferPair]

    public static let maximumBuffers = 200_000
    /// Sums of sizes and times stay far from overflowing.
    public static let maximumValue = 1 << 52

    public init(
        buffers: [PlacementBuffer], capacity: Int, banks: Int = 1, apart: [BufferPair] = [], aliases: [BufferPair] = []
    ) throws(PlacementError) {
        guard buffers.count <= Self.maximumBuffers else { throw .tooManyBuffers(buffers.count) }
        guard capacity >= 1, capacity <= Self.maximumValue else { throw .capacity(capacity) }
        guard banks >= 1, banks <= 4096, capacity % banks == 0 else { throw .banks(banks, capacity: capacity) }
        for (index, buffer) in buffers.enumerated() {
            if let fault = Self.fault(of: buffer) { throw .buffer(index, name: buffer.name, fault: fault) }
        }
        for pair in apart + aliases {
            guard buffers.indices.contains(pair.first), buffers.indices.contains(pair.second), pair.first != pair.second else {
                throw .pair(pair.first, pair.second)
            }
        }
        if banks == 1, let pair = apart.first { throw .apartWithoutBanks(buffers[pair.first].name, buffers[pair.second].name) }
        self.buffers = buffers
        self.capacity = capacity
        self.banks = banks
        self.apart = apart
        self.aliases = aliases
    }

    /// The same buffers and constraints, in less or more room.
    public func with(capacity: Int) throws(PlacementError) -> PlacementProblem {
        try PlacementProblem(buffers: buffers, capacity: capacity, banks: banks, apart: apart, aliases: aliases)
    }

    private static func fault(of buffer: PlacementBuffer) -> PlacementError.BufferFault? {
        let limit = maximumValue
        if buffer.size < 1 || buffer.size > limit { return .size(buffer.size) }
        if buffer.lifetime.isEmpty { return .emptyLifetime(buffer.lifetime.lowerBound) }
        if buffer.lifetime.lowerBound < -limit || buffer.lifetime.upperBound > limit { return .time }
        if buffer.alignment < 1 || buffer.alignment > limit { return .alignment(buffer.alignment) }
        if let offset = buffer.fixedOffset {
            if offset < 0 || offset > limit { return .offset(offset) }
            if offset % buffer.alignment != 0 { return .misaligned(offset, buffer.alignment) }
        }
        if let hint = buffer.hint, hint < 0 || hint > limit { return .offset(hint) }
        for gap in buffer.gaps where gap.isEmpty || gap.lowerBound < buffer.lifetime.lowerBound || gap.upperBound > buffer.lifetime.upperBound {
            return .gap(gap)
        }
        return nil
    }

    /// Whether the offsets are bound by nothing but lifetimes, sizes, alignments and the capacity.
    var isPlain: Bool {
        banks == 1 && aliases.isEmpty && buffers.allSatisfy { $0.fixedOffset == nil && $0.gaps.isEmpty }
    }
}

/// What is wrong with a placement problem.
public enum PlacementError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum BufferFault: Sendable, Equatable {
        case size(Int)
        case emptyLifetime(Int)
        case time
        case alignment(Int)
        case offset(Int)
        case misaligned(Int, Int)
        case gap(Range<Int>)
    }

    case tooManyBuffers(Int)
    case capacity(Int)
    case banks(Int, capacity: Int)
    case buffer(Int, name: String, fault: BufferFault)
    case pair(Int, Int)
    case apartWithoutBanks(String, String)
    case tooManyPairs(Int)

    public var description: String {
        switch self {
        case .tooManyBuffers(let count):
            "\(count) buffers; at most \(PlacementProblem.maximumBuffers) can be placed"
        case .capacity(let capacity):
            "a capacity of \(capacity) bytes; it has to be from 1 to \(PlacementProblem.maximumValue)"
        case .banks(let banks, let capacity):
            "\(banks) banks of \(capacity) bytes together; give 1 to 4096 banks that divide the capacity evenly"
        case .buffer(_, let name, let fault):
            "buffer \"\(name)\": \(fault)"
        case .pair(let first, let second):
            "a constraint between buffers \(first) and \(second), which are not two of the problem's buffers"
        case .apartWithoutBanks(let first, let second):
            "buffers \"\(first)\" and \"\(second)\" have to be in different banks, and there is one bank; give the number of banks"
        case .tooManyPairs(let limit):
            "more than \(limit) pairs of buffers are live at the same time; split the program into parts"
        }
    }
}

extension PlacementError.BufferFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .size(let size): "a size of \(size); it has to be from 1 to \(PlacementProblem.maximumValue)"
        case .emptyLifetime(let time): "is never live: its lifetime ends where it starts, at \(time); the upper bound is the first time at which it is dead"
        case .time: "a time beyond ±\(PlacementProblem.maximumValue)"
        case .alignment(let alignment): "an alignment of \(alignment); it has to be from 1 to \(PlacementProblem.maximumValue)"
        case .offset(let offset): "an offset of \(offset); it has to be from 0 to \(PlacementProblem.maximumValue)"
        case .misaligned(let offset, let alignment): "a fixed offset of \(offset), which is not a multiple of its alignment \(alignment)"
        case .gap(let gap): "a gap from \(gap.lowerBound) to \(gap.upperBound), which is empty or outside of its lifetime"
        }
    }
}
