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

    // The planes of the cycle loop. By router: input ports with packets that wait for an output channel, and with flits to send.
    var arena: PlaneArena
    var waitingPorts: Plane<UInt64>
    var activePorts: Plane<UInt64>
    var inputBase: Plane<Int>
    var outputBase: Plane<Int>
    var inputRouter: Plane<Int>

    // Input virtual channels, by input port × virtualChannels + number.
    var buffer: Plane<Int>
    var head: Plane<Int>
    var count: Plane<Int>
    /// Cycle in which the latest flit arrived.
    var lastArrival: Plane<Int>
    /// When the head may ask for an output channel, or the packet for the switch.
    var readyAt: Plane<Int>
    /// Output virtual channel that the packet holds, in output port × virtualChannels + number; -1 for none.
    var route: Plane<Int>
    /// Its output port within the router.
    var routeOutput: Plane<Int>
    /// First of the branches of a packet that forks here; -1 for others.
    var branches: Plane<Int>

    // Input ports: sets of virtual channels.
    var waiting: Plane<UInt64>
    var active: Plane<UInt64>
    /// Next virtual channel to be considered, by crossbar input.
    var inputPointer: Plane<Int>
    var acceptPointer: Plane<Int>

    // Output ports; those of terminals' queues behind those of routers.
    var credits: Plane<Int>
    /// Input virtual channel that holds the output virtual channel; -1 for none.
    var owner: Plane<Int>
    var free: Plane<UInt64>
    /// Next virtual channel to be taken, by input virtual channel and then by terminal.
    var channelPointer: Plane<Int>
    var grantPointer: Plane<Int>
    var sent: Plane<Int>
    var outputLatency: Plane<Int>
    /// Input port behind an output port, or -1 - terminal, or `Int.min` for a combining unit.
    var behind: Plane<Int>
    /// Output port in front of an input port; -1 for a combining unit.
    var inFront: Plane<Int>

    /// Sets of routers with flits and of terminals with packets to send.
    var busyRouters: Plane<UInt64>
    var busyTerminals: Plane<UInt64>
    var allocationPointer: Plane<Int>

    // Terminals.
    var queueHead: Plane<Int>
    var queueTail: Plane<Int>
    /// Flits of the packet at the queue's head that were sent.
    var flitsInjected: Plane<Int>
    /// Its output virtual channel, -1 before it has one.
    var injectionRoute: Plane<Int>

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
    var requests: Plane<UInt64>
    var requestVC: Plane<Int>
    var grants: Plane<UInt64>

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
        let inFront = ports.inputEnd.map { [ports] end in
            switch end {
            case .channel(let channel): ports.channelOutput[channel]
            case .terminal(let terminal): ports.outputs + terminal
            case .combiner: -1
            }
        }

        let routers = topology.routers
        let terminals = topology.terminals
        let crossbarInputs = inputs * parameters.inputSpeedup
        var words = inputChannels * (depth + 7) + ports.inputs * (4 + 2 * speedup) + allOutputs * (2 * virtualChannels + 5)
        words += inputChannels + terminals + 5 * routers + 2 + busyWords(routers) + busyWords(terminals) + 4 * terminals
        words += radix + crossbarInputs * (radix + 1)
        arena = PlaneArena(words: words)
        buffer = arena.plane(inputChannels * depth, filled: 0)
        head = arena.plane(inputChannels, filled: 0)
        count = arena.plane(inputChannels, filled: 0)
        lastArrival = arena.plane(inputChannels, filled: -1)
        readyAt = arena.plane(inputChannels, filled: 0)
        route = arena.plane(inputChannels, filled: -1)
        routeOutput = arena.plane(inputChannels, filled: -1)
        branches = arena.plane(inputChannels, filled: -1)
        waiting = arena.plane(ports.inputs, filled: 0)
        active = arena.plane(ports.inputs, filled: 0)
        inputPointer = arena.plane(ports.inputs * speedup, filled: 0)
        acceptPointer = arena.plane(ports.inputs * speedup, filled: 0)
        self.inFront = arena.plane(inFront)
        inputRouter = arena.plane(ports.inputRouter)
        credits = arena.plane(allOutputs * virtualChannels, filled: depth)
        owner = arena.plane(allOutputs * virtualChannels, filled: -1)
        free = arena.plane(allOutputs, filled: RoutingTable.ones(virtualChannels))
        grantPointer = arena.plane(allOutputs, filled: 0)
        sent = arena.plane(allOutputs, filled: 0)
        outputLatency = arena.plane(latency)
        self.behind = arena.plane(behind)
        channelPointer = arena.plane(inputChannels + terminals, filled: 0)
        waitingPorts = arena.plane(routers, filled: 0)
        activePorts = arena.plane(routers, filled: 0)
        allocationPointer = arena.plane(routers, filled: 0)
        inputBase = arena.plane(ports.inputBase)
        outputBase = arena.plane(ports.outputBase)
        busyRouters = arena.plane(busyWords(routers), filled: 0)
        busyTerminals = arena.plane(busyWords(terminals), filled: 0)
        queueHead = arena.plane(terminals, filled: -1)
        queueTail = arena.plane(terminals, filled: -1)
        flitsInjected = arena.plane(terminals, filled: 0)
        injectionRoute = arena.plane(terminals, filled: -1)
        requests = arena.plane(radix, filled: 0)
        requestVC = arena.plane(crossbarInputs * radix, filled: -1)
        grants = arena.plane(crossbarInputs, filled: 0)

        let longest = (latency.max() ?? 1) + crossing + parameters.timing.creditDelay + parameters.reductionLatency + 2
        var size = 1
        while size <= longest { size *= 2 }
        wheelMask = size - 1
        flitWheel = Array(repeating: [], count: size)
        creditWheel = Array(repeating: [], count: size)
        reductions = Array(repeating: Reduction(), count: virtualChannels)
    }
}

/// Words of a set of so many members.
private func busyWords(_ members: Int) -> Int { (members + 63) / 64 }
