import Architecture
import MemorySystem
import Programs
import Simulation
import Testing

/// Bounded queues in front of a memory's controllers.
@Suite struct FrontEndTests {
    private static let body = NetworkOnChipTests.read(131_072) + NetworkOnChipTests.write(131_072, to: 1 << 20)

    private static func run(depth: Int?, network: String? = nil, queue: Int = 4) throws -> ExecutionRecord {
        try NetworkOnChipTests.run(
            body,
            on: NetworkOnChipTests.machine(
                network: network, channels: 2, outstanding: 64, request: 256, dram: ", queue: \(queue)" + (depth.map { ", front-end: \($0)" } ?? "")))
    }

    @Test("Little's law on the queue and on what is held back", arguments: [1, 2, 8, 1000], [false, true])
    func little(_ depth: Int, _ hasNetwork: Bool) throws {
        let record = try Self.run(depth: depth, network: hasNetwork ? NetworkOnChipTests.mesh() : nil)
        let queue = try #require(record.frontEnds.first)
        #expect(queue.waiting.stayCycles == queue.waiting.occupancyCycles && queue.waiting.remaining == 0)
        #expect(queue.heldBack.stayCycles == queue.heldBack.occupancyCycles && queue.heldBack.remaining == 0)
        #expect(queue.largestOccupancy <= depth)
        #expect(queue.depth == depth && queue.queues == (hasNetwork ? 2 : 1))
        // On the network each request is cut in two.
        #expect(queue.waiting.entered == 1024 * queue.queues)
        if depth == 1 { #expect(queue.heldBack.entered > 0) }
        if depth == 1000 { #expect(queue.heldBack.entered == 0) }
        // Nothing is lost.
        #expect(record.memories[0].readBytes == 131_072 && record.memories[0].writeBytes == 131_072)
    }

    @Test("A front end that is never full and never has to wait is none")
    func ample() throws {
        let bounded = try Self.run(depth: 1000, queue: 4096), free = try Self.run(depth: nil, queue: 4096)
        #expect(bounded.cycles == free.cycles)
        #expect(bounded.units.map(\.activity) == free.units.map(\.activity))
        #expect(bounded.frontEnds[0].waiting.stayCycles == 0 && free.frontEnds.isEmpty)
    }
}
