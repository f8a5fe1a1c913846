extension FlitNetwork {
    /// Cycles from the creation of a packet to its delivery in an empty network, in closed form.
    ///
    /// One cycle to leave the terminal and the wire to the router, then for each router its stages and the wire behind it, then the
    /// flits behind the head one by one:
    ///
    ///     T₀ = 1 + l + Σ (routing + channel allocation + switch allocation + traversal + wire) + (flits − 1)
    ///
    /// With BookSim's default stages and wires of one cycle that is 2 + 5 routers + flits − 1. It holds where buffers are deep
    /// enough to send a flit every cycle, `creditRoundTrip` of them.
    public func zeroLoadLatency(from source: Int, to destination: Int, flits: Int) -> Int {
        var latency = 1 + topology.terminalLatency + flits - 1
        var router = topology.injectionRouters[source]
        while true {
            let output = ports.outputBase[router] + Int(routing.escapePort[router * topology.terminals + destination])
            latency += parameters.timing.hop(wire: outputLatency[output])
            guard case .channel(let channel) = ports.outputEnd[output] else { return latency }
            router = topology.channels[channel].to
        }
    }

    /// The mean over all pairs of terminals, a terminal and itself included: what uniform traffic tends to at low load.
    public func meanZeroLoadLatency(flits: Int) -> Double {
        var sum = 0
        for source in 0..<topology.terminals {
            for destination in 0..<topology.terminals { sum += zeroLoadLatency(from: source, to: destination, flits: flits) }
        }
        return Double(sum) / Double(topology.terminals * topology.terminals)
    }

    /// Cycles from winning the switch in one router to the next flit's use of the same buffer place, for wires of one length.
    public func creditRoundTrip(wire: Int) -> Int {
        // There, one cycle until the next stage, and the credit's way back.
        crossing + wire + 1 + 1 + wire + parameters.timing.creditDelay
    }
}
