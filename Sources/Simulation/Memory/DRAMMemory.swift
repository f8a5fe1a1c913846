import Architecture
import DequeModule
import HeapModule
import MemorySystem

/// Off-chip memory as channels with banks and rows, each behind its own controller, every access simulated.
///
/// DMA engines submit requests, which are cut into accesses and spread over the channels by the address mapping. Requests complete
/// out of order. Channels run ahead of the machine, but never beyond the next instant at which it may ask for something: an access
/// completes at least `lookahead` after the command that moves its data, so no channel needs to know what the others complete
/// within that time.
///
/// A write is complete when the controller has taken its data, as it is ordered before every later read of the same address there.
struct DRAMMemory {
    /// A request in flight.
    private struct Request {
        var remaining: Int
        /// Order of submission.
        var sequence: Int
        var requester: Int
        var slot: Int
        var first: Int
        var last: Int
    }

    /// An access on its way into a controller.
    private struct Access {
        var location: DRAMLocation
        /// First cycle in which it may be offered.
        var cycle: Int
        var request: Int32
        var isWrite: Bool
    }

    /// A request that has become complete.
    struct Completion: Comparable {
        var time: Int
        /// Order of submission, which decides among equal times: it does not depend on how far channels run ahead.
        var sequence: Int
        var requester: Int
        var slot: Int
        /// When the first of its data came.
        var first: Int

        static func < (a: Completion, b: Completion) -> Bool { (a.time, a.sequence) < (b.time, b.sequence) }
        static func == (a: Completion, b: Completion) -> Bool { (a.time, a.sequence) == (b.time, b.sequence) }
    }

    let standard: DRAMStandard
    private let mapping: AddressMapping
    private let accessBytes: Int
    /// Period of the command clock in femtoseconds.
    private let period: Int
    /// Cycles from a data command to the end of its data, the shorter of read and write.
    private let lookahead: Int
    /// Way between engine and controller, in femtoseconds, once for the answer.
    private let latency: Int
    private(set) var channels: [EventController] = []
    private var waiting: [Deque<Access>]
    private var requests: [Request] = []
    private var freeRequests: [Int32] = []
    private var completions = Heap<Completion>()
    private var sequence = 0
    /// Completions that one channel has just handed over.
    private var served: [DRAMCompletion] = []
    /// Accesses of each channel that are not complete.
    private var open: [Int]
    private var openTotal = 0
    /// All channels with accesses have run all cycles before this one.
    private var frontier = 0

    /// - Throws: why no such memory can be built.
    init(_ dram: DRAM, capacity: Int, name: String) throws(SimulationError) {
        do {
            standard = try DRAMStandard(named: dram.standard ?? "")
            mapping = try AddressMapping(dram.mapping ?? AddressMapping.defaultScheme, organization: standard.organization, channels: dram.channels)
            var configuration = DRAMControllerConfiguration()
            configuration.scheduling = .init(rawValue: dram.scheduling) ?? configuration.scheduling
            configuration.pagePolicy = .init(rawValue: dram.pages) ?? configuration.pagePolicy
            configuration.refresh = .init(rawValue: dram.refresh) ?? configuration.refresh
            configuration.readQueueSize = dram.queue
            configuration.writeQueueSize = dram.queue
            configuration.requestsPerCycle = max(4, 2 * standard.organization.pseudoChannels)
            for _ in 0..<dram.channels {
                channels.append(try EventController(standard: standard, configuration: configuration, recording: DRAMRecording(completions: true)))
            }
        } catch {
            throw .unsupported("memory \(name): \(error)")
        }
        guard mapping.capacity >= capacity else {
            throw .unsupported(
                "memory \(name) is to hold \(capacity) bytes, but \(dram.channels) channels of \(standard.name) hold \(mapping.capacity); give it more channels or less capacity")
        }
        accessBytes = standard.organization.accessBytes
        period = standard.clockPeriod
        lookahead = min(standard.readLatency, standard.writeLatency) + standard.burstCycles
        latency = dram.latency.femtoseconds
        waiting = Array(repeating: [], count: dram.channels)
        open = Array(repeating: 0, count: dram.channels)
    }

    var hasWork: Bool { openTotal > 0 || !completions.isEmpty }

    /// Peak bandwidth of all channels in bytes per second.
    var peakBytesPerSecond: Double {
        Double(channels.count * standard.organization.pseudoChannels * accessBytes) / (Double(standard.burstCycles * period) * 1e-15)
    }

    /// Takes a request that arrives at `time`, in the order of arrival.
    ///
    /// - Returns: bytes that its accesses move, whole ones counted.
    mutating func submit(_ request: MemoryRequest, slot: Int, at time: Int) -> Int {
        let cycle = (time + period - 1) / period
        if openTotal == 0 { frontier = max(frontier, cycle) }
        let number: Int32
        sequence += 1
        let entry = Request(remaining: 0, sequence: sequence, requester: request.requester, slot: slot, first: Int.max, last: 0)
        if let free = freeRequests.popLast() {
            number = free
            requests[Int(free)] = entry
        } else {
            number = Int32(requests.count)
            requests.append(entry)
        }
        var accesses = 0
        for run in 0..<request.runs {
            let start = request.address + run * request.stride
            var address = start / accessBytes * accessBytes
            while address < start + request.runBytes {
                let location = mapping.locate(address)
                let channel = Int(location.channel)
                waiting[channel].append(Access(location: location, cycle: cycle, request: number, isWrite: request.isWrite))
                open[channel] += 1
                accesses += 1
                address += accessBytes
            }
        }
        requests[Int(number)].remaining = accesses
        openTotal += accesses
        return accesses * accessBytes
    }

    /// When the next request is complete, if that is not after `horizon`; nothing may be submitted before `horizon` otherwise.
    mutating func nextCompletion(before horizon: Int) -> Int? {
        let end = horizon == Int.max ? Int.max : (horizon + period - 1) / period
        while true {
            let known = completions.min?.time
            if let known, known <= horizon, known <= (frontier + lookahead) * period { return known }
            guard openTotal > 0, frontier < end else { return known.flatMap { $0 <= horizon ? $0 : nil } }
            // Whatever is asked for at the next known completion comes before what that may cause.
            let stop = known.map { min(end, $0 / period) } ?? end
            run(until: min(frontier + lookahead, max(stop, frontier + 1)))
        }
    }

    mutating func popCompletion(at time: Int) -> Completion? {
        guard let next = completions.min, next.time <= time else { return nil }
        return completions.popMin()
    }

    private mutating func run(until cycle: Int) {
        for channel in channels.indices where open[channel] > 0 { run(channel, until: cycle) }
        frontier = cycle
    }

    private mutating func run(_ channel: Int, until limit: Int) {
        while let access = waiting[channel].first {
            if channels[channel].cycle < access.cycle { channels[channel].advance(to: min(access.cycle, limit)) }
            collect(channel, notBefore: 0)
            let cycle = channels[channel].cycle
            guard cycle < limit else { break }
            if channels[channel].offer(access.location, isWrite: access.isWrite, tag: access.isWrite ? -1 : Int(access.request)) {
                waiting[channel].removeFirst()
                if access.isWrite {
                    finishAccess(access.request, channel, at: cycle + lookahead)
                } else {
                    // A read may be answered from the write queue; that is no faster than the way to it.
                    collect(channel, notBefore: cycle + lookahead)
                }
            } else {
                channels[channel].advanceAfterRefusal(isWrite: access.isWrite, limit: limit)
                collect(channel, notBefore: 0)
            }
        }
        channels[channel].advance(to: limit)
        collect(channel, notBefore: 0)
    }

    /// Lets time pass in all channels until a cycle, at the end of a run.
    mutating func finishChannels(at cycle: Int) {
        for channel in channels.indices where channels[channel].cycle < cycle { channels[channel].advance(to: cycle) }
    }

    private mutating func collect(_ channel: Int, notBefore cycle: Int) {
        served.removeAll(keepingCapacity: true)
        channels[channel].moveCompletions(into: &served)
        for index in served.indices where served[index].tag >= 0 {
            finishAccess(Int32(served[index].tag), channel, at: max(served[index].cycle, cycle))
        }
    }

    private mutating func finishAccess(_ number: Int32, _ channel: Int, at cycle: Int) {
        let time = cycle * period
        open[channel] -= 1
        openTotal -= 1
        requests[Int(number)].remaining -= 1
        requests[Int(number)].first = min(requests[Int(number)].first, time)
        requests[Int(number)].last = max(requests[Int(number)].last, time)
        guard requests[Int(number)].remaining == 0 else { return }
        let request = requests[Int(number)]
        completions.insert(
            Completion(
                time: request.last + latency, sequence: request.sequence, requester: request.requester, slot: request.slot,
                first: request.first + latency))
        freeRequests.append(number)
    }
}
