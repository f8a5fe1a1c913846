/// A memory alone: accesses go in order to the controllers of its channels, each as soon as there is room.
///
/// One front end serves all channels. It offers the next access at the start of a cycle, no earlier than the access's own, and an
/// access that its channel refuses holds back those behind it. Writes are complete for the front end when they are accepted.
public struct TrafficDriver: Sendable {
    public let standard: DRAMStandard
    public let configuration: DRAMControllerConfiguration
    public let mapping: AddressMapping
    /// Accesses that the controllers took.
    public internal(set) var accesses = 0
    var channels: [EventController] = []
    /// Cycle of the front end.
    var cycle = 0
    let isRecording: Bool

    /// Cycles that pass at once while commands are recorded, so that an idle memory's refreshes do not pile up.
    private static let recordedStretch = 1 << 24

    /// - Parameter recordsCommands: keeps commands until `takeCommands` hands them over; call it often.
    public init(
        standard: DRAMStandard, mapping: AddressMapping, configuration: DRAMControllerConfiguration = .init(), recordsCommands: Bool = false
    ) throws(DRAMControllerError) {
        self.standard = standard
        self.configuration = configuration
        self.mapping = mapping
        isRecording = recordsCommands
        let recording = DRAMRecording(commands: recordsCommands)
        for _ in 0..<mapping.channels {
            channels.append(try EventController(standard: standard, configuration: configuration, recording: recording))
        }
    }

    /// Makes an access. Time passes until its channel takes it.
    ///
    /// - Parameter commands: is handed commands that were recorded on the way, when there may be many.
    public mutating func make(_ access: MemoryAccess, commands: (Int, [DRAMCommandRecord]) -> Void = { _, _ in }) {
        let place = mapping.locate(access.address)
        let channel = Int(place.channel)
        if access.cycle > cycle { wait(until: access.cycle, commands) }
        if channels[channel].cycle < cycle { channels[channel].advance(to: cycle) }
        while !channels[channel].offer(
            bank: Int(place.bank), row: Int(place.row), column: Int(place.column), isWrite: access.isWrite, tag: 0)
        {
            channels[channel].advanceAfterRefusal(isWrite: access.isWrite)
        }
        cycle = max(cycle, channels[channel].cycle)
        accesses += 1
    }

    /// Completes all accesses, and brings all channels to the cycle of the last one's end.
    public mutating func finish() {
        for channel in channels.indices {
            channels[channel].drain()
            cycle = max(cycle, channels[channel].cycle)
        }
        for channel in channels.indices where channels[channel].cycle < cycle { channels[channel].advance(to: cycle) }
    }

    /// By channel.
    public var statistics: [DRAMStatistics] { channels.map(\.statistics) }

    /// The last cycle that was simulated.
    public var cycles: Int { cycle }

    /// Hands over the commands since the last time, channel by channel, each in the order of issue.
    public mutating func takeCommands(_ body: (Int, [DRAMCommandRecord]) -> Void) {
        for channel in channels.indices { body(channel, channels[channel].takeCommandLog()) }
    }

    private mutating func wait(until later: Int, _ commands: (Int, [DRAMCommandRecord]) -> Void) {
        guard isRecording else {
            cycle = later
            return
        }
        while cycle < later {
            cycle = min(later, cycle + TrafficDriver.recordedStretch)
            for channel in channels.indices where channels[channel].cycle < cycle { channels[channel].advance(to: cycle) }
            if cycle < later { takeCommands(commands) }
        }
    }
}
