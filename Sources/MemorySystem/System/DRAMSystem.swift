/// A memory of several DRAM channels of one standard.
///
/// Each channel has its own controller and takes its accesses of a request in order, up to the configured number in a cycle;
/// requesters take turns. Requests complete out of order. Two ways to use it:
///
/// - ``stream(address:bytes:isWrite:)`` and ``drain()``: a long transfer in closed loop, every channel at its own pace. Repetition
///   is replayed and channels with the same traffic share one simulation: no access is approximated.
/// - ``submit(_:at:)``, ``advance(to:)`` and ``takeCompletions(through:)``: inside an event-driven simulator.
///
/// What is not modelled: the way between requester and controller (give it as a latency outside), reordering across channels.
public struct DRAMSystem: Sendable {
    public let standard: DRAMStandard
    public let mapping: AddressMapping
    public let configuration: DRAMControllerConfiguration
    let split: ChannelSplit
    var controllers: [EventController]
    var lanes: [Lane]
    var slots: [Slot] = []
    var freeSlots: [Int] = []
    /// Requests that are not complete.
    var outstanding = 0
    /// Complete and not yet taken, by time, then by order of completion.
    var finished: [DRAMRequestCompletion] = []
    /// All cycles before have been run in channels with work.
    var horizon = 0

    /// By channel: what was skipped; empty when nothing was.
    private var repeated: [DRAMStatistics] = []

    /// Requests on their way into one channel.
    struct Lane: Sendable {
        /// One queue for each requester that ever asked.
        var queues: [LaneQueue] = []
        /// The queue whose turn it is.
        var turn = 0
        var waiting = 0
    }

    struct Slot: Sendable {
        var tag: Int
        var remaining: Int
        var busBytes: Int
        var first: Int
        var last: Int
    }

    /// - Parameters:
    ///   - channels: a power of two.
    ///   - mapping: a scheme or the name of one, see `AddressMapping`.
    public init(
        standard: DRAMStandard, channels: Int, mapping scheme: String = AddressMapping.defaultScheme,
        configuration: DRAMControllerConfiguration = .init(), recording: DRAMRecording = .init()
    ) throws(DRAMSystemError) {
        do {
            mapping = try AddressMapping(scheme, organization: standard.organization, channels: channels)
        } catch {
            throw .mapping(error)
        }
        let controller: EventController
        do {
            controller = try EventController(standard: standard, configuration: configuration, recording: recording)
        } catch {
            throw .controller(error)
        }
        self.standard = standard
        self.configuration = configuration
        split = ChannelSplit(mapping)
        // One simulation, until the channels' traffic differs.
        controllers = Array(repeating: controller, count: channels)
        lanes = Array(repeating: Lane(), count: channels)
    }

    public var capacity: Int { mapping.capacity }
    public var channels: Int { controllers.count }
    /// Bytes per second of all channels, with no cycle lost.
    public var peakBandwidth: Double {
        let organization = standard.organization
        let bytesPerCycle = Double(organization.accessBytes * organization.pseudoChannels * channels) / Double(standard.burstCycles)
        return bytesPerCycle * 1e15 / Double(standard.clockPeriod)
    }

    /// By channel.
    public var statistics: [DRAMStatistics] {
        var result: [DRAMStatistics] = []
        for channel in controllers.indices {
            // Channels that share a simulation share its figures.
            if repeated.isEmpty, channel > 0, controllers[channel].sharesSimulation(with: controllers[channel - 1]) {
                result.append(result[channel - 1])
            } else {
                result.append(controllers[channel].statistics)
                if !repeated.isEmpty { result[channel].add(repeated[channel]) }
            }
        }
        return result
    }

    /// Books what happened since `earlier` (statistics of then) `times` over, for a caller that skips repetitions with `shift(by:)`;
    /// to be called before the shift.
    public mutating func repeatStatistics(since earlier: [DRAMStatistics], times: Int) {
        let now = statistics
        if repeated.isEmpty { repeated = now.indices.map { _ in DRAMStatistics(standard: standard) } }
        for channel in now.indices {
            repeated[channel].add(now[channel], since: earlier[channel], times: times)
            // These go on with the clock.
            repeated[channel].cycles = 0
            repeated[channel].lastCompletion = 0
        }
    }

    /// The furthest channel's cycle.
    public var cycle: Int { controllers.reduce(horizon) { max($0, $1.cycle) } }

    /// Commands by channel since the last call, when recorded.
    public mutating func takeCommandLogs() -> [[DRAMCommandRecord]] {
        controllers.indices.map { controllers[$0].takeCommandLog() }
    }

    /// Reads or writes consecutive bytes in closed loop, every channel at its own pace; some accesses may not be served when it returns.
    public mutating func stream(address: Int, bytes: Int, isWrite: Bool) throws(DRAMSystemError) {
        guard bytes > 0, address >= 0 else { throw .emptyRequest }
        guard address + bytes <= capacity else { throw .beyondCapacity(end: address + bytes, capacity: capacity) }
        precondition(outstanding == 0, "a stream in closed loop while requests are under way")
        let accessBytes = standard.organization.accessBytes
        let first = address / accessBytes
        let end = (address + bytes - 1) / accessBytes + 1
        // Channels in the same state with the same traffic, but for the channel's bits: simulated once.
        var done: [(before: EventController, streams: [ChannelStream], after: EventController)] = []
        for channel in controllers.indices {
            let streams = split.isArithmetic ? split.streams(first: first, end: end, channel: channel, isWrite: isWrite) : []
            let inChannel = streams.map { stream in
                var local = stream
                local.address = mapping.addressWithoutChannel(stream.address)
                return local
            }
            if split.isArithmetic, let same = done.first(where: { $0.streams == inChannel && $0.before.sharesSimulation(with: controllers[channel]) }) {
                controllers[channel] = same.after
                continue
            }
            let before = controllers[channel]
            if split.isArithmetic {
                for stream in streams { controllers[channel].drive(stream, mapping: mapping) }
            } else {
                let request = DRAMRequest(address: address, runBytes: bytes, isWrite: isWrite)
                var cursor = ChannelCursor(request, slot: 0, channel: channel, arrival: 0, split: split)
                while cursor.address >= 0 {
                    controllers[channel].driveOne(mapping.locate(cursor.address), isWrite: isWrite)
                    cursor.advance(split)
                }
            }
            done.append((before: before, streams: inChannel, after: controllers[channel]))
        }
    }

    /// Runs every channel until its last access is complete, and all to the same cycle. Returns that cycle.
    @discardableResult
    public mutating func drain() -> Int {
        while outstanding > 0 { step(to: Int.max) }
        updateShared { $0.drain() }
        let last = cycle
        updateShared { $0.advance(to: last) }
        horizon = last
        return last
    }

    /// Does the same to every channel, once for those that share a simulation.
    private mutating func updateShared(_ change: (inout EventController) -> Void) {
        var done: [(before: EventController, after: EventController)] = []
        for channel in controllers.indices {
            if let same = done.first(where: { $0.before.sharesSimulation(with: controllers[channel]) }) {
                controllers[channel] = same.after
                continue
            }
            let before = controllers[channel]
            change(&controllers[channel])
            done.append((before: before, after: controllers[channel]))
        }
    }
}

extension AddressMapping {
    /// The address with the channel's bits cleared: the same for the same place in every channel.
    func addressWithoutChannel(_ address: Int) -> Int {
        var place = locate(address)
        place.channel = 0
        return self.address(of: place)
    }
}
