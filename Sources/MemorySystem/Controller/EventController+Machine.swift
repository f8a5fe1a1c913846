/// What a machine simulator needs beside `DRAMController`: it offers accesses between events of its own.
extension EventController {
    /// Offers an access by the bank's number in the channel; see `AddressMapping.locate(_:)`.
    @inline(__always)
    public mutating func offer(_ location: DRAMLocation, isWrite: Bool, tag: Int) -> Bool {
        offer(bank: Int(location.bank), row: Int(location.row), column: Int(location.column), isWrite: isWrite, tag: tag)
    }

    /// Moves the completions since the last call, in order of service, to the end of a list.
    @inline(__always)
    public mutating func moveCompletions(into list: inout [DRAMCompletion]) {
        guard core.scalars.pointee.completionCount > 0 else { return }
        own()
        core.moveCompletions(into: &list)
    }
}
