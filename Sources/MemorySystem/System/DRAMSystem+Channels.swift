/// What happens in one channel.
extension DRAMSystem {
    /// Has channels take a run's accesses, from `arrival` on. What is served is noted; a channel's cycle is that of the last
    /// access's acceptance.
    mutating func serve(_ run: ChannelRun, base: DRAMLocation, request: Int32, arrival: Int) {
        let channels = run.channels.moved(by: Int(base.channel))
        var left = channels.bits
        while left != 0 {
            let first = ChannelSet(block: channels.block, bits: left).first
            var group = Int(groupOf[first])
            let those = groups[group].members.bits & left
            if those != groups[group].members.bits { group = split(group, those) }
            if !groups[group].mixed.isEmpty { group = tellApart(group, run, base) }
            if groups[group].cycle < arrival { wait(group, until: arrival) }
            if !groups[group].omittedApart.isEmpty, !(gauge.isReplaying && isKnown(step(group, run, base), group)) { part(group) }
            left &= ~groups[group].members.bits
            serve(group, run, base: base, request: request)
        }
        nextTag += 1
    }

    private mutating func serve(_ group: Int, _ run: ChannelRun, base: DRAMLocation, request: Int32) {
        let count = run.accesses.count
        if !run.isWrite {
            groups[group].open.append(
                ChannelGroup.OpenRun(request: request, remaining: Int32(truncatingIfNeeded: count), tag: nextTag))
        }
        let begin = groups[group].cycle
        var taken = begin
        if isFound(group) {
            if let step = step(group, run, base) {
                let edge = graph.edge(groups[group].node, step, cycle: begin, nearest: groups[group].nearest, due: groups[group].due)
                let isLearning = gauge.isLearning
                gauge.note(hit: edge >= 0, accesses: count)
                if edge >= 0 {
                    let walked = graph.edges[Int(edge)]
                    taken = begin + Int(walked.firstTaken)
                    replayedAccesses += count * groups[group].count
                    walk(group, edge, run: run, base: base)
                    if run.isWrite { noteBytes(walked.taken, since: begin, first: taken, last: groups[group].cycle, group) }
                } else if !isLearning {
                    taken = simulate(run, base: base, group)
                } else {
                    let stretch = beginStretch(group)
                    taken = simulate(run, base: base, group)
                    endStretch(stretch, group, step, run: run, base: base, firstTaken: taken - begin)
                }
            } else {
                gauge.note(hit: false, accesses: count)
                taken = simulate(run, base: base, group)
            }
        } else {
            gauge.note(hit: false, accesses: count)
            taken = simulate(run, base: base, group)
        }
        if run.isWrite {
            let last = groups[group].cycle
            settle(request, count: count * groups[group].count, first: taken + lookahead, last: last + lookahead)
        }
    }

    /// Lets the time of a group's channels pass until a cycle, without new accesses. Channels may leave the group; their time does not pass.
    mutating func wait(_ group: Int, until end: Int) {
        while groups[group].cycle < end {
            guard isFound(group) else {
                gauge.note(hit: false, accesses: 0)
                part(group)
                makeLive(group)
                groups[group].core.run(until: end)
                noteProgress(group)
                return
            }
            let node = Int(groups[group].node)
            if graph.nodes[node].isQuiescent, groups[group].cycle < groups[group].nearest {
                rest(group, until: min(end, groups[group].nearest))
                continue
            }
            let begin = groups[group].cycle
            let step = ReplayGraph.Step.wait(min(end - begin, 256))
            let edge = graph.edge(groups[group].node, step, cycle: begin, nearest: groups[group].nearest, due: groups[group].due)
            let isLearning = gauge.isLearning
            let isTurnNear = isTurnNear(group, graph.nodes[node], adding: 0)
            if !isTurnNear { gauge.note(hit: edge >= 0, accesses: 2) }
            if isTurnNear || edge < 0 && !isLearning {
                part(group)
                makeLive(group)
                groups[group].core.run(until: end)
                noteProgress(group)
                return
            }
            if edge >= 0 {
                walk(group, edge, run: nil, base: nil)
            } else {
                part(group)
                let stretch = beginStretch(group)
                groups[group].core.run(until: begin + min(end - begin, 256))
                noteProgress(group)
                endStretch(stretch, group, step, run: nil, base: nil, firstTaken: 0)
            }
        }
    }

    /// Time passes in which nothing happens.
    mutating func rest(_ group: Int, until end: Int) {
        let core = groups[group].core
        if groups[group].isLive {
            core.run(until: end)
        } else {
            let first = Int(graph.nodes[Int(groups[group].node)].background)
            for unit in 0..<units { core.tallies[Int(graph.backgrounds[first + unit])] += end - groups[group].cycle }
        }
        groups[group].cycle = end
    }

    /// Offers a run's accesses to the controller; returns the cycle in which the first was taken.
    mutating func simulate(_ run: ChannelRun, base: DRAMLocation, _ group: Int) -> Int {
        makeLive(group)
        let core = groups[group].core
        taken.removeAll(keepingCapacity: true)
        for index in run.accesses {
            let place = shapes.places[index].from(base)
            let isWrite = shapes.parts[index] & 1 == 1
            let tag = isWrite ? WriteTag.ofAccess(index - run.accesses.lowerBound) : nextTag
            while !core.offer(bank: Int(place.bank), row: Int(place.row), column: Int(place.column), isWrite: isWrite, tag: tag) {
                core.runAfterRefusal(isWrite: isWrite)
            }
            taken.append(core.scalars.pointee.cycle)
        }
        if run.isWrite { bandwidth.add(groups[group].members, at: taken, bytesEach: accessBytes) }
        noteProgress(group)
        // What happens in one of the channels happens in all.
        replayedAccesses += run.accesses.count * (groups[group].count - 1)
        return taken.first ?? 0
    }

    /// The controller did something: notes where it is, and what it served.
    mutating func noteProgress(_ group: Int) {
        groups[group].node = -1
        let core = groups[group].core
        groups[group].cycle = core.scalars.pointee.cycle
        groups[group].nearest = core.scalars.pointee.nextRefreshDue
        note(lastCompletion: core.counts.pointee.lastCompletion, group)
        served.removeAll(keepingCapacity: true)
        core.moveCompletions(into: &served)
        var isOver = false
        var index = 0
        while index < served.count {
            let tag = served[index].tag
            let begin = index
            // What is answered from the write queue may be complete before what was served earlier.
            var (first, last) = (Int.max, 0)
            while index < served.count, served[index].tag == tag {
                first = min(first, served[index].cycle)
                last = max(last, served[index].cycle)
                index += 1
            }
            if tag >= 0 {
                if bandwidth.bucket(of: first - 1) == bandwidth.bucket(of: last - 1) {
                    bandwidth.add(groups[group].members, from: first - 1, until: first - 1, bytes: (index - begin) * accessBytes)
                } else {
                    bandwidth.add(groups[group].members, at: served[begin..<index].lazy.map { $0.cycle - 1 }, bytesEach: accessBytes)
                }
            }
            guard tag >= 0, let run = groups[group].open.firstIndex(where: { $0.tag == tag }) else { continue }
            groups[group].open[run].remaining -= Int32(truncatingIfNeeded: index - begin)
            if groups[group].open[run].remaining == 0 { isOver = true }
            noteReads(index - begin, first: first, last: last, request: groups[group].open[run].request, group)
        }
        if isOver { groups[group].open.removeAll { $0.remaining == 0 } }
    }

    /// Bytes of accesses of an edge: each when its data moved, so that it does not matter how far the memory was simulated at once.
    ///
    /// - Parameter moments: of the graph, counted from `beginning`; `first` and `last` are the cycles of the first and the last.
    @inline(__always)
    mutating func noteBytes(_ moments: Range<Int32>, since beginning: Int, first: Int, last: Int, _ group: Int) {
        if bandwidth.bucket(of: first) == bandwidth.bucket(of: last) {
            return bandwidth.add(groups[group].members, from: first, until: first, bytes: moments.count * accessBytes)
        }
        let cycles = graph.moments[Int(moments.lowerBound)..<Int(moments.upperBound)].lazy.map { beginning + Int($0) }
        bandwidth.add(groups[group].members, at: cycles, bytesEach: accessBytes)
    }

    /// Each of the group's channels served some reads of a request.
    @inline(__always)
    mutating func noteReads(_ count: Int, first: Int, last: Int, request: Int32, _ group: Int) {
        let members = groups[group].count
        pendingReads -= count * members
        settle(request, count: count * members, first: first, last: last)
    }

    @inline(__always)
    mutating func note(lastCompletion: Int, _ group: Int) {
        if lastCompletion > groups[group].lastCompletion { groups[group].lastCompletion = lastCompletion }
        if lastCompletion > groups[group].lastCompletionAsGroup { groups[group].lastCompletionAsGroup = lastCompletion }
    }

    /// Brings the controller into the channel's state.
    mutating func makeLive(_ group: Int) {
        guard !groups[group].isLive else { return }
        let core = groups[group].core
        for unit in 0..<units { core.bookBackground(unit) }
        core.scalars.pointee.cycle = groups[group].cycle
        core.setRefreshDates(groups[group].due)
        let node = Int(groups[group].node)
        core.readSnapshot(graph.words[node][...], names(group, graph.nodes[node]))
        for write in groups[group].omitted {
            core.insertWrite(
                bank: Int(write.bank), row: write.row, column: write.column, sequence: write.sequence, isClassified: write.isClassified)
        }
        groups[group].isLive = true
    }

    func names(_ group: Int, _ node: ReplayGraph.Node) -> ChannelNames {
        let first = Int(node.rows)
        let firstRows = graph.firstRows[first...first + graph.banks].map { Int($0) }
        return ChannelNames(rows: groups[group].rows, firstRows: firstRows, writes: groups[group].writes, tags: groups[group].open.map(\.tag))
    }
}
