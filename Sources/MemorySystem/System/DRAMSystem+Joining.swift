/// Channels part when something happens to some of a group only, and come together again when they are in one state.
extension DRAMSystem {
    /// Takes some channels out of a group. Returns the number of theirs.
    mutating func split(_ group: Int, _ part: UInt64) -> Int {
        settleCounters(group)
        var other = groups[group]
        other.members.bits = part
        other.narrowOmittedWrites()
        groups[group].members.bits &= ~part
        groups[group].narrowOmittedWrites()
        let core = spareCores.popLast() ?? EventCore(copying: groups[group].core)
        if groups[group].isLive { core.takeState(of: groups[group].core) }
        other.core = core
        let number = groups.count
        groups.append(other)
        other.members.forEach { groupOf[$0] = Int32(truncatingIfNeeded: number) }
        openAccount(group)
        openAccount(number)
        return number
    }

    /// Books what a group's controller counted to its members.
    mutating func settleCounters(_ group: Int) {
        accounts.settle(groups[group].core, account: groups[group].account)
        accounts.note(lastCompletion: groups[group].lastCompletionAsGroup, account: groups[group].account)
        groups[group].lastCompletionAsGroup = 0
    }

    private mutating func openAccount(_ group: Int) {
        if let number = accounts.number(of: groups[group].members) {
            groups[group].account = number
            return
        }
        accounts.settle(graph)
        for other in groups.indices where other != group { settleCounters(other) }
        accounts.shareOut()
        for other in groups.indices {
            guard let number = accounts.number(of: groups[other].members) else { preconditionFailure("more groups than accounts") }
            groups[other].account = number
        }
    }

    // MARK: Writes that differ

    /// Leaves in a group the channels that wait with the same writes, so that one controller can stand for them. The others become
    /// groups of their own.
    mutating func part(_ group: Int) {
        while let last = groups[group].omittedApart.last { _ = split(group, last.bits) }
    }

    mutating func partAll() {
        for group in groups.indices { part(group) }
    }

    /// What a run leads to is known for all of a group's channels.
    func isKnown(_ step: ReplayGraph.Step?, _ group: Int) -> Bool {
        guard let step else { return false }
        return graph.edge(groups[group].node, step, cycle: groups[group].cycle, nearest: groups[group].nearest, due: groups[group].due) >= 0
    }

    // MARK: Rows that differ

    /// Of a group with mixed rows, those channels for which the run's rows are the same as for the first; returns their group. A row
    /// that one of the run's accesses hits is no longer mixed there.
    mutating func tellApart(_ group: Int, _ run: ChannelRun, _ base: DRAMLocation) -> Int {
        var group = group
        groups[group].mixed = groups[group].mixed.filter { isCurrent($0, group) }
        for pair in run.pairs {
            let place = shapes.places[Int(shapes.pairs[pair])]
            let bank = Int(place.bank ^ base.bank)
            let row = place.row ^ base.row
            guard let number = groups[group].mixed.firstIndex(where: { $0.bank == bank }) else { continue }
            let mixed = groups[group].mixed[number]
            let first = groups[group].members.first & (ChannelSet.blockSize - 1)
            var alike: UInt64 = 0
            groups[group].members.forEach { channel in
                let lane = channel & (ChannelSet.blockSize - 1)
                if (mixed.rows[lane] == row) == (mixed.rows[first] == row) { alike |= 1 << UInt64(lane) }
            }
            if alike != groups[group].members.bits { group = split(group, alike) }
            if mixed.rows[first] == row {
                replace(mixed, by: row, group)
                groups[group].mixed.remove(at: number)
            }
        }
        return group
    }

    /// The bank's row is still the one that was open when channels came together.
    private func isCurrent(_ mixed: MixedRow, _ group: Int) -> Bool {
        if groups[group].isLive { return groups[group].core.banks[mixed.bank].openRow == mixed.standIn }
        return rowNames(ofBank: mixed.bank, group).contains { groups[group].rows[$0] == mixed.standIn }
    }

    private func rowNames(ofBank bank: Int, _ group: Int) -> Range<Int> {
        let first = Int(graph.nodes[Int(groups[group].node)].rows) + bank
        return Int(graph.firstRows[first])..<Int(graph.firstRows[first + 1])
    }

    private mutating func replace(_ mixed: MixedRow, by row: Int32, _ group: Int) {
        if groups[group].isLive {
            groups[group].core.banks[mixed.bank].openRow = row
            groups[group].core.sortOut(bank: mixed.bank)
        }
        guard groups[group].node >= 0 else { return }
        for name in rowNames(ofBank: mixed.bank, group) where groups[group].rows[name] == mixed.standIn { groups[group].rows[name] = row }
    }

    // MARK: Coming together

    /// Looks whether groups are in one state, from time to time.
    mutating func joinGroups() {
        guard joining.isDue() else { return }
        var joined = false
        var group = 0
        while group < groups.count {
            var other = group + 1
            while other < groups.count {
                if areAlike(group, other), join(other, to: group) {
                    joined = true
                } else {
                    other += 1
                }
            }
            group += 1
        }
        joining.note(joined: joined)
    }

    /// What is cheap to compare.
    private mutating func areAlike(_ a: Int, _ b: Int) -> Bool {
        guard groups[a].cycle == groups[b].cycle, groups[a].members.block == groups[b].members.block, groups[a].open == groups[b].open else {
            return false
        }
        if groups[a].node >= 0, groups[b].node >= 0 { return groups[a].node == groups[b].node }
        guard groups[a].isLive, groups[b].isLive else { return gauge.isLearning }
        let (x, y) = (groups[a].core.scalars.pointee, groups[b].core.scalars.pointee)
        if gauge.isLearning { return x.waitingReads == y.waitingReads && x.serving == y.serving && x.nextRefreshDue == y.nextRefreshDue }
        return x.entries == y.entries && x.waitingWrites == y.waitingWrites && x.serving == y.serving && x.acceptedThisCycle == y.acceptedThisCycle
            && x.nextRefreshDue == y.nextRefreshDue && x.rowBusFree == y.rowBusFree
    }

    /// Makes a group's channels members of another group, if both are in one state. The last group takes the number that becomes free.
    private mutating func join(_ other: Int, to group: Int) -> Bool {
        findNode(group)
        findNode(other)
        // The graph may have been forgotten on the way.
        guard groups[group].node >= 0, groups[group].node == groups[other].node, groups[group].due == groups[other].due,
            groups[group].writes == groups[other].writes, let omitted = omittedByBoth(group, other), mix(other, into: group)
        else { return false }
        settleCounters(group)
        settleCounters(other)
        groups[group].omittedApart = omitted
        if !omitted.isEmpty {
            groups[group].omitted = []
            groups[group].isLive = false
        }
        groups[group].lastCompletion = max(groups[group].lastCompletion, groups[other].lastCompletion)
        groups[group].members.bits |= groups[other].members.bits
        spareCores.append(groups[other].core)
        let last = groups.count - 1
        groups[other].members.forEach { groupOf[$0] = Int32(truncatingIfNeeded: group) }
        if other != last {
            groups[other] = groups[last]
            groups[last].members.forEach { groupOf[$0] = Int32(truncatingIfNeeded: other) }
        }
        groups.removeLast()
        openAccount(group)
        return true
    }

    /// The writes that two groups in one state leave out, where these differ; empty where they do not. `nil` when the groups are better
    /// kept apart.
    private func omittedByBoth(_ group: Int, _ other: Int) -> [OmittedWrites]? {
        let (mine, theirs) = (groups[group], groups[other])
        if mine.omittedApart.isEmpty, theirs.omittedApart.isEmpty, mine.omitted == theirs.omitted { return [] }
        guard gauge.isLearning, graph.nodes[Int(mine.node)].omitsWrites else { return nil }
        var result: [OmittedWrites] = []
        for part in [mine, theirs] {
            let lists = part.omittedApart.isEmpty ? [OmittedWrites(bits: part.members.bits, writes: part.omitted)] : part.omittedApart
            for list in lists {
                if let same = result.firstIndex(where: { $0.writes == list.writes }) {
                    result[same].bits |= list.bits
                } else {
                    result.append(list)
                }
            }
        }
        return result.count <= Self.mostOmittedLists ? result : nil
    }

    /// More would take longer to go through than they save.
    private static var mostOmittedLists: Int { 8 }

    /// Has stand-ins for the rows that differ between two groups in one state, where that matters to nobody; otherwise changes nothing.
    private mutating func mix(_ other: Int, into group: Int) -> Bool {
        let node = graph.nodes[Int(groups[group].node)]
        var mixed: [MixedRow] = []
        var bank = 0
        for name in groups[group].rows.indices {
            while name >= Int(graph.firstRows[Int(node.rows) + bank + 1]) { bank += 1 }
            let (mine, theirs) = (groups[group].rows[name], groups[other].rows[name])
            let standIn = MixedRow.standIn(bank: bank)
            if mine == theirs, mine != standIn { continue }
            guard graph.isResting[Int(node.resting) + name], !isOmitted(bank, group), !isOmitted(bank, other) else { return false }
            var row = MixedRow(bank: bank, rows: Array(repeating: -1, count: ChannelSet.blockSize))
            for part in [group, other] {
                let before = groups[part].rows[name] == standIn ? groups[part].mixed.first { $0.bank == bank } : nil
                groups[part].members.forEach { channel in
                    let lane = channel & (ChannelSet.blockSize - 1)
                    row.rows[lane] = before?.rows[lane] ?? groups[part].rows[name]
                }
            }
            mixed.append(row)
        }
        for row in mixed {
            for name in rowNames(ofBank: row.bank, group) { groups[group].rows[name] = row.standIn }
            if groups[group].isLive { groups[group].core.banks[row.bank].openRow = row.standIn }
        }
        groups[group].mixed = mixed
        return true
    }

    /// A write to the bank waits that the state leaves out.
    private func isOmitted(_ bank: Int, _ group: Int) -> Bool {
        groups[group].omitted.contains { Int($0.bank) == bank }
            || groups[group].omittedApart.contains { $0.writes.contains { Int($0.bank) == bank } }
    }
}

/// When to look whether groups of channels are in one state: often where that is so, seldom where it is not.
struct JoiningSchedule: Sendable {
    private static let shortest = 1
    private static let longest = 256
    private var pause = shortest
    private var left = shortest

    mutating func isDue() -> Bool {
        left -= 1
        return left <= 0
    }

    mutating func note(joined: Bool) {
        pause = joined ? Self.shortest : min(pause * 2, Self.longest)
        left = pause
    }
}
