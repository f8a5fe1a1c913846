/// Both sides of Little's law for a queue, counted apart: how many were in it, summed over time as it passes, and how long each stayed.
///
/// Times are femtoseconds on edges of the engine's clock; what is handed out is in its cycles.
struct QueueAccount {
    /// In the queue at `changedAt`.
    private var level = 0
    private var changedAt = 0
    /// When those leave whose end is known, ascending: a ring that grows when it is full.
    private var departures: [Int]
    private var head = 0
    private var known = 0
    private var entered = 0
    /// In femtoseconds, since the last `take`.
    private var stays = 0
    private var occupancy = 0

    /// - Parameter capacity: entries that the queue holds.
    init(capacity: Int) {
        var size = 4
        while size < capacity { size *= 2 }
        departures = Array(repeating: 0, count: size)
    }

    /// One more from `time` on; times never go back.
    @inline(__always)
    mutating func enter(at time: Int) {
        settle(time)
        level &+= 1
        entered &+= 1
    }

    /// The one that entered at `arrival` leaves at `time`, which may lie ahead.
    @inline(__always)
    mutating func leave(at time: Int, arrival: Int) {
        stays &+= time &- arrival
        if known == departures.count { grow() }
        let mask = departures.count &- 1
        var place = head &+ known
        // Nearly always the last one.
        while place > head, departures[(place &- 1) & mask] > time {
            departures[place & mask] = departures[(place &- 1) & mask]
            place &-= 1
        }
        departures[place & mask] = time
        known &+= 1
    }

    /// Adds up the occupancy until `time`.
    @inline(__always)
    mutating func settle(_ time: Int) {
        let mask = departures.count &- 1
        while known > 0, departures[head & mask] <= time {
            advance(to: departures[head & mask])
            level &-= 1
            head = (head &+ 1) & mask
            known &-= 1
        }
        advance(to: time)
    }

    @inline(__always)
    private mutating func advance(to time: Int) {
        guard time > changedAt else { return }
        occupancy &+= level &* (time &- changedAt)
        changedAt = time
    }

    @inline(never)
    private mutating func grow() {
        let count = departures.count
        departures = (0..<(2 * count)).map { departures[(head + min($0, count - 1)) & (count - 1)] }
        head = 0
    }

    /// Femtoseconds of either sum after which it is to be taken: far from the end of an integer.
    static let most = 1 << 61
    var isLarge: Bool { stays > Self.most || occupancy > Self.most }

    /// What was counted since the last time, in cycles.
    mutating func take(period: Int) -> QueueRecord {
        defer { (entered, stays, occupancy) = (0, 0, 0) }
        return QueueRecord(entered: entered, stayCycles: stays / period, occupancyCycles: occupancy / period)
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
        dmas[unit].queue.settle(time / period * period)
        let counted = dmas[unit].queue.take(period: period)
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
