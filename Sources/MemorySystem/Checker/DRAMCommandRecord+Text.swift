extension DRAMCommandRecord: CustomStringConvertible {
    /// "ACT rank 1 group 2 bank 3 row 17 in cycle 120".
    public var description: String {
        var text = command.abbreviation
        if coordinates.pseudoChannel > 0 { text += " pseudo-channel \(coordinates.pseudoChannel)" }
        text += " rank \(coordinates.rank)"
        if command.namesBank { text += " group \(coordinates.bankGroup) bank \(coordinates.bank)" }
        if command.isForSameBanks { text += " bank \(coordinates.bank) of each group" }
        if command == .activate || command.movesData { text += " row \(coordinates.row)" }
        if command.movesData { text += " column \(coordinates.column)" }
        return text + " in cycle \(cycle)"
    }
}

extension DRAMCommand {
    /// Travels on the column command bus where a channel has one of its own.
    var movesData: Bool {
        switch self {
        case .read, .write, .readAutoPrecharge, .writeAutoPrecharge: true
        default: false
        }
    }

    /// Names one bank; all other commands go to a whole rank, or to one bank of each of its groups.
    var namesBank: Bool { movesData || self == .activate || self == .precharge || self == .refreshBank }
}
