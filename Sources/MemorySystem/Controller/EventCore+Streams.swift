extension EventCore {
    /// When the units' next refreshes fall due.
    var refreshDates: [Int] { (0..<geometry.units).map { units[$0].nextRefreshDue } }

    func setRefreshDates(_ dates: [Int]) {
        for unit in 0..<geometry.units { units[unit].nextRefreshDue = dates[unit] }
        scalars.pointee.nextRefreshDue = dates.min() ?? Int.max
    }

    /// Counters that add up.
    var sums: [Int] {
        let it = counts.pointee
        return [
            it.reads, it.writes, it.forwardedReads, it.coalescedWrites, it.rowHits, it.rowMisses, it.rowConflicts, it.dataBusCycles,
            it.stallCycles, it.waitingReadCycles, it.waitingWriteCycles, it.readLatencySum, it.writeLatencySum,
        ]
    }

    func addSums(_ sums: [Int], times: Int) {
        counts.pointee.reads += sums[0] * times
        counts.pointee.writes += sums[1] * times
        counts.pointee.forwardedReads += sums[2] * times
        counts.pointee.coalescedWrites += sums[3] * times
        counts.pointee.rowHits += sums[4] * times
        counts.pointee.rowMisses += sums[5] * times
        counts.pointee.rowConflicts += sums[6] * times
        counts.pointee.dataBusCycles += sums[7] * times
        counts.pointee.stallCycles += sums[8] * times
        counts.pointee.waitingReadCycles += sums[9] * times
        counts.pointee.waitingWriteCycles += sums[10] * times
        counts.pointee.readLatencySum += sums[11] * times
        counts.pointee.writeLatencySum += sums[12] * times
    }

    func raiseMaxima(read: Int, write: Int) {
        counts.pointee.readLatencyMaximum = max(counts.pointee.readLatencyMaximum, read)
        counts.pointee.writeLatencyMaximum = max(counts.pointee.writeLatencyMaximum, write)
    }

    /// The tallies that can be other than zero: histograms only up to the largest latencies.
    var usedTallies: [Range<Int>] {
        [
            0..<readHistogram + LatencyHistogram.bucket(counts.pointee.readLatencyMaximum) + 1,
            writeHistogram..<writeHistogram + LatencyHistogram.bucket(counts.pointee.writeLatencyMaximum) + 1,
        ]
    }

    /// Offers a stream's accesses in closed loop. All have been taken at the end, not all served.
    func drive(_ stream: ChannelStream, mapping: AddressMapping, replay: inout StreamReplay) {
        let isRecorded = scalars.pointee.recordsCommands || scalars.pointee.recordsCompletions
        let period = !isRecorded && stream.count >= 4 * StreamReplay.length ? RowPeriod(mapping) : nil
        var position = 0
        while position < stream.count {
            if let period, position % StreamReplay.length == 0 {
                let limit = (stream.count - position) / StreamReplay.length
                if limit > 0 {
                    position += StreamReplay.length * replay.walk(self, stream: stream, position: position, limit: limit, rowBits: period.bits)
                    if position == stream.count { break }
                }
            }
            let end = period == nil ? stream.count : min(stream.count, (position / StreamReplay.length + 1) * StreamReplay.length)
            while position < end {
                let place = mapping.locate(stream.address(of: position))
                while !offer(bank: Int(place.bank), row: Int(place.row), column: Int(place.column), isWrite: stream.isWrite, tag: 0) {
                    runAfterRefusal(isWrite: stream.isWrite)
                }
                position += 1
            }
        }
        replay.finish(self)
    }
}
