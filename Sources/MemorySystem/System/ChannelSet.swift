/// Up to 64 channels, the first of which is a multiple of 64: a block's.
struct ChannelSet: Hashable, Sendable {
    static let blockBits = 6
    static let blockSize = 1 << blockBits
    var block: Int
    var bits: UInt64

    init(block: Int, bits: UInt64) {
        self.block = block
        self.bits = bits
    }

    /// One channel.
    init(_ channel: Int) { self.init(block: channel >> Self.blockBits, bits: 1 << UInt64(channel & (Self.blockSize - 1))) }

    /// Sets of channels from 0 on: as many together as may be, or each on its own.
    static func covering(_ channels: Int, together: Bool) -> [ChannelSet] {
        if !together { return (0..<channels).map(ChannelSet.init) }
        return stride(from: 0, to: channels, by: blockSize).map { first in
            let count = min(blockSize, channels - first)
            return ChannelSet(block: first >> blockBits, bits: count == blockSize ? UInt64.max : 1 << UInt64(count) - 1)
        }
    }

    var count: Int { bits.nonzeroBitCount }
    var first: Int { block << Self.blockBits + bits.trailingZeroBitCount }

    func contains(_ channel: Int) -> Bool { channel >> Self.blockBits == block && bits >> UInt64(channel & (Self.blockSize - 1)) & 1 == 1 }

    /// In ascending order.
    @inline(__always)
    func forEach(_ visit: (Int) -> Void) {
        var left = bits
        while left != 0 {
            visit(block << Self.blockBits + left.trailingZeroBitCount)
            left &= left &- 1
        }
    }

    /// Every channel's number or-ed exclusively with `distance`.
    @inline(__always)
    func moved(by distance: Int) -> ChannelSet {
        var moved = bits
        let low = distance & (Self.blockSize - 1)
        if low != 0 {
            // Neighbouring groups of 1, 2, 4, … bits change places.
            if low & 1 != 0 { moved = (moved & 0x5555_5555_5555_5555) << 1 | moved >> 1 & 0x5555_5555_5555_5555 }
            if low & 2 != 0 { moved = (moved & 0x3333_3333_3333_3333) << 2 | moved >> 2 & 0x3333_3333_3333_3333 }
            if low & 4 != 0 { moved = (moved & 0x0F0F_0F0F_0F0F_0F0F) << 4 | moved >> 4 & 0x0F0F_0F0F_0F0F_0F0F }
            if low & 8 != 0 { moved = (moved & 0x00FF_00FF_00FF_00FF) << 8 | moved >> 8 & 0x00FF_00FF_00FF_00FF }
            if low & 16 != 0 { moved = (moved & 0x0000_FFFF_0000_FFFF) << 16 | moved >> 16 & 0x0000_FFFF_0000_FFFF }
            if low & 32 != 0 { moved = moved << 32 | moved >> 32 }
        }
        return ChannelSet(block: block ^ distance >> Self.blockBits, bits: moved)
    }
}
