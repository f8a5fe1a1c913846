import MemorySystem

/// Rules of a device as its standard's text states them, written by hand as gaps between pairs of commands.
///
/// A second source for the shipped files: nothing here is read from a constraint row, so that a row that a file lacks, or has at
/// the wrong level, shows.
struct HandStatedRules {
    /// How far two commands' places are from each other.
    enum Distance: Int, Comparable {
        case bank, group, rank, otherRank, otherPseudoChannel
        static func < (a: Distance, b: Distance) -> Bool { a.rawValue < b.rawValue }

        init(_ a: DRAMCoordinates, _ b: DRAMCoordinates) {
            if a.pseudoChannel != b.pseudoChannel { self = .otherPseudoChannel }
            else if a.rank != b.rank { self = .otherRank }
            else if a.bankGroup != b.bankGroup { self = .rank }
            else if a.bank != b.bank { self = .group }
            else { self = .bank }
        }
    }

    var name: String
    /// Cycles from the first command to the second, 0 where nothing is asked.
    var gap: @Sendable (_ from: DRAMCommand, _ to: DRAMCommand, Distance) -> Int
    /// Cycles from an activate to the fourth after it in the same rank.
    var fourActivates: Int
    /// No gap is longer.
    var horizon: Int
    var hasColumnBus = false
    /// Cycles that an activate takes on its command bus, and a read or write; all other commands take one.
    var activateCycles = 1
    var accessCycles = 1

    /// The first cycle, not before that of the last command, in which `next` may follow `log`, and the command that it waits for.
    func earliest(_ next: DRAMCommandRecord, after log: [DRAMCommandRecord]) -> (cycle: Int, binding: DRAMCommandRecord?) {
        guard let last = log.last else { return (next.cycle, nil) }
        var earliest = max(next.cycle, last.cycle), binding: DRAMCommandRecord?
        var activates = 0
        for previous in log.reversed() {
            if earliest - previous.cycle >= horizon { break }
            var distance = Distance(previous.coordinates, next.coordinates)
            // A command to a whole rank is as near as can be to each of its banks.
            if distance < .otherRank, !previous.command.isForOneBank || !next.command.isForOneBank {
                // A refresh of the same bank in all groups is near to the banks of that number.
                let isSetAndBank = [previous.command, next.command].contains { $0 == .refreshSameBank || $0 == .manageSameBank }
                    && (previous.command.isForOneBank || next.command.isForOneBank)
                distance = isSetAndBank && previous.coordinates.bank != next.coordinates.bank ? .rank : .bank
            }
            var needed = gap(previous.command, next.command, distance)
            if !hasColumnBus || previous.command.isAccess == next.command.isAccess {
                needed = max(needed, previous.command == .activate ? activateCycles : previous.command.isAccess ? accessCycles : 1)
            }
            if previous.command == .activate, next.command == .activate, distance < .otherRank {
                activates += 1
                if activates == 4 { needed = max(needed, fourActivates) }
            }
            if previous.cycle + needed > earliest { (earliest, binding) = (previous.cycle + needed, previous) }
        }
        return (earliest, binding)
    }
}

extension DRAMCommand {
    var isForOneBank: Bool { isAccess || self == .activate || self == .precharge || self == .refreshBank }
    var isAccess: Bool { isRead || isWrite }
    var isRead: Bool { self == .read || self == .readAutoPrecharge }
    var isWrite: Bool { self == .write || self == .writeAutoPrecharge }
    var isPrecharge: Bool { self == .precharge || self == .prechargeAll }
}

extension HandStatedRules {
    /// DDR4-3200AA, 8 Gb x8, from JESD79-4: CL 22, CWL 16, BL8 in 4 cycles, 22-22-22, tCK 0.625 ns; 2 cycles between ranks.
    static let ddr4_3200 = HandStatedRules(name: "DDR4-3200", gap: { from, to, distance in
        if distance == .otherRank {
            if from.isRead && to.isRead || from.isWrite && to.isWrite { return 4 + 2 }
            if from.isRead && to.isWrite { return 22 + 4 + 2 - 16 }
            return 0
        }
        let sameGroup = distance <= .group, sameBank = distance == .bank
        switch (from, to) {
        case (.activate, .activate): return sameBank ? 74 : sameGroup ? 8 : 4
        case (.activate, _) where to.isAccess: return sameBank ? 22 : 0
        case (.activate, .precharge), (.activate, .prechargeAll): return sameBank ? 52 : 0
        case (.activate, .refreshAllBanks), (.activate, .selfRefreshEnter): return 74
        case (.activate, .powerDownEnter): return 2
        case (_, .activate) where from.isPrecharge: return sameBank ? 22 : 0
        case (_, .refreshAllBanks) where from.isPrecharge, (_, .selfRefreshEnter) where from.isPrecharge: return 22
        case (_, .powerDownEnter) where from.isPrecharge: return 2
        case (_, _) where from.isRead && to.isRead, (_, _) where from.isWrite && to.isWrite: return sameGroup ? 8 : 4
        case (_, _) where from.isRead && to.isWrite: return 22 + 4 + 2 - 16
        case (_, _) where from.isWrite && to.isRead: return 16 + 4 + (sameGroup ? 12 : 4)
        case (_, _) where from.isRead && to.isPrecharge: return sameBank ? 12 : 0
        case (_, _) where from.isWrite && to.isPrecharge: return sameBank ? 16 + 4 + 24 : 0
        case (.readAutoPrecharge, .activate): return sameBank ? 12 + 22 : 0
        case (.writeAutoPrecharge, .activate): return sameBank ? 16 + 4 + 24 + 22 : 0
        case (.readAutoPrecharge, .refreshAllBanks), (.readAutoPrecharge, .selfRefreshEnter): return 12 + 22
        case (.writeAutoPrecharge, .refreshAllBanks), (.writeAutoPrecharge, .selfRefreshEnter): return 16 + 4 + 24 + 22
        case (_, .powerDownEnter) where from.isRead: return 22 + 4 + 1
        case (.write, .powerDownEnter): return 16 + 4 + 24
        case (.writeAutoPrecharge, .powerDownEnter): return 16 + 4 + 24 + 1
        case (.refreshAllBanks, .powerDownEnter): return 2
        case (.refreshAllBanks, .powerDownExit): return 0
        case (.refreshAllBanks, _): return 560
        case (.powerDownEnter, .powerDownExit), (.powerDownExit, .powerDownEnter): return 8
        case (.powerDownExit, _): return 10
        case (.selfRefreshEnter, .selfRefreshExit): return 9
        case (.selfRefreshExit, _): return to.isAccess ? 1024 : 576
        default: return 0
        }
    }, fourActivates: 34, horizon: 1100)
}

extension HandStatedRules {
    /// A pseudo-channel of HBM2 at 2.0 Gb/s, from JESD235: RL 14, WL 5, BL4 in 2 cycles, tCK 1 ns.
    static let hbm2_2000 = HandStatedRules(name: "HBM2-2000", gap: { from, to, distance in
        if distance >= .otherRank { return 0 }
        let sameGroup = distance <= .group, sameBank = distance == .bank
        let toWholeRank = to == .refreshAllBanks || to == .selfRefreshEnter
        switch (from, to) {
        case (.activate, .activate): return sameBank ? 48 : 4
        case (.activate, _) where to.isRead: return sameBank ? 14 : 0
        case (.activate, _) where to.isWrite: return sameBank ? 12 : 0
        case (.activate, _) where to.isPrecharge: return sameBank ? 34 : 0
        case (.activate, .refreshBank): return sameBank ? 48 : 4
        case (.activate, _) where toWholeRank: return 48
        case (_, .activate) where from.isPrecharge, (_, .refreshBank) where from.isPrecharge: return sameBank ? 14 : 0
        case (_, _) where from.isPrecharge && toWholeRank: return 14
        case (_, _) where from.isRead && to.isRead, (_, _) where from.isWrite && to.isWrite: return sameGroup ? 4 : 2
        case (_, _) where from.isRead && to.isWrite: return 14 + 2 + 2 - 5
        case (_, _) where from.isWrite && to.isRead: return 5 + 2 + (sameGroup ? 8 : 6)
        case (_, _) where from.isRead && to.isPrecharge: return sameBank ? 5 : 0
        case (_, _) where from.isWrite && to.isPrecharge: return sameBank ? 5 + 2 + 16 : 0
        case (.readAutoPrecharge, .activate), (.readAutoPrecharge, .refreshBank): return sameBank ? 5 + 14 : 0
        case (.writeAutoPrecharge, .activate), (.writeAutoPrecharge, .refreshBank): return sameBank ? 5 + 2 + 16 + 14 : 0
        case (.readAutoPrecharge, _) where toWholeRank: return 5 + 14
        case (.writeAutoPrecharge, _) where toWholeRank: return 5 + 2 + 16 + 14
        case (_, .powerDownEnter) where from.isRead: return 14 + 2 + 1
        case (.write, .powerDownEnter): return 5 + 2 + 16
        case (.writeAutoPrecharge, .powerDownEnter): return 5 + 2 + 16 + 1
        case (.activate, .powerDownEnter), (.refreshAllBanks, .powerDownEnter), (.refreshBank, .powerDownEnter): return 2
        case (_, .powerDownEnter) where from.isPrecharge: return 2
        case (.refreshAllBanks, .powerDownExit): return 0
        case (.refreshAllBanks, _): return 350
        case (.refreshBank, .activate), (.refreshBank, .refreshBank): return sameBank ? 160 : 8
        case (.refreshBank, _) where to.isPrecharge || toWholeRank: return sameBank ? 160 : 0
        case (.powerDownEnter, .powerDownExit), (.powerDownExit, .powerDownEnter): return 8
        case (.powerDownExit, _): return 8
        case (.selfRefreshEnter, .selfRefreshExit): return 10
        case (.selfRefreshExit, _): return 360
        default: return 0
        }
    }, fourActivates: 16, horizon: 400, hasColumnBus: true, activateCycles: 2)
}

extension HandStatedRules {
    /// DDR5-4800B, 16 Gb x8, from JESD79-5: CL 40, CWL 38, BL16 in 8 cycles, 39-39, tCK 0.4167 ns; refresh of the same bank included.
    static let ddr5_4800 = HandStatedRules(name: "DDR5-4800", gap: { from, to, distance in
        let sameGroup = distance <= .group, sameBank = distance == .bank
        let toWholeRank = to == .refreshAllBanks || to == .manageAllBanks || to == .selfRefreshEnter
        let toSet = to == .refreshSameBank || to == .manageSameBank
        switch (from, to) {
        case (.activate, .activate): return sameBank ? 116 : sameGroup ? 12 : 8
        case (.activate, _) where to.isAccess: return sameBank ? 39 : 0
        case (.activate, _) where to.isPrecharge: return sameBank ? 77 : 0
        case (.activate, _) where toSet: return sameBank ? 116 : 12
        case (.activate, _) where toWholeRank: return 116
        case (.activate, .powerDownEnter): return 2
        case (_, .activate) where from.isPrecharge, (_, _) where from.isPrecharge && toSet: return sameBank ? 39 : 0
        case (_, _) where from.isPrecharge && to.isPrecharge: return 2
        case (_, _) where from.isPrecharge && toWholeRank: return 39
        case (_, .powerDownEnter) where from.isPrecharge: return 2
        case (_, _) where from.isRead && to.isRead: return sameGroup ? 12 : 8
        case (_, _) where from.isWrite && to.isWrite: return sameGroup ? 24 : 8
        case (_, _) where from.isRead && to.isWrite: return 40 + 8 + 4 - 38
        case (_, _) where from.isWrite && to.isRead: return 38 + 8 + (sameGroup ? 24 : 6)
        case (_, _) where from.isRead && to.isPrecharge: return sameBank ? 18 : 0
        case (_, _) where from.isWrite && to.isPrecharge: return sameBank ? 38 + 8 + 72 : 0
        case (.readAutoPrecharge, _) where to == .activate || toSet: return sameBank ? 18 + 39 : 0
        case (.writeAutoPrecharge, _) where to == .activate || toSet: return sameBank ? 38 + 8 + 72 + 39 : 0
        case (.readAutoPrecharge, _) where toWholeRank: return 18 + 39
        case (.writeAutoPrecharge, _) where toWholeRank: return 38 + 8 + 72 + 39
        case (_, .powerDownEnter) where from.isRead: return 40 + 8 + 1
        case (.write, .powerDownEnter): return 38 + 8 + 72
        case (.writeAutoPrecharge, .powerDownEnter): return 38 + 8 + 72 + 1
        case (.refreshAllBanks, .powerDownEnter), (.refreshSameBank, .powerDownEnter): return 2
        case (.manageAllBanks, .powerDownEnter), (.manageSameBank, .powerDownEnter): return 2
        case (.refreshAllBanks, .powerDownExit), (.manageAllBanks, .powerDownExit): return 0
        case (.refreshAllBanks, _), (.manageAllBanks, _): return 706
        case (.refreshSameBank, .activate), (.manageSameBank, .activate): return sameBank ? 312 : 72
        case (.refreshSameBank, .precharge), (.manageSameBank, .precharge): return sameBank ? 312 : 0
        case (.refreshSameBank, _) where to == .prechargeAll || toSet || toWholeRank: return 312
        case (.manageSameBank, _) where to == .prechargeAll || toSet || toWholeRank: return 312
        case (.powerDownEnter, .powerDownExit), (.powerDownExit, .powerDownEnter): return 18
        case (.powerDownExit, _): return 18
        case (.selfRefreshEnter, .selfRefreshExit): return 24
        case (.selfRefreshExit, _): return to.isAccess ? 1536 : 706
        default: return 0
        }
    }, fourActivates: 32, horizon: 1600, activateCycles: 2, accessCycles: 2)
}
