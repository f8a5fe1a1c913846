/// States that came before are looked up, and what came of them is taken over.
extension DRAMSystem {
    /// Finds out which state a live channel is in.
    @inline(__always)
    mutating func findNode(_ lane: Int) {
        if lanes[lane].node < 0 { describe(lane) }
    }

    @inline(never)
    mutating func describe(_ lane: Int) {
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

    mutating func forgetGraph() {
        for lane in lanes.indices {
            makeLive(lane)
            graph.settle(lanes[lane].controller.ownCore(), channel: lane)
            lanes[lane].node = -1
        }
        graph.removeAll()
    }

    /// What a run is to a channel's state; `nil` when it meets a waiting write, or rows beyond what can be told apart.
    @inline(__always)
    mutating func step(_ lane: Int, _ run: ChannelRun, _ base: DRAMLocation) -> ReplayGraph.Step? {
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
    func isTurnNear(_ lane: Int, _ node: ReplayGraph.Node, adding count: Int) -> Bool {
        node.omitsWrites && lanes[lane].omitted.count + lanes[lane].writes.count + count > writesOn
    }

    /// One of the run's accesses has the address of a waiting write.
    func meetsWrite(_ lane: Int, _ run: ChannelRun, _ base: DRAMLocation) -> Bool {
        for index in lanes[lane].writes.indices where meets(lanes[lane].writes[index], run, base) { return true }
        for index in lanes[lane].omitted.indices where meets(lanes[lane].omitted[index], run, base) { return true }
        return false
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
    mutating func walk(_ lane: Int, _ number: Int32, run: ChannelRun?, base: DRAMLocation?) {
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
                bandwidth.add(
                    channel: lane, from: begin + Int(service.first) - 1, until: begin + Int(service.last), bytes: Int(service.count) * accessBytes)
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
    func moveWrites(_ lane: Int, _ sources: Range<Int32>, _ begin: Int, _ run: ChannelRun?, _ base: DRAMLocation?) -> [WaitingWrite] {
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

    mutating func bookServedWrites(_ lane: Int, _ edge: ReplayGraph.Edge, _ begin: Int) {
        let core = lanes[lane].controller.ownCore()
        var index = Int(edge.servedWrites.lowerBound)
        while index < Int(edge.servedWrites.upperBound) {
            let latency = begin + Int(graph.sources[index + 1]) - lanes[lane].writes[Int(graph.sources[index])].arrival
            core.bookWrite(latency: latency)
            core.raiseMaxima(read: 0, write: latency)
            index += 2
        }
    }
}
