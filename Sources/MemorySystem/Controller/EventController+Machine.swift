/// What a machine simulator needs beside `DRAMController`: it offers accesses between events of its own.
extension EventController {
    /// Offers an access by the bank's number in the channel; see `AddressMapping.locate(_:)`.
    @inline(__always)
    public mutating func offer(_ location: DRAMLocation, isWrite: Bool, tag: Int) -> Bool {
        offer(bank: Int(location.bank), row: Int(location.row), column: Int(location.column), isWrite: isWrite, tag: tag)
    }

    /// Runs until an access that was refused may be offered again, but no cycle from `limit` on.
    public mutating func advanceAfterRefusal(isWrite: Bool, limit: Int) {
        own()
        core.run(until: core.hasRoom(isWrite ? 1 : 0) ? min(limit, core.scalars.pointee.cycle + 1) : limit, freeing: isWrite ? 1 : 0)
    }

    /// Moves the completions since the last call, in order of service, to the end of a list.
    @inline(__always)
    public mutating func moveCompletions(into list: inout [DRAMCompletion]) {
        guard core.scalars.pointee.completionCount > 0 else { return }
        own()
        core.moveCompletions(into: &list)
    }

    /// Whether accesses wait for service.
    public var isIdle: Bool { core.scalars.pointee.entries == 0 }
}
