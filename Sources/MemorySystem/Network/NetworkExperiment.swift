import Foundation

/// One point of a latency–load curve.
public struct NetworkMeasurement: Hashable, Sendable {
    /// Flits per terminal and cycle that were asked for.
    public var load: Double
    /// Flits per terminal and cycle that terminals created.
    public var offered: Double
    /// Flits per terminal and cycle that reached their destination during the measurement.
    public var accepted: Double
    /// Cycles from creation to delivery, over the packets created during the measurement; `nil` when there were none.
    public var meanLatency: Double?
    public var medianLatency: Int?
    /// 99 of 100 packets took no longer.
    public var percentile99Latency: Int?
    public var largestLatency: Int?
    public var meanHops: Double?
    public var packets: Int
    /// The mean passed the limit or packets did not drain: the network takes less than it is offered, and the latencies given say
    /// only how far the queues had grown.
    public var isSaturated: Bool
}

/// Measures latency against load as BookSim does: warm up, measure, then drain what was measured with traffic going on. A run ends
/// early when the packets that have arrived and the ages of those that have not already put the mean above the limit.
public struct NetworkExperiment: Sendable {
    public var topology: NetworkTopology
    public var parameters: NetworkParameters
    public var pattern: NetworkTraffic
    public var packetFlits: Int
    public var warmUpCycles: Int
    public var measuredCycles: Int
    /// A mean above it counts as saturation (`latency_thres`).
    public var latencyLimit: Double
    public var seed: UInt64

    /// Defaults: 10 sample periods of 1,000 cycles and a latency limit of 500 cycles as in BookSim 2 (`sample_period`, `max_samples`,
    /// `latency_thres` in src/booksim_config.cpp), after 3 periods to warm up, which BookSim does until its figures settle.
    public init(
        topology: NetworkTopology, parameters: NetworkParameters = NetworkParameters(), pattern: NetworkTraffic = .uniform,
        packetFlits: Int = 1, warmUpCycles: Int = 3000, measuredCycles: Int = 10_000, latencyLimit: Double = 500, seed: UInt64 = 1
    ) {
        self.topology = topology
        self.parameters = parameters
        self.pattern = pattern
        self.packetFlits = packetFlits
        self.warmUpCycles = warmUpCycles
        self.measuredCycles = measuredCycles
        self.latencyLimit = latencyLimit
        self.seed = seed
    }

    /// What goes wrong in an experiment.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        case network(NetworkError)
        case deadlock(NetworkDeadlock)

        public var description: String {
            switch self {
            case .network(let error): error.description
            case .deadlock(let error): error.description
            }
        }
    }

    /// The curve at the given loads, in flits per terminal and cycle; each point with a network of its own and the same seed.
    ///
    /// - Parameters:
    ///   - threads: points that are worked out at the same time. They are independent: the figures are the same for any number.
    ///   - progress: called after each point, on the caller's thread.
    public func sweep(
        loads: [Double], threads: Int = NetworkExperiment.processors, progress: () -> Void = {}
    ) throws(Failure) -> [NetworkMeasurement] {
        let empty = try network()
        // High loads take longest and are begun first.
        let order = loads.indices.sorted { (loads[$1], $0) < (loads[$0], $1) }
        let results = concurrentMap(order.map { loads[$0] }, threads: threads, finished: progress) { load in
            Result { () throws(Failure) in try measure(load: load, empty) }
        }
        var points = [Result<NetworkMeasurement, Failure>?](repeating: nil, count: loads.count)
        for (place, index) in order.enumerated() { points[index] = results[place] }
        var rows: [NetworkMeasurement] = []
        for point in points { if let point { rows.append(try point.get()) } }
        return rows
    }

    /// Processors of this machine.
    public static var processors: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// One point of the curve.
    public func measure(load: Double) throws(Failure) -> NetworkMeasurement { try measure(load: load, try network()) }

    /// The load at which the mean latency reaches `factor` times that of an empty network, by bisection to within `tolerance`.
    public func saturationLoad(factor: Double = 3, tolerance: Double = 0.002) throws(Failure) -> Double {
        let empty = try network()
        let limit: Double
        do throws(NetworkError) {
            limit = try empty.zeroLoadLatency(under: pattern, flits: packetFlits).mean * factor
        } catch { throw .network(error) }
        var low = 0.0
        var high = 1.0
        while high - low > tolerance {
            let middle = (low + high) / 2
            let point = try measure(load: middle, empty)
            if point.isSaturated || (point.meanLatency ?? 0) > limit { high = middle } else { low = middle }
        }
        return (low + high) / 2
    }

    private func network() throws(Failure) -> FlitNetwork {
        do {
            try NetworkTopology.require(warmUpCycles, "warmUpCycles", in: 0...(1 << 40))
            try NetworkTopology.require(measuredCycles, "measuredCycles", in: 1...(1 << 40))
            return try FlitNetwork(topology, parameters)
        } catch { throw .network(error) }
    }

    private func measure(load: Double, _ empty: FlitNetwork) throws(Failure) -> NetworkMeasurement {
        var network = empty
        var generator: PacketGenerator
        do {
            generator = try PacketGenerator(pattern, load: load, flits: packetFlits, topology: topology, seed: seed)
        } catch { throw .network(error) }
        let end = warmUpCycles + measuredCycles
        // Queues that grow beyond this many cycles' worth of latency will not come back.
        let drainLimit = end + max(Int(latencyLimit) * 20, measuredCycles)
        var outstanding = 0
        // Sum over measured packets under way of the cycles of their creation.
        var creationSum = 0
        var latencySum = 0
        var latencies: [Int] = []
        var hops = 0
        var acceptedFlits = 0
        var created = 0
        var isSaturated = false
        while network.now < end || outstanding > 0 {
            let isMeasured = network.now >= warmUpCycles && network.now < end
            let before = network.packetsCreated
            generator.inject(into: &network, tag: isMeasured ? 1 : 0)
            if isMeasured {
                created += network.packetsCreated - before
                outstanding += network.packetsCreated - before
                creationSum += (network.packetsCreated - before) * network.now
            }
            do { try network.advance(to: network.now + 1) } catch { throw .deadlock(error) }
            let cycle = network.now - 1
            for delivery in network.takeDeliveries() {
                if cycle >= warmUpCycles && cycle < end { acceptedFlits += delivery.flits }
                guard delivery.tag == 1 else { continue }
                outstanding -= 1
                creationSum -= delivery.created
                latencySum += delivery.latency
                latencies.append(delivery.latency)
                hops += delivery.hops
            }
            let ages = outstanding * network.now - creationSum
            if network.now == drainLimit || network.now >= end && Double(latencySum + ages) > latencyLimit * Double(created) {
                isSaturated = true
                break
            }
        }
        latencies.sort()
        let mean = latencies.isEmpty ? nil : Double(latencySum) / Double(latencies.count)
        let cells = Double(topology.terminals) * Double(measuredCycles)
        return NetworkMeasurement(
            load: load, offered: Double(created * packetFlits) / cells, accepted: Double(acceptedFlits) / cells, meanLatency: mean,
            medianLatency: latencies.isEmpty ? nil : latencies[latencies.count / 2],
            percentile99Latency: latencies.isEmpty ? nil : latencies[min(latencies.count - 1, latencies.count * 99 / 100)],
            largestLatency: latencies.last, meanHops: latencies.isEmpty ? nil : Double(hops) / Double(latencies.count), packets: latencies.count,
            isSaturated: isSaturated || (mean ?? 0) > latencyLimit)
    }
}
