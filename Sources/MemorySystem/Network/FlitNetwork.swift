/// A network at flit level, cycle by cycle: input-queued routers with virtual channels, credits and wormhole switching.
///
/// Modelled after the input-queued router of Dally and Towles, *Principles and Practices of Interconnection Networks* (2004),
/// chapters 16–17, with the stages and defaults of BookSim 2 (Jiang et al., ISPASS 2013): route computation, virtual-channel
/// allocation, switch allocation (iSLIP or separable), switch traversal, pipelined channels, credits with their own delay. Beyond
/// that: minimal adaptive routing with escape channels, multicast by forking in routers, reduction by combining in routers.
///
/// Not modelled: speculative allocation, output queues, flit errors, clocks of their own. Terminals take every flit that arrives,
/// one a cycle, and hold unlimited packets that wait to be sent.
///
/// Work is done where there is some: routers without flits are not visited, and `advance(to:)` jumps over cycles in which nothing
/// is due. The same calls give the same deliveries in the same order.
public struct FlitNetwork: Sendable {
    public let topology: NetworkTopology
    public let parameters: NetworkParameters
    let ports: NetworkPorts
    let routing: RoutingTable

    /// The next cycle to be simulated; all earlier ones are done.
    public internal(set) var now = 0
    /// Packets that have arrived since they were last taken.
    var arrived: [Delivery] = []
    /// Packets handed over so far.
    public internal(set) var packetsCreated = 0
    /// Flits anywhere between the source queue's end and the terminal.
    public internal(set) var flitsInFlight = 0

    // Constants of the run, unpacked for the cycle loop.
    let virtualChannels: Int
    let depth: Int
    let speedup: Int
    /// From winning the switch to the arrival behind a wire of latency 0.
    let crossing: Int
    /// Output ports of a router at most.
    let radix: Int
    /// Virtual channels of each virtual network, and the sets of the first network's channels by use.
    let networkChannels: Int
    let escapeMasks: [UInt64]
    let adaptiveMask: UInt64
    let anyMask: UInt64
    /// Virtual channels of each crossbar input of a port.
    let speedupMasks: [UInt64]
    let iterations: Int
    let asksOnce: Bool

    // Packets, by index; free ones in a list.
    var packets: [Packet] = []
    var freePackets: [Int] = []

    // Input virtual channels, by input port × virtualChannels + number.
    var buffer: [Int]
    var head: [Int]
    var count: [Int]
    /// Cycle in which the latest flit arrived.
    var lastArrival: [Int]
    /// When the head may ask for an output channel, or the packet for the switch.
    var readyAt: [Int]
    /// Output virtual channel that the packet holds, in output port × virtualChannels + number; -1 for none.
    var route: [Int]
    /// Its output port within the router.
    var routeOutput: [Int]
    /// First of the branches of a packet that forks here; -1 for others.
    var branches: [Int]

    // Input ports: sets of virtual channels.
    var waiting: [UInt64]
    var active: [UInt64]
    /// Next virtual channel to be considered, by crossbar input.
    var inputPointer: [Int]
    var acceptPointer: [Int]

    // Output ports; those of terminals' queues behind those of routers.
    var credits: [Int]
    /// Input virtual channel that holds the output virtual channel; -1 for none.
    var owner: [Int]
    var free: [UInt64]
    /// Next virtual channel to be taken, by input virtual channel and then by terminal.
    var channelPointer: [Int]
    var grantPointer: [Int]
    /// Flits sent, for utilisation and energy.
    public internal(set) var flitsSent: [Int]
    let outputLatency: [Int]
    /// Input port behind an output port, or -1 - terminal, or `Int.min` for a combining unit.
    let behind: [Int]
    /// Output port in front of an input port; -1 for a combining unit.
    let inFront: [Int]

    /// Sets of routers with flits and of terminals with packets to send.
    var busyRouters: [UInt64]
    var busyTerminals: [UInt64]
    var allocationPointer: [Int]

    // Terminals.
    var queueHead: [Int]
    var queueTail: [Int]
    /// Flits of the packet at the queue's head that were sent.
    var flitsInjected: [Int]
    /// Its output virtual channel, -1 before it has one.
    var injectionRoute: [Int]

    // What is under way on wires, by cycle modulo the wheel's size.
    let wheelMask: Int
    var flitWheel: [[FlitEvent]]
    var creditWheel: [[Int]]
    /// Entries in either wheel.
    var pending = 0
    var flitScratch: [FlitEvent] = []
    var creditScratch: [Int] = []
    var future = FutureQueue()

    // Scratch space of switch allocation, by output or crossbar input within the router.
    var requests: [UInt64]
    var requestVC: [Int]
    var grants: [UInt64]

    // Multicast and reduction.
    var branchPool: [Branch] = []
    var freeBranches: [Int] = []
    var destinationSets: [[Int]] = []
    var freeSets: [Int] = []
    var reductions: [Reduction]
    /// Cycles in a row in which flits waited and nothing moved or was under way.
    var stillCycles = 0
    var hasMoved = false

    /// A network at rest.
    ///
    /// - Throws: `NetworkError` when the topology or the parameters break a rule, or the routing function can deadlock.
    public init(_ topology: NetworkTopology, _ parameters: NetworkParameters = NetworkParameters()) throws(NetworkError) {
        try topology.validate()
        try parameters.validate()
        self.topology = topology
        self.parameters = parameters
        ports = NetworkPorts(topology, inputSpeedup: parameters.inputSpeedup)
        routing = try RoutingTable(topology, ports: ports, parameters: parameters)
        virtualChannels = parameters.virtualChannels
        depth = parameters.bufferDepth
        speedup = parameters.inputSpeedup
        crossing = parameters.timing.switchAllocation + parameters.timing.switchTraversal
        let channels = parameters.virtualChannels / parameters.virtualNetworks
        networkChannels = channels
        escapeMasks = (0..<routing.classes).map { [routing] in routing.escapeMask(class: $0, virtualChannels: channels) }
        adaptiveMask = routing.adaptiveMask(virtualChannels: channels)
        anyMask = RoutingTable.ones(channels)
        speedupMasks = (0..<parameters.inputSpeedup).map { part in
            (0..<parameters.virtualChannels).reduce(0) { $1 % parameters.inputSpeedup == part ? $0 | 1 << UInt64($1) : $0 }
        }
        switch parameters.allocator {
        case .iSLIP(let iterations): (self.iterations, asksOnce) = (iterations, false)
        case .separableInputFirst: (iterations, asksOnce) = (1, true)
        }

        var outputs = 0
        var inputs = 0
        for router in 0..<topology.routers {
            outputs = max(outputs, ports.outputBase[router + 1] - ports.outputBase[router])
            inputs = max(inputs, ports.inputBase[router + 1] - ports.inputBase[router])
            let crossbar = (ports.inputBase[router + 1] - ports.inputBase[router]) * parameters.inputSpeedup
            guard crossbar <= NetworkTopology.portLimit else {
                throw .radix(router: router, ports: crossbar, limit: NetworkTopology.portLimit)
            }
        }
        radix = outputs
        let inputChannels = ports.inputs * virtualChannels
        let allOutputs = ports.outputs + topology.terminals
        try NetworkTopology.require(inputChannels * depth, "flits of all buffers together", in: 1...(1 << 26))
        buffer = Array(repeating: 0, count: inputChannels * depth)
        head = Array(repeating: 0, count: inputChannels)
        count = head
        lastArrival = Array(repeating: -1, count: inputChannels)
        readyAt = head
        route = Array(repeating: -1, count: inputChannels)
        routeOutput = route
        branches = route
        waiting = Array(repeating: 0, count: ports.inputs)
        active = waiting
        inputPointer = Array(repeating: 0, count: ports.inputs * speedup)
        acceptPointer = inputPointer
        credits = Array(repeating: depth, count: allOutputs * virtualChannels)
        owner = Array(repeating: -1, count: allOutputs * virtualChannels)
        free = Array(repeating: RoutingTable.ones(virtualChannels), count: allOutputs)
        channelPointer = Array(repeating: 0, count: inputChannels + topology.terminals)
        grantPointer = Array(repeating: 0, count: allOutputs)
        flitsSent = grantPointer

        var latency: [Int] = []
        var behind: [Int] = []
        for end in ports.outputEnd {
            switch end {
            case .channel(let channel):
                latency.append(topology.channels[channel].latency)
                behind.append(ports.channelInput[channel])
            case .terminal(let terminal):
                latency.append(topology.terminalLatency)
                behind.append(-1 - terminal)
            case .combiner:
                latency.append(0)
                behind.append(.min)
            }
        }
        for terminal in 0..<topology.terminals {
            latency.append(topology.terminalLatency)
            behind.append(ports.injectionInput[terminal])
        }
        outputLatency = latency
        self.behind = behind
        let outputCount = ports.outputs
        inFront = ports.inputEnd.enumerated().map { [ports] _, end in
            switch end {
            case .channel(let channel): ports.channelOutput[channel]
            case .terminal(let terminal): outputCount + terminal
            case .combiner: -1
            }
        }

        busyRouters = Array(repeating: 0, count: (topology.routers + 63) / 64)
        busyTerminals = Array(repeating: 0, count: (topology.terminals + 63) / 64)
        allocationPointer = Array(repeating: 0, count: topology.routers)
        queueHead = Array(repeating: -1, count: topology.terminals)
        queueTail = queueHead
        flitsInjected = Array(repeating: 0, count: topology.terminals)
        injectionRoute = queueHead

        let longest = (latency.max() ?? 1) + crossing + parameters.timing.creditDelay + parameters.reductionLatency + 2
        var size = 1
        while size <= longest { size *= 2 }
        wheelMask = size - 1
        flitWheel = Array(repeating: [], count: size)
        creditWheel = Array(repeating: [], count: size)
        requests = Array(repeating: 0, count: radix)
        requestVC = Array(repeating: -1, count: inputs * speedup * radix)
        grants = Array(repeating: 0, count: inputs * speedup)
        reductions = Array(repeating: Reduction(), count: virtualChannels)
    }
}
