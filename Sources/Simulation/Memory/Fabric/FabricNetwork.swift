import Architecture
import MemorySystem
import Programs

/// A network between DMA engines and off-chip memories: the packets of a run and what became of them.
struct FabricNetwork {
    let name: String
    let description: NetworkDescription
    let period: Int
    /// Terminals by unit of the machine (-1 for those that are not on it), and by memory: one for each group of channels.
    let unitTerminals: [Int]
    let memoryTerminals: [[Int]?]
    let isIdeal: Bool
    var flits: FlitNetwork
    private let flitBytes: Int
    private let answersNetwork: Int
    /// Packets inside, since when, and the integral in cycles.
    private var inside = 0
    private var insideSince = 0
    private(set) var occupancy = 0
    private(set) var packets = 0
    private(set) var requests = 0
    private(set) var sentFlits = 0
    private(set) var payload = 0
    /// Sums over delivered packets, in cycles: from creation to delivery, of that in the source's queue, and what it takes at least.
    private(set) var delivered = 0
    private(set) var deliveredFlits = 0
    private(set) var latency = 0
    private(set) var queueing = 0
    private(set) var leastLatency = 0
    private(set) var longest = 0

    init(_ network: OnChipNetwork, machine: Machine) throws(ArchitectureError) {
        let description = try NetworkDescription(network, in: machine.architecture)
        self.description = description
        name = network.name
        isIdeal = network.model == .ideal
        period = description.clock.period.femtoseconds
        flitBytes = description.experiment.parameters.flitBytes
        answersNetwork = description.experiment.parameters.virtualNetworks > 1 ? 1 : 0
        do throws(NetworkError) {
            flits = try FlitNetwork(description.topology, description.experiment.parameters)
        } catch {
            throw ArchitectureError(file: network.file, path: "networks.\(network.name)", message: error.description)
        }
        (unitTerminals, memoryTerminals) = try NetworkPlaces.find(network, terminals: description.topology.terminals, machine: machine)
    }

    /// When something happens in it next; `Int.max` for nothing.
    ///
    /// Mutating, so that an element of an array is looked at where it lies and not copied.
    var nextEvent: Int { mutating get { flits.nextEvent.map { $0 * period } ?? Int.max } }

    /// Sends a packet of a header flit and its data. Returns true when it is there already.
    mutating func send(from source: Int, to destination: Int, bytes: Int, tag: Int, isAnswer: Bool, at time: Int) -> Bool {
        let count = 1 + (bytes + flitBytes - 1) / flitBytes
        packets += 1
        if !isAnswer { requests += 1 }
        sentFlits += count
        payload += bytes
        if isIdeal {
            delivered += 1
            deliveredFlits += count
            return true
        }
        let cycle = max((time + period - 1) / period, flits.now)
        advanceOccupancy(to: cycle)
        inside += 1
        let packet = NetworkPacket(
            source: source, destination: destination, flits: count, tag: tag, virtualNetwork: isAnswer ? answersNetwork : 0)
        do throws(NetworkError) {
            try flits.inject(packet, at: cycle)
        } catch {
            preconditionFailure("terminals and sizes were checked: \(error)")
        }
        return false
    }

    /// Simulates the next cycle in which something happens. Returns what has arrived in it.
    mutating func step() throws(NetworkDeadlock) -> [Delivery] {
        guard let cycle = flits.nextEvent else { return [] }
        try flits.advance(to: cycle + 1)
        let deliveries = flits.takeDeliveries()
        guard !deliveries.isEmpty else { return deliveries }
        advanceOccupancy(to: cycle)
        inside -= deliveries.count
        for delivery in deliveries {
            delivered += 1
            deliveredFlits += delivery.flits
            latency += delivery.latency
            longest = max(longest, delivery.latency)
            queueing += delivery.injected - delivery.created
            leastLatency += flits.zeroLoadLatency(from: delivery.source, to: delivery.destination, flits: delivery.flits)
        }
        return deliveries
    }

    private mutating func advanceOccupancy(to cycle: Int) {
        occupancy += inside * (cycle - insideSince)
        insideSince = cycle
    }
}
