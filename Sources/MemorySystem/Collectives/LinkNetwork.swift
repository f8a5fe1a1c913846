/// Chips joined by links, at the level of messages.
///
/// Messages take the fixed path of the topology's standard routing. A link sends one message after the other, in the order in which
/// their first bytes come to it. A message goes on over the next link as soon as its first byte is there (cut-through), with
/// unlimited room in between. Not modelled: flow control, retransmission, adaptive paths; for those there is `FlitNetwork`.
///
/// Terminals of the topology are the chips. In a ring, mesh or torus a router is part of its chip and reaching it costs nothing; with
/// `terminalLink` the way between a chip and a switch is a link of its own.
public struct LinkNetwork: Sendable {
    public let topology: NetworkTopology
    private let ports: NetworkPorts
    private let routing: RoutingTable
    /// By channel, then the terminals' links into the network, then those out of it.
    private let links: [ChipLink]
    private let hasTerminalLinks: Bool
    private var freeAt: [Int]
    /// Femtoseconds for which each link has been sending.
    public private(set) var busyTime: [Int]
    public private(set) var now = 0

    private struct Message {
        var target: Int
        var bytes: Int
        var tag: Int
        var delay: Int
        /// Router that the message is at; -1 before it has entered.
        var router: Int
        /// When its last byte has passed the last link so far.
        var tail: Int
    }
    private var messages: [Message] = []
    private var freeMessages: [Int] = []
    /// Messages by when something happens to them.
    private var events = FutureQueue()

    /// - Parameters:
    ///   - link: of every channel. Latencies of the topology's channels are not used.
    ///   - terminalLink: between each terminal and its router; `nil` where they are one chip.
    /// - Throws: `CollectiveError` for what is wrong with the links or the topology.
    public init(_ topology: NetworkTopology, link: ChipLink, terminalLink: ChipLink? = nil) throws(CollectiveError) {
        try link.validate()
        try terminalLink?.validate()
        do {
            try topology.validate()
            ports = NetworkPorts(topology, inputSpeedup: 1)
            // Messages never wait for room, so channels may depend on each other in a circle.
            routing = try RoutingTable(
                topology, ports: ports, parameters: NetworkParameters(virtualChannels: 64, allowsCyclicDependencies: true))
        } catch { throw CollectiveError(error.description) }
        self.topology = topology
        hasTerminalLinks = terminalLink != nil
        links = Array(repeating: link, count: topology.channels.count)
            + Array(repeating: terminalLink ?? link, count: terminalLink == nil ? 0 : 2 * topology.terminals)
        freeAt = Array(repeating: 0, count: links.count)
        busyTime = freeAt
    }

    public var chips: Int { topology.terminals }

    /// Sends a message. `tag` comes back with its arrival, `delay` femtoseconds after its last byte.
    public mutating func send(from source: Int, to target: Int, bytes: Int, tag: Int, delay: Int = 0, at time: Int) {
        precondition(time >= now, "messages are sent in the order of time")
        let message = Message(
            target: target, bytes: bytes, tag: tag, delay: delay, router: source == target ? topology.ejectionRouters[target] : -1 - source,
            tail: time)
        if let index = freeMessages.popLast() {
            messages[index] = message
            events.insert(index, at: time)
        } else {
            messages.append(message)
            events.insert(messages.count - 1, at: time)
        }
    }

    /// The next message to arrive, and when; `nil` when none is under way.
    public mutating func nextArrival() -> (tag: Int, time: Int)? {
        while let time = events.first {
            let index = events.removeFirst()
            now = time
            if messages[index].router == .max {
                freeMessages.append(index)
                return (messages[index].tag, time)
            }
            step(index)
        }
        return nil
    }

    /// Routers on the way, for closed forms: the number of links that a message passes.
    public func distance(from source: Int, to target: Int) -> Int {
        guard source != target else { return 0 }
        var router = topology.injectionRouters[source]
        var count = hasTerminalLinks ? 2 : 0
        while let channel = channel(from: router, to: target) {
            count += 1
            router = topology.channels[channel].to
        }
        return count
    }

    /// The channel to take next; `nil` at the target's router.
    private func channel(from router: Int, to terminal: Int) -> Int? {
        let output = ports.outputBase[router] + Int(routing.escapePort[router * topology.terminals + terminal])
        if case .channel(let channel) = ports.outputEnd[output] { return channel }
        return nil
    }

    /// The first byte of a message is at a router, or at its source.
    private mutating func step(_ index: Int) {
        let message = messages[index]
        if message.router < 0 {
            let source = -1 - message.router
            messages[index].router = topology.injectionRouters[source]
            if hasTerminalLinks {
                pass(index, over: topology.channels.count + source)
            } else {
                step(index)
            }
        } else if let channel = channel(from: message.router, to: message.target) {
            messages[index].router = topology.channels[channel].to
            pass(index, over: channel)
        } else {
            messages[index].router = .max
            if hasTerminalLinks && message.tail > now {
                // It still has to leave; the last link's end is the arrival.
                let end = occupy(index, topology.channels.count + topology.terminals + message.target)
                events.insert(index, at: end + message.delay)
            } else {
                events.insert(index, at: max(now, message.tail) + message.delay)
            }
        }
    }

    private mutating func pass(_ index: Int, over link: Int) {
        let start = max(now, freeAt[link])
        _ = occupy(index, link)
        events.insert(index, at: start + links[link].latency)
    }

    /// Sends a message over a link as soon as that is free. Returns when its last byte is on the other side.
    private mutating func occupy(_ index: Int, _ link: Int) -> Int {
        let start = max(now, freeAt[link])
        let duration = links[link].duration(messages[index].bytes)
        // Not faster than its bytes come in.
        let end = max(start + duration, messages[index].tail)
        freeAt[link] = end
        busyTime[link] += duration
        messages[index].tail = end + links[link].latency
        return messages[index].tail
    }
}
