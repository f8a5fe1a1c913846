import HeapModule

/// A memory of several DRAM channels of one standard, as an event-driven simulator uses it: requests in, completions out.
///
/// A request's accesses are spread over the channels by the address mapping. A channel takes accesses in order of submission, each in
/// the first cycle from its arrival on in which the controller has room; the controller serves them in the order of its own rules, so
/// requests complete out of order. A read is complete with its last data, a write when the controller has taken its data, as it
/// is ordered before every later read of the same address there. An access that is answered from the write queue takes no less
/// time than the way to it.
///
/// No access is approximated: cycles, commands and statistics are those of controllers that simulate every access. But states of a
/// channel that came before, followed by what came before, are not simulated again; see ``ReplayGraph``.
///
/// What is not modelled: queues between requester and controllers have no bound (requesters bound their outstanding requests), and
/// the way back is a fixed latency.
public struct DRAMSystem: Sendable {
    public let standard: DRAMStandard
    public let configuration: DRAMControllerConfiguration
    public var mapping: AddressMapping { shapes.mapping }
    /// Between controller and requester, in femtoseconds, once for the answer.
    public let latency: Int
    /// Cycles from a data command to the end of its data, the shorter of read and write: nothing is served sooner.
    let lookahead: Int
    let period: Int
    let units: Int
    /// More writes than these have their turn.
    let writesOn: Int
    var shapes: RequestShapes
    var lanes: [ChannelLane]
    var graph: ReplayGraph
    var gauge: ReplayGauge
    var requests: [Request] = []
    var freeRequests: [Int32] = []
    var completions = Heap<Completion>()
    private var sequence = 0
    /// Reads that controllers have taken or are to take and that are not served, over all channels.
    var pendingReads = 0
    /// For a moment's use.
    var pairRows: [Int32] = Array(repeating: 0, count: ChannelRun.pairLimit)
    var served: [DRAMCompletion] = []
    /// When the accesses of the run were taken that was simulated last.
    var taken: [Int] = []
    var words: [Int32] = []
    var tallies: [Int] = []
    var moved: [Int32] = []
    /// Bytes by channel over time, in cycles: reads when their data come, writes when the controller takes them.
    public internal(set) var bandwidth: BandwidthHistory
    let accessBytes: Int
    /// Accesses that were not simulated.
    public internal(set) var replayedAccesses = 0

    /// A request in flight.
    struct Request {
        var tag: Int
        var remaining: Int
        /// Order of submission.
        var sequence: Int
        var first: Int
        var last: Int
    }

    /// A request that has become complete.
    struct Completion: Comparable, Sendable {
        var time: Int
        /// Order of submission, which decides among equal times: it does not depend on how far channels run ahead.
        var sequence: Int
        var tag: Int
        var first: Int

        static func < (a: Completion, b: Completion) -> Bool { (a.time, a.sequence) < (b.time, b.sequence) }
        static func == (a: Completion, b: Completion) -> Bool { (a.time, a.sequence) == (b.time, b.sequence) }
    }

    /// - Parameters:
    ///   - channels: a power of two.
    ///   - mapping: a scheme or the name of one, see `AddressMapping`.
    ///   - latency: between controller and requester, in femtoseconds, once for the answer.
    ///   - replays: never, always, or where it pays; figures are the same. Nothing is replayed when commands are recorded, nor under
    ///     policies that act on idle time.
    ///   - ordersWritesAfterReads: writes wait for waiting reads of their addresses, and nothing is replayed. Not needed where whoever asks
    ///     does not ask for a write before the reads are complete that it must not overtake.
    public init(
        standard: DRAMStandard, channels: Int, mapping scheme: String = AddressMapping.defaultScheme,
        configuration: DRAMControllerConfiguration = .init(), latency: Int = 0, replays: Replays = .whereItPays,
        recordsCommands: Bool = false, ordersWritesAfterReads: Bool = false
    ) throws(DRAMSystemError) {
        let mapping: AddressMapping
        do { mapping = try AddressMapping(scheme, organization: standard.organization, channels: channels) } catch { throw .mapping(error) }
        var configuration = configuration
        configuration.ordersWritesAfterReads = ordersWritesAfterReads
        var controller: EventController
        do {
            controller = try EventController(
                standard: standard, configuration: configuration, recording: DRAMRecording(commands: recordsCommands, completions: true))
        } catch {
            throw .controller(error)
        }
        self.standard = standard
        self.configuration = configuration
        self.latency = latency
        period = standard.clockPeriod
        lookahead = min(standard.readLatency, standard.writeLatency) + standard.burstCycles
        controller.recordCompletions(foresight: lookahead)
        let core = controller.core
        units = core.geometry.units
        writesOn = core.policy.writesOn
        shapes = RequestShapes(mapping, banks: core.geometry.banks)
        graph = ReplayGraph(banks: core.geometry.banks, units: core.geometry.units, channels: channels)
        gauge = ReplayGauge(recordsCommands || ordersWritesAfterReads || core.policy.hasHousekeeping ? .never : replays)
        lanes = Array(repeating: ChannelLane(controller), count: channels)
        bandwidth = BandwidthHistory(channels: channels, unit: standard.clockPeriod)
        accessBytes = standard.organization.accessBytes
    }

    public var capacity: Int { mapping.capacity }
    public var channels: Int { lanes.count }
    /// Bytes per second of all channels, with no cycle lost.
    public var peakBandwidth: Double {
        let organization = standard.organization
        let bytesPerCycle = Double(organization.accessBytes * organization.pseudoChannels * channels) / Double(standard.burstCycles)
        return bytesPerCycle * 1e15 / Double(standard.clockPeriod)
    }

    /// Something is under way.
    public var hasWork: Bool { pendingReads > 0 || !completions.isEmpty }

    /// Whether the memory can take a request.
    public func check(_ request: DRAMRequest) throws(DRAMSystemError) {
        guard request.runBytes > 0, request.runs > 0, request.address >= 0, request.stride >= 0 else { throw .emptyRequest }
        guard request.end <= capacity else { throw .beyondCapacity(end: request.end, capacity: capacity) }
    }

    /// Takes a request that arrives at `time` (femtoseconds); times never go back, and never lie before the latest completion
    /// that was asked for. It is offered to the channels from the next edge of the memory's clock on.
    ///
    /// - Precondition: `check(_:)` finds nothing.
    /// - Returns: bytes that its accesses move, whole ones counted.
    public mutating func submit(_ request: DRAMRequest, at time: Int) -> Int {
        let cycle = (time + period - 1) / period
        sequence += 1
        let entry = Request(tag: request.tag, remaining: 0, sequence: sequence, first: Int.max, last: 0)
        let number: Int32
        if let free = freeRequests.popLast() {
            number = free
            requests[Int(free)] = entry
        } else {
            number = Int32(truncatingIfNeeded: requests.count)
            requests.append(entry)
        }
        // The request is not complete before all of its accesses are known.
        requests[Int(number)].remaining = 1
        var accesses = 0
        forEachPiece(of: request) { memory, piece in accesses += memory.take(piece, number, at: cycle) }
        settle(number, count: 1, first: Int.max, last: 0)
        return accesses * accessBytes
    }

    /// Long requests are taken in pieces, so that a shape takes up little memory.
    private mutating func forEachPiece(of request: DRAMRequest, _ body: (inout DRAMSystem, DRAMRequest) -> Void) {
        let limit = 1 << 18
        if request.runBytes * request.runs <= limit, request.runs <= limit >> 6 {
            body(&self, request)
            return
        }
        var piece = request
        piece.runs = 1
        piece.stride = 0
        for run in 0..<request.runs {
            var address = request.address + run * request.stride
            let end = address + request.runBytes
            while address < end {
                piece.address = address
                piece.runBytes = min(end, (address / limit + 1) * limit) - address
                body(&self, piece)
                address += piece.runBytes
            }
        }
    }

    private mutating func take(_ request: DRAMRequest, _ number: Int32, at cycle: Int) -> Int {
        let (shape, base) = shapes.shape(of: request)
        requests[Int(number)].remaining += shape.accesses
        if !request.isWrite { pendingReads += shape.accesses }
        for run in shape.runs { serve(shapes.runs[run], base: base, request: number, isWrite: request.isWrite, arrival: cycle) }
        return shape.accesses
    }

    /// Accesses of a request were served: the last of them makes it complete.
    @inline(__always)
    mutating func settle(_ number: Int32, count: Int, first: Int, last: Int) {
        let index = Int(number)
        requests[index].remaining -= count
        if first < requests[index].first { requests[index].first = first }
        if last > requests[index].last { requests[index].last = last }
        if requests[index].remaining == 0 { finish(number) }
    }

    private mutating func finish(_ number: Int32) {
        let request = requests[Int(number)]
        completions.insert(
            Completion(
                time: request.last * period + latency, sequence: request.sequence, tag: request.tag, first: request.first * period + latency))
        freeRequests.append(number)
    }

    /// When the next request is complete, if that is not after `horizon`; nothing may be submitted before that time, or before
    /// `horizon` when the answer is `nil`.
    public mutating func nextCompletion(before horizon: Int) -> Int? {
        let end = horizon == Int.max ? Int.max : (horizon + period - 1) / period
        while true {
            let known = completions.min?.time
            var slowest = Int.max
            if pendingReads > 0 {
                for lane in lanes.indices where lanes[lane].hasReads && lanes[lane].cycle < slowest { slowest = lanes[lane].cycle }
            }
            // What is not known comes no sooner than this.
            let unknown = slowest == Int.max ? Int.max : (slowest + lookahead) * period + latency
            if let known, known <= unknown { return known <= horizon ? known : nil }
            guard slowest < end else { return known.flatMap { $0 <= horizon ? $0 : nil } }
            // Whatever is asked for at the next completion comes before what that may cause.
            let stop = min(end, known.map { $0 / period } ?? Int.max, slowest + lookahead)
            for lane in lanes.indices where lanes[lane].hasReads && lanes[lane].cycle < stop { wait(lane, until: stop) }
        }
    }

    /// The completion at a time that ``nextCompletion(before:)`` gave, one after the other in the order of submission.
    public mutating func popCompletion(at time: Int) -> DRAMRequestCompletion? {
        guard let next = completions.min, next.time <= time else { return nil }
        _ = completions.popMin()
        return DRAMRequestCompletion(tag: next.tag, firstAccess: next.first, lastAccess: next.time)
    }

    /// Lets time pass in all channels until a cycle, at least.
    public mutating func advance(to cycle: Int) {
        for lane in lanes.indices where lanes[lane].cycle < cycle { wait(lane, until: cycle) }
    }

    /// Runs every channel until its last access is served, and all to the same cycle. Returns that cycle.
    @discardableResult
    public mutating func drain() -> Int {
        var last = 0
        for lane in lanes.indices {
            makeLive(lane)
            lanes[lane].controller.drain()
            noteProgress(lane)
            last = max(last, lanes[lane].cycle)
        }
        advance(to: last)
        return last
    }

    /// The furthest channel's cycle.
    public var cycle: Int { lanes.reduce(0) { max($0, $1.cycle) } }

    /// By channel.
    public mutating func statistics() -> [DRAMStatistics] {
        for lane in lanes.indices {
            makeLive(lane)
            graph.settle(lanes[lane].controller.ownCore(), channel: lane)
        }
        return lanes.map { lane in
            var result = lane.controller.statistics
            result.lastCompletion = max(result.lastCompletion, lane.lastCompletion)
            return result
        }
    }

    /// Commands by channel since the last call, when recorded.
    public mutating func takeCommandLogs() -> [[DRAMCommandRecord]] {
        lanes.indices.map { lanes[$0].controller.takeCommandLog() }
    }
}
