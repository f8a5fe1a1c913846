import Simulation

/// Timing rules of DRAM by what a reader can do about them.
package enum DRAMStallGroup: String, CaseIterable, Sendable {
    case rowConflicts = "row conflicts"
    case activates = "rate of activates"
    case dataBus = "data bus"
    case bankGroups = "bank groups"
    case turnaround = "bus turnaround"
    case refresh
    case commandBus = "command bus"
    case powerDown = "power-down"
    case other
    /// Not a rule: channels without an access while others have some.
    case unevenChannels = "uneven channels"
    /// Not a rule: no channel has an access that waits.
    case noRequest = "no request under way"

    /// The group of a rule, by its name in the standards' files.
    package init(rule: String) {
        let groups: [(DRAMStallGroup, [String])] = [
            (.bankGroups, ["tCCD_L"]), (.dataBus, ["tCCD", "burst"]), (.activates, ["tRRD", "tFAW", "tPPD"]), (.turnaround, ["tWTR", "tRTW", "tCS"]),
            (.refresh, ["tRFC", "tRFM", "tRPab", "tREFI", "tREFSB", "tpbR2", "tACT2pbR"]), (.commandBus, ["command bus"]),
            (.powerDown, ["tXP", "tXS", "tCKE", "tPD", "tRDPDEN", "tWRPDEN", "tWRAPDEN", "tACTPDEN", "tPRPDEN", "tREFPDEN"]),
            (.rowConflicts, ["tRP", "tRAS", "tRCD", "tRC", "tRTP", "tWR"]),
        ]
        // Prefixes of longer names come first: tRPab before tRP, tCCD_L before tCCD.
        self = groups.first { $0.1.contains { rule.hasPrefix($0) } }?.0 ?? .other
    }

    /// One line on what the channels waited for.
    var explanation: String {
        switch self {
        case .rowConflicts: "another row of the bank is closed and the wanted one opened (tRP, tRAS, tRCD, tRC, tRTP, tWR)"
        case .activates: "no more rows may be opened yet (tRRD, tFAW, tPPD)"
        case .dataBus: "the data bus is in use: no time is lost (tCCD, tCCD_S, burst)"
        case .bankGroups: "accesses follow each other in one bank group (tCCD_L)"
        case .turnaround: "between reads and writes, or between ranks (tWTR, tRTW, tCS)"
        case .refresh: "rows are refreshed, or protected from their neighbours (tRFC, tRFM, tRPab)"
        case .commandBus: "the command bus is busy with another command"
        case .powerDown: "the way into power-down and out of it"
        case .unevenChannels: "a channel has less to do than the one that has most"
        case .noRequest: "the answers' latency, or nothing is asked for"
        case .other: "rules of the standard that belong to none of these"
        }
    }

    /// Cycles of a memory's stalls by group, most first, without those that did not occur; rules most first.
    package static func sums(of dram: DRAMRecord) -> [(group: DRAMStallGroup, cycles: Int, rules: [String])] {
        var cycles: [DRAMStallGroup: Int] = [:], rules: [DRAMStallGroup: [String]] = [:]
        for stall in dram.stalls where stall.cycles > 0 {
            let group = DRAMStallGroup(rule: stall.rule)
            cycles[group, default: 0] += stall.cycles
            rules[group, default: []].append(stall.rule)
        }
        let present = allCases.filter { cycles[$0] != nil }
        return present.map { (group: $0, cycles: cycles[$0] ?? 0, rules: rules[$0] ?? []) }
            .sorted { $0.cycles == $1.cycles ? $0.group.rawValue < $1.group.rawValue : $0.cycles > $1.cycles }
    }

    /// What kept memories from moving data while they worked for an operator, most first: stalls without those of the data bus, by how
    /// much less channels were used than the one that was used most, and cycles in which nothing was asked for.
    package static func losses(ofOperator index: Int, in memories: [DRAMRecord]) -> [(group: DRAMStallGroup, cycles: Int)] {
        var losses: [DRAMStallGroup: Int] = [:]
        for dram in memories where dram.losses.indices.contains(index) {
            let lost = dram.losses[index]
            var stalls = 0
            for (rule, cycles) in zip(dram.lossRules, lost.stalls) where cycles > 0 {
                let group = DRAMStallGroup(rule: rule)
                guard group != .dataBus else { continue }
                losses[group, default: 0] += cycles
                stalls += cycles
            }
            losses[.unevenChannels, default: 0] += lost.unevenCycles
            losses[.noRequest, default: 0] += max(0, lost.unusedCycles - lost.unevenCycles - stalls)
        }
        let found = losses.filter { $0.value > 0 }.map { (group: $0.key, cycles: $0.value) }
            .sorted { ($1.cycles, $0.group.rawValue) < ($0.cycles, $1.group.rawValue) }
        // Whoever waited while the channels were busy for others waited for its turn.
        return found.isEmpty ? [(group: .noRequest, cycles: 0)] : found
    }
}
