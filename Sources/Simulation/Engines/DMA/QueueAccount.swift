/// Both sides of Little's law for a queue, counted apart: how many were in it, summed over time as it passes, and how long each stayed.
///
/// Times are femtoseconds on edges of the engine's clock; sums are in its cycles.
struct QueueAccount {
    /// In the queue at `changedAt`.
    private var level = 0
    private var changedAt = 0
    /// When those leave whose end is known, ascending, from `head` on.
    private var departures: [Int] = []
    private var head = 0
    /// What was counted since the last `take`.
    private var counted = QueueRecord()

    /// One more from `time` on; times never go back.
    mutating func enter(at time: Int, period: Int) {
        settle(time, period: period)
        level += 1
        counted.entered += 1
    }

    /// The one that entered at `arrival` leaves at `time`, which may lie ahead.
    mutating func leave(at time: Int, arrival: Int, period: Int) {
        counted.stayCycles += (time - arrival) / period
        var place = departures.count
        while place > head, departures[place - 1] > time { place -= 1 }
        departures.insert(time, at: place)
    }

    /// Adds up the occupancy until `time`.
    mutating func settle(_ time: Int, period: Int) {
        while head < departures.count, departures[head] <= time {
            advance(to: departures[head], period)
            level -= 1
            head += 1
        }
        advance(to: time, period)
        if head > 256 {
            departures.removeFirst(head)
            head = 0
        }
    }

    private mutating func advance(to time: Int, _ period: Int) {
        guard time > changedAt else { return }
        counted.occupancyCycles += level * ((time - changedAt) / period)
        changedAt = time
    }

    /// What was counted since the last time.
    mutating func take() -> QueueRecord {
        defer { counted = QueueRecord() }
        return counted
    }

    mutating func shift(by delta: Int) {
        changedAt += delta
        for index in departures.indices { departures[index] += delta }
    }
}

extension Simulator {
    /// Brings the books of a DMA engine's requests up to the last edge of its clock before `time`.
    mutating func settleQueue(_ unit: Int, at time: Int) {
        let period = units[unit].period
        dmas[unit].queue.settle(time / period * period, period: period)
        let counted = dmas[unit].queue.take()
        statistics.count(unit, Statistics.requests, counted.entered)
        statistics.count(unit, Statistics.requestStays, counted.stayCycles)
        statistics.count(unit, Statistics.requestOccupancy, counted.occupancyCycles)
    }

    /// What a DMA engine's requests counted over the whole run.
    func queueRecord(_ unit: Int) -> QueueRecord {
        QueueRecord(
            entered: statistics.ofUnit(unit, Statistics.requests), stayCycles: statistics.ofUnit(unit, Statistics.requestStays),
            occupancyCycles: statistics.ofUnit(unit, Statistics.requestOccupancy))
    }
}
