/// What a priced part of a machine does: the colours of breakdowns.
public enum CostCategory: String, Sendable, Hashable, CaseIterable {
    /// Multipliers and adders of arrays, lanes of vector units.
    case arithmetic
    /// Operands and sums on their way through arrays and lanes.
    case registers
    /// On-chip memories and caches.
    case memory
    /// Between on-chip memories and the units that use them.
    case wires
    /// Routers and channels of networks on chip.
    case network
    /// Sequencers and DMA engines.
    case control
    case clock
    /// Memory on other dies.
    case offChip = "off-chip memory"

    /// Whether it lies on the chip whose area is reported.
    public var isOnChip: Bool { self != .offChip }
}
