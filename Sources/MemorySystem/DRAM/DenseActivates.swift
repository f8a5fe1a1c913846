/// Reads of a new row each, bank after bank, worked out command by command but without a controller.
///
/// tFAW, tRRD and the row cycle each give a distance between activates. They are met only as long as the command bus is free when an
/// activate may go: when a read that an earlier activate made possible is due in the same cycle, one of the two waits. If the activate
/// does, every fourth activate hands the delay on through tFAW. DDR4-3200: the read of a window's fourth activate is due
/// 3 · tRRD_S + tRCD = 34 cycles after its first, which is tFAW: four activates in 35 cycles instead of 34. Where commands take several
/// cycles, an activate waits for the end of one that has begun. What is left of such delays in the long run is a recurrence.
package struct DenseActivates {
    /// Activates of each pseudo-channel that are looked at; the first half is not counted.
    static let count = 4096

    private enum Kind: CaseIterable { case read, activate, precharge }

    private let standard: DRAMStandard
    private let activatesFirst: Bool

    package init(_ standard: DRAMStandard, activatesFirst: Bool) {
        self.standard = standard
        self.activatesFirst = activatesFirst
    }

    /// When the commands of one pseudo-channel issued. Its access n is to bank n mod banks, and neighbours are in different groups.
    private struct Issued {
        var reads: [Int] = []
        var activates: [Int] = []
        var precharges: [Int] = []

        func count(_ kind: Kind) -> Int {
            switch kind {
            case .read: reads.count
            case .activate: activates.count
            case .precharge: precharges.count
            }
        }

        mutating func append(_ kind: Kind, _ cycle: Int) {
            switch kind {
            case .read: reads.append(cycle)
            case .activate: activates.append(cycle)
            case .precharge: precharges.append(cycle)
            }
        }
    }

    /// Cycles from one activate of the channel to the next in the long run, refresh aside: of reads of one rank in each pseudo-channel.
    /// Older commands of a kind go first; reads before activates unless `activatesFirst`, precharges last.
    package var cycles: Double {
        let organization = standard.organization
        let order: [Kind] = activatesFirst ? [.activate, .read, .precharge] : [.read, .activate, .precharge]
        var units = [Issued](repeating: Issued(), count: organization.pseudoChannels)
        var rowBus = 0, columnBus = 0, now = 0
        while units.contains(where: { $0.activates.count < Self.count }) {
            var next = Int.max
            var choice: (kind: Kind, unit: Int)?
            for kind in order where choice == nil {
                for unit in units.indices.sorted(by: { (units[$0].count(kind), $0) < (units[$1].count(kind), $1) }) {
                    guard let ready = ready(kind, units[unit]) else { continue }
                    let bus = kind == .read && organization.separateRowAndColumnCommands ? columnBus : rowBus
                    if max(ready, bus) <= now {
                        choice = (kind, unit)
                        break
                    }
                    next = min(next, max(ready, bus))
                }
            }
            guard let (kind, unit) = choice else {
                now = next
                continue
            }
            units[unit].append(kind, now)
            let command: DRAMCommand = kind == .read ? .read : kind == .activate ? .activate : .precharge
            let free = now + (organization.commandCycles[command] ?? 1)
            if kind == .read && organization.separateRowAndColumnCommands { columnBus = free } else { rowBus = free }
        }
        let half = Self.count / 2
        let last = units.map { $0.activates[Self.count - 1] }.max() ?? 0, first = units.map { $0.activates[half - 1] }.max() ?? 0
        return Double(last - first) / Double(half * units.count)
    }

    /// From which cycle on the next command of a kind may go, the bus aside; nil before the commands that it needs.
    private func ready(_ kind: Kind, _ issued: Issued) -> Int? {
        func latency(_ names: String...) -> Int { names.compactMap { standard.cycles($0) }.first ?? 0 }
        func after(_ list: [Int], _ distance: Int, _ latency: Int) -> Int { list.count < distance ? 0 : list[list.count - distance] + latency }
        let groups = standard.organization.bankGroups, banks = standard.organization.banks
        switch kind {
        case .read:
            guard issued.reads.count < issued.activates.count else { return nil }
            return max(
                issued.activates[issued.reads.count] + latency("tRCDRD", "tRCD"),
                after(issued.reads, 1, max(latency("tCCD_S", "tCCD"), standard.burstCycles)), after(issued.reads, groups, latency("tCCD_L", "tCCD")))
        case .activate:
            let previous = issued.activates.count - banks
            guard previous < issued.precharges.count else { return nil }
            return max(
                after(issued.activates, 1, latency("tRRD_S", "tRRD")), after(issued.activates, groups, latency("tRRD_L", "tRRD")),
                after(issued.activates, 4, latency("tFAW")), after(issued.activates, banks, latency("tRC")),
                previous < 0 ? 0 : issued.precharges[previous] + latency("tRP"))
        case .precharge:
            let number = issued.precharges.count
            guard number < issued.reads.count else { return nil }
            return max(
                issued.activates[number] + latency("tRAS"), issued.reads[number] + latency("tRTP"), after(issued.precharges, 1, latency("tPPD")))
        }
    }
}
