extension EventCore {
    /// When the units' next refreshes fall due.
    var refreshDates: [Int] { (0..<geometry.units).map { units[$0].nextRefreshDue } }

    func setRefreshDates(_ dates: [Int]) {
        for unit in 0..<geometry.units { units[unit].nextRefreshDue = dates[unit] }
        scalars.pointee.nextRefreshDue = dates.min() ?? Int.max
    }

    /// The tallies that can be other than zero.
    var usedTallies: [Range<Int>] { counts.pointee.usedTallies((reads: readHistogram, writes: writeHistogram)) }

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
