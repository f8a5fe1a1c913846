/// A command on a DRAM channel's command bus (JEDEC names in parentheses).
public enum DRAMCommand: UInt8, CaseIterable, Sendable {
    /// Opens a row in a bank (ACT).
    case activate
    /// Closes the bank's row (PRE).
    case precharge
    /// Closes all rows of a rank or pseudo-channel (PREA).
    case prechargeAll
    case read
    case write
    /// Reads and closes the row when `tRTP` allows (RDA).
    case readAutoPrecharge
    /// Writes and closes the row after write recovery (WRA).
    case writeAutoPrecharge
    /// Refreshes all banks of a rank or pseudo-channel (REFab).
    case refreshAllBanks
    /// Refreshes one bank (REFpb).
    case refreshBank
    /// Leaves clocks running but gates input buffers (PDE); precharged or active by the banks' state.
    case powerDownEnter
    case powerDownExit
    case selfRefreshEnter
    case selfRefreshExit
    /// Refreshes the bank of one number in every bank group (REFsb, DDR5); its coordinates name group 0.
    case refreshSameBank
    /// Gives all banks of a rank time to protect rows beside those that were activated often (RFMab, DDR5).
    case manageAllBanks
    /// The same for the bank of one number in every bank group (RFMsb); its coordinates name group 0.
    case manageSameBank
}

/// Where in a channel a command goes. Fields that a command does not use are zero.
public struct DRAMCoordinates: Hashable, Sendable {
    public var pseudoChannel: Int
    public var rank: Int
    public var bankGroup: Int
    /// Within the bank group.
    public var bank: Int
    public var row: Int
    /// In units of one access (burst).
    public var column: Int

    public init(pseudoChannel: Int = 0, rank: Int = 0, bankGroup: Int = 0, bank: Int = 0, row: Int = 0, column: Int = 0) {
        self.pseudoChannel = pseudoChannel
        self.rank = rank
        self.bankGroup = bankGroup
        self.bank = bank
        self.row = row
        self.column = column
    }
}

/// One issued command: what a controller's command log holds and a timing checker reads.
public struct DRAMCommandRecord: Hashable, Sendable {
    /// Of the DRAM command clock, from 0.
    public var cycle: Int
    public var command: DRAMCommand
    public var coordinates: DRAMCoordinates

    public init(cycle: Int, command: DRAMCommand, coordinates: DRAMCoordinates) {
        self.cycle = cycle
        self.command = command
        self.coordinates = coordinates
    }
}
