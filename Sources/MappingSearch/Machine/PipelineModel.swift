import Architecture
import Mapping

/// The time of one product by itself: DMA engines, array, vector unit and store engine tile by tile, each waiting for the
/// buffers and tiles that the program's semaphores make it wait for.
///
/// Modelled: startup, link, requests in flight and bandwidth of every transfer, in the order of the program; folds of the array with
/// their preload; the vector unit's price; two buffers or held ones; of memories with banks the latency of a device and the share of
/// refresh. Not modelled: conflicts between banks of the scratchpad and its ports, the order of single requests of several engines, banks
/// and rows of the memory, caches, networks. Where rounds of the
/// loops repeat, they are not all walked through: the time of the rest follows from that of the first ones.
struct PipelineModel {
    let problem: MatmulProblem
    let resources: MatmulResources
    let timing: ProductTiming
    let array: ArrayModel
    private let fill: Int
    private let vectorTime: Double
    private let links: EngineLinks
    /// Cycles of off-chip memory for a byte.
    let cyclesPerByte: Double

    /// Steps of depth that are walked through, about, where loops have more.
    var iterationLimit = 512

    init?(_ problem: MatmulProblem, _ resources: MatmulResources) {
        guard let timing = problem.timing else { return nil }
        self.problem = problem
        self.resources = resources
        self.timing = timing
        array = ArrayModel(problem, resources, timing)
        // With exposed preload every fold waits until the one before it has come out.
        fill = resources.preload == .exposed ? 0 : array.fill
        links = EngineLinks(timing)
        vectorTime = Double(problem.batch) * Double(problem.m * problem.n) / Double(timing.lanes) * Double(timing.vectorIntervals) * timing.vectorPeriod
        cyclesPerByte = 1 / max(1e-9, resources.bytesPerCycle * timing.memoryAvailability)
    }

    /// Cycles from the first operands on until the arrays have their last sums, at least.
    ///
    /// - Parameter limit: what is above it need not be worked out: then the result is above it, and at most the time.
    func arrayTime(_ mapping: MatmulMapping, upTo limit: Double = .infinity) -> Double {
        let cutM = Cut(problem.m, mapping.tileM), cutN = Cut(problem.n, mapping.tileN), cutK = Cut(problem.k, mapping.tileK)
        // Smaller tiles load in less.
        let load = ArrayWork(rows: cutM.least, columns: cutN.least, depth: cutK.least, tileM: mapping.tileM, mapping.split, array).load
        var cycles = 0
        for m in 0..<2 where cutM.count(m) > 0 {
            for n in 0..<2 where cutN.count(n) > 0 {
                for k in 0..<2 where cutK.count(k) > 0 {
                    let work = ArrayWork(rows: cutM.size(m), columns: cutN.size(n), depth: cutK.size(k), tileM: mapping.tileM, mapping.split, array)
                    cycles += work.least(on: array, load: load) * cutM.count(m) * cutN.count(n) * cutK.count(k)
                    let time = Double(cycles * problem.batch + fill) * timing.arrayPeriod
                    if time > limit { return time }
                }
            }
        }
        return Double(cycles * problem.batch + fill) * timing.arrayPeriod
    }

    /// Cycles that no run of a mapping undercuts: of the arrays, of the memory, of the links of DMA engines, of the vector unit.
    func lowerBound(arrayTime: Double, _ bytes: LeastBytes) -> Double { max(arrayTime, vectorTime, bytes.total * cyclesPerByte, links.time(bytes)) }

    /// A dimension in tiles: whole ones, and a smaller one at its end.
    private struct Cut {
        let tile: Int
        let whole: Int
        let rest: Int
        init(_ extent: Int, _ tile: Int) {
            self.tile = tile
            (whole, rest) = extent.quotientAndRemainder(dividingBy: tile)
        }
        var least: Int { rest > 0 ? rest : tile }
        @inline(__always) func size(_ index: Int) -> Int { index == 0 ? tile : rest }
        @inline(__always) func count(_ index: Int) -> Int { index == 0 ? whole : rest > 0 ? 1 : 0 }
    }

    /// Cycles from the first command to the last byte.
    ///
    /// - Parameter ceiling: of no interest are mappings that take more.
    /// - Returns: `nil` when they are known to be more without walking.
    func cycles(_ mapping: MatmulMapping, _ traffic: MatmulTraffic, below ceiling: Double = .infinity) -> Double? {
        var walk = PipelineWalk(self, mapping, traffic)
        if ceiling < .infinity, walk.lowerBound(arrayTime: arrayTime(mapping), traffic) > ceiling { return nil }
        return cycles(&walk, mapping)
    }

    private func cycles(_ walk: inout PipelineWalk, _ mapping: MatmulMapping) -> Double {
        let total = problem.batch * walk.outerCount
        let perOuter = walk.tilesOfARound * walk.depthCount
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
