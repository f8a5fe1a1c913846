/// What happens in one channel.
extension DRAMSystem {
    /// Has a channel take a run's accesses, from `arrival` on. What is served is noted; the channel's cycle is that of the last
    /// access's acceptance.
    mutating func serve(_ run: ChannelRun, base: DRAMLocation, request: Int32, isWrite: Bool, arrival: Int) {
        let lane = Int(run.channel ^ base.channel)
        if lanes[lane].cycle < arrival { wait(lane, until: arrival) }
        let count = run.accesses.count
        if !isWrite {
            lanes[lane].open.append(
                ChannelLane.OpenRun(request: request, remaining: Int32(truncatingIfNeeded: count), tag: lanes[lane].nextTag))
            lanes[lane].nextTag += 1
        }
        let begin = lanes[lane].cycle
        var taken = begin
        if gauge.isReplaying {
            findNode(lane)
            if let step = step(lane, run, base) {
                let edge = graph.edge(lanes[lane].node, step, cycle: begin, nearest: lanes[lane].nearest, due: lanes[lane].due)
                gauge.note(hit: edge >= 0, accesses: count)
                if edge >= 0 {
                    taken = begin + Int(graph.edges[Int(edge)].firstTaken)
                    replayedAccesses += count
                    walk(lane, edge, run: run, base: base)
                } else {
                    let stretch = beginStretch(lane)
                    taken = simulate(run, base: base, lane)
                    endStretch(stretch, lane, step, run: run, base: base, firstTaken: taken - begin)
                }
            } else {
                gauge.note(hit: false, accesses: count)
                taken = simulate(run, base: base, lane)
            }
        } else {
            gauge.note(hit: false, accesses: count)
            taken = simulate(run, base: base, lane)
        }
        if isWrite { settle(request, count: count, first: taken + lookahead, last: lanes[lane].cycle + lookahead) }
    }

    /// Lets a channel's time pass until a cycle, without new accesses.
    mutating func wait(_ lane: Int, until end: Int) {
        while lanes[lane].cycle < end {
            guard gauge.isReplaying else {
                gauge.note(hit: false, accesses: 0)
                makeLive(lane)
                lanes[lane].controller.advance(to: end)
                noteProgress(lane)
                return
            }
            findNode(lane)
            let node = Int(lanes[lane].node)
            if graph.nodes[node].isQuiescent, lanes[lane].cycle < lanes[lane].nearest {
                rest(lane, until: min(end, lanes[lane].nearest))
                continue
            }
            let begin = lanes[lane].cycle
            if isTurnNear(lane, graph.nodes[node], adding: 0) {
                makeLive(lane)
                lanes[lane].controller.advance(to: end)
                noteProgress(lane)
                return
            }
            let step = ReplayGraph.Step.wait(min(end - begin, 256))
            let edge = graph.edge(lanes[lane].node, step, cycle: begin, nearest: lanes[lane].nearest, due: lanes[lane].due)
            gauge.note(hit: edge >= 0, accesses: 2)
            if edge >= 0 {
                walk(lane, edge, run: nil, base: nil)
            } else {
                let stretch = beginStretch(lane)
                lanes[lane].controller.advance(to: begin + min(end - begin, 256))
                noteProgress(lane)
                endStretch(stretch, lane, step, run: nil, base: nil, firstTaken: 0)
            }
        }
    }

    /// Time passes in which nothing happens.
    private mutating func rest(_ lane: Int, until end: Int) {
        let core = lanes[lane].controller.ownCore()
        if lanes[lane].isLive {
            core.run(until: end)
        } else {
            let first = Int(graph.nodes[Int(lanes[lane].node)].background)
            for unit in 0..<units { core.tallies[Int(graph.backgrounds[first + unit])] += end - lanes[lane].cycle }
        }
        lanes[lane].cycle = end
    }

    // MARK: Simulating

    /// Offers a run's accesses to the controller; returns the cycle in which the first was taken.
    private mutating func simulate(_ run: ChannelRun, base: DRAMLocation, _ lane: Int) -> Int {
        makeLive(lane)
        taken.removeAll(keepingCapacity: true)
        for index in run.accesses {
            let place = shapes.places[index].from(base)
            let isWrite = shapes.parts[index] & 1 == 1
            let tag = isWrite ? WriteTag.ofAccess(index - run.accesses.lowerBound) : lanes[lane].nextTag - 1
            while !lanes[lane].controller.offer(place, isWrite: isWrite, tag: tag) {
                lanes[lane].controller.advanceAfterRefusal(isWrite: isWrite)
            }
            taken.append(lanes[lane].controller.cycle)
        }
        noteProgress(lane)
        return taken.first ?? 0
    }

    /// The controller did something: notes where it is, and what it served.
    mutating func noteProgress(_ lane: Int) {
        lanes[lane].node = -1
        lanes[lane].cycle = lanes[lane].controller.cycle
        lanes[lane].nearest = lanes[lane].controller.core.scalars.pointee.nextRefreshDue
        lanes[lane].lastCompletion = max(lanes[lane].lastCompletion, lanes[lane].controller.core.counts.pointee.lastCompletion)
        served.removeAll(keepingCapacity: true)
        lanes[lane].controller.moveCompletions(into: &served)
        var isOver = false
        for completion in served where completion.tag >= 0 {
            guard let index = lanes[lane].open.firstIndex(where: { $0.tag == completion.tag }) else { continue }
            lanes[lane].open[index].remaining -= 1
            if lanes[lane].open[index].remaining == 0 { isOver = true }
            pendingReads -= 1
            settle(lanes[lane].open[index].request, count: 1, first: completion.cycle, last: completion.cycle)
        }
        if isOver { lanes[lane].open.removeAll { $0.remaining == 0 } }
    }

    /// Brings the controller into the channel's state.
    mutating func makeLive(_ lane: Int) {
        guard !lanes[lane].isLive else { return }
        let core = lanes[lane].controller.ownCore()
        for unit in 0..<units { core.bookBackground(unit) }
        core.scalars.pointee.cycle = lanes[lane].cycle
        core.setRefreshDates(lanes[lane].due)
        core.counts.pointee.lastCompletion = max(core.counts.pointee.lastCompletion, lanes[lane].lastCompletion)
        let node = Int(lanes[lane].node)
        core.readSnapshot(graph.words[node][...], names(lane, graph.nodes[node]))
        for write in lanes[lane].omitted {
            core.insertWrite(
                bank: Int(write.bank), row: write.row, column: write.column, sequence: write.sequence, isClassified: write.isClassified)
        }
        lanes[lane].isLive = true
    }

    private func names(_ lane: Int, _ node: ReplayGraph.Node) -> LaneNames {
        let first = Int(node.rows)
        let firstRows = graph.firstRows[first...first + graph.banks].map { Int($0) }
        return LaneNames(rows: lanes[lane].rows, firstRows: firstRows, writes: lanes[lane].writes, tags: lanes[lane].open.map(\.tag))
    }

    // MARK: Walking

    /// Finds out which state a live channel is in.
    @inline(__always)
    private mutating func findNode(_ lane: Int) {
        if lanes[lane].node < 0 { describe(lane) }
    }

    @inline(never)
    private mutating func describe(_ lane: Int) {
        if graph.isFull { forgetGraph() }
        let core = lanes[lane].controller.core
        var names = LaneNames(core, tags: lanes[lane].open.map(\.tag))
        words.removeAll(keepingCapacity: true)
        core.writeSnapshot(&names, into: &words)
        names.finish(banks: graph.banks)
        lanes[lane].rows = names.rows
        lanes[lane].writes = names.writes
        lanes[lane].omitted = names.omitsWaitingWrites ? core.waitingWrites : []
        lanes[lane].due = core.refreshDates
        lanes[lane].nearest = lanes[lane].due.min() ?? Int.max
        lanes[lane].node = graph.node(words, names, of: core)
    }

    private mutating func forgetGraph() {
        for lane in lanes.indices {
            makeLive(lane)
            graph.settle(lanes[lane].controller.ownCore(), channel: lane)
            lanes[lane].node = -1
        }
        graph.removeAll()
    }

    /// What a run is to a channel's state; `nil` when it meets a waiting write, or rows beyond what can be told apart.
    @inline(__always)
    private mutating func step(_ lane: Int, _ run: ChannelRun, _ base: DRAMLocation) -> ReplayGraph.Step? {
        let pattern = shapes.pattern(of: run, baseBank: base.bank)
        guard pattern >= 0 else { return nil }
        let node = graph.nodes[Int(lanes[lane].node)]
        let firstRows = Int(node.rows)
        if isTurnNear(lane, node, adding: run.isWrite ? run.accesses.count : 0) { return nil }
        var labels: UInt64 = 0
        var shift: UInt64 = 0
        var pair = 0
        for index in run.pairs {
            let place = shapes.places[Int(shapes.pairs[index])]
            let bank = Int(place.bank ^ base.bank)
            let row = place.row ^ base.row
            pairRows[pair] = row
            pair &+= 1
            let begin = Int(graph.firstRows[firstRows + bank])
            let end = Int(graph.firstRows[firstRows + bank + 1])
            var known = begin
            while known < end, lanes[lane].rows[known] != row { known += 1 }
            if known < end {
                guard known - begin < 15 else { return nil }
                labels |= UInt64(known - begin + 1) << shift
            }
            shift &+= 4
        }
        if !lanes[lane].writes.isEmpty || !lanes[lane].omitted.isEmpty, meetsWrite(lane, run, base) { return nil }
        return ReplayGraph.Step(pattern: pattern, labels: labels)
    }

    /// So many writes wait that it may be their turn: then what the node does not know of them matters.
    @inline(__always)
    private func isTurnNear(_ lane: Int, _ node: ReplayGraph.Node, adding count: Int) -> Bool {
        node.omitsWrites && lanes[lane].omitted.count + lanes[lane].writes.count + count > writesOn
    }

    /// One of the run's accesses has the address of a waiting write.
    private func meetsWrite(_ lane: Int, _ run: ChannelRun, _ base: DRAMLocation) -> Bool {
        for index in lanes[lane].writes.indices where meets(lanes[lane].writes[index], run, base) { return true }
        for index in lanes[lane].omitted.indices where meets(lanes[lane].omitted[index], run, base) { return true }
        return false
    }

    @inline(__always)
    private func meets(_ write: WaitingWrite, _ run: ChannelRun, _ base: DRAMLocation) -> Bool {
        for pair in 0..<run.pairs.count where pairRows[pair] == write.row {
            if shapes.places[Int(shapes.pairs[run.pairs.lowerBound + pair])].bank ^ base.bank != write.bank { continue }
            return run.accesses.contains { write.isAt(shapes.places[$0].from(base)) }
        }
        return false
    }

    /// Goes to an edge's end.
    private mutating func walk(_ lane: Int, _ number: Int32, run: ChannelRun?, base: DRAMLocation?) {
        let edge = graph.edges[Int(number)]
        let begin = lanes[lane].cycle
        graph.use(number, channel: lane)
        if !edge.services.isEmpty {
            var isOver = false
            for index in edge.services {
                let service = graph.services[Int(index)]
                let open = Int(service.run)
                lanes[lane].open[open].remaining -= service.count
                if lanes[lane].open[open].remaining == 0 { isOver = true }
                pendingReads -= Int(service.count)
                let last = begin + Int(service.last)
                settle(lanes[lane].open[open].request, count: Int(service.count), first: begin + Int(service.first), last: last)
            }
            if isOver { lanes[lane].open.removeAll { $0.remaining == 0 } }
        }
        if let rows = edge.rows {
            moved.removeAll(keepingCapacity: true)
            for index in rows {
                let source = Int(graph.sources[Int(index)])
                moved.append(source >= 0 ? lanes[lane].rows[source] : pairRows[~source])
            }
            swap(&moved, &lanes[lane].rows)
        }
        if !edge.servedWrites.isEmpty { bookServedWrites(lane, edge, begin) }
        if edge.writes != nil || !edge.omitted.isEmpty {
            let omitted = edge.omitted.isEmpty ? [] : moveWrites(lane, edge.omitted, begin, run, base)
            if let writes = edge.writes { lanes[lane].writes = moveWrites(lane, writes, begin, run, base) }
            if !omitted.isEmpty { lanes[lane].omitted += omitted }
        }
        lanes[lane].lastCompletion = max(lanes[lane].lastCompletion, begin + Int(edge.lastCompletion))
        lanes[lane].cycle = begin + Int(edge.cycles)
        lanes[lane].node = edge.target
        lanes[lane].isLive = false
        if !edge.dates.isEmpty {
            let after = Int(edge.dates.lowerBound) + units
            var nearest = Int.max
            for unit in 0..<units {
                let date = graph.dates[after + unit] + lanes[lane].cycle
                lanes[lane].due[unit] = date
                nearest = min(nearest, date)
            }
            lanes[lane].nearest = nearest
        }
    }

    /// The writes of a state that come from its source and from the run.
    private func moveWrites(_ lane: Int, _ sources: Range<Int32>, _ begin: Int, _ run: ChannelRun?, _ base: DRAMLocation?) -> [WaitingWrite] {
        stride(from: Int(sources.lowerBound), to: Int(sources.upperBound), by: 3).compactMap { index in
            let source = Int(graph.sources[index])
            let isClassified = graph.sources[index + 2] == 1
            if source >= 0 {
                var write = lanes[lane].writes[source]
                write.isClassified = isClassified
                return write
            }
            guard let run, let base else { return nil }
            let place = shapes.places[run.accesses.lowerBound + ~source].from(base)
            return WaitingWrite(
                bank: place.bank, row: place.row, column: place.column, sequence: begin << EventCore.sequenceBits + Int(graph.sources[index + 1]),
                isClassified: isClassified)
        }
    }

    private mutating func bookServedWrites(_ lane: Int, _ edge: ReplayGraph.Edge, _ begin: Int) {
        let core = lanes[lane].controller.ownCore()
        var index = Int(edge.servedWrites.lowerBound)
        while index < Int(edge.servedWrites.upperBound) {
            let latency = begin + Int(graph.sources[index + 1]) - lanes[lane].writes[Int(graph.sources[index])].arrival
            core.bookWrite(latency: latency)
            core.raiseMaxima(read: 0, write: latency)
            index += 2
        }
    }

    // MARK: Recording

    /// A channel's state at the beginning of what becomes an edge.
    private struct Stretch {
        var node: Int32
        var cycle: Int
        var due: [Int]
        var names: LaneNames
        var omitted: [WaitingWrite]
        var omitsWrites: Bool
        var turns: Int
        var open: [ChannelLane.OpenRun]
        var counters: CounterRecording
    }

    private mutating func beginStretch(_ lane: Int) -> Stretch {
        makeLive(lane)
        let node = graph.nodes[Int(lanes[lane].node)]
        lanes[lane].controller.ownCore().tagWrites(withLists: !node.omitsWrites) { WriteTag.ofWaiting($0) }
        return Stretch(
            node: lanes[lane].node, cycle: lanes[lane].cycle, due: lanes[lane].due, names: names(lane, node), omitted: lanes[lane].omitted,
            omitsWrites: node.omitsWrites, turns: lanes[lane].controller.core.scalars.pointee.turns, open: lanes[lane].open,
            counters: CounterRecording(lanes[lane].controller.ownCore(), tallies: &tallies))
    }

    private mutating func endStretch(
        _ stretch: Stretch, _ lane: Int, _ step: ReplayGraph.Step, run: ChannelRun?, base: DRAMLocation?, firstTaken: Int
    ) {
        let core = lanes[lane].controller.ownCore()
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
        var services: [ReplayGraph.Service] = []
        for (index, run) in stretch.open.enumerated() {
            let mine = served.filter { $0.tag == run.tag }.map(\.cycle)
            guard let first = mine.min(), let last = mine.max() else { continue }
            services.append(
                ReplayGraph.Service(
                    run: Int32(truncatingIfNeeded: index), count: Int32(truncatingIfNeeded: mine.count),
                    first: Int32(truncatingIfNeeded: first - stretch.cycle), last: Int32(truncatingIfNeeded: last - stretch.cycle)))
        }
        let wasFull = graph.isFull
        findNode(lane)
        // A graph that was forgotten has no place for the edge; and where it was the writes' turn, all of them count.
        if wasFull || stretch.omitsWrites && core.scalars.pointee.turns != stretch.turns { return }
        let target = graph.nodes[Int(lanes[lane].node)]
        let after = names(lane, target)
        var edge = ReplayGraph.Edge(
            target: lanes[lane].node, cycles: Int32(truncatingIfNeeded: lanes[lane].cycle - stretch.cycle),
            firstTaken: Int32(truncatingIfNeeded: firstTaken), services: graph.addServices(services), rows: nil, writes: nil, omitted: 0..<0,
            servedWrites: graph.addSources(servedWrites),
            lastCompletion: Int32(truncatingIfNeeded: max(0, lastCompletion - stretch.cycle)), dates: 0..<0, next: -1)
        let rows = rowSources(stretch.names, after, run, base)
        if rows != Array(0..<Int32(truncatingIfNeeded: stretch.names.rows.count)) { edge.rows = graph.addSources(rows) }
        let writes = writeSources(stretch, lanes[lane].writes, run, base)
        let places = writes.indices.compactMap { $0 % 3 == 0 ? writes[$0] : nil }
        if places != Array(0..<Int32(truncatingIfNeeded: stretch.names.writes.count)) { edge.writes = graph.addSources(writes) }
        let omitted = lanes[lane].omitted.filter { write in !stretch.omitted.contains { $0.sequence == write.sequence } }
        edge.omitted = graph.addSources(writeSources(stretch, omitted, run, base))
        if (stretch.due.min() ?? Int.max) < lanes[lane].cycle {
            edge.dates = graph.addDates(stretch.due.map { $0 - stretch.cycle } + lanes[lane].due.map { $0 - lanes[lane].cycle })
        }
        graph.add(edge, cost: cost, from: stretch.node, step)
    }

    /// Where the rows of a state come from.
    private func rowSources(_ before: LaneNames, _ after: LaneNames, _ run: ChannelRun?, _ base: DRAMLocation?) -> [Int32] {
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
    private func writeSources(_ stretch: Stretch, _ writes: [WaitingWrite], _ run: ChannelRun?, _ base: DRAMLocation?) -> [Int32] {
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

/// What writes carry in a controller, so that it can be told which were served: reads carry numbers from 0 on.
private enum WriteTag {
    static func ofWaiting(_ place: Int) -> Int { -2 - place }
    static func ofAccess(_ number: Int) -> Int { -1 - (1 << 20) - number }
    /// The place among the waiting writes when a stretch began.
    static func waiting(_ tag: Int) -> Int? { tag <= -2 && tag > -1 - (1 << 20) ? -2 - tag : nil }
    /// The number of the access of the run.
    static func access(_ tag: Int) -> Int? { tag <= -1 - (1 << 20) ? -1 - (1 << 20) - tag : nil }
}
