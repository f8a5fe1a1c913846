import Architecture
import Mapping

/// The state of all units on the way through a product's tiles. Holds nothing but numbers: a search takes millions of steps.
struct PipelineWalk {
    let rowsOuter: Bool
    let outerCount: Int
    let innerCount: Int
    let depthCount: Int

    /// What one tile has the array and the vector unit do, and the bytes over the pins that it moves.
    struct TileWork {
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

    enum Tiles { case resident, streamed, heldOuter, heldInner }

    let works: [TileWork]
    let leftTiles: Tiles
    let rightTiles: Tiles
    let outIsResident: Bool
    let spansDepth: Bool
    let hasStreams: Bool
    let left: TransferPace
    let right: TransferPace
    let stream: TransferPace
    let out: TransferPace
    /// Cycles of off-chip memory for a byte, and from a request to its first byte.
    let cyclesPerByte: Double
    let memoryLatency: Double
    /// What refresh makes longer, where requests in flight are too few to have others wait meanwhile.
    let refreshFactor: Double
    /// Cycles of the machine that the array's sums take to come out and to be written.
    let sumsDelay: Double
    let isOutputStationary: Bool
    let isOverlapped: Bool
    let arrayLatency: Double
    /// Steps of depth in one round that are walked through, about.
    let stepLimit: Int

    var engines: [EngineState]
    var memoryFree = 0.0
    var arrayAccept = 0.0
    var streamEnd = 0.0
    var vectorFree = 0.0
    var leftFull: [Double]
    var leftFree: [Double]
    var rightFull: [Double]
    var rightFree: [Double]
    /// Of two buffers each: when sums, results and operands of the epilogue may be overwritten.
    var sumsFree = (0.0, 0.0)
    var outFree = (0.0, 0.0)
    var streamFree = (0.0, 0.0)
    /// Results that are finished and whose way off chip is not settled: one for each of two buffers at most.
    struct Pending {
        var isOdd = false
        var ready = 0.0
        var bytes = 0.0
    }
    var pending = (Pending(), Pending())
    var pendingCount = 0
    var iteration = 0
    var end = 0.0

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
        refreshFactor = 1 / max(0.1, timing.memoryAvailability)

        stepLimit = model.iterationLimit
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

    // MARK: Tiles

    /// Walks through a range of the outer loop, over all of the batch; returns when everything so far is done.
    mutating func run(_ range: Range<Int>) -> Double {
        for place in range { round(place) }
        // What is on its way is settled in a copy, so that the walk can go on.
        var copy = self
        while copy.pendingCount > 0 { copy.settleStore() }
        return max(end, copy.end)
    }

    /// Tiles of a round of the inner loop that are walked through, where there are many: the first ones, as many again, and the last.
    var tilesOfARound: Int { innerCount > 2 * sample + 3 ? 2 * sample + 3 : innerCount }

    /// An even number, so that what comes after it finds the same of two buffers.
    private var sample: Int { max(2, stepLimit / (2 * depthCount)) & ~1 }

    /// One round of the inner loop. From the first tiles to as many again every unit's time moves on by the same; so it does to the last ones.
    private mutating func round(_ place: Int) {
        let outer = place % outerCount
        let sample = sample
        guard tilesOfARound < innerCount else {
            for inner in 0..<innerCount { step(outer: outer, inner: inner, place: place) }
            return
        }
        for inner in 0..<sample { step(outer: outer, inner: inner, place: place) }
        let before = vectorFree
        for inner in sample..<2 * sample { step(outer: outer, inner: inner, place: place) }
        let skipped = (innerCount - 2 * sample - 2) & ~1
        pass((vectorFree - before) / Double(sample) * Double(skipped))
        iteration += skipped
        for inner in (2 * sample + skipped)..<innerCount { step(outer: outer, inner: inner, place: place) }
    }

    /// Moves everything on in time.
    private mutating func pass(_ cycles: Double) {
        for index in engines.indices {
            engines[index].free += cycles
            engines[index].link += cycles
        }
        for index in leftFull.indices {
            leftFull[index] += cycles
            leftFree[index] += cycles
        }
        for index in rightFull.indices {
            rightFull[index] += cycles
            rightFree[index] += cycles
        }
        memoryFree += cycles
        arrayAccept += cycles
        streamEnd += cycles
        vectorFree += cycles
        end += cycles
        sumsFree = (sumsFree.0 + cycles, sumsFree.1 + cycles)
        outFree = (outFree.0 + cycles, outFree.1 + cycles)
        streamFree = (streamFree.0 + cycles, streamFree.1 + cycles)
        pending.0.ready += cycles
        pending.1.ready += cycles
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
