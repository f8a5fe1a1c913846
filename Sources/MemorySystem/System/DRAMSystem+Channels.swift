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
        if isWrite {
            bandwidth.add(channel: lane, from: taken, until: lanes[lane].cycle + 1, bytes: count * accessBytes)
            settle(request, count: count, first: taken + lookahead, last: lanes[lane].cycle + lookahead)
        }
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
    mutating func rest(_ lane: Int, until end: Int) {
        let core = lanes[lane].controller.ownCore()
        if lanes[lane].isLive {
            core.run(until: end)
        } else {
            let first = Int(graph.nodes[Int(lanes[lane].node)].background)
            for unit in 0..<units { core.tallies[Int(graph.backgrounds[first + unit])] += end - lanes[lane].cycle }
        }
        lanes[lane].cycle = end
    }

    /// Offers a run's accesses to the controller; returns the cycle in which the first was taken.
    mutating func simulate(_ run: ChannelRun, base: DRAMLocation, _ lane: Int) -> Int {
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
            bandwidth.add(channel: lane, time: completion.cycle - 1, bytes: accessBytes)
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

    func names(_ lane: Int, _ node: ReplayGraph.Node) -> LaneNames {
        let first = Int(node.rows)
        let firstRows = graph.firstRows[first...first + graph.banks].map { Int($0) }
        return LaneNames(rows: lanes[lane].rows, firstRows: firstRows, writes: lanes[lane].writes, tags: lanes[lane].open.map(\.tag))
    }
}
