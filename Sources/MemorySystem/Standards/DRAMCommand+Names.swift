extension DRAMCommand {
    /// The JEDEC abbreviation, as standards' files, logs and messages write it.
    public var abbreviation: String {
        switch self {
        case .activate: "ACT"
        case .precharge: "PRE"
        case .prechargeAll: "PREA"
        case .read: "RD"
        case .write: "WR"
        case .readAutoPrecharge: "RDA"
        case .writeAutoPrecharge: "WRA"
        case .refreshAllBanks: "REFab"
        case .refreshBank: "REFpb"
        case .powerDownEnter: "PDE"
        case .powerDownExit: "PDX"
        case .selfRefreshEnter: "SRE"
        case .selfRefreshExit: "SRX"
        case .refreshSameBank: "REFsb"
        case .manageAllBanks: "RFMab"
        case .manageSameBank: "RFMsb"
        }
    }

    public init?(abbreviation: String) {
        guard let command = DRAMCommand.allCases.first(where: { $0.abbreviation == abbreviation }) else { return nil }
        self = command
    }

    /// The commands that a word of a constraint stands for: an abbreviation, or READ, WRITE or CAS for all column commands of
    /// a kind.
    package static func commands(named word: String) -> [DRAMCommand]? {
        switch word {
        case "READ": [.read, .readAutoPrecharge]
        case "WRITE": [.write, .writeAutoPrecharge]
        case "CAS": [.read, .write, .readAutoPrecharge, .writeAutoPrecharge]
        default: DRAMCommand(abbreviation: word).map { [$0] }
        }
    }

    /// Every word that `commands(named:)` knows.
    package static var words: [String] { allCases.map(\.abbreviation) + ["READ", "WRITE", "CAS"] }

    /// Goes to the bank of one number in every bank group.
    public var isForSameBanks: Bool { self == .refreshSameBank || self == .manageSameBank }

    /// The finest level whose instances the command names: a refresh of all banks names a rank and no bank, REFsb one bank of each
    /// group.
    public var scope: TimingConstraint.Level {
        switch self {
        case .activate, .precharge, .read, .write, .readAutoPrecharge, .writeAutoPrecharge, .refreshBank, .refreshSameBank,
            .manageSameBank:
            .bank
        case .prechargeAll, .manageAllBanks, .refreshAllBanks, .powerDownEnter, .powerDownExit, .selfRefreshEnter, .selfRefreshExit: .rank
        }
    }
}

extension TimingConstraint.Level {
    /// The name in files: `bank-group`.
    public var fileName: String {
        switch self {
        case .channel: "channel"
        case .pseudoChannel: "pseudo-channel"
        case .rank: "rank"
        case .bankGroup: "bank-group"
        case .bank: "bank"
        }
    }

    /// 0 for the channel, 4 for the bank.
    package var depth: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
