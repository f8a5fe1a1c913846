/// The places that a channel's snapshot names: rows of each bank by their first occurrence, waiting writes by their place, and the
/// runs under way by their age.
struct ChannelNames: SnapshotNames {
    /// Rows, bank by bank.
    private(set) var rows: [Int32] = []
    /// Where each bank's rows begin.
    private(set) var firstRows: [Int] = []
    /// Writes that have a name.
    private(set) var writes: [WaitingWrite] = []
    /// Tags of the runs under way, oldest first.
    var tags: [Int]
    let omitsWaitingWrites: Bool
    /// Places of all waiting requests in the order of arrival, where writes are among them.
    private let order: [Int]

    static var includesLastCompletion: Bool { false }

    /// Names that are to be given to what a core holds.
    init(_ core: EventCore, tags: [Int]) {
        self.tags = tags
        let isReading = core.policy.isSimple && core.scalars.pointee.serving == 0 && core.scalars.pointee.waitingWrites > 0
        omitsWaitingWrites = isReading && core.waitingWritesInLists > 0
        order = core.scalars.pointee.waitingWrites > 0 ? core.waitingSequences(withWrites: !omitsWaitingWrites) : []
    }

    /// Names that were given.
    init(rows: [Int32], firstRows: [Int], writes: [WaitingWrite], tags: [Int]) {
        self.rows = rows
        self.firstRows = firstRows
        self.writes = writes
        self.tags = tags
        omitsWaitingWrites = false
        order = []
    }

    mutating func name(ofRow row: Int32, bank: Int) -> Int32 {
        while firstRows.count <= bank { firstRows.append(rows.count) }
        let first = firstRows[bank]
        let known = rows[first...].firstIndex(of: row)
        if known == nil { rows.append(row) }
        return Int32(truncatingIfNeeded: (known ?? rows.count - 1) - first)
    }

    mutating func name(of entry: EventCore.Entry, waited: Int) -> EventCore.EntryName {
        let row = name(ofRow: entry.row, bank: Int(entry.bank))
        if entry.direction == 1 {
            writes.append(WaitingWrite(entry))
            // Some writes wait for as long as there are reads: with their age no state would come twice. Their place among all
            // requests counts.
            return EventCore.EntryName(
                row: row, column: Int32(truncatingIfNeeded: writes.count - 1), waited: 0, number: order.firstIndex(of: entry.sequence) ?? 0,
                tag: -1)
        }
        // What a waiting read's column is matters to nobody: writes do not wait for reads in a memory of several channels.
        return EventCore.EntryName(
            row: row, column: 0, waited: waited, number: entry.sequence & EventCore.sequenceMask,
            tag: Int32(truncatingIfNeeded: tags.firstIndex(of: entry.tag) ?? -1))
    }

    /// All banks have been named.
    mutating func finish(banks: Int) {
        while firstRows.count <= banks { firstRows.append(rows.count) }
    }

    /// Appends for each row whether it lies open in a bank for which nothing waits.
    func noteResting(_ core: EventCore, in list: inout [Bool]) {
        for bank in 0..<firstRows.count - 1 {
            let count = firstRows[bank + 1] - firstRows[bank]
            let isIdle = count == 1 && core.banks[bank].active < 0 && core.lists[bank * 2].head < 0 && core.lists[bank * 2 + 1].head < 0
            list.append(contentsOf: repeatElement(isIdle && core.banks[bank].openRow >= 0 && !core.policy.isAdaptive, count: count))
        }
    }

    func row(named name: Int32, bank: Int) -> Int32 { rows[firstRows[bank] + Int(name)] }

    func place(of name: EventCore.EntryName, bank: Int, direction: Int32, now: Int) -> (row: Int32, column: Int32, sequence: Int) {
        let row = row(named: name.row, bank: bank)
        if direction == 1 { return (row, writes[Int(name.column)].column, writes[Int(name.column)].sequence) }
        return (row, 0, (now - name.waited) << EventCore.sequenceBits | name.number)
    }

    func tag(named name: Int32) -> Int { tags.indices.contains(Int(name)) ? tags[Int(name)] : -1 }
}

/// A write that waits in a controller.
struct WaitingWrite: Equatable {
    var bank: Int32
    var row: Int32
    var column: Int32
    /// Its place in the order of arrivals, and so the cycle in which it was taken, which otherwise matters to statistics only.
    var sequence: Int
    /// A row was closed for it.
    var isClassified: Bool

    init(bank: Int32, row: Int32, column: Int32, sequence: Int, isClassified: Bool) {
        self.bank = bank
        self.row = row
        self.column = column
        self.sequence = sequence
        self.isClassified = isClassified
    }

    init(_ entry: EventCore.Entry) {
        self.init(bank: entry.bank, row: entry.row, column: entry.column, sequence: entry.sequence, isClassified: entry.isClassified)
    }

    var arrival: Int { sequence >> EventCore.sequenceBits }

    func isAt(_ place: DRAMLocation) -> Bool { column == place.column && bank == place.bank && row == place.row }
}
