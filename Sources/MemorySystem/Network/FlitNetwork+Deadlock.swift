extension FlitNetwork {
    /// Channels that wait for each other in a circle, when nothing moves any more.
    func waitingCycle() -> [String] {
        for start in route.indices where count[start] > 0 {
            var place: [Int: Int] = [:]
            var path: [Int] = []
            var channel = start
            while let next = waitsFor(channel) {
                place[channel] = path.count
                path.append(channel)
                channel = next
                if let first = place[channel] { return path[first...].map(name) }
            }
        }
        return []
    }

    /// The input virtual channel whose flits must move before this one's can; `nil` when it is empty or waits for a terminal.
    private func waitsFor(_ channel: Int) -> Int? {
        guard count[channel] > 0 else { return nil }
        let input = channel / virtualChannels
        var held = route[channel]
        if held < 0 {
            let packet = buffer[channel * depth + head[channel]] >> 2
            let router = ports.inputRouter[input]
            let entry = router * topology.terminals + packets[packet].destination
            let output = ports.outputBase[router] + Int(routing.escapePort[entry])
            let mask = outputMask(output, class: Int(routing.escapeClass[entry])) << UInt64(packets[packet].virtualNetwork * networkChannels)
            held = output * virtualChannels + mask.trailingZeroBitCount
        }
        let output = held / virtualChannels
        guard behind[output] >= 0 else { return nil }
        return (behind[output] - output) * virtualChannels + held
    }

    private func name(_ channel: Int) -> String {
        let input = channel / virtualChannels
        let number = channel % virtualChannels
        switch ports.inputEnd[input] {
        case .channel(let index):
            return "channel \(topology.channels[index].from)→\(topology.channels[index].to) virtual channel \(number)"
        case .terminal(let terminal): return "injection of terminal \(terminal) virtual channel \(number)"
        case .combiner: return "combining unit of router \(ports.inputRouter[input])"
        }
    }
}
