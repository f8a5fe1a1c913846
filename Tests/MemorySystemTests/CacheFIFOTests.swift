import MemorySystem
import Testing

/// Queues with back-pressure.
@Suite struct CacheFIFOTests {
    /// A producer that wants to send every `gap` cycles and waits while the queue is full, a consumer that takes one every `service`.
    private func run(capacity: Int, latency: Int, gap: Int, service: Int, count: Int) throws -> (queue: BoundedFIFO<Int>, taken: [Int], end: Int) {
        var queue = try BoundedFIFO<Int>(capacity: capacity, latency: latency)
        var taken: [Int] = []
        var next = 0
        var nextPush = 0
        var nextPop = 0
        var time = 0
        while taken.count < count {
            if time >= nextPop, let element = queue.pop(at: time) {
                taken.append(element)
                nextPop = time + service
            }
            if next < count, time >= nextPush, queue.push(next, at: time) {
                next += 1
                nextPush = time + gap
            }
            time += 1
        }
        queue.advance(to: time)
        return (queue, taken, time)
    }

    @Test("In order, nothing lost, and Little's law to the last cycle", arguments: [(1, 0), (1, 3), (4, 0), (4, 7), (16, 2)])
    func littlesLaw(capacity: Int, latency: Int) throws {
        for (gap, service) in [(1, 1), (3, 1), (1, 3), (2, 5)] {
            let (queue, taken, _) = try run(capacity: capacity, latency: latency, gap: gap, service: service, count: 500)
            #expect(taken == Array(0..<500))
            let statistics = queue.statistics
            #expect(statistics.arrivals == 500 && statistics.departures == 500)
            // Once the queue is empty the integral of the occupancy is the sum of the stays.
            #expect(statistics.occupancyTime == statistics.totalStay)
            let rate = Double(statistics.arrivals) / Double(statistics.time)
            #expect(abs(statistics.meanOccupancy - rate * statistics.meanStay) < 1e-9)
            #expect(statistics.largestOccupancy <= capacity)
        }
    }

    @Test("The slower side sets the pace; a queue shallower than its latency halves and quarters it")
    func throughput() throws {
        let count = 400
        #expect(try run(capacity: 8, latency: 0, gap: 1, service: 3, count: count).end <= 3 * count + 10)
        #expect(try run(capacity: 8, latency: 0, gap: 1, service: 3, count: count).queue.statistics.refused > 0)
        #expect(try run(capacity: 8, latency: 0, gap: 3, service: 1, count: count).queue.statistics.refused == 0)
        // At most `capacity` elements in `latency` cycles.
        for capacity in [1, 2, 4] {
            let end = try run(capacity: capacity, latency: 8, gap: 1, service: 1, count: count).end
            #expect(abs(end - count * 8 / capacity) <= 16, "\(capacity): \(end)")
        }
    }

    @Test("A queue without room or with a negative latency is refused")
    func refusals() {
        #expect(throws: CacheError.self) { try BoundedFIFO<Int>(capacity: 0) }
        #expect(throws: CacheError.self) { try BoundedFIFO<Int>(capacity: 1, latency: -1) }
    }
}
