import Architecture
import Mapping

/// The time of one product by itself: DMA engines, array, vector unit and store engine tile by tile, each waiting for the
/// buffers and tiles that the program's semaphores make it wait for.
///
/// Modelled: startup, link, requests in flight and bandwidth of every transfer, in the order of the program; folds of the array with
/// their preload; the vector unit's price; two buffers or held ones. Not modelled: conflicts between banks of the scratchpad and
/// its ports, the order of single requests of several engines, banks and refresh of the memory, caches, networks. Where periods of the
/// outer loop repeat, they are not all walked through: the time of the rest follows from that of the first.
struct PipelineModel {
    let problem: MatmulProblem
    let resources: MatmulResources
    let timing: ProductTiming

    /// Iterations that are walked through at most, where the outer loop has more than two.
    var iterationLimit = 2000

    init?(_ problem: MatmulProblem, _ resources: MatmulResources) {
        guard let timing = problem.timing else { return nil }
        self.problem = problem
        self.resources = resources
        self.timing = timing
    }

    /// Cycles that no run of the mapping undercuts: of the array, of the memory for `traffic` bytes, of the vector unit.
    func lowerBound(_ mapping: MatmulMapping, traffic: Double) -> Double {
        let cutsM = Cut(problem.m, mapping.tileM), cutsN = Cut(problem.n, mapping.tileN), cutsK = Cut(problem.k, mapping.tileK)
        var array = 0
        for (rows, countM) in cutsM.parts {
            for (columns, countN) in cutsN.parts {
                for (depth, countK) in cutsK.parts {
                    let work = ArrayWork(rows: rows, columns: columns, depth: depth, mapping, problem, resources, timing)
                    array += work.folds * work.period * countM * countN * countK
                }
            }
        }
        let fill = resources.dataflow == .outputStationary && resources.preload == .exposed ? 0 : resources.rows + resources.columns - 2
        let arrayTime = Double(array * problem.batch + fill) * timing.arrayPeriod
        let vectorTime = Double(problem.batch) * Double(problem.m * problem.n) / Double(timing.lanes) * Double(timing.vectorIntervals) * timing.vectorPeriod
        return max(arrayTime, vectorTime, traffic / max(1e-9, resources.bytesPerCycle))
    }

    private struct Cut {
        var parts: [(size: Int, count: Int)]
        init(_ extent: Int, _ tile: Int) {
            let (whole, rest) = extent.quotientAndRemainder(dividingBy: tile)
            parts = whole > 0 ? [(tile, whole)] : []
            if rest > 0 { parts.append((rest, 1)) }
        }
    }

    /// Cycles from the first command to the last byte.
    func cycles(_ mapping: MatmulMapping, _ traffic: MatmulTraffic) -> Double {
        var walk = PipelineWalk(self, mapping, traffic)
        let total = problem.batch * walk.outerCount
        let perOuter = walk.innerCount * walk.depthCount
        var part = max(2, iterationLimit / max(1, perOuter))
        if problem.batch > 1 { part = max(part, 2 * walk.outerCount) / walk.outerCount * walk.outerCount }
        guard part < total else { return walk.run(0..<total) }
        let half = problem.batch > 1 ? max(1, part / walk.outerCount / 2) * walk.outerCount : part / 2
        let first = walk.run(0..<half)
        let both = walk.run(half..<part)
        // A last tile that is smaller takes its part of a whole one.
        let tile = walk.rowsOuter ? mapping.tileM : mapping.tileN
        let extent = walk.rowsOuter ? problem.m : problem.n
        let last = Double(extent - (walk.outerCount - 1) * tile) / Double(tile)
        let missing = problem.batch > 1 ? 0 : 1 - last
        return both + (both - first) / Double(part - half) * (Double(total - part) - missing)
    }
}

/// The state of all units on the way through the tiles.
private struct PipelineWalk {
    let problem: MatmulProblem
    let resources: MatmulResources
    let timing: ProductTiming
    let mapping: MatmulMapping
    let rowsOuter: Bool
    let outerCount: Int
    let innerCount: Int
    let depthCount: Int
    private let spansDepth: Bool

    private struct Engine {
        /// When it takes its next command, and when its link is free.
        var free = 0.0
        var link = 0.0
        /// Bytes of its last transfer that may wait at the memory together.
        var inFlight = 0.0
    }
    private var engines: [Engine] = []
    private var leftEngine = 0
    private var rightEngine = 0
    private var storeEngine = 0
    private var memoryFree = 0.0
    private var arrayAccept = 0.0
    private var streamEnd = 0.0
    private var vectorFree = 0.0
    private var leftFull: [Double]
    private var leftFree: [Double]
    private var rightFull: [Double]
    private var rightFree: [Double]
    private var sumsFree = [0.0, 0.0]
    private var outFree = [0.0, 0.0]
    private var streamFree = [0.0, 0.0]
    /// Results that are finished and whose way off chip is not settled.
    private var pending: [(parity: Int, ready: Double, bytes: Double)] = []
    private var iteration = 0
    private var end = 0.0
    /// What a byte over the pins costs on the engine's link, and the bytes of a request: of whole tiles.
    private struct Pace {
        var link = 1.0
        var request = 64.0

        init(_ requests: TransferRequests?, _ transfer: ProductTiming.Transfer?, busBytes: Double) {
            guard let requests, let transfer, requests.requests > 0, busBytes > 0 else { return }
            link = Double(requests.linkCycles) * transfer.period / busBytes
            request = busBytes / Double(requests.requests)
        }
    }
    private let leftPace: Pace
    private let rightPace: Pace
    private let streamPace: Pace
    private let outPace: Pace
    /// Bytes over the pins for one row and one step of depth, and so on.
    private let leftBus: Double
    private let rightBus: Double
    private let streamBus: Double
    private let outBus: Double
    private let rightIsElsewhere: Bool

    init(_ model: PipelineModel, _ mapping: MatmulMapping, _ traffic: MatmulTraffic) {
        problem = model.problem
        resources = model.resources
        timing = model.timing
        self.mapping = mapping
        rowsOuter = mapping.order == .rowsOuter
        let (tilesM, tilesN) = (mapping.tilesM(of: problem), mapping.tilesN(of: problem))
        outerCount = rowsOuter ? tilesM : tilesN
        innerCount = rowsOuter ? tilesN : tilesM
        depthCount = mapping.tilesK(of: problem)
        spansDepth = mapping.leftSpansDepth(problem)
        let leftSlots = max(2, mapping.leftSlots(problem)), rightSlots = max(2, mapping.rightSlots(problem))
        leftFull = Array(repeating: 0, count: leftSlots)
        leftFree = leftFull
        rightFull = Array(repeating: 0, count: rightSlots)
        rightFree = rightFull
        var names: [String] = []
        func index(_ transfer: ProductTiming.Transfer?) -> Int {
            guard let transfer else { return 0 }
            if let known = names.firstIndex(of: transfer.engine) { return known }
            names.append(transfer.engine)
            return names.count - 1
        }
        leftEngine = index(model.timing.left)
        rightEngine = index(model.timing.right)
        storeEngine = index(model.timing.store)
        engines = Array(repeating: Engine(), count: max(1, names.count))
        rightIsElsewhere = traffic.elsewhere > 0
        let leftLoads = Double(problem.batch * (mapping.left == .streamed ? tilesN : 1))
        let rightLoads = Double(problem.batch * (mapping.right == .streamed ? tilesM : 1))
        leftBus = Double(traffic.left) / leftLoads / Double(problem.m * problem.k)
        rightBus = Double(traffic.right + traffic.elsewhere) / rightLoads / Double(problem.n * problem.k)
        let results = Double(problem.batch * problem.m * problem.n)
        streamBus = problem.streams.isEmpty ? 0 : max(0, Double(traffic.epilogue - model.timing.wholeBytes)) / results
        outBus = Double(traffic.written) / results
        let tiles = TransferRequests.ofTiles(mapping, problem)
        let tileRows = Double(mapping.tileM), tileColumns = Double(mapping.tileN), tileDepth = Double(mapping.tileK)
        leftPace = Pace(tiles.left, timing.left, busBytes: leftBus * tileRows * (spansDepth ? Double(problem.k) : tileDepth))
        rightPace = Pace(tiles.right, timing.right, busBytes: rightBus * tileColumns * tileDepth)
        streamPace = Pace(tiles.stream, timing.left, busBytes: streamBus * tileRows * tileColumns)
        outPace = Pace(tiles.out, timing.store, busBytes: outBus * tileRows * tileColumns)
        if model.timing.wholeBytes > 0, let transfer = model.timing.left {
            var pace = Pace(nil, nil, busBytes: 0)
            pace.link = transfer.period / Double(transfer.width)
            pace.request = Double(min(transfer.request, model.timing.wholeBytes))
            end = read(leftEngine, transfer, Double(model.timing.wholeBytes), pace, at: 0)
        }
    }

    /// A transfer from off chip; returns when it is complete.
    private mutating func read(_ index: Int, _ transfer: ProductTiming.Transfer, _ bytes: Double, _ pace: Pace, at issue: Double) -> Double {
        let begin = max(issue, engines[index].free)
        let start = begin + Double(transfer.startup) * transfer.period
        settleStores(before: start)
        let latency = timing.memoryLatency
        let request = min(bytes, pace.request)
        let bandwidth = max(1e-9, resources.bytesPerCycle)
        let window = Double(transfer.outstanding) * request
        // From a request's departure to its last byte, after which its slot is free for another.
        let turn = latency + max(request * pace.link, request / bandwidth)
        // What other engines have in flight at most is served before the first request.
        var ahead = 0.0
        for other in engines.indices where other != index { ahead += engines[other].inFlight }
        let wait = min(max(0, memoryFree - start), ahead / bandwidth)
        engines[index].inFlight = min(bytes, window)
        memoryFree = max(memoryFree, start) + bytes / bandwidth
        var done = max(memoryFree + latency, max(start + wait + latency, engines[index].link) + bytes * pace.link)
        if bytes > window { done = max(done, start + bytes * turn / window) }
        let requests = (bytes / max(1, request)).rounded(.up)
        done = max(done, start + (requests - 1) * transfer.period + turn)
        // From one completion to the next, once requests follow each other.
        let perByte = max(pace.link, 1 / bandwidth, bytes > window ? turn / window : 0)
        engines[index].link = done
        // The last request leaves when the slot that it takes is free.
        engines[index].free = max(start + requests * transfer.period, done - window * perByte)
        return done + transfer.latency
    }

    private mutating func settleStores(before time: Double) {
        while let first = pending.first, first.ready <= time { settleStore() }
    }

    private mutating func settleStore() {
        let store = pending.removeFirst()
        guard let transfer = timing.store else { return }
        let start = max(store.ready, engines[storeEngine].free) + Double(transfer.startup) * transfer.period
        let request = min(store.bytes, outPace.request)
        let linked = max(start, engines[storeEngine].link) + store.bytes * outPace.link
        memoryFree = max(memoryFree, start + request * outPace.link) + store.bytes / max(1e-9, resources.bytesPerCycle)
        let done = max(linked, memoryFree)
        engines[storeEngine].inFlight = min(store.bytes, Double(transfer.outstanding) * request)
        engines[storeEngine].link = linked
        engines[storeEngine].free = max(linked, memoryFree - Double(transfer.outstanding) * request / max(1e-9, resources.bytesPerCycle))
        outFree[store.parity] = done + transfer.latency
        end = max(end, done + transfer.latency)
    }

    /// Walks through a range of the outer loop, over all of the batch; returns when everything so far is done.
    mutating func run(_ range: Range<Int>) -> Double {
        for place in range {
            let outer = place % outerCount
            for inner in 0..<innerCount { step(outer: outer, inner: inner, place: place) }
        }
        var last = end
        // What is on its way is settled in a copy, so that the walk can go on.
        var copy = self
        while !copy.pending.isEmpty { copy.settleStore() }
        last = max(last, copy.end)
        return last
    }

    private mutating func step(outer: Int, inner: Int, place: Int) {
        let (m, n) = rowsOuter ? (outer, inner) : (inner, outer)
        let rows = min(mapping.tileM, problem.m - m * mapping.tileM)
        let columns = min(mapping.tileN, problem.n - n * mapping.tileN)
        let parity = iteration % 2
        var finished = 0.0
        for k in 0..<depthCount {
            let depth = min(mapping.tileK, problem.k - k * mapping.tileK)
            var ready = 0.0
            var leftSlot = 0, rightSlot = 0
            if !problem.leftIsResident, let transfer = timing.left {
                let parts = spansDepth ? 1 : depthCount
                let part = spansDepth ? 0 : k
                let fills: Bool
                switch mapping.left {
                case .streamed: (leftSlot, fills) = ((iteration * depthCount + k) % 2, true)
                case .held where rowsOuter: (leftSlot, fills) = (place % min(2, outerCount) * parts + part, inner == 0 && (!spansDepth || k == 0))
                case .held: (leftSlot, fills) = (inner * parts + part, outer == 0 && (!spansDepth || k == 0))
                }
                if fills {
                    let bytes = leftBus * Double(rows * (spansDepth ? problem.k : depth))
                    leftFull[leftSlot] = read(leftEngine, transfer, bytes, leftPace, at: leftFree[leftSlot])
                }
                ready = leftFull[leftSlot]
            }
            if !problem.rightIsResident, let transfer = timing.right {
                let fills: Bool
                switch mapping.right {
                case .streamed: (rightSlot, fills) = ((iteration * depthCount + k) % 2, true)
                case .held where !rowsOuter: (rightSlot, fills) = (place % min(2, outerCount) * depthCount + k, inner == 0)
                case .held: (rightSlot, fills) = (inner * depthCount + k, outer == 0)
                }
                if fills { rightFull[rightSlot] = read(rightEngine, transfer, rightBus * Double(depth * columns), rightPace, at: rightFree[rightSlot]) }
                ready = max(ready, rightFull[rightSlot])
            }
            if k == 0 { ready = max(ready, sumsFree[parity]) }
            let read = multiply(ArrayWork(rows: rows, columns: columns, depth: depth, mapping, problem, resources, timing), at: ready, &finished)
            leftFree[leftSlot] = read
            rightFree[rightSlot] = read
        }
        // Behind the last k: operands of the epilogue, the vector unit, the way off chip.
        var ready = finished
        if streamBus > 0, let transfer = timing.left {
            ready = max(ready, self.read(leftEngine, transfer, streamBus * Double(rows * columns), streamPace, at: streamFree[parity]))
        }
        if !problem.outIsResident {
            while pending.contains(where: { $0.parity == parity }) { settleStore() }
            ready = max(ready, outFree[parity])
        }
        let elements = rows * columns
        var cycles = Double((elements + timing.lanes - 1) / timing.lanes * timing.vectorIntervals + timing.vectorLatency)
        func moving(_ bits: Int, _ width: Int) -> Double { width == .max ? 0 : Double(((elements * bits + 7) / 8 + width - 1) / width) }
        cycles = max(cycles, moving(problem.sumBits, timing.vectorSumWidth), moving(problem.outBits, timing.vectorWidth))
        let done = max(vectorFree, ready) + (cycles + Double(timing.vectorMemoryLatency)) * timing.vectorPeriod
        vectorFree = done
        sumsFree[parity] = done
        streamFree[parity] = done
        end = max(end, done)
        if !problem.outIsResident { pending.append((parity, done, outBus * Double(elements))) }
        iteration += 1
    }

    /// Runs a tile's folds; returns when its operands have been read.
    private mutating func multiply(_ work: ArrayWork, at ready: Double, _ finished: inout Double) -> Double {
        let period = timing.arrayPeriod
        let issue = max(arrayAccept, ready)
        let (load, span) = (Double(work.load) * period, Double(work.span + 1) * period)
        let fill = Double(resources.rows + resources.columns - 2) * period
        var start = resources.dataflow == .outputStationary ? issue : issue + load
        if resources.preload == .overlapped { start = max(start, streamEnd) }
        start += Double((work.folds - 1) * work.period) * period
        streamEnd = start + span
        var done = streamEnd + fill
        if timing.shiftsResults, resources.dataflow == .outputStationary { done += Double(resources.rows) * period }
        switch resources.preload {
        case .overlapped: arrayAccept = resources.dataflow == .outputStationary ? streamEnd : start
        case .exposed: arrayAccept = done
        }
        finished = done + Double(timing.arrayLatency) * period
        return streamEnd
    }
}
