import MemorySystem

/// A measured network with everything that terminal, files and page say of it.
public struct NetworkReport: Sendable {
    public var network: NetworkDescription
    public var analysis: NetworkAnalysis
    /// `nil` for a network that was not simulated.
    public var curve: NetworkCurve?

    public init(network: NetworkDescription, analysis: NetworkAnalysis, curve: NetworkCurve? = nil) {
        self.network = network
        self.analysis = analysis
        self.curve = curve
    }

    public var title: String {
        curve == nil ? network.name : "\(network.name) under \(network.patternName) traffic"
    }

    var cycleSeconds: Double { 1 / network.clock.hertz }
    var parameters: NetworkParameters { network.experiment.parameters }

    /// What is known of the network, by name.
    var facts: [(name: String, text: String)] {
        var facts = [("Network", topology)]
        if !network.source.isEmpty { facts.append(("Source", network.source)) }
        facts += [
            ("Distance", "at most \(count(analysis.diameter, "channel")) between two terminals (diameter), \(QuantityText.fixed(analysis.meanDistance, decimals: 2)) on average"),
            ("Bisection", bisection), ("Routers", routers), ("Flits", flits),
            ("Deadlock", (analysis.deadlock.isFree ? "free: " : "possible: ") + analysis.deadlock.argument),
            ("Zero load", zeroLoad),
        ]
        if let bound = analysis.bound { facts.append(("Bound", "\(Self.load(bound.load)) flits per terminal and cycle: \(bound.by)")) }
        if let saturation = curve?.saturation { facts.append(("Saturation", self.saturation(saturation))) }
        return facts
    }

    private var topology: String {
        let ports = "\(count(analysis.routers, "router")) of \(analysis.routers > 1 ? "up to " : "")\(count(analysis.largestRadix, "port"))"
        return "\(network.topology.name): \(count(analysis.terminals, "terminal")), \(ports), \(count(analysis.channels, "channel"))"
    }

    private var bisection: String {
        let bisection = analysis.bisection
        let bandwidth = QuantityText.bandwidth(bytesPerSecond: Double(bisection.channels) * network.channelBytesPerSecond)
        return (bisection.isUpperBound ? "at most " : "") + count(bisection.channels, "channel")
            + (bisection.isShared ? " that both directions share, \(bandwidth)" : " each way, \(bandwidth)")
    }

    private var routers: String {
        let timing = parameters.timing
        let allocator =
            switch parameters.allocator {
            case .iSLIP(let iterations): "iSLIP with \(count(iterations, "iteration"))"
            case .separableInputFirst: "a separable allocator"
            }
        var text = "\(parameters.routing.name) routing, \(count(parameters.virtualChannels, "virtual channel")) of \(count(parameters.bufferDepth, "flit")), \(allocator)"
        if parameters.virtualNetworks > 1 { text += ", \(parameters.virtualNetworks) virtual networks" }
        if parameters.inputSpeedup > 1 { text += ", input speedup \(parameters.inputSpeedup)" }
        if parameters.reuse == .whenEmpty { text += ", buffers of one packet each" }
        return text + "; a hop takes \(count(timing.hop(wire: 0), "cycle")) and the wire"
    }

    private var flits: String {
        let packet = network.experiment.packetFlits
        return "\(QuantityText.bytes(parameters.flitBytes)) each, \(count(packet, "flit")) a packet; at \(QuantityText.frequency(hertz: network.clock.hertz)) "
            + "a channel carries \(QuantityText.bandwidth(bytesPerSecond: network.channelBytesPerSecond))"
    }

    private var zeroLoad: String {
        let latency = analysis.zeroLoadLatency
        return "\(QuantityText.fixed(latency.mean, decimals: 2)) cycles (\(time(latency.mean))) on average, \(QuantityText.integer(latency.least)) to \(QuantityText.integer(latency.most))"
    }

    private func saturation(_ saturation: (load: Double, accepted: Double)) -> String {
        let factor = QuantityText.round(QuantityText.significant(NetworkCurve.saturationFactor))
        guard saturation.load < 1 else {
            return "none up to one flit per terminal and cycle: latency stays below \(factor) times that of the empty network"
        }
        return "\(Self.load(saturation.load)) flits per terminal and cycle (\(bandwidth(saturation.accepted)) per terminal), "
            + "where latency passes \(factor) times that of the empty network"
    }

    // MARK: Numbers

    /// A load with three digits after the point, more where it is small.
    static func load(_ value: Double) -> String { QuantityText.fixed(value, decimals: decimals(value)) }

    /// Digits after the point for loads in one column.
    static func decimals(_ least: Double) -> Int { least < 0.01 ? 5 : 3 }

    func time(_ cycles: Double) -> String { QuantityText.time(seconds: cycles * cycleSeconds) }

    func bandwidth(_ load: Double) -> String { QuantityText.bandwidth(bytesPerSecond: load * network.channelBytesPerSecond) }

    func count(_ number: Int, _ noun: String) -> String { "\(QuantityText.integer(number)) \(noun)\(number == 1 ? "" : "s")" }
}
