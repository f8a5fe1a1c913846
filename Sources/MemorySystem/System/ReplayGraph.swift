/// What channels did before, so that it need not be worked out again.
///
/// A channel's state, relative to the cycle and with rows, columns and requests only told apart, is a node. What may come next is
/// an edge: a run of accesses (its pattern, and which of its rows the state knows), or a number of cycles without any. The two
/// decide all that happens up to the edge's end, as long as no refresh falls due on the way; so a graph of states is walked instead
/// of simulating: an edge knows how many cycles it takes, which accesses are served when, and what it adds to the statistics.
/// Stretches in which a refresh falls due are edges as well, for the very distances to the refreshes. All channels of a memory
/// walk the same graph. States are compared word by word; a hash only finds candidates.
struct ReplayGraph {
    static let nodeCapacity = 24_576
    static let edgeCapacity = 65_536

    /// What follows a state.
    struct Step: Hashable {
        /// The pattern of a run, or with `waiting` a number of cycles.
        var pattern: Int32
        /// Of each of the run's pairs four bits: 0 for a row that the state does not know, or its number from 1.
        var labels: UInt64

        static let waiting = Int32.min

        static func wait(_ cycles: Int) -> Step { Step(pattern: waiting + Int32(truncatingIfNeeded: cycles), labels: 0) }
    }

    /// Accesses of a run that are served on an edge.
    struct Service {
        /// Place of the run among those under way; a read run that begins on the edge is the last.
        var run: Int32
        var count: Int32
        /// Cycles from the edge's beginning to the end of the data of the first and the last.
        var first: Int32
        var last: Int32
        /// The same for each of them, in `moments`.
        var moments: Range<Int32>
    }

    struct Edge {
        var target: Int32
        var cycles: Int32
        /// Cycles until the first access is taken.
        var firstTaken: Int32
        /// Cycles until each access of a run of writes is taken, in `moments`.
        var taken: Range<Int32>
        var services: Range<Int32>
        /// Where the target's rows come from: places among the source's, or complements of the run's pairs. `nil` when they stay.
        var rows: Range<Int32>?
        /// Where the target's named writes come from, in triples: places among the source's, or complements of the run's accesses;
        /// cycles from the edge's beginning to their acceptance, and their number in that cycle; their classification. `nil` when they stay.
        var writes: Range<Int32>?
        /// The same for writes that the target leaves out beside those that the source does.
        var omitted: Range<Int32>
        /// Writes of the source that are served: places, and cycles to the end of their data, one after the other.
        var servedWrites: Range<Int32>
        /// Cycles until the last access is complete that is served on the edge, at least 0.
        var lastCompletion: Int32
        /// The due dates' distances before and after, one after the other; empty without refreshes.
        var dates: Range<Int32>
        /// The next edge of the same step with other dates, or -1.
        var next: Int32
    }

    /// What an edge adds to the counters.
    struct Cost {
        var tallies: [(place: Int32, change: Int)]
        var sums: EventCore.Counts
        var readLatencyMaximum: Int
        var writeLatencyMaximum: Int
    }

    struct Node {
        /// Of the rows' beginnings in `firstRows`.
        var rows: Int32
        var rowCount: Int32
        /// Of the rows' descriptions in `isResting`.
        var resting: Int32
        /// Where the units' counters of background states are in `backgrounds`.
        var background: Int32
        /// Nothing waits and nothing that was done matters any more.
        var isQuiescent: Bool
        /// Reads are served, and writes that wait for their turn are left out: how many there are matters only to when that comes.
        var omitsWrites: Bool
    }

    let banks: Int
    let units: Int
    private(set) var nodes: [Node] = []
    /// The nodes' snapshots.
    private(set) var words: [[Int32]] = []
    private(set) var edges: [Edge] = []
    private(set) var costs: [Cost] = []
    private(set) var firstRows: [Int16] = []
    private(set) var backgrounds: [Int32] = []
    /// Of each of the nodes' rows: it lies open in a bank for which nothing waits, and has no other name.
    private(set) var isResting: [Bool] = []
    private(set) var services: [Service] = []
    private(set) var sources: [Int32] = []
    private(set) var moments: [Int32] = []
    private(set) var dates: [Int] = []
    private var byHash: [Int: [Int32]] = [:]
    /// Open addressing: node and step, and the first edge, or -1.
    private var table: [(key: UInt64, labels: UInt64, edge: Int32)] = []
    private var filled = 0

    init(banks: Int, units: Int) {
        self.banks = banks
        self.units = units
        clearTable(4096)
    }

    var isFull: Bool { nodes.count >= Self.nodeCapacity || edges.count >= Self.edgeCapacity }

    mutating func removeAll() {
        nodes.removeAll(keepingCapacity: true)
        words.removeAll(keepingCapacity: true)
        edges.removeAll(keepingCapacity: true)
        costs.removeAll(keepingCapacity: true)
        firstRows.removeAll(keepingCapacity: true)
        backgrounds.removeAll(keepingCapacity: true)
        isResting.removeAll(keepingCapacity: true)
        services.removeAll(keepingCapacity: true)
        sources.removeAll(keepingCapacity: true)
        moments.removeAll(keepingCapacity: true)
        dates.removeAll(keepingCapacity: true)
        byHash.removeAll(keepingCapacity: true)
        clearTable(4096)
    }

    private mutating func clearTable(_ size: Int) {
        table = Array(repeating: (key: 0, labels: 0, edge: -1), count: size)
        filled = 0
    }

    // MARK: Nodes

    /// The node of a core's snapshot, known or, where it `adds` one, new.
    mutating func node(_ words: [Int32], _ names: ChannelNames, of core: EventCore, adds: Bool) -> Int32? {
        var hash = 0
        for word in words { hash = (hash &* 31 &+ Int(word)) &* 0x9E37_79B9 ^ (hash >> 29) }
        for candidate in byHash[hash, default: []] where self.words[Int(candidate)] == words { return candidate }
        guard adds else { return nil }
        let number = Int32(truncatingIfNeeded: nodes.count)
        byHash[hash, default: []].append(number)
        let rows = Int32(truncatingIfNeeded: firstRows.count)
        for bank in 0...banks { firstRows.append(Int16(truncatingIfNeeded: names.firstRows[bank])) }
        self.words.append(words)
        nodes.append(
            Node(
                rows: rows, rowCount: Int32(truncatingIfNeeded: names.rows.count), resting: Int32(truncatingIfNeeded: isResting.count),
                background: Int32(truncatingIfNeeded: backgrounds.count),
                isQuiescent: core.isQuiescent, omitsWrites: names.omitsWaitingWrites))
        names.noteResting(core, in: &isResting)
        for unit in 0..<units { backgrounds.append(Int32(truncatingIfNeeded: core.backgroundState(unit))) }
        return number
    }

    // MARK: Edges

    @inline(__always)
    private func slot(_ key: UInt64, _ labels: UInt64) -> Int {
        var hash = key &* 0x9E37_79B9_7F4A_7C15 ^ labels &* 0xC2B2_AE3D_27D4_EB4F
        hash ^= hash >> 32
        var slot = Int(truncatingIfNeeded: hash) & (table.count - 1)
        while table[slot].edge >= 0, table[slot].key != key || table[slot].labels != labels { slot = (slot + 1) & (table.count - 1) }
        return slot
    }

    @inline(__always)
    private func key(_ node: Int32, _ step: Step) -> UInt64 {
        UInt64(UInt32(bitPattern: node)) << 32 | UInt64(UInt32(bitPattern: step.pattern))
    }

    /// The edge of a step at a cycle, if it was taken before. `due` are the refreshes' dates, `nearest` the first of them.
    @inline(__always)
    func edge(_ node: Int32, _ step: Step, cycle: Int, nearest: Int, due: [Int]) -> Int32 {
        var edge = table[slot(key(node, step), step.labels)].edge
        while edge >= 0 {
            let range = edges[Int(edge)].dates
            if range.isEmpty {
                if cycle + Int(edges[Int(edge)].cycles) <= nearest { return edge }
            } else {
                var isSame = true
                for unit in 0..<units where dates[Int(range.lowerBound) + unit] != due[unit] - cycle { isSame = false }
                if isSame { return edge }
            }
            edge = edges[Int(edge)].next
        }
        return -1
    }

    mutating func addServices(_ list: [Service]) -> Range<Int32> {
        let first = Int32(truncatingIfNeeded: services.count)
        services.append(contentsOf: list)
        return first..<Int32(truncatingIfNeeded: services.count)
    }

    mutating func addSources(_ list: [Int32]) -> Range<Int32> {
        let first = Int32(truncatingIfNeeded: sources.count)
        sources.append(contentsOf: list)
        return first..<Int32(truncatingIfNeeded: sources.count)
    }

    /// - Parameter cycles: from `beginning` on.
    mutating func addMoments(_ cycles: some Sequence<Int>, from beginning: Int) -> Range<Int32> {
        let first = Int32(truncatingIfNeeded: moments.count)
        for cycle in cycles { moments.append(Int32(truncatingIfNeeded: cycle - beginning)) }
        return first..<Int32(truncatingIfNeeded: moments.count)
    }

    mutating func addDates(_ list: [Int]) -> Range<Int32> {
        let first = Int32(truncatingIfNeeded: dates.count)
        dates.append(contentsOf: list)
        return first..<Int32(truncatingIfNeeded: dates.count)
    }

    mutating func add(_ edge: Edge, cost: Cost, from node: Int32, _ step: Step) {
        if filled * 2 >= table.count { growTable() }
        let place = slot(key(node, step), step.labels)
        var edge = edge
        edge.next = table[place].edge
        if edge.next < 0 { filled += 1 }
        table[place] = (key: key(node, step), labels: step.labels, edge: Int32(truncatingIfNeeded: edges.count))
        edges.append(edge)
        costs.append(cost)
    }

    private mutating func growTable() {
        let old = table
        clearTable(old.count * 2)
        for entry in old where entry.edge >= 0 {
            table[slot(entry.key, entry.labels)] = entry
            filled += 1
        }
    }
}
