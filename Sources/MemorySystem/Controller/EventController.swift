/// The controller of a DRAM channel that jumps from one cycle in which a command can issue to the next.
///
/// Commands, cycles and statistics are those of ``TickingController``: for each bank it knows the oldest request that hits the open
/// row and the oldest that does not, and from which cycle on each command may go there, so a decision looks at banks, not at
/// requests, and at no cycle in between. See `TickingController` for what is modelled and what is not.
public struct EventController: DRAMController, @unchecked Sendable {
    // Sendable: the core is copied before it is changed when another value shares it.
    var core: EventCore
    private var replay = StreamReplay()

    public init(standard: DRAMStandard, configuration: DRAMControllerConfiguration, recording: DRAMRecording) throws(DRAMControllerError) {
        core = try EventCore(standard: standard, configuration: configuration, recording: recording)
    }

    @inline(__always)
    mutating func own() {
        if !isKnownUniquelyReferenced(&core) { core = EventCore(copying: core) }
    }

    public var cycle: Int { core.scalars.pointee.cycle }
    public var statistics: DRAMStatistics { core.statistics }
    public var commandLog: [DRAMCommandRecord] { core.commandLog }

    public mutating func offer(_ access: DRAMAccess) -> Bool {
        offer(
            bank: core.geometry.bank(access.coordinates), row: access.coordinates.row, column: access.coordinates.column,
            isWrite: access.isWrite, tag: access.tag)
    }

    /// Offers an access by the bank's number in the channel: ((pseudoChannel · ranks + rank) · bankGroups + bankGroup) · banks + bank.
    @inline(__always)
    mutating func offer(bank: Int, row: Int, column: Int, isWrite: Bool, tag: Int) -> Bool {
        own()
        return core.offer(bank: bank, row: row, column: column, isWrite: isWrite, tag: tag)
    }

    public mutating func advance(to cycle: Int) {
        own()
        core.run(until: cycle)
    }

    public mutating func advanceAfterRefusal(isWrite: Bool) {
        own()
        core.runAfterRefusal(isWrite: isWrite)
    }

    public mutating func drain() {
        own()
        core.drain()
    }

    public mutating func takeCompletions() -> [DRAMCompletion] {
        var result: [DRAMCompletion] = []
        if core.scalars.pointee.completionCount == 0 { return result }
        own()
        core.moveCompletions(into: &result)
        return result
    }

    public mutating func takeCommandLog() -> [DRAMCommandRecord] {
        own()
        defer { core.commandLog.removeAll(keepingCapacity: true) }
        return core.commandLog
    }
}

extension EventController {
    /// Serves the accesses of a stream in closed loop, without waiting for the last to be served; all go to this channel.
    ///
    /// Stretches that the controller has been through before are not simulated again: same cycles, same commands, same statistics.
    /// With recorded commands or completions every access is simulated.
    public mutating func drive(_ stream: ChannelStream, mapping: AddressMapping) {
        own()
        core.drive(stream, mapping: mapping, replay: &replay)
    }

    /// Accesses of streams that were not simulated one by one.
    public var replayedAccesses: Int { replay.replayed }

    /// Serves traffic in closed loop, as `drive(_:)` does; an access with a cycle is not offered before it.
    public mutating func drive(_ traffic: some Sequence<MemoryAccess>, mapping: AddressMapping) {
        for access in traffic {
            let location = mapping.locate(access.address)
            if access.cycle > cycle { advance(to: access.cycle) }
            while !offer(
                bank: Int(location.bank), row: Int(location.row), column: Int(location.column), isWrite: access.isWrite, tag: 0)
            {
                advanceAfterRefusal(isWrite: access.isWrite)
            }
        }
        drain()
    }
}
