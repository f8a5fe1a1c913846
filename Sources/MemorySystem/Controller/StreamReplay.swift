/// What a controller did with stretches of streams before, so that it need not be worked out again.
///
/// A stretch is `length` accesses of a stream. The controller's state at its beginning, relative to the cycle, to the row and to
/// the stream's place within the rows' period, decides all that happens up to its end, as long as no refresh falls due; so the
/// states are nodes and the stretches edges of a graph that is walked instead of simulated: an edge knows how many cycles it
/// takes and what it adds to the statistics. Stretches in which a refresh falls due are edges as well, for the very distance to
/// the refresh. States are compared word by word; a hash only finds candidates.
struct StreamReplay {
    /// Accesses in a stretch.
    static let length = 128
    /// States kept; when there are more, all are forgotten.
    static let capacity = 4_096

    private struct Edge {
        var target: Int
        var cycles: Int
        /// Due dates of refreshes, relative to the stretch's beginning and to its end; empty when none falls due on the way.
        var datesBefore: [Int] = []
        var datesAfter: [Int] = []
        /// What it adds: to the tallies by place, to the sums of `Counts`.
        var tallies: [(place: Int, change: Int)] = []
        var sums = EventCore.Counts()
        var readLatencyMaximum = 0
        var writeLatencyMaximum = 0
        var uses = 0
    }

    private struct Node {
        var words: [Int32]
        /// Edge without refresh, or -1.
        var plain = -1
        /// Edges with refreshes.
        var refreshing: [Int] = []
    }

    /// A stretch that is being simulated.
    private struct Recording {
        var source: Int
        var cycle: Int
        var dates: [Int]
        var sums: EventCore.Counts
        var readLatencyMaximum: Int
        var writeLatencyMaximum: Int
    }

    private var nodes: [Node] = []
    private var edges: [Edge] = []
    private var byHash: [Int: [Int]] = [:]
    private var recording: Recording?
    /// The tallies when the recording began; zero above the largest latency.
    private var talliesBefore: [Int] = []
    private var words: [Int32] = []
    /// Accesses that were not simulated.
    private(set) var replayed = 0

    /// Called between two accesses, `position` being the next, a multiple of `length`. Walks as many stretches as are known, at
    /// most `limit`, and returns how many; the core is then where they end.
    mutating func walk(_ core: EventCore, stream: ChannelStream, position: Int, limit: Int, rowBits: Int) -> Int {
        for unit in 0..<core.geometry.units { core.bookBackground(unit) }
        let origin = stream.address(of: position) >> rowBits
        let header = describe(stream, position: position, rowBits: rowBits)
        var rows = RowOrigin(row: Int32(truncatingIfNeeded: origin))
        core.writeSnapshot(&rows, into: &words)
        var node = find()
        finishRecording(core, target: node)
        if nodes.count > Self.capacity {
            settle(core)
            nodes.removeAll()
            edges.removeAll()
            byHash.removeAll()
            node = find()
        }
        var stretches = 0
        var cycle = core.scalars.pointee.cycle
        var dates = core.refreshDates
        var nearest = dates.min() ?? Int.max
        while stretches < limit {
            let plain = nodes[node].plain
            if plain >= 0, cycle + edges[plain].cycles <= nearest {
                edges[plain].uses += 1
                cycle += edges[plain].cycles
                node = edges[plain].target
            } else if let edge = refreshingEdge(node, dates: dates, cycle: cycle) {
                edges[edge].uses += 1
                cycle += edges[edge].cycles
                node = edges[edge].target
                for unit in dates.indices { dates[unit] = edges[edge].datesAfter[unit] + cycle }
                nearest = dates.min() ?? Int.max
            } else {
                break
            }
            stretches += 1
        }
        if stretches > 0 {
            let row = stream.address(of: position + stretches * Self.length) >> rowBits
            core.scalars.pointee.cycle = cycle
            core.setRefreshDates(dates)
            core.readSnapshot(nodes[node].words[header...], RowOrigin(row: Int32(truncatingIfNeeded: row)))
            replayed += stretches * Self.length
        }
        if stretches < limit { record(core, source: node) }
        return stretches
    }

    /// Adds what walked edges stand for to the core's counters.
    mutating func settle(_ core: EventCore) {
        for index in edges.indices where edges[index].uses > 0 {
            let uses = edges[index].uses
            for tally in edges[index].tallies { core.tallies[tally.place] += tally.change * uses }
            core.counts.pointee.addSums(edges[index].sums, times: uses)
            core.counts.pointee.raiseMaxima(read: edges[index].readLatencyMaximum, write: edges[index].writeLatencyMaximum)
            edges[index].uses = 0
        }
    }

    /// The stream ends: a stretch that is being simulated is given up, and counters are made whole.
    mutating func finish(_ core: EventCore) {
        if let begun = recording { core.counts.pointee.raiseMaxima(read: begun.readLatencyMaximum, write: begun.writeLatencyMaximum) }
        recording = nil
        settle(core)
    }

    /// Begins `words` with what the future accesses are, apart from the row; returns how many words that takes.
    private mutating func describe(_ stream: ChannelStream, position: Int, rowBits: Int) -> Int {
        words.removeAll(keepingCapacity: true)
        let isOneRun = stream.run >= stream.count
        let phase = stream.address(of: position) & (1 << rowBits - 1)
        let figures = [
            phase, stream.stride, stream.isWrite ? 1 : 0, isOneRun ? 0 : stream.run, isOneRun ? 0 : stream.runStride,
            isOneRun ? 0 : position % stream.run,
        ]
        for figure in figures {
            words.append(Int32(truncatingIfNeeded: figure))
            words.append(Int32(truncatingIfNeeded: figure >> 32))
        }
        return words.count
    }

    /// The node of `words`, new or known.
    private mutating func find() -> Int {
        var hash = 0
        for word in words { hash = (hash &* 31 &+ Int(word)) &* 0x9E37_79B9 ^ (hash >> 29) }
        for candidate in byHash[hash, default: []] where nodes[candidate].words == words { return candidate }
        byHash[hash, default: []].append(nodes.count)
        nodes.append(Node(words: words))
        return nodes.count - 1
    }

    private func refreshingEdge(_ node: Int, dates: [Int], cycle: Int) -> Int? {
        nodes[node].refreshing.first { edge in
            dates.indices.allSatisfy { edges[edge].datesBefore[$0] == dates[$0] - cycle }
        }
    }

    private mutating func record(_ core: EventCore, source: Int) {
        let counts = core.counts
        recording = Recording(
            source: source, cycle: core.scalars.pointee.cycle, dates: core.refreshDates, sums: core.counts.pointee,
            readLatencyMaximum: counts.pointee.readLatencyMaximum, writeLatencyMaximum: counts.pointee.writeLatencyMaximum)
        if talliesBefore.isEmpty { talliesBefore = Array(repeating: 0, count: core.tallyCount) }
        for range in core.usedTallies { for place in range { talliesBefore[place] = core.tallies[place] } }
        // The stretch's own maxima are found from zero.
        counts.pointee.readLatencyMaximum = 0
        counts.pointee.writeLatencyMaximum = 0
    }

    private mutating func finishRecording(_ core: EventCore, target: Int) {
        guard let begun = recording else { return }
        recording = nil
        let cycle = core.scalars.pointee.cycle
        var edge = Edge(target: target, cycles: cycle - begun.cycle)
        edge.readLatencyMaximum = core.counts.pointee.readLatencyMaximum
        edge.writeLatencyMaximum = core.counts.pointee.writeLatencyMaximum
        core.counts.pointee.raiseMaxima(read: begun.readLatencyMaximum, write: begun.writeLatencyMaximum)
        edge.sums = core.counts.pointee
        edge.sums.addSums(begun.sums, times: -1)
        for range in core.usedTallies {
            for place in range where core.tallies[place] != talliesBefore[place] {
                edge.tallies.append((place: place, change: core.tallies[place] - talliesBefore[place]))
            }
        }
        if (begun.dates.min() ?? Int.max) >= cycle {
            nodes[begun.source].plain = edges.count
        } else {
            edge.datesBefore = begun.dates.map { $0 - begun.cycle }
            edge.datesAfter = core.refreshDates.map { $0 - cycle }
            nodes[begun.source].refreshing.append(edges.count)
        }
        edges.append(edge)
    }
}
