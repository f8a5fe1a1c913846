import Architecture
import Mapping

/// The state of all units on the way through a product's tiles. Holds nothing but numbers: a search takes millions of steps.
struct PipelineWalk {
    let rowsOuter: Bool
    let outerCount: Int
    let innerCount: Int
    let depthCount: Int

    /// What one tile has the array and the vector unit do, and the bytes over the pins that it moves.
    private struct TileWork {
        /// In cycles of the machine: until the first vector enters, all folds but the last, the last fold, and until its sums are out.
        var load = 0.0
        var folds = 0.0
        var span = 0.0
        var leftBytes = 0.0
        var rightBytes = 0.0
        /// Of the tile's results.
        var streamBytes = 0.0
        var outBytes = 0.0
        var vectorCycles = 0.0
    }

    private enum Tiles { case resident, streamed, heldOuter, heldInner }

    private let works: [TileWork]
    private let leftTiles: Tiles
    private let rightTiles: Tiles
    private let outIsResident: Bool
    private let spansDepth: Bool
    private let hasStreams: Bool
    private let left: TransferPace
    private let right: TransferPace
    private let stream: TransferPace
    private let out: TransferPace
    /// Cycles of off-chip memory for a byte, and from a request to its first byte.
    private let cyclesPerByte: Double
    private let memoryLatency: Double
    /// Cycles of the machine that the array's sums take to come out and to be written.
    private let sumsDelay: Double
    private let isOutputStationary: Bool
    private let isOverlapped: Bool
    private let arrayLatency: Double

    private var engines: [EngineState]
    private var memoryFree = 0.0
    private var arrayAccept = 0.0
    private var streamEnd = 0.0
    private var vectorFree = 0.0
    private var leftFull: [Double]
    private var leftFree: [Double]
    private var rightFull: [Double]
    private var rightFree: [Double]
    /// Of two buffers each: when sums, results and operands of the epilogue may be overwritten.
    private var sumsFree = (0.0, 0.0)
    private var outFree = (0.0, 0.0)
    private var streamFree = (0.0, 0.0)
    /// Results that are finished and whose way off chip is not settled: one for each of two buffers at most.
    private struct Pending {
        var isOdd = false
        var ready = 0.0
        var bytes = 0.0
    }
    private var pending = (Pending(), Pending())
    private var pendingCount = 0
    private var iteration = 0
    private var end = 0.0

    init(_ model: PipelineModel, _ mapping: MatmulMapping, _ traffic: MatmulTraffic) {
        let problem = model.problem, timing = model.timing, array = model.array
        rowsOuter = mapping.order == .rowsOuter
        let (tilesM, tilesN) = (mapping.tilesM(of: problem), mapping.tilesN(of: problem))
        outerCount = rowsOuter ? tilesM : tilesN
        innerCount = rowsOuter ? tilesN : tilesM
        depthCount = mapping.tilesK(of: problem)
        spansDepth = mapping.leftSpansDepth(problem)
        func tiles(_ stay: MatmulMapping.Stay, _ isResident: Bool, _ transfer: ProductTiming.Transfer?, followsOuter: Bool) -> Tiles {
            if isResident || transfer == nil { return .resident }
            return stay == .streamed ? .streamed : followsOuter ? .heldOuter : .heldInner
        }
        leftTiles = tiles(mapping.left, problem.leftIsResident, timing.left, followsOuter: rowsOuter)
        rightTiles = tiles(mapping.right, problem.rightIsResident, timing.right, followsOuter: !rowsOuter)
        outIsResident = problem.outIsResident
        leftFull = Array(repeating: 0, count: max(2, mapping.leftSlots(problem)))
        leftFree = leftFull
        rightFull = Array(repeating: 0, count: max(2, mapping.rightSlots(problem)))
        rightFree = rightFull

        var names: [String] = []
        func engine(_ transfer: ProductTiming.Transfer?) -> Int {
            guard let transfer else { return 0 }
            if let known = names.firstIndex(of: transfer.engine) { return known }
            names.append(transfer.engine)
            return names.count - 1
        }
        let (leftEngine, rightEngine, storeEngine) = (engine(timing.left), engine(timing.right), engine(timing.store))
        engines = Array(repeating: EngineState(), count: max(1, names.count))

        // Bytes over the pins for one row and one step of depth, and so on.
        let leftLoads = Double(problem.batch * (mapping.left == .streamed ? tilesN : 1))
        let rightLoads = Double(problem.batch * (mapping.right == .streamed ? tilesM : 1))
        let leftBus = Double(traffic.left) / leftLoads / Double(problem.m * problem.k)
        let rightBus = Double(traffic.right + traffic.elsewhere) / rightLoads / Double(problem.n * problem.k)
        let results = Double(problem.batch * problem.m * problem.n)
        let streamBus = problem.streams.isEmpty ? 0 : max(0, Double(traffic.epilogue - timing.wholeBytes)) / results
        let outBus = Double(traffic.written) / results
        let requests = TransferRequests.ofTiles(mapping, problem)
        let tileRows = Double(mapping.tileM), tileColumns = Double(mapping.tileN), tileDepth = Double(mapping.tileK)
        left = TransferPace(timing.left, engine: leftEngine, requests.left, busBytes: leftBus * tileRows * (spansDepth ? Double(problem.k) : tileDepth))
        right = TransferPace(timing.right, engine: rightEngine, requests.right, busBytes: rightBus * tileColumns * tileDepth)
        stream = TransferPace(timing.left, engine: leftEngine, requests.stream, busBytes: streamBus * tileRows * tileColumns)
        out = TransferPace(timing.store, engine: storeEngine, requests.out, busBytes: outBus * tileRows * tileColumns)
        hasStreams = streamBus > 0 && timing.left != nil
        cyclesPerByte = model.cyclesPerByte
        memoryLatency = timing.memoryLatency

        isOutputStationary = array.dataflow == .outputStationary
        isOverlapped = array.isOverlapped
        arrayLatency = Double(array.latency) * array.period
        sumsDelay = Double(array.fill + (array.shiftsResults && isOutputStationary ? array.rows : 0)) * array.period
        // Tiles differ only where a dimension ends: in rows, columns and depth, each whole or the rest.
        var works = Array(repeating: TileWork(), count: 8)
        for index in 0..<8 {
            func size(_ extent: Int, _ tile: Int, isLast: Bool) -> Int { isLast ? extent - (extent - 1) / tile * tile : min(extent, tile) }
            let rows = size(problem.m, mapping.tileM, isLast: index & 1 != 0)
            let columns = size(problem.n, mapping.tileN, isLast: index & 2 != 0)
            let depth = size(problem.k, mapping.tileK, isLast: index & 4 != 0)
            let folds = ArrayWork(rows: rows, columns: columns, depth: depth, tileM: mapping.tileM, mapping.split, array)
            let elements = rows * columns
            var cycles = Double((elements + timing.lanes - 1) / timing.lanes * timing.vectorIntervals + timing.vectorLatency)
            func moving(_ bits: Int, _ width: Int) -> Double { width == .max ? 0 : Double(((elements * bits + 7) / 8 + width - 1) / width) }
            cycles = max(cycles, moving(problem.sumBits, timing.vectorSumWidth), moving(problem.outBits, timing.vectorWidth))
            works[index] = TileWork(
                load: Double(folds.load) * array.period, folds: Double((folds.folds - 1) * folds.period) * array.period,
                span: Double(folds.span + 1) * array.period, leftBytes: leftBus * Double(rows * (spansDepth ? problem.k : depth)),
                rightBytes: rightBus * Double(depth * columns), streamBytes: streamBus * Double(elements), outBytes: outBus * Double(elements),
                vectorCycles: (cycles + Double(timing.vectorMemoryLatency)) * timing.vectorPeriod)
        }
        self.works = works
        if timing.wholeBytes > 0, let transfer = timing.left {
            end = read(TransferPace(transfer, engine: leftEngine, runOf: timing.wholeBytes), Double(timing.wholeBytes), at: 0)
        }
    }

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

    // MARK: Transfers

    /// A transfer from off chip; returns when it is complete.
    private mutating func read(_ pace: TransferPace, _ bytes: Double, at issue: Double) -> Double {
        let begin = max(issue, engines[pace.engine].free)
        let start = begin + pace.startup
        settleStores(before: start)
        let request = min(bytes, pace.request)
        let window = pace.outstanding * request
        // From a request's departure to its last byte, after which its slot is free for another.
        let turn = memoryLatency + max(request * pace.link, request * cyclesPerByte)
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
    private mutating func settleStores(before time: Double) {
        while pendingCount > 0, pending.0.ready <= time { settleStore() }
    }

    private mutating func settleStore() {
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

    // MARK: Tiles

    /// Walks through a range of the outer loop, over all of the batch; returns when everything so far is done.
    mutating func run(_ range: Range<Int>) -> Double {
        for place in range {
            let outer = place % outerCount
            for inner in 0..<innerCount { step(outer: outer, inner: inner, place: place) }
        }
        // What is on its way is settled in a copy, so that the walk can go on.
        var copy = self
        while copy.pendingCount > 0 { copy.settleStore() }
        return max(end, copy.end)
    }

    private mutating func step(outer: Int, inner: Int, place: Int) {
        let isOdd = iteration & 1 != 0
        // Which of the eight sizes a tile has.
        let (lastOuter, lastInner) = (outer == outerCount - 1, inner == innerCount - 1)
        let size = ((rowsOuter ? lastOuter : lastInner) ? 1 : 0) | ((rowsOuter ? lastInner : lastOuter) ? 2 : 0)
        var finished = 0.0
        for k in 0..<depthCount {
            let work = works[size | (k == depthCount - 1 ? 4 : 0)]
            var ready = 0.0
            var leftSlot = 0, rightSlot = 0
            if leftTiles != .resident {
                let parts = spansDepth ? 1 : depthCount
                let part = spansDepth ? 0 : k
                let fills: Bool
                switch leftTiles {
                case .resident, .streamed: (leftSlot, fills) = ((iteration * depthCount + k) & 1, true)
                case .heldOuter: (leftSlot, fills) = (place % min(2, outerCount) * parts + part, inner == 0 && (!spansDepth || k == 0))
                case .heldInner: (leftSlot, fills) = (inner * parts + part, outer == 0 && (!spansDepth || k == 0))
                }
                if fills { leftFull[leftSlot] = read(left, work.leftBytes, at: leftFree[leftSlot]) }
                ready = leftFull[leftSlot]
            }
            if rightTiles != .resident {
                let fills: Bool
                switch rightTiles {
                case .resident, .streamed: (rightSlot, fills) = ((iteration * depthCount + k) & 1, true)
                case .heldOuter: (rightSlot, fills) = (place % min(2, outerCount) * depthCount + k, inner == 0)
                case .heldInner: (rightSlot, fills) = (inner * depthCount + k, outer == 0)
                }
                if fills { rightFull[rightSlot] = read(right, work.rightBytes, at: rightFree[rightSlot]) }
                ready = max(ready, rightFull[rightSlot])
            }
            if k == 0 { ready = max(ready, isOdd ? sumsFree.1 : sumsFree.0) }
            let read = multiply(work, at: ready, &finished)
            leftFree[leftSlot] = read
            rightFree[rightSlot] = read
        }
        // Behind the last k: operands of the epilogue, the vector unit, the way off chip.
        let work = works[size]
        var ready = finished
        if hasStreams { ready = max(ready, read(stream, work.streamBytes, at: isOdd ? streamFree.1 : streamFree.0)) }
        if !outIsResident {
            while pendingCount > 0, pending.0.isOdd == isOdd || (pendingCount == 2 && pending.1.isOdd == isOdd) { settleStore() }
            ready = max(ready, isOdd ? outFree.1 : outFree.0)
        }
        let done = max(vectorFree, ready) + work.vectorCycles
        vectorFree = done
        if isOdd { (sumsFree.1, streamFree.1) = (done, done) } else { (sumsFree.0, streamFree.0) = (done, done) }
        end = max(end, done)
        if !outIsResident {
            let store = Pending(isOdd: isOdd, ready: done, bytes: work.outBytes)
            if pendingCount == 0 { pending.0 = store } else { pending.1 = store }
            pendingCount += 1
        }
        iteration += 1
    }

    /// Runs a tile's folds; returns when its operands have been read.
    @inline(__always)
    private mutating func multiply(_ work: TileWork, at ready: Double, _ finished: inout Double) -> Double {
        let issue = max(arrayAccept, ready)
        var start = isOutputStationary ? issue : issue + work.load
        if isOverlapped { start = max(start, streamEnd) }
        start += work.folds
        streamEnd = start + work.span
        let done = streamEnd + sumsDelay
        arrayAccept = isOverlapped ? (isOutputStationary ? streamEnd : start) : done
        finished = done + arrayLatency
        return streamEnd
    }
}
