extension EventCore {
    /// What is counted; see `DRAMStatistics`.
    struct Counts {
        var reads = 0
        var writes = 0
        var forwardedReads = 0
        var coalescedWrites = 0
        var rowHits = 0
        var rowMisses = 0
        var rowConflicts = 0
        var dataBusCycles = 0
        var stallCycles = 0
        var waitingReadCycles = 0
        var waitingWriteCycles = 0
        var readLatencySum = 0
        var writeLatencySum = 0
        // The latest and the largest, which do not add up.
        var lastCompletion = 0
        var readLatencyMaximum = 0
        var writeLatencyMaximum = 0

        /// Adds what adds up, so many times.
        mutating func addSums(_ other: Counts, times: Int = 1) {
            reads += other.reads * times
            writes += other.writes * times
            forwardedReads += other.forwardedReads * times
            coalescedWrites += other.coalescedWrites * times
            rowHits += other.rowHits * times
            rowMisses += other.rowMisses * times
            rowConflicts += other.rowConflicts * times
            dataBusCycles += other.dataBusCycles * times
            stallCycles += other.stallCycles * times
            waitingReadCycles += other.waitingReadCycles * times
            waitingWriteCycles += other.waitingWriteCycles * times
            readLatencySum += other.readLatencySum * times
            writeLatencySum += other.writeLatencySum * times
        }

        mutating func raiseMaxima(read: Int, write: Int) {
            readLatencyMaximum = max(readLatencyMaximum, read)
            writeLatencyMaximum = max(writeLatencyMaximum, write)
        }

        /// The tallies that can be other than zero, where histograms of latencies begin at some places: these only up to the largest.
        func usedTallies(_ histograms: (reads: Int, writes: Int)) -> [Range<Int>] {
            [
                0..<histograms.reads + LatencyHistogram.bucket(readLatencyMaximum) + 1,
                histograms.writes..<histograms.writes + LatencyHistogram.bucket(writeLatencyMaximum) + 1,
            ]
        }

        /// Adds another time's counts.
        mutating func add(_ other: Counts) {
            addSums(other)
            raiseMaxima(read: other.readLatencyMaximum, write: other.writeLatencyMaximum)
            lastCompletion = max(lastCompletion, other.lastCompletion)
        }
    }

    /// Adds the tallies to others and clears them.
    func moveTallies(into account: inout [Int]) {
        for unit in 0..<geometry.units { bookBackground(unit) }
        for range in usedTallies {
            for place in range {
                account[place] &+= tallies[place]
                tallies[place] = 0
            }
        }
    }

    /// The counts, which begin anew.
    func takeCounts() -> Counts {
        defer { counts.pointee = Counts() }
        return counts.pointee
    }

    /// The statistics of a controller in this state with other counters.
    func statistics(tallies other: [Int], counts otherCounts: Counts) -> DRAMStatistics {
        let copy = EventCore(copying: self)
        for place in 0..<tallyCount { copy.tallies[place] = other[place] }
        copy.counts.pointee = otherCounts
        return copy.statistics
    }

    /// Takes over another core's state, but none of its counters: they begin at zero. Completions have to be handed over before.
    func takeState(of other: EventCore) {
        let completions = (scalars.pointee.completions, scalars.pointee.completionCapacity)
        scalars.pointee = other.scalars.pointee
        (scalars.pointee.completions, scalars.pointee.completionCapacity) = completions
        scalars.pointee.completionCount = 0
        for range in usedTallies { (tallies + range.lowerBound).update(repeating: 0, count: range.count) }
        counts.pointee = Counts()
        units.update(from: other.units, count: geometry.units)
        banks.update(from: other.banks, count: geometry.banks)
        activations.update(from: other.activations, count: geometry.banks)
        managed.update(from: other.managed, count: geometry.units)
        lists.update(from: other.lists, count: geometry.banks * 2)
        entries.update(from: other.entries, count: entryCapacity)
        waitingAt.update(from: other.waitingAt, count: Self.addressSlots)
        ready.update(from: other.ready, count: timing.rows * CompiledTiming.stride)
        rings.update(from: other.rings, count: max(1, timing.ringWords))
    }
}
