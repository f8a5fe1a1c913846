/// A collective operation as steps: who sends which part of the buffer to whom, and what the receiver does with it.
///
/// All ranks hold a buffer of `elements`. A rank sends what it has to send in a step once it has received everything of the steps
/// before. Flows are independent of each other: the same operation on different parts of the buffer, under way at once.
public struct CollectiveSchedule: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        /// The receiver's elements become those sent.
        case copy
        /// The receiver's elements are combined with those sent.
        case reduce
    }

    public struct Transfer: Hashable, Sendable {
        public var flow: Int
        public var step: Int
        public var source: Int
        public var target: Int
        /// Elements of the source's buffer.
        public var elements: Range<Int>
        /// First element in the target's buffer.
        public var place: Int
        public var action: Action
    }

    public var ranks: Int
    /// Of each rank's buffer.
    public var elements: Int
    public var flows: Int
    public var transfers: [Transfer] = []

    /// Sum over all ranks of elements sent.
    public var elementsSent: Int { transfers.reduce(0) { $0 + $1.elements.count } }

    /// A part of `range` out of `count` nearly equal ones.
    static func part(_ index: Int, of count: Int, in range: Range<Int>) -> Range<Int> {
        range.lowerBound + range.count * index / count..<range.lowerBound + range.count * (index + 1) / count
    }
}

/// Which collective operation, by which algorithm.
public enum CollectiveOperation: Hashable, Sendable {
    /// All ranks end with the combination of all ranks' buffers.
    case allReduce(CollectiveAlgorithm)
    /// Rank r begins with part r of the buffer; all end with all parts.
    case allGather(CollectiveAlgorithm)
    /// Rank r ends with the combination of all ranks' parts r.
    case reduceScatter(CollectiveAlgorithm)
    /// Part s of rank r's buffer goes to part r of rank s's buffer.
    case allToAll
    /// All ranks end with the root's buffer.
    case broadcast(root: Int)
}

public enum CollectiveAlgorithm: String, Hashable, Sendable, CaseIterable {
    /// Parts go round a circle of ranks: bandwidth-optimal, 2 (n − 1) steps for an all-reduce (Patarasuk and Yuan, JPDC 2009; from memory
    /// of the literature).
    case ring
    /// Partners at distances n/2, n/4, … exchange halves, then double them again; powers of two (Rabenseifner, ICCS 2004; from
    /// memory of the literature).
    case halvingDoubling = "halving-doubling"
    /// Up a binomial tree and down again: fewest steps, each with the whole buffer.
    case tree
}
