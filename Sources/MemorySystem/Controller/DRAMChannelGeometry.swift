/// A channel's ranks, bank groups and banks, numbered through. A *unit* is a rank of a pseudo-channel.
struct DRAMChannelGeometry: Hashable, Sendable {
    static let bankLimit = 1024

    let pseudoChannels: Int
    let ranks: Int
    let bankGroups: Int
    let banksPerGroup: Int

    init(_ organization: DRAMOrganization) {
        pseudoChannels = organization.pseudoChannels
        ranks = organization.ranks
        bankGroups = organization.bankGroups
        banksPerGroup = organization.banksPerGroup
    }

    var units: Int { pseudoChannels * ranks }
    var groups: Int { units * bankGroups }
    var banksPerUnit: Int { bankGroups * banksPerGroup }
    var banks: Int { groups * banksPerGroup }

    func bank(_ at: DRAMCoordinates) -> Int {
        ((at.pseudoChannel * ranks + at.rank) * bankGroups + at.bankGroup) * banksPerGroup + at.bank
    }

    func unit(ofBank bank: Int) -> Int { bank / banksPerUnit }

    func coordinates(unit: Int) -> DRAMCoordinates { DRAMCoordinates(pseudoChannel: unit / ranks, rank: unit % ranks) }

    func coordinates(bank: Int, row: Int = 0, column: Int = 0) -> DRAMCoordinates {
        var at = coordinates(unit: unit(ofBank: bank))
        at.bankGroup = bank / banksPerGroup % bankGroups
        at.bank = bank % banksPerGroup
        at.row = row
        at.column = column
        return at
    }

    /// How many instances of a level a channel has.
    func instances(of level: TimingConstraint.Level) -> Int {
        switch level {
        case .channel: 1
        case .pseudoChannel: pseudoChannels
        case .rank: units
        case .bankGroup: groups
        case .bank: banks
        }
    }

    /// The instances of a level that a unit is in (one) or that are in it (its groups, its banks).
    func instances(of level: TimingConstraint.Level, inUnit unit: Int) -> Range<Int> {
        switch level {
        case .channel: 0..<1
        case .pseudoChannel: unit / ranks..<unit / ranks + 1
        case .rank: unit..<unit + 1
        case .bankGroup: unit * bankGroups..<(unit + 1) * bankGroups
        case .bank: unit * banksPerUnit..<(unit + 1) * banksPerUnit
        }
    }

    /// The banks of a unit that have one number within their groups.
    func sameBanks(_ number: Int, inUnit unit: Int) -> StrideTo<Int> {
        stride(from: unit * banksPerUnit + number, to: (unit + 1) * banksPerUnit, by: banksPerGroup)
    }

    /// The instance of a level that a bank is in.
    func instance(of level: TimingConstraint.Level, ofBank bank: Int) -> Int {
        switch level {
        case .channel: 0
        case .pseudoChannel: bank / (banksPerUnit * ranks)
        case .rank: bank / banksPerUnit
        case .bankGroup: bank / banksPerGroup
        case .bank: bank
        }
    }

    /// The instances of a level with the same parent.
    func siblings(of level: TimingConstraint.Level, instance: Int) -> Range<Int> {
        let perParent: Int =
            switch level {
            case .channel: 1
            case .pseudoChannel: pseudoChannels
            case .rank: ranks
            case .bankGroup: bankGroups
            case .bank: banksPerGroup
            }
        let first = instance / perParent * perParent
        return first..<first + perParent
    }
}

extension DRAMCommand {
    /// Goes to one bank; the others go to a rank, or to a bank of each of its groups.
    var isForBank: Bool {
        switch self {
        case .activate, .precharge, .read, .write, .readAutoPrecharge, .writeAutoPrecharge, .refreshBank: true
        default: false
        }
    }

    /// Moves data.
    var isColumnCommand: Bool {
        switch self {
        case .read, .write, .readAutoPrecharge, .writeAutoPrecharge: true
        default: false
        }
    }
}
