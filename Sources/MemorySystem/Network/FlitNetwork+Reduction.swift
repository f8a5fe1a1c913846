extension FlitNetwork {
    /// A terminal's share of a reduction.
    public struct Contribution: Hashable, Sendable {
        public var terminal: Int
        public var value: Int

        public init(terminal: Int, value: Int) {
            self.terminal = terminal
            self.value = value
        }
    }

    /// Sends a packet from each contributing terminal towards `root`. Where several meet, the router's combining unit takes them
    /// in through the switch and sends one packet on, `reductionLatency` cycles after the last one's tail; the root gets a single
    /// delivery with the sum of all values.
    ///
    /// A combining unit takes in whatever comes and holds one result for each reduction under way, of which there may be as many as
    /// virtual channels; so contributions never wait for each other in buffers, and nothing is added to the dependencies of channels.
    ///
    /// - Throws: `NetworkError` for terminals that do not exist or contribute twice, packets longer than a buffer, too many reductions
    ///   at once, or routers whose switch has no room for a combining unit.
    public mutating func injectReduction(
        _ contributions: [Contribution], root: Int, flits: Int, tag: Int = 0, virtualNetwork: Int = 0, at cycle: Int
    ) throws(NetworkError) {
        guard !contributions.isEmpty else { throw .packet("a reduction needs at least one contribution") }
        var isMember = Array(repeating: false, count: topology.terminals)
        for contribution in contributions {
            try check(
                NetworkPacket(source: contribution.terminal, destination: root, flits: flits, virtualNetwork: virtualNetwork), at: cycle)
            guard !isMember[contribution.terminal] else {
                throw .packet("terminal \(contribution.terminal) contributes twice to one reduction")
            }
            isMember[contribution.terminal] = true
        }
        guard flits <= depth else {
            throw .packet("a reduction of \(flits) flits does not fit in a combining buffer of \(depth); split it or deepen bufferDepth")
        }
        guard let number = reductions.indices.first(where: { !reductions[$0].isActive }) else {
            throw .packet("\(reductions.count) reductions are under way already, as many as there are virtual channels; wait for one to end")
        }
        let expected = meetings(of: contributions, root: root)
        for router in expected.indices where expected[router] > 1 && ports.combiner(router) == nil {
            throw .packet("router \(router) has no port left for a combining unit; use a topology of smaller radix")
        }
        reductions[number].isActive = true
        reductions[number].expected = expected
        reductions[number].received = Array(repeating: 0, count: topology.routers)
        reductions[number].sum = reductions[number].received
        for contribution in contributions {
            let index = newPacket(
                NetworkPacket(
                    source: contribution.terminal, destination: root, flits: flits, tag: tag, virtualNetwork: virtualNetwork), at: cycle)
            packets[index].reduction = number
            packets[index].value = contribution.value
            enqueue(index, at: cycle)
        }
    }

    /// By router: how many packets arrive when each router sends on one for all that it received.
    private func meetings(of contributions: [Contribution], root: Int) -> [Int] {
        var expected = Array(repeating: 0, count: topology.routers)
        var isOnTree = Array(repeating: false, count: topology.routers)
        for contribution in contributions {
            var router = topology.injectionRouters[contribution.terminal]
            expected[router] += 1
            while !isOnTree[router] {
                isOnTree[router] = true
                let output = ports.outputBase[router] + Int(routing.escapePort[router * topology.terminals + root])
                guard case .channel(let channel) = ports.outputEnd[output] else { break }
                router = topology.channels[channel].to
                expected[router] += 1
            }
        }
        return expected
    }

    /// The combining unit that a contribution ends in here; `nil` where it passes.
    func combiner(for packet: Int, at router: Int, input: Int) -> Int? {
        guard reductions[packets[packet].reduction].expected[router] > 1, ports.inputEnd[input] != .combiner else { return nil }
        return ports.combiner(router)
    }

    /// The tail of a contribution is in the combining unit.
    mutating func combine(_ packet: Int, at router: Int) {
        let number = packets[packet].reduction
        reductions[number].received[router] += 1
        reductions[number].sum[router] += packets[packet].value
        guard reductions[number].received[router] == reductions[number].expected[router] else {
            freePackets.append(packet)
            return
        }
        // The last contribution becomes the result.
        packets[packet].value = reductions[number].sum[router]
        let channel = (ports.inputBase[router + 1] - 1) * virtualChannels + number
        let flits = packets[packet].flits
        for flit in 0..<flits {
            schedule(
                FlitEvent(target: channel, flit: packet << 2 | (flit == 0 ? 2 : 0) | (flit == flits - 1 ? 1 : 0)),
                at: now + parameters.reductionLatency)
        }
        flitsInFlight += flits
    }

    mutating func finishReduction(_ number: Int) { reductions[number].isActive = false }
}
