import MemorySystem
import Testing

/// Collective operations: right values, and times of the closed forms.
@Suite struct CollectivesTests {
    /// 25 GB/s, 500 ns: α in femtoseconds and β in femtoseconds per byte are whole numbers.
    static let link = ChipLink(bytesPerSecond: 25e9, latency: 500_000_000)
    static let alpha = 500_000_000
    static let beta = 40_000

    private func values(ranks: Int, elements: Int, seed: UInt64) -> [[Int]] {
        var random = Xorshift64Star(seed: seed)
        return (0..<ranks).map { _ in (0..<elements).map { _ in random.below(1_000_000) } }
    }

    private func sums(_ values: [[Int]]) -> [Int] {
        values[0].indices.map { element in values.reduce(0) { $0 + $1[element] } }
    }

    @Test("Every all-reduce leaves the sums at every rank, for any number of ranks, length, flows and order")
    func allReduceValues() throws {
        var random = Xorshift64Star(seed: 1)
        for ranks in [1, 2, 3, 4, 5, 7, 8, 16] {
            for elements in [1, 5, 16, 37] {
                for algorithm in CollectiveAlgorithm.allCases {
                    if algorithm == .halvingDoubling && ranks & (ranks - 1) != 0 { continue }
                    var order = Array(0..<ranks)
                    order.shuffle(using: &random)
                    let flows = 1 + random.below(min(4, elements))
                    let schedule = try CollectiveSchedule(.allReduce(algorithm), ranks: ranks, elements: elements, flows: flows, order: order)
                    let start = values(ranks: ranks, elements: elements, seed: UInt64(ranks * 100 + elements))
                    for topology in [try NetworkTopology.ring(max(2, ranks)), try .crossbar(terminals: ranks)] {
                        var network = try LinkNetwork(topology, link: Self.link, terminalLink: Self.link)
                        let result = try network.run(schedule, elementBytes: 4, reduceBytesPerSecond: 1e12, values: start)
                        #expect(result.values == Array(repeating: sums(start), count: ranks), "\(algorithm), \(ranks) ranks, \(elements) elements")
                    }
                }
            }
        }
    }

    @Test("Gathering, scattering, exchanging and broadcasting leave what they should")
    func otherValues() throws {
        for ranks in [2, 4, 6, 8] {
            let elements = ranks * 3
            let start = values(ranks: ranks, elements: elements, seed: UInt64(ranks))
            func run(_ operation: CollectiveOperation, flows: Int = 2) throws -> [[Int]] {
                var network = try LinkNetwork(.torus([ranks]), link: Self.link)
                return try network.run(try CollectiveSchedule(operation, ranks: ranks, elements: elements, flows: flows), elementBytes: 8, values: start).values
            }
            func part(_ rank: Int) -> Range<Int> { rank * 3..<rank * 3 + 3 }
            var algorithms = [CollectiveAlgorithm.ring]
            if ranks & (ranks - 1) == 0 { algorithms.append(.halvingDoubling) }
            for algorithm in algorithms {
                let gathered = (0..<ranks).flatMap { start[$0][part($0)] }
                #expect(try run(.allGather(algorithm), flows: 1) == Array(repeating: gathered, count: ranks))
                let scattered = try run(.reduceScatter(algorithm), flows: 1)
                for rank in 0..<ranks { #expect(Array(scattered[rank][part(rank)]) == Array(sums(start)[part(rank)])) }
            }
            let exchanged = try run(.allToAll)
            for rank in 0..<ranks {
                for other in 0..<ranks { #expect(Array(exchanged[rank][part(other)]) == Array(start[other][part(rank)])) }
            }
            #expect(try run(.broadcast(root: ranks - 1)) == Array(repeating: start[ranks - 1], count: ranks))
        }
    }

    @Test("Ring all-reduce takes 2 (n − 1) (α + S / nB), all-gather and reduce-scatter half of it", arguments: [2, 4, 8, 16])
    func ringTime(ranks: Int) throws {
        let elements = 1 << 20
        let bytes = elements * 2
        func time(_ operation: CollectiveOperation, reduce: Double? = nil) throws -> CollectiveResult {
            var network = try LinkNetwork(.ring(ranks), link: Self.link)
            return try network.run(try CollectiveSchedule(operation, ranks: ranks, elements: elements), elementBytes: 2, reduceBytesPerSecond: reduce)
        }
        let step = Self.alpha + bytes / ranks * Self.beta
        #expect(try time(.allReduce(.ring)).duration == 2 * (ranks - 1) * step)
        #expect(try time(.allGather(.ring)).duration == (ranks - 1) * step)
        #expect(try time(.reduceScatter(.ring)).duration == (ranks - 1) * step)
        #expect(try time(.allReduce(.ring)).bytesSent == 2 * (ranks - 1) * bytes)
        // Combining at 1 TB/s adds 1,000 fs a byte to each of the n − 1 reducing steps.
        let combining = (ranks - 1) * (bytes / ranks * 1000)
        #expect(try time(.allReduce(.ring), reduce: 1e12).duration == 2 * (ranks - 1) * step + combining)
    }

    @Test("Behind a switch: halving-doubling takes 2 log n 2α + 2 (n − 1) / n S / B, a tree 2 log n (2α + S / B)", arguments: [2, 4, 8, 32])
    func switchTime(ranks: Int) throws {
        let elements = 1 << 18
        let bytes = elements * 4
        let steps = ranks.trailingZeroBitCount
        func time(_ operation: CollectiveOperation, flows: Int = 1) throws -> Int {
            var network = try LinkNetwork(.crossbar(terminals: ranks), link: Self.link, terminalLink: Self.link)
            return try network.run(try CollectiveSchedule(operation, ranks: ranks, elements: elements, flows: flows), elementBytes: 4).duration
        }
        let onePart = bytes / ranks * Self.beta
        let floor = 2 * (ranks - 1) * onePart
        let twoLinks = 2 * Self.alpha
        #expect(try time(.allReduce(.halvingDoubling)) == 2 * steps * twoLinks + floor)
        #expect(try time(.allReduce(.tree)) == 2 * steps * (twoLinks + bytes * Self.beta))
        #expect(try time(.allToAll) == twoLinks + (ranks - 1) * onePart)
        // In pieces a tree goes up and down at once; its root still takes in log n buffers and gives out as many.
        let pieces = try time(.allReduce(.tree), flows: 32)
        #expect(pieces >= steps * bytes * Self.beta)
        if ranks >= 8 { #expect(try Double(pieces) < 0.9 * Double(time(.allReduce(.tree)))) }
        // No all-reduce beats the bytes that each chip has to send.
        for algorithm in CollectiveAlgorithm.allCases { #expect(try time(.allReduce(algorithm)) > floor) }
    }

    @Test("On a ring partners far apart share links: halving-doubling is slower than ring, and all-to-all as slow as its busiest link")
    func contention() throws {
        let elements = 1 << 20
        func run(_ operation: CollectiveOperation) throws -> CollectiveResult {
            var network = try LinkNetwork(.ring(8), link: Self.link)
            return try network.run(try CollectiveSchedule(operation, ranks: 8, elements: elements), elementBytes: 2)
        }
        #expect(try run(.allReduce(.halvingDoubling)).duration > run(.allReduce(.ring)).duration)
        // 16 links; each rank's parts travel 16 hops in all: every link carries a whole buffer.
        let floor = elements * 2 * Self.beta
        let exchange = try run(.allToAll)
        #expect(exchange.duration >= floor && exchange.duration < floor * 2)
    }

    @Test("Messages: cut-through over several links, in turn on a shared one, packets and line code on top")
    func messages() throws {
        var network = try LinkNetwork(.mesh([5]), link: Self.link)
        network.send(from: 0, to: 3, bytes: 1000, tag: 1, at: 0)
        network.send(from: 1, to: 3, bytes: 1000, tag: 2, at: 0)
        #expect(network.distance(from: 0, to: 3) == 3)
        // The second has the shared links first; the first follows behind it.
        let firstArrival = network.nextArrival()
        let first = try #require(firstArrival)
        #expect(first.tag == 2 && first.time == 2 * Self.alpha + 1000 * Self.beta)
        let secondArrival = network.nextArrival()
        let second = try #require(secondArrival)
        #expect(second.tag == 1 && second.time == 3 * Self.alpha + 1000 * Self.beta)
        let none = network.nextArrival()
        #expect(none == nil)

        // PCI Express 3.0 ×16 as an example of a line code and packets: 16 GB/s raw, 128b/130b, 24 bytes with each 256.
        let packets = ChipLink(bytesPerSecond: 16e9, latency: 0, codeEfficiency: 128.0 / 130, packetPayload: 256, packetOverhead: 24)
        #expect(packets.wireBytes(1000) == 1000 + 4 * 24)
        let wire = Double((1 << 20) / 256 * 280)
        #expect(abs(Double(packets.duration(1 << 20)) - wire * 1e15 / (16e9 * 128 / 130)) <= 1)
        #expect(abs(packets.protocolEfficiency - 128.0 / 130 * 256 / 280) < 1e-12)
    }

    @Test("Unshared links take the time of the closed forms to the femtosecond", arguments: [2, 4, 8, 16])
    func closedForms(chips: Int) throws {
        let bytes = 1 << 20
        let round = Self.alpha + bytes / chips * Self.beta
        func measure(_ operation: CollectiveOperation, _ kind: String, reduce: Double? = nil) throws -> CollectiveMeasurement {
            try CollectiveSystem(kind, chips: chips).measure(operation, bytes: bytes, link: Self.link, reduceBytesPerSecond: reduce)
        }
        let ring = try measure(.allReduce(.ring), "ring")
        #expect(ring.duration == 2 * (chips - 1) * round && ring.steps == 2 * (chips - 1))
        #expect(abs(ring.algorithmBandwidth - Double(bytes) / (Double(ring.duration) * 1e-15)) < 1)
        // Bus bandwidth as nccl-tests defines it: 2 (n − 1) / n of the algorithm bandwidth, never above that of a link.
        #expect(abs(ring.busBandwidth / ring.algorithmBandwidth - 2 * Double(chips - 1) / Double(chips)) < 1e-12)
        #expect(ring.busBandwidth < 25e9)
        for kind in ["ring", "switch", "fully-connected"] {
            var operations: [CollectiveOperation] = [.allReduce(.ring), .allGather(.ring), .reduceScatter(.ring)]
            if kind != "ring" {
                operations += [.allReduce(.halvingDoubling), .allReduce(.tree), .allGather(.halvingDoubling), .reduceScatter(.halvingDoubling), .allToAll, .broadcast(root: 0)]
            }
            for operation in operations {
                for reduce in [nil, 1e12] as [Double?] {
                    let row = try measure(operation, kind, reduce: reduce)
                    #expect(row.duration == row.contentionFree, "\(operation) on \(kind)")
                }
            }
        }
        // Meshes and tori with an even side have a way round over neighbours.
        for kind in ["mesh", "torus"] where chips > 2 {
            let row = try measure(.allReduce(.ring), kind)
            #expect(row.duration == 2 * (chips - 1) * round, "\(kind)")
        }
    }

    @Test("The way round a grid passes every chip once, over channels only")
    func circles() throws {
        for (columns, rows) in [(2, 2), (4, 2), (3, 2), (2, 5), (4, 4), (5, 4), (4, 5), (3, 6), (6, 3)] {
            let topology = try NetworkTopology.mesh([columns, rows])
            let order = try #require(CollectiveSystem(topology).ringOrder)
            #expect(order.sorted() == Array(0..<columns * rows))
            for (place, chip) in order.enumerated() {
                let next = order[(place + 1) % order.count]
                #expect(topology.channels.contains { $0.from == chip && $0.to == next }, "\(columns)×\(rows): \(chip) to \(next)")
            }
        }
        #expect(CollectiveSystem(try .mesh([3, 3])).ringOrder == nil)
        #expect(CollectiveSystem(try .ring(5)).ringOrder == nil)
        // Against the numbers a ring on a mesh shares links.
        let mesh = try CollectiveSystem("mesh", chips: 16)
        let bent = try mesh.measure(.allReduce(.ring), bytes: 1 << 20, link: Self.link, followsRing: false)
        #expect(bent.duration > (try mesh.measure(.allReduce(.ring), bytes: 1 << 20, link: Self.link)).duration)
    }

    @Test("Large buffers bring an all-reduce to the link's bandwidth, small ones to its latency; sharing never makes it faster")
    func limits() throws {
        let system = try CollectiveSystem("ring", chips: 8)
        let large = try system.measure(.allReduce(.ring), bytes: 1 << 34, link: Self.link)
        #expect(large.busBandwidth > 0.999 * 25e9 && large.busBandwidth <= 25e9)
        let small = try system.measure(.allReduce(.ring), bytes: 8, link: Self.link)
        #expect(small.duration == 14 * (Self.alpha + Self.beta))
        for operation in [CollectiveOperation.allReduce(.tree), .allReduce(.halvingDoubling), .allToAll, .broadcast(root: 0)] {
            for kind in CollectiveSystem.kinds {
                let row = try CollectiveSystem(kind, chips: 16).measure(operation, bytes: 1 << 20, link: Self.link)
                #expect(row.duration >= (try #require(row.contentionFree)), "\(operation) on \(kind)")
            }
        }
        // Only one chip: nothing is sent.
        #expect(try CollectiveSystem("ring", chips: 1).measure(.allReduce(.ring), bytes: 100, link: Self.link).duration == 0)
    }

    @Test("What cannot run is refused with the reason")
    func refusals() throws {
        #expect(failure { _ = try CollectiveSchedule(.allReduce(.halvingDoubling), ranks: 6, elements: 12) }.contains("power of two of ranks, not 6"))
        #expect(failure { _ = try CollectiveSchedule(.allGather(.tree), ranks: 4, elements: 12) }.contains("use ring"))
        #expect(failure { _ = try CollectiveSchedule(.allToAll, ranks: 0, elements: 12) }.contains("0 ranks"))
        #expect(failure { _ = try CollectiveSchedule(.allToAll, ranks: 4, elements: 0) }.contains("0 elements"))
        #expect(failure { _ = try CollectiveSchedule(.broadcast(root: 4), ranks: 4, elements: 4) }.contains("root 4"))
        #expect(failure { _ = try CollectiveSchedule(.allToAll, ranks: 3, elements: 4, order: [0, 1, 1]) }.contains("each of the 3 ranks once"))
        var network = try LinkNetwork(.ring(4), link: Self.link)
        #expect(failure { _ = try network.run(CollectiveSchedule(.allToAll, ranks: 5, elements: 5), elementBytes: 4) }.contains("5 ranks do not fit on 4 chips"))
        #expect(failure { _ = try network.run(CollectiveSchedule(.allToAll, ranks: 2, elements: 5), elementBytes: 4, values: [[1]]) }.contains("5 each"))
        #expect(failure { _ = try LinkNetwork(.ring(4), link: ChipLink(bytesPerSecond: 0, latency: 0)) }.contains("bytesPerSecond is 0"))
        #expect(failure { _ = try LinkNetwork(.ring(4), link: ChipLink(bytesPerSecond: 1e9, latency: 0, codeEfficiency: 1.5)) }.contains("codeEfficiency"))
        #expect(failure { _ = try CollectiveSchedule(.allReduce(.ring), ranks: 4096, elements: 1 << 20) }.contains("33546240 messages; at most 4194304"))
        #expect(failure { _ = try CollectiveSystem("rnig", chips: 4) }.contains("there are ring, mesh, torus, switch, fully-connected"))
        #expect(failure { _ = try CollectiveSystem("switch", chips: 65) }.contains("at most 64"))
        #expect(failure { _ = try CollectiveSystem("fully-connected", chips: 65) }.contains("at most 64"))
        #expect(failure { _ = try CollectiveSystem("ring", chips: 0) }.contains("0 chips"))
        #expect(failure { _ = try CollectiveOperation(named: "all-reduse", algorithm: .ring) }.contains("all-reduce, all-gather"))
        let parts = NetworkTopology(routers: 2, channels: [], injectionRouters: [0, 1])
        #expect(failure { _ = try LinkNetwork(parts, link: Self.link) }.contains("disconnected"))
    }
}
