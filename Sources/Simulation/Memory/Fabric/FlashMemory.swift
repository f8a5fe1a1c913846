import Architecture
import HeapModule
import MemorySystem

/// Flash behind a controller that keeps pages, as engines see it: requests in, answers out.
///
/// A request asks for the pages that it touches. A page in the buffer is there at once, one on its way is waited for, any other is read
/// and takes the place of the least recently used. Not modelled: the bandwidth of the buffer; that all its pages may be on their way.
struct FlashMemory {
    private(set) var array: FlashArray
    private let latency: Int
    private let bufferPages: Int
    /// Pages in the buffer with the times from which on they are there, and their order of use.
    private var pages: [Int: (readyAt: Int, use: Int)] = [:]
    private var uses = 0
    private var completions = Heap<Completion>()
    private(set) var requests = 0
    private(set) var bufferHits = 0

    private struct Completion: Comparable {
        var time: Int
        var sequence: Int
        var tag: Int
        var first: Int

        static func < (a: Completion, b: Completion) -> Bool { (a.time, a.sequence) < (b.time, b.sequence) }
        static func == (a: Completion, b: Completion) -> Bool { (a.time, a.sequence) == (b.time, b.sequence) }
    }

    init(_ flash: Flash, capacity: Int, name: String) throws(SimulationError) {
        let parameters = FlashParameters(flash)
        do throws(TierError) {
            array = try FlashArray(parameters)
        } catch {
            throw .unsupported("memory \(name): \(error)")
        }
        guard capacity <= parameters.capacityBytes else {
            throw .unsupported(
                "memory \(name) is to hold \(capacity) bytes, but its flash holds \(parameters.capacityBytes); give it more channels, dies or blocks, or less capacity")
        }
        latency = flash.latency.femtoseconds
        bufferPages = flash.buffer
    }

    var hasWork: Bool { !completions.isEmpty }
    var pageBytes: Int { array.parameters.pageBytes }

    func nextCompletion(before horizon: Int) -> Int? { completions.min.flatMap { $0.time <= horizon ? $0.time : nil } }

    mutating func popCompletion(at time: Int) -> DRAMRequestCompletion? {
        guard let next = completions.min, next.time <= time else { return nil }
        _ = completions.popMin()
        return DRAMRequestCompletion(tag: next.tag, firstAccess: next.first, lastAccess: next.time)
    }

    /// Returns the bytes of the pages that are read for it.
    mutating func submit(_ request: DRAMRequest, at time: Int) -> Int {
        requests += 1
        var first = Int.max
        var last = time
        var moved = 0
        for run in 0..<request.runs {
            let begin = request.address + run * request.stride
            for page in (begin / pageBytes)...((begin + request.runBytes - 1) / pageBytes) {
                let ready = fetch(page, at: time, &moved)
                first = min(first, ready)
                last = max(last, ready)
            }
        }
        completions.insert(Completion(time: last + latency, sequence: requests, tag: request.tag, first: min(first, last) + latency))
        return moved
    }

    /// When a page is in the buffer.
    private mutating func fetch(_ page: Int, at time: Int, _ moved: inout Int) -> Int {
        uses += 1
        if let known = pages[page] {
            bufferHits += 1
            pages[page]?.use = uses
            return max(time, known.readyAt)
        }
        if pages.count == bufferPages, let oldest = pages.min(by: { $0.value.use < $1.value.use })?.key { pages[oldest] = nil }
        do throws(TierError) {
            let ready = try array.read(page: page, at: time)
            pages[page] = (ready, uses)
            moved += pageBytes
            return ready
        } catch {
            preconditionFailure("addresses lie within the capacity, which the blocks hold: \(error)")
        }
    }
}

extension FlashParameters {
    init(_ flash: Flash) {
        self = flash.cells == .multiLevel ? .multiLevel : .tripleLevel
        channels = flash.channels
        diesPerChannel = flash.dies
        planesPerDie = flash.planes
        blocksPerPlane = flash.blocks
        pageBytes = flash.page.count
        spareBytes = flash.spare.count
        channelBytesPerSecond = flash.bus.bytesPerSecond
        commandTime = flash.command.femtoseconds
        hasCacheRegister = flash.hasCacheRegister
        hasIndependentPlanes = flash.hasIndependentPlanes
    }
}

/// What a flash memory did in a run.
public struct FlashRecord: Sendable {
    public var channels: Int
    public var pageBytes: Int
    /// Pages read from the array, and those that were found in the controller's buffer.
    public var pagesRead: Int
    public var bufferHits: Int
    /// Share of the time in which each channel's bus was in use.
    public var busUtilization: [Double]
    /// Where the array's times come from.
    public var source: String
}
