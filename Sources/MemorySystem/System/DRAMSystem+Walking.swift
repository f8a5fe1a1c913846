/// States that came before are looked up, and what came of them is taken over.
extension DRAMSystem {
    /// Finds out which state a live channel is in.
    @inline(__always)
    mutating func findNode(_ group: Int) {
        if groups[group].node < 0 { describe(group) }
    }

    /// Finds out which state a channel is in, where states are looked up; false when it is none that was met before and none is added.
    @inline(__always)
    mutating func isFound(_ group: Int) -> Bool {
        guard gauge.isReplaying else { return false }
        if groups[group].node < 0 { describe(group, adds: gauge.isLearning) }
        return groups[group].node >= 0
    }

    /// - Parameter adds: a new state becomes a node; otherwise the group has none.
    @inline(never)
    mutating func describe(_ group: Int, adds: Bool = true) {
        if adds, graph.isFull { forgetGraph() }
        let core = groups[group].core
        var names = ChannelNames(core, tags: groups[group].open.map(\.tag))
        words.removeAll(keepingCapacity: true)
        core.writeSnapshot(&names, into: &words)
        names.finish(banks: graph.banks)
        guard let node = graph.node(words, names, of: core, adds: adds) else { return }
        groups[group].rows = names.rows
        groups[group].writes = names.writes
        groups[group].omitted = names.omitsWaitingWrites ? core.waitingWrites : []
        groups[group].due = core.refreshDates
        groups[group].nearest = groups[group].due.min() ?? Int.max
        groups[group].node = node
    }

    mutating func forgetGraph() {
        accounts.settle(graph)
        partAll()
        for group in groups.indices {
            makeLive(group)
            groups[group].node = -1
        }
        graph.removeAll()
    }

    /// What a run is to a channel's state; `nil` when it meets a waiting write, or rows beyond what can be told apart.
    @inline(__always)
    mutating func step(_ group: Int, _ run: ChannelRun, _ base: DRAMLocation) -> ReplayGraph.Step? {
        let pattern = shapes.pattern(of: run, baseBank: base.bank)
        guard pattern >= 0 else { return nil }
        let node = graph.nodes[Int(groups[group].node)]
        let firstRows = Int(node.rows)
        if isTurnNear(group, node, adding: run.isWrite ? run.accesses.count : 0) { return nil }
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
            while known < end, groups[group].rows[known] != row { known += 1 }
            if known < end {
                guard known - begin < 15 else { return nil }
                labels |= UInt64(known - begin + 1) << shift
            }
            shift &+= 4
        }
        if !groups[group].writes.isEmpty || !groups[group].omitsNothing, meetsWrite(group, run, base) { return nil }
        return ReplayGraph.Step(pattern: pattern, labels: labels)
    }

    /// So many writes wait that it may be their turn: then what the node does not know of them matters.
    @inline(__always)
    func isTurnNear(_ group: Int, _ node: ReplayGraph.Node, adding count: Int) -> Bool {
        node.omitsWrites && groups[group].omittedCount + groups[group].writes.count + count > writesOn
    }

    /// One of the run's accesses has the address of a waiting write.
    func meetsWrite(_ group: Int, _ run: ChannelRun, _ base: DRAMLocation) -> Bool {
        for index in groups[group].writes.indices where meets(groups[group].writes[index], run, base) { return true }
        for index in groups[group].omitted.indices where meets(groups[group].omitted[index], run, base) { return true }
        return groups[group].omittedApart.contains { part in part.writes.contains { meets($0, run, base) } }
    }

    @inline(__always)
    func meets(_ write: WaitingWrite, _ run: ChannelRun, _ base: DRAMLocation) -> Bool {
        for pair in 0..<run.pairs.count where pairRows[pair] == write.row {
            if shapes.places[Int(shapes.pairs[run.pairs.lowerBound + pair])].bank ^ base.bank != write.bank { continue }
            return run.accesses.contains { write.isAt(shapes.places[$0].from(base)) }
        }
        return false
    }

    /// Goes to an edge's end.
    mutating func walk(_ group: Int, _ number: Int32, run: ChannelRun?, base: DRAMLocation?) {
        let edge = graph.edges[Int(number)]
        let begin = groups[group].cycle
        accounts.use(number, of: graph.edges.count, account: groups[group].account)
        if !edge.services.isEmpty {
            var isOver = false
            for index in edge.services {
                let service = graph.services[Int(index)]
                let open = Int(service.run)
                groups[group].open[open].remaining -= service.count
                if groups[group].open[open].remaining == 0 { isOver = true }
                noteBytes(
                    service.moments, since: begin - 1, first: begin + Int(service.first) - 1, last: begin + Int(service.last) - 1, group)
                noteReads(
                    Int(service.count), first: begin + Int(service.first), last: begin + Int(service.last),
                    request: groups[group].open[open].request, group)
            }
            if isOver { groups[group].open.removeAll { $0.remaining == 0 } }
        }
        if let rows = edge.rows {
            moved.removeAll(keepingCapacity: true)
            for index in rows {
                let source = Int(graph.sources[Int(index)])
                moved.append(source >= 0 ? groups[group].rows[source] : pairRows[~source])
            }
            swap(&moved, &groups[group].rows)
        }
        if !edge.servedWrites.isEmpty { bookServedWrites(group, edge, begin) }
        if edge.writes != nil || !edge.omitted.isEmpty {
            let omitted = edge.omitted.isEmpty ? [] : moveWrites(group, edge.omitted, begin, run, base)
            if let writes = edge.writes { groups[group].writes = moveWrites(group, writes, begin, run, base) }
            if groups[group].omittedApart.isEmpty { groups[group].omitted += omitted }
            for part in groups[group].omittedApart.indices { groups[group].omittedApart[part].writes += omitted }
        }
        note(lastCompletion: begin + Int(edge.lastCompletion), group)
        groups[group].cycle = begin + Int(edge.cycles)
        groups[group].node = edge.target
        groups[group].isLive = false
        if !edge.dates.isEmpty {
            let after = Int(edge.dates.lowerBound) + units
            var nearest = Int.max
            for unit in 0..<units {
                let date = graph.dates[after + unit] + groups[group].cycle
                groups[group].due[unit] = date
                nearest = min(nearest, date)
            }
            groups[group].nearest = nearest
        }
    }

    /// The writes of a state that come from its source and from the run.
    func moveWrites(_ group: Int, _ sources: Range<Int32>, _ begin: Int, _ run: ChannelRun?, _ base: DRAMLocation?) -> [WaitingWrite] {
        stride(from: Int(sources.lowerBound), to: Int(sources.upperBound), by: 3).compactMap { index in
            let source = Int(graph.sources[index])
            let isClassified = graph.sources[index + 2] == 1
            if source >= 0 {
                var write = groups[group].writes[source]
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

    mutating func bookServedWrites(_ group: Int, _ edge: ReplayGraph.Edge, _ begin: Int) {
        let core = groups[group].core
        var index = Int(edge.servedWrites.lowerBound)
        while index < Int(edge.servedWrites.upperBound) {
            let latency = begin + Int(graph.sources[index + 1]) - groups[group].writes[Int(graph.sources[index])].arrival
            core.bookWrite(latency: latency)
            core.counts.pointee.raiseMaxima(read: 0, write: latency)
            index += 2
        }
    }
}
