import Mapping

/// DMA engines and the memory on the way through a product's tiles.
extension PipelineWalk {
    /// Cycles that the walk does not undercut, known before it: no unit is faster than all of its own work, before which the first tiles
    /// have to come and behind which the last one has to be finished.
    func lowerBound(arrayTime: Double, _ traffic: MatmulTraffic) -> Double {
        let first = works[(outerCount == 1 ? (rowsOuter ? 1 : 2) : 0) | (innerCount == 1 ? (rowsOuter ? 2 : 1) : 0) | (depthCount == 1 ? 4 : 0)]
        let last = works[3]
        // Operands of the first tile.
        var bytes = 0.0, startup = Double.infinity
        if leftTiles != .resident { (bytes, startup) = (bytes + first.leftBytes, min(startup, left.startup)) }
        if rightTiles != .resident { (bytes, startup) = (bytes + first.rightBytes, min(startup, right.startup)) }
        let ready = bytes > 0 ? startup + memoryLatency + bytes * cyclesPerByte : 0
        // What follows the last sums.
        let stored = outIsResident ? 0 : out.startup + last.outBytes * max(cyclesPerByte, out.link) + out.latency
        let finish = last.vectorCycles + stored
        var bound = ready + arrayTime + arrayLatency + finish
        // Each engine's link, and the memory.
        var loads = Array(repeating: 0.0, count: engines.count)
        if leftTiles != .resident { loads[left.engine] += Double(traffic.left) * left.link }
        if rightTiles != .resident { loads[right.engine] += Double(traffic.right + traffic.elsewhere) * right.link }
        if !outIsResident { loads[out.engine] += Double(traffic.written) * out.link }
        for load in loads { bound = max(bound, load) }
        return max(bound, Double(traffic.total + traffic.elsewhere) * cyclesPerByte)
    }

    /// A transfer from off chip; returns when it is complete.
    mutating func read(_ pace: TransferPace, _ bytes: Double, at issue: Double) -> Double {
        let begin = max(issue, engines[pace.engine].free)
        let start = begin + pace.startup
        settleStores(before: start)
        let request = min(bytes, pace.request)
        let window = pace.outstanding * request
        // From a request's departure to its last byte, after which its slot is free for another.
        let turn = (memoryLatency + max(request * pace.link, request * cyclesPerByte)) * refreshFactor
        // What other engines have in flight at most is served before the first request.
        var ahead = 0.0
        for other in engines.indices where other != pace.engine { ahead += engines[other].inFlight }
        let wait = min(max(0, memoryFree - start), ahead * cyclesPerByte)
        memoryFree = max(memoryFree, start) + bytes * cyclesPerByte
        var done = max(memoryFree + memoryLatency, max(start + wait + memoryLatency, engines[pace.engine].link) + bytes * pace.link)
        if bytes > window { done = max(done, start + bytes * turn / window) }
        let requests = (bytes / max(1, request)).rounded(.up)
        done = max(done, start + (requests - 1) * pace.interval + turn)
        // From one completion to the next, once requests follow each other.
        let perByte = max(pace.link, cyclesPerByte, bytes > window ? turn / window : 0)
        // The last request leaves when the slot that it takes is free.
        engines[pace.engine] = EngineState(free: max(start + requests * pace.interval, done - window * perByte), link: done, inFlight: min(bytes, window))
        return done + pace.latency
    }

    @inline(__always)
    mutating func settleStores(before time: Double) {
        while pendingCount > 0, pending.0.ready <= time { settleStore() }
    }

    mutating func settleStore() {
        let store = pending.0
        pending.0 = pending.1
        pendingCount -= 1
        var engine = engines[out.engine]
        let start = max(store.ready, engine.free) + out.startup
        let request = min(store.bytes, out.request)
        let linked = max(start, engine.link) + store.bytes * out.link
        memoryFree = max(memoryFree, start + request * out.link) + store.bytes * cyclesPerByte
        let done = max(linked, memoryFree) + out.latency
        engine.inFlight = min(store.bytes, out.outstanding * request)
        engine.link = linked
        engine.free = max(linked, memoryFree - out.outstanding * request * cyclesPerByte)
        engines[out.engine] = engine
        if store.isOdd { outFree.1 = done } else { outFree.0 = done }
        end = max(end, done)
    }
}
