/// How a collective operation went.
public struct CollectiveResult: Hashable, Sendable {
    /// Femtoseconds from the start to the last arrival.
    public var duration: Int
    /// By rank: when it had received everything.
    public var rankDurations: [Int]
    /// Payload bytes sent by all ranks together.
    public var bytesSent: Int
    /// By rank; empty when no values were given.
    public var values: [[Int]]
    /// Busiest link's share of the duration, 0 to 1.
    public var peakLinkUse: Double
}

extension LinkNetwork {
    /// Runs a collective operation over the network, on real values if some are given.
    ///
    /// In an all-to-all each rank reads from its buffer as it was at the start and writes to another.
    ///
    /// - Parameters:
    ///   - elementBytes: of each element of the buffers.
    ///   - reduceBytesPerSecond: how fast a receiver combines what arrives; `nil` for at once.
    ///   - values: by rank, `schedule.elements` of them each; empty for time alone.
    /// - Throws: `CollectiveError` when there are more ranks than chips, or values of the wrong shape.
    public mutating func run(
        _ schedule: CollectiveSchedule, elementBytes: Int, reduceBytesPerSecond: Double? = nil, values: [[Int]] = [],
        combine: (Int, Int) -> Int = { $0 &+ $1 }
    ) throws(CollectiveError) -> CollectiveResult {
        guard schedule.ranks <= chips else { throw .init("\(schedule.ranks) ranks do not fit on \(chips) chips") }
        guard (1...(1 << 20)).contains(elementBytes) else { throw .init("elements of \(elementBytes) bytes; it must lie in 1…\(1 << 20)") }
        if let rate = reduceBytesPerSecond, !(rate >= 1) { throw .init("reduceBytesPerSecond is \(rate); it must be at least 1") }
        guard values.isEmpty || values.count == schedule.ranks && values.allSatisfy({ $0.count == schedule.elements }) else {
            throw .init("values must be given for all \(schedule.ranks) ranks, \(schedule.elements) each")
        }
        var progress = CollectiveProgress(schedule)
        let original = values
        var result = CollectiveResult(
            duration: 0, rankDurations: Array(repeating: 0, count: schedule.ranks), bytesSent: 0, values: values, peakLinkUse: 0)
        let start = now
        let busyBefore = busyTime
        var payloads: [Int: [Int]] = [:]

        func issue(_ transfers: [Int], at time: Int, _ network: inout LinkNetwork) {
            for index in transfers {
                let transfer = schedule.transfers[index]
                let bytes = transfer.elements.count * elementBytes
                if !values.isEmpty {
                    // Later steps of an all-to-all do not exist; all others read what has arrived.
                    let source = schedule.isExchange ? original[transfer.source] : result.values[transfer.source]
                    payloads[index] = Array(source[transfer.elements])
                }
                var delay = 0
                if transfer.action == .reduce, let rate = reduceBytesPerSecond { delay = Int((Double(bytes) * 1e15 / rate).rounded(.up)) }
                if transfer.source != transfer.target { result.bytesSent += bytes }
                network.send(from: transfer.source, to: transfer.target, bytes: bytes, tag: index, delay: delay, at: time)
            }
        }

        for flow in 0..<schedule.flows {
            for rank in 0..<schedule.ranks { issue(progress.ready(flow, rank), at: start, &self) }
        }
        while let arrival = nextArrival() {
            let transfer = schedule.transfers[arrival.tag]
            if let payload = payloads.removeValue(forKey: arrival.tag) {
                for (offset, value) in payload.enumerated() {
                    let place = transfer.place + offset
                    let old = result.values[transfer.target][place]
                    result.values[transfer.target][place] = transfer.action == .copy ? value : combine(old, value)
                }
            }
            result.rankDurations[transfer.target] = arrival.time - start
            result.duration = arrival.time - start
            progress.receive(transfer)
            issue(progress.ready(transfer.flow, transfer.target), at: arrival.time, &self)
        }
        if result.duration > 0 {
            let busiest = zip(busyTime, busyBefore).map { $0 - $1 }.max() ?? 0
            result.peakLinkUse = Double(busiest) / Double(result.duration)
        }
        return result
    }
}

extension CollectiveSchedule {
    /// Every transfer is of the first step: all that is sent was there at the start.
    var isExchange: Bool { transfers.allSatisfy { $0.step == 0 && $0.action == .copy } }
}

/// How far each rank has come in each flow.
private struct CollectiveProgress {
    private let ranks: Int
    private let steps: Int
    /// By flow, rank and step: transfers to send, and how many are still to be received.
    private var sends: [[Int]]
    private var missing: [Int]
    /// By flow and rank: the next step to be sent.
    private var next: [Int]

    init(_ schedule: CollectiveSchedule) {
        ranks = schedule.ranks
        steps = (schedule.transfers.map(\.step).max() ?? -1) + 1
        sends = Array(repeating: [], count: schedule.flows * ranks * steps)
        missing = Array(repeating: 0, count: sends.count)
        next = Array(repeating: 0, count: schedule.flows * ranks)
        for (index, transfer) in schedule.transfers.enumerated() {
            sends[place(transfer.flow, transfer.source, transfer.step)].append(index)
            missing[place(transfer.flow, transfer.target, transfer.step)] += 1
        }
    }

    private func place(_ flow: Int, _ rank: Int, _ step: Int) -> Int { (flow * ranks + rank) * steps + step }

    mutating func receive(_ transfer: CollectiveSchedule.Transfer) { missing[place(transfer.flow, transfer.target, transfer.step)] -= 1 }

    /// What a rank may send now and has not sent yet.
    mutating func ready(_ flow: Int, _ rank: Int) -> [Int] {
        var result: [Int] = []
        while next[flow * ranks + rank] < steps {
            let step = next[flow * ranks + rank]
            guard step == 0 || missing[place(flow, rank, step - 1)] == 0 else { break }
            result += sends[place(flow, rank, step)]
            next[flow * ranks + rank] += 1
        }
        return result
    }
}
