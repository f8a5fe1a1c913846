/// Accesses of one channel in runs of evenly spaced addresses: access i is at
/// `address + i / run * runStride + i % run * stride`.
public struct ChannelStream: Hashable, Sendable {
    /// Of the first access, in bytes of the mapping's address space.
    public var address: Int
    /// From one access to the next within a run, in bytes.
    public var stride: Int
    /// Accesses in a run.
    public var run: Int
    /// From the beginning of one run to the next, in bytes.
    public var runStride: Int
    public var count: Int
    public var isWrite: Bool

    public init(address: Int, stride: Int, run: Int = Int.max, runStride: Int = 0, count: Int, isWrite: Bool) {
        self.address = address
        self.stride = stride
        self.run = max(1, run)
        self.runStride = runStride
        self.count = count
        self.isWrite = isWrite
    }

    @inline(__always)
    func address(of access: Int) -> Int {
        run >= count ? address &+ access &* stride : address &+ access / run &* runStride &+ access % run &* stride
    }
}

/// How many low bits of a channel's addresses choose bank and column while the others count rows: a shift of an address by a
/// multiple of 2^bits changes its row, by as many, and nothing else.
struct RowPeriod: Sendable {
    let bits: Int

    /// `nil` for mappings that mix the row with other fields.
    init?(_ mapping: AddressMapping) {
        let width = mapping.capacity.trailingZeroBitCount
        // Mappings are linear over single bits, so each bit can be tried alone.
        guard let first = (0..<width).first(where: { mapping.locate(1 << $0).row != 0 }) else { return nil }
        for bit in first..<width {
            let place = mapping.locate(1 << bit)
            guard place == DRAMLocation(channel: 0, bank: 0, row: 1 << Int32(bit - first), column: 0) else { return nil }
        }
        bits = first
    }
}
