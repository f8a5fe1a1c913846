/// Numbers of the instances of each level that commands go to.
struct LevelIndex: Sendable {
    let organization: DRAMOrganization

    /// Instances of `level` in one channel.
    func count(_ level: TimingConstraint.Level) -> Int {
        let ranks = organization.pseudoChannels * organization.ranks
        return switch level {
        case .channel: 1
        case .pseudoChannel: organization.pseudoChannels
        case .rank: ranks
        case .bankGroup: ranks * organization.bankGroups
        case .bank: ranks * organization.banks
        }
    }

    /// Instances of `level` below one instance of the level above it.
    func countPerParent(_ level: TimingConstraint.Level) -> Int {
        switch level {
        case .channel: 1
        case .pseudoChannel: organization.pseudoChannels
        case .rank: organization.ranks
        case .bankGroup: organization.bankGroups
        case .bank: organization.banksPerGroup
        }
    }

    func rank(_ at: DRAMCoordinates) -> Int { at.pseudoChannel * organization.ranks + at.rank }

    func bank(_ at: DRAMCoordinates) -> Int {
        (rank(at) * organization.bankGroups + at.bankGroup) * organization.banksPerGroup + at.bank
    }

    /// Banks of the rank with number `rank`.
    func banks(ofRank rank: Int) -> Range<Int> { rank * organization.banks..<(rank + 1) * organization.banks }

    /// The banks with the number that `at` names, one in each group of its rank.
    func sameBanks(_ at: DRAMCoordinates) -> Instances {
        Instances(first: rank(at) * organization.banks + at.bank, count: organization.bankGroups, step: organization.banksPerGroup)
    }

    /// Instances of `level` that a command concerns: one; all below its rank where it names no bank; one of each group for REFsb and RFMsb.
    func instances(_ level: TimingConstraint.Level, _ record: DRAMCommandRecord) -> Instances {
        if record.command.isForSameBanks, level == .bank { return sameBanks(record.coordinates) }
        let range = range(level, record)
        return Instances(first: range.lowerBound, count: range.count, step: 1)
    }

    private func range(_ level: TimingConstraint.Level, _ record: DRAMCommandRecord) -> Range<Int> {
        let at = record.coordinates
        let whole = !record.command.namesBank
        switch level {
        case .channel: return 0..<1
        case .pseudoChannel: return at.pseudoChannel..<at.pseudoChannel + 1
        case .rank:
            let first = rank(at)
            return first..<first + 1
        case .bankGroup:
            let first = rank(at) * organization.bankGroups
            return whole ? first..<first + organization.bankGroups : first + at.bankGroup..<first + at.bankGroup + 1
        case .bank:
            if whole { return banks(ofRank: rank(at)) }
            let first = bank(at)
            return first..<first + 1
        }
    }
}

/// Numbers of instances at equal distances.
struct Instances: Sequence, Sendable {
    var first: Int
    var count: Int
    var step: Int

    func contains(_ instance: Int) -> Bool {
        instance >= first && (instance - first) % step == 0 && (instance - first) / step < count
    }

    func makeIterator() -> StrideToIterator<Int> { stride(from: first, to: first + count * step, by: step).makeIterator() }
}

/// A command with its place in one word, so that histories stay small.
struct PackedCommand: Sendable {
    private let bits: UInt64

    // Bits: command 5, pseudo-channel 3, rank 6, bank group 6, bank 6, row 22, column 16.
    static let none = PackedCommand(bits: .max)

    private init(bits: UInt64) { self.bits = bits }

    init(_ record: DRAMCommandRecord) {
        let at = record.coordinates
        var bits = UInt64(record.command.rawValue)
        bits = bits << 3 | UInt64(truncatingIfNeeded: at.pseudoChannel & 0x7)
        bits = bits << 6 | UInt64(truncatingIfNeeded: at.rank & 0x3F)
        bits = bits << 6 | UInt64(truncatingIfNeeded: at.bankGroup & 0x3F)
        bits = bits << 6 | UInt64(truncatingIfNeeded: at.bank & 0x3F)
        bits = bits << 22 | UInt64(truncatingIfNeeded: at.row & 0x3F_FFFF)
        self.bits = bits << 16 | UInt64(truncatingIfNeeded: at.column & 0xFFFF)
    }

    /// The command again, as issued in `cycle`; `nil` for `none`.
    func record(cycle: Int) -> DRAMCommandRecord? {
        guard let command = DRAMCommand(rawValue: UInt8(truncatingIfNeeded: bits >> 59)) else { return nil }
        let coordinates = DRAMCoordinates(
            pseudoChannel: Int(bits >> 56 & 0x7), rank: Int(bits >> 50 & 0x3F), bankGroup: Int(bits >> 44 & 0x3F),
            bank: Int(bits >> 38 & 0x3F), row: Int(bits >> 16 & 0x3F_FFFF), column: Int(bits & 0xFFFF))
        return DRAMCommandRecord(cycle: cycle, command: command, coordinates: coordinates)
    }
}
