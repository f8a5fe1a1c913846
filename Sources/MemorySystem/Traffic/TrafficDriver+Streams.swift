extension TrafficDriver {
    /// Makes all accesses of a pattern at once where that gives the same figures as making them one by one, and is faster.
    ///
    /// That is so for streams and strides on one channel, of which a controller replays what it has been through before, and for
    /// streams that visit all channels by turns: these do the same in the same cycles, and are simulated once.
    ///
    /// - Returns: false, and nothing is done, for other patterns, for mappings that mix channels with other fields, when commands
    ///   are recorded, and when accesses were made before.
    public mutating func makeAtOnce(_ generator: TrafficGenerator) -> Bool {
        guard accesses == 0, !isRecording, generator.count > 0, generator.capacity <= mapping.capacity,
            let stream = stream(of: generator)
        else { return false }
        let shares = mapping.channels
        // The first `extra` channels have one access more than the others.
        let extra = stream.count % shares
        if extra > 0 { drive(0..<extra, stream, count: stream.count / shares + 1) }
        drive(extra..<shares, stream, count: stream.count / shares)
        accesses = stream.count
        return true
    }

    /// Has the first of some channels serve `count` accesses of its part of the stream, and the others do the same.
    private mutating func drive(_ range: Range<Int>, _ stream: ChannelStream, count: Int) {
        guard let first = range.first, count > 0 else { return }
        let shares = mapping.channels
        var part = stream
        part.address += first * stream.stride
        part.stride *= shares
        part.run = Int.max
        let run = max(1, stream.run / shares)
        // Pass by pass over the memory: a pass is a plain stream.
        var made = 0
        while made < count {
            part.count = min(run, count - made)
            channels[first].drive(part, mapping: mapping)
            part.address += stream.runStride
            made += part.count
        }
        for channel in range.dropFirst() { channels[channel] = channels[first] }
        cycle = max(cycle, channels[first].cycle)
    }

    /// The pattern as one stream; `nil` where it is none.
    private func stream(of generator: TrafficGenerator) -> ChannelStream? {
        let bytes = generator.accessBytes
        switch generator.pattern {
        case .sequential:
            guard generator.capacity % (bytes * mapping.channels) == 0, hasChannelsByTurns(bytes) else { return nil }
            return ChannelStream(address: 0, stride: bytes, run: generator.capacity / bytes, count: generator.count, isWrite: false)
        case .stride(let stride):
            // While passes over the memory begin within the first stride, no address wraps.
            guard mapping.channels == 1, generator.capacity % stride == 0 else { return nil }
            let run = generator.capacity / stride
            guard (generator.count - 1) / run * bytes < stride else { return nil }
            return ChannelStream(address: 0, stride: stride, run: run, runStride: bytes, count: generator.count, isWrite: false)
        case .random, .randomMixed, .streamAdd: return nil
        }
    }

    /// True when neighbouring accesses go to neighbouring channels, and nothing but that decides the channel.
    private func hasChannelsByTurns(_ bytes: Int) -> Bool {
        guard mapping.channels > 1 else { return true }
        // Mappings are linear over single bits, so each bit can be tried alone.
        let firstBit = bytes.trailingZeroBitCount
        for bit in firstBit..<mapping.capacity.trailingZeroBitCount {
            let place = mapping.locate(1 << bit)
            if 1 << (bit - firstBit) < mapping.channels {
                guard place == DRAMLocation(channel: 1 << Int32(bit - firstBit), bank: 0, row: 0, column: 0) else { return false }
            } else if place.channel != 0 {
                return false
            }
        }
        return true
    }
}
