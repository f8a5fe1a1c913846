/// Which accesses of a contiguous stretch belong to which channel.
///
/// Where the channel is a slice of the address's bits, a channel's accesses come in runs of equal length at equal distance, found
/// by arithmetic. Where exclusive ors choose the channel, every access is looked at.
struct ChannelSplit: Sendable {
    let mapping: AddressMapping
    private let accessBits: Int
    /// Position of the channel's bits above the access, or -1 for a mapping with exclusive ors.
    private let position: Int
    private let width: Int

    init(_ mapping: AddressMapping) {
        self.mapping = mapping
        accessBits = mapping.organization.accessBytes.trailingZeroBitCount
        width = mapping.channels.trailingZeroBitCount
        let addressBits = mapping.capacity.trailingZeroBitCount - accessBits
        let offset = accessBits
        let moving = (0..<addressBits).filter { mapping.locate(1 << ($0 + offset)).channel != 0 }
        let first = moving.first ?? 0
        let width = width
        let isSlice =
            moving == Array(first..<first + width)
            && (0..<width).allSatisfy { mapping.locate(1 << (first + $0 + offset)) == DRAMLocation(channel: 1 << Int32($0), bank: 0, row: 0, column: 0) }
        position = isSlice ? first : -1
    }

    var isArithmetic: Bool { position >= 0 }

    /// The accesses `first..<end` (numbers of accesses, not bytes) that belong to a channel, in order: a head, a body of whole
    /// runs and a tail, some of them empty.
    func streams(first: Int, end: Int, channel: Int, isWrite: Bool) -> [ChannelStream] {
        precondition(isArithmetic, "every access must be looked at")
        if width == 0 { return [stream(first, count: end - first, isWrite)] }
        if position == 0 {
            let start = first + (channel - first) & (1 << width - 1)
            guard start < end else { return [] }
            let step = 1 << width
            return [
                ChannelStream(
                    address: start << accessBits, stride: step << accessBits, count: (end - start + step - 1) / step, isWrite: isWrite)
            ]
        }
        let run = 1 << position
        let period = run << width
        // The first run of the channel that does not end before the stretch begins.
        var start = first / period * period + channel * run
        if start + run <= first { start += period }
        guard start < end else { return [] }
        var result: [ChannelStream] = []
        if start < first {
            result.append(stream(first, count: min(end, start + run) - first, isWrite))
            start += period
        }
        guard start < end else { return result }
        let whole = (end - start) / period + ((end - start) % period >= run ? 1 : 0)
        if whole > 0 {
            result.append(
                ChannelStream(
                    address: start << accessBits, stride: 1 << accessBits, run: run, runStride: period << accessBits, count: whole * run,
                    isWrite: isWrite))
        }
        let rest = start + whole * period
        if rest < end { result.append(stream(rest, count: min(run, end - rest), isWrite)) }
        return result
    }

    private func stream(_ first: Int, count: Int, _ isWrite: Bool) -> ChannelStream {
        ChannelStream(address: first << accessBits, stride: 1 << accessBits, count: count, isWrite: isWrite)
    }
}
