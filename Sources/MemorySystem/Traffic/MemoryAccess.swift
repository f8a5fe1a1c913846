/// One access of a memory's access size, as traffic generators and traces deliver it.
public struct MemoryAccess: Hashable, Sendable {
    /// In bytes. The access is the one that holds this byte.
    public var address: Int
    public var isWrite: Bool
    /// Cycle of the memory's clock before which the access is not made.
    public var cycle: Int

    public init(address: Int, isWrite: Bool, cycle: Int = 0) {
        self.address = address
        self.isWrite = isWrite
        self.cycle = cycle
    }
}
