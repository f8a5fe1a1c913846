/// How a snapshot names what is only told apart: rows of a bank, and what requests carry with them.
protocol SnapshotNames {
    /// A row's name; called bank by bank, for a bank's open row first.
    mutating func name(ofRow row: Int32, bank: Int) -> Int32
    /// A waiting request; requests of a bank come in the order of its lists, the one first whose row is open for it.
    mutating func name(of entry: EventCore.Entry, waited: Int) -> EventCore.EntryName
    /// Writes that wait for their turn are left out: whoever keeps the snapshot knows them.
    var omitsWaitingWrites: Bool { get }
    func row(named name: Int32, bank: Int) -> Int32
    func place(of name: EventCore.EntryName, bank: Int, direction: Int32, now: Int) -> (row: Int32, column: Int32, sequence: Int)
    func tag(named name: Int32) -> Int
    /// When the last data were on the bus is part of the snapshot.
    static var includesLastCompletion: Bool { get }
}

/// Rows as distances from one of them, for streams.
struct RowOrigin: SnapshotNames {
    var row: Int32 = 0

    var omitsWaitingWrites: Bool { false }
    func name(ofRow row: Int32, bank: Int) -> Int32 { row - self.row }
    func name(of entry: EventCore.Entry, waited: Int) -> EventCore.EntryName {
        EventCore.EntryName(
            row: entry.row - row, column: entry.column, waited: waited, number: entry.sequence & EventCore.sequenceMask, tag: 0)
    }
    func row(named name: Int32, bank: Int) -> Int32 { name + row }
    func place(of name: EventCore.EntryName, bank: Int, direction: Int32, now: Int) -> (row: Int32, column: Int32, sequence: Int) {
        (name.row + row, name.column, (now - name.waited) << EventCore.sequenceBits | name.number)
    }
    func tag(named name: Int32) -> Int { 0 }
    static var includesLastCompletion: Bool { true }
}

extension EventCore {
    /// A waiting request in a snapshot.
    struct EntryName {
        var row: Int32
        var column: Int32
        /// Cycles since it was taken.
        var waited: Int
        /// Its number among those that were taken in its cycle.
        var number: Int
        var tag: Int32
    }
}
