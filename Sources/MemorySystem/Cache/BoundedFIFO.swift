/// A first-in first-out queue of limited depth between a producer and a consumer, with back-pressure: what does not fit is not taken,
/// and the producer has to come again.
///
/// Times are integers of any unit and never go back. An element may leave `latency` after it has entered. Occupancy is counted over
/// time, so that Little's law (mean number in the queue = arrivals per time × mean stay) can be checked on every queue.
public struct BoundedFIFO<Element: Sendable>: Sendable {
    public let capacity: Int
    /// From entering to the earliest leaving.
    public let latency: Int
    private var elements: [Element?]
    private var entered: [Int]
    private var head = 0
    /// Elements in the queue.
    public private(set) var count = 0
    public private(set) var statistics = FIFOStatistics()

    /// - Throws: `CacheError` when the capacity is not positive or the latency negative.
    public init(capacity: Int, latency: Int = 0) throws(CacheError) {
        try CacheError.require(capacity, "capacity of a queue", in: 1...(1 << 24))
        try CacheError.require(latency, "latency of a queue", in: 0...(1 << 40))
        self.capacity = capacity
        self.latency = latency
        elements = Array(repeating: nil, count: capacity)
        entered = Array(repeating: 0, count: capacity)
    }

    public var isFull: Bool { count == capacity }
    public var isEmpty: Bool { count == 0 }

    /// When the first element may leave; `nil` when there is none.
    public var nextDeparture: Int? { count == 0 ? nil : entered[head] + latency }

    /// Puts an element in; false when the queue is full, which counts as a stall of the producer.
    public mutating func push(_ element: Element, at time: Int) -> Bool {
        statistics.advance(to: time, occupancy: count, isFull: isFull)
        guard count < capacity else {
            statistics.refused += 1
            return false
        }
        let place = (head + count) % capacity
        elements[place] = element
        entered[place] = time
        count += 1
        statistics.arrivals += 1
        statistics.largestOccupancy = max(statistics.largestOccupancy, count)
        return true
    }

    /// Takes the first element out; `nil` when there is none or its latency has not passed.
    public mutating func pop(at time: Int) -> Element? {
        guard let ready = nextDeparture, ready <= time else { return nil }
        statistics.advance(to: time, occupancy: count, isFull: isFull)
        let element = elements[head]
        elements[head] = nil
        statistics.departures += 1
        statistics.totalStay += time - entered[head]
        head = head + 1 == capacity ? 0 : head + 1
        count -= 1
        return element
    }

    /// Brings the statistics to a time without changing the queue.
    public mutating func advance(to time: Int) { statistics.advance(to: time, occupancy: count, isFull: isFull) }
}

/// What happened in a queue, for back-pressure reports and Little's law.
public struct FIFOStatistics: Hashable, Sendable {
    public var arrivals = 0
    public var departures = 0
    /// Attempts to put something into the full queue.
    public var refused = 0
    public var largestOccupancy = 0
    /// Sum over departures of the time spent in the queue.
    public var totalStay = 0
    /// Integral of the occupancy over time.
    public var occupancyTime = 0
    /// Time in which the queue was full.
    public var fullTime = 0
    /// Up to where the integrals reach.
    public private(set) var time = 0

    public init() {}

    mutating func advance(to newTime: Int, occupancy: Int, isFull: Bool) {
        precondition(newTime >= time, "time does not run backwards")
        occupancyTime += occupancy * (newTime - time)
        if isFull { fullTime += newTime - time }
        time = newTime
    }

    public var meanOccupancy: Double { time == 0 ? 0 : Double(occupancyTime) / Double(time) }
    public var meanStay: Double { departures == 0 ? 0 : Double(totalStay) / Double(departures) }
}
