/// What a stretch of a channel's accesses came to becomes an edge of the graph.
extension DRAMSystem {
    /// A channel's state at the beginning of what becomes an edge.
    struct Stretch {
        var node: Int32
        var cycle: Int
        var due: [Int]
        var names: ChannelNames
        var omitted: [WaitingWrite]
        var omitsWrites: Bool
        var turns: Int
        var open: [ChannelGroup.OpenRun]
        var counters: CounterRecording
    }

    mutating func beginStretch(_ group: Int) -> Stretch {
        makeLive(group)
        let node = graph.nodes[Int(groups[group].node)]
        groups[group].core.tagWrites(withLists: !node.omitsWrites) { WriteTag.ofWaiting($0) }
        return Stretch(
            node: groups[group].node, cycle: groups[group].cycle, due: groups[group].due, names: names(group, node), omitted: groups[group].omitted,
            omitsWrites: node.omitsWrites, turns: groups[group].core.scalars.pointee.turns, open: groups[group].open,
            counters: CounterRecording(groups[group].core, tallies: &tallies))
    }

    mutating func endStretch(
        _ stretch: Stretch, _ group: Int, _ step: ReplayGraph.Step, run: ChannelRun?, base: DRAMLocation?, firstTaken: Int
    ) {
        let core = groups[group].core
        // `served` still holds what the stretch served. Latencies of writes that waited before are booked when the edge is walked.
        var servedWrites: [Int32] = []
        var longestWrite = 0
        for completion in served {
            if let number = WriteTag.access(completion.tag) { longestWrite = max(longestWrite, completion.cycle - taken[number]) }
            guard let place = WriteTag.waiting(completion.tag) else { continue }
            servedWrites.append(Int32(truncatingIfNeeded: place))
            servedWrites.append(Int32(truncatingIfNeeded: completion.cycle - stretch.cycle))
        }
        let waited = servedWrites.indices.compactMap { index in
            index % 2 == 1 ? stretch.cycle + Int(servedWrites[index]) - stretch.names.writes[Int(servedWrites[index - 1])].arrival : nil
        }
        let (cost, lastCompletion) = stretch.counters.finish(core, tallies: tallies, without: waited, longestWrite: longestWrite)
        let wasFull = graph.isFull
        findNode(group)
        // A graph that was forgotten has no place for the edge; and where it was the writes' turn, all of them count.
        if wasFull || stretch.omitsWrites && core.scalars.pointee.turns != stretch.turns { return }
        var services: [ReplayGraph.Service] = []
        for (index, run) in stretch.open.enumerated() {
            let mine = served.filter { $0.tag == run.tag }.map(\.cycle)
            guard let first = mine.min(), let last = mine.max() else { continue }
            services.append(
                ReplayGraph.Service(
                    run: Int32(truncatingIfNeeded: index), count: Int32(truncatingIfNeeded: mine.count),
                    first: Int32(truncatingIfNeeded: first - stretch.cycle), last: Int32(truncatingIfNeeded: last - stretch.cycle),
                    moments: graph.addMoments(mine, from: stretch.cycle)))
        }
        let target = graph.nodes[Int(groups[group].node)]
        let after = names(group, target)
        var edge = ReplayGraph.Edge(
            target: groups[group].node, cycles: Int32(truncatingIfNeeded: groups[group].cycle - stretch.cycle),
            firstTaken: Int32(truncatingIfNeeded: firstTaken),
            taken: run?.isWrite ?? false ? graph.addMoments(taken, from: stretch.cycle) : 0..<0, services: graph.addServices(services), rows: nil, writes: nil, omitted: 0..<0,
            servedWrites: graph.addSources(servedWrites),
            lastCompletion: Int32(truncatingIfNeeded: max(0, lastCompletion - stretch.cycle)), dates: 0..<0, next: -1)
        let rows = rowSources(stretch.names, after, run, base)
        if rows != Array(0..<Int32(truncatingIfNeeded: stretch.names.rows.count)) { edge.rows = graph.addSources(rows) }
        let writes = writeSources(stretch, groups[group].writes, run, base)
        let places = writes.indices.compactMap { $0 % 3 == 0 ? writes[$0] : nil }
        if places != Array(0..<Int32(truncatingIfNeeded: stretch.names.writes.count)) { edge.writes = graph.addSources(writes) }
        let omitted = groups[group].omitted.filter { write in !stretch.omitted.contains { $0.sequence == write.sequence } }
        edge.omitted = graph.addSources(writeSources(stretch, omitted, run, base))
        if (stretch.due.min() ?? Int.max) < groups[group].cycle {
            edge.dates = graph.addDates(stretch.due.map { $0 - stretch.cycle } + groups[group].due.map { $0 - groups[group].cycle })
        }
        graph.add(edge, cost: cost, from: stretch.node, step)
    }

    /// Where the rows of a state come from.
    func rowSources(_ before: ChannelNames, _ after: ChannelNames, _ run: ChannelRun?, _ base: DRAMLocation?) -> [Int32] {
        var sources: [Int32] = []
        for bank in 0..<graph.banks {
            for index in after.firstRows[bank]..<after.firstRows[bank + 1] {
                let row = after.rows[index]
                let old = before.rows[before.firstRows[bank]..<before.firstRows[bank + 1]].firstIndex(of: row)
                if let old {
                    sources.append(Int32(truncatingIfNeeded: old))
                } else if let run, let base {
                    let pair = run.pairs.firstIndex { pair in
                        let place = shapes.places[Int(shapes.pairs[pair])].from(base)
                        return Int(place.bank) == bank && place.row == row
                    }
                    let number = (pair ?? run.pairs.lowerBound) - run.pairs.lowerBound
                    sources.append(~Int32(truncatingIfNeeded: number))
                } else {
                    preconditionFailure("a row that nobody asked for")
                }
            }
        }
        return sources
    }

    /// Where waiting writes come from, and when those of the run were taken.
    func writeSources(_ stretch: Stretch, _ writes: [WaitingWrite], _ run: ChannelRun?, _ base: DRAMLocation?) -> [Int32] {
        var sources: [Int32] = []
        for write in writes {
            let isClassified: Int32 = write.isClassified ? 1 : 0
            if let old = stretch.names.writes.firstIndex(where: { $0.sequence == write.sequence }) {
                sources += [Int32(truncatingIfNeeded: old), 0, isClassified]
                continue
            }
            guard let run, let base else { preconditionFailure("a write that nobody asked for") }
            let access = run.accesses.firstIndex { write.isAt(shapes.places[$0].from(base)) }
            let number = (access ?? run.accesses.lowerBound) - run.accesses.lowerBound
            let taken = write.sequence - stretch.cycle << EventCore.sequenceBits
            sources += [~Int32(truncatingIfNeeded: number), Int32(truncatingIfNeeded: taken), isClassified]
        }
        return sources
    }
}
