/// What went through a queue: the two sides of Little's law, counted independently.
///
/// When all have left, `occupancyCycles` equals `stayCycles` exactly: mean number in the queue = arrivals per cycle × mean stay. Those
/// that are still in it at the end of the run, such as writes that a memory's controller has taken, count in `occupancyCycles` only.
public struct QueueRecord: Sendable, Equatable {
    /// Entries that have left.
    public var entered: Int
    /// Cycles that each stayed, summed over the entries.
    public var stayCycles: Int
    /// Entries in the queue, summed over the cycles.
    public var occupancyCycles: Int
    /// Entries that are still in the queue at the end of the run.
    public var remaining: Int

    public init(entered: Int = 0, stayCycles: Int = 0, occupancyCycles: Int = 0, remaining: Int = 0) {
        self.entered = entered; self.stayCycles = stayCycles; self.occupancyCycles = occupancyCycles; self.remaining = remaining
    }

    /// Mean cycles of an entry.
    public var meanStay: Double { entered == 0 ? 0 : Double(stayCycles) / Double(entered) }

    static func += (sum: inout QueueRecord, other: QueueRecord) {
        sum.entered += other.entered
        sum.stayCycles += other.stayCycles
        sum.occupancyCycles += other.occupancyCycles
        sum.remaining += other.remaining
    }
}
