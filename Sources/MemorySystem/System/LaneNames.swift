/// The places that a channel's snapshot names: rows of each bank by their first occurrence, waiting writes by their place, and the
/// runs under way by their age.
struct LaneNames: SnapshotNames {
    struct Write: Equatable {
        var bank: Int32
        var row: Int32
        var column: Int32
        /// When the controller took it, which matters to statistics only.
        var arrival: Int

        static func == (a: Write, b: Write) -> Bool { a.bank == b.bank && a.row == b.row && a.column == b.column }
    }

    /// Rows, bank by bank.
    private(set) var rows: [Int32] = []
    /// Where each bank's rows begin.
    private(set) var firstRows: [Int] = []
    private(set) var writes: [Write] = []
    /// Tags of the runs under way, oldest first.
    var tags: [Int]

    static var includesLastCompletion: Bool { false }

    /// Names that are to be given.
    init(tags: [Int]) { self.tags = tags }

    /// Names that were given.
    init(rows: [Int32], firstRows: [Int], writes: [Write], tags: [Int]) {
        self.rows = rows
        self.firstRows = firstRows
        self.writes = writes
        self.tags = tags
    }

    mutating func name(ofRow row: Int32, bank: Int) -> Int32 {
        while firstRows.count <= bank { firstRows.append(rows.count) }
        let first = firstRows[bank]
        let known = rows[first...].firstIndex(of: row)
        if known == nil { rows.append(row) }
        return Int32(truncatingIfNeeded: (known ?? rows.count - 1) - first)
    }

    mutating func names(of entry: EventCore.Entry, waited: Int) -> (column: Int32, tag: Int32, waited: Int) {
        if entry.direction == 1 {
            writes.append(Write(bank: entry.bank, row: entry.row, column: entry.column, arrival: entry.arrival))
            // Some writes wait for as long as there are reads: with their age no state would come twice.
            return (Int32(truncatingIfNeeded: writes.count - 1), -1, 0)
        }
        // What a waiting read's column is matters to nobody.
        return (0, Int32(truncatingIfNeeded: tags.firstIndex(of: entry.tag) ?? -1), waited)
    }

    /// All banks have been named.
    mutating func finish(banks: Int) {
        while firstRows.count <= banks { firstRows.append(rows.count) }
    }

    func row(named name: Int32, bank: Int) -> Int32 { rows[firstRows[bank] + Int(name)] }
    func column(named name: Int32, direction: Int32) -> Int32 { direction == 1 ? writes[Int(name)].column : 0 }
    func arrival(waited: Int, now: Int, column: Int32, direction: Int32) -> Int {
        direction == 1 ? writes[Int(column)].arrival : now - waited
    }
    func tag(named name: Int32) -> Int { tags.indices.contains(Int(name)) ? tags[Int(name)] : -1 }
}
