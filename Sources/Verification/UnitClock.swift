/// What a unit knows to have ended of each unit: steps that have finished, and steps that have read.
struct UnitClock {
    var finished: [Int32]
    var read: [Int32]

    /// Nothing has ended.
    init(units: Int) {
        finished = Array(repeating: 0, count: units)
        read = finished
    }

    mutating func join(_ other: UnitClock) {
        for unit in finished.indices {
            finished[unit] = max(finished[unit], other.finished[unit])
            read[unit] = max(read[unit], other.read[unit])
        }
    }
}
