import MemorySystem

/// What a memory with banks lost, all channels together, while it worked for one operator. In cycles of the command clock.
public struct DRAMLosses: Sendable, Equatable {
    /// Cycles in which accesses waited, or a refresh was due, and no command could issue: by rule, in the order of ``DRAMRecord/lossRules``.
    public var stalls: [Int]
    /// Cycles without data on the data bus.
    public var unusedCycles: Int
    /// Those of them by which channels were used less than the one that was used most.
    public var unevenCycles: Int

    public init(stalls: [Int], unusedCycles: Int, unevenCycles: Int) {
        self.stalls = stalls
        self.unusedCycles = unusedCycles
        self.unevenCycles = unevenCycles
    }
}

/// Divides what a memory loses among the operators on whose behalf it is asked.
///
/// The run is cut into windows. What the channels' counters say of a window is divided among its operators in the proportion of their
/// requests in flight, each for the time from its submission to its completion within the window. A new window begins when
/// an operator asks that has no part in the one before, though not before so many accesses (``shortest``): operators smaller than that share a window
/// with their neighbours. Counters are read once a window, for that takes time; no window depends on whether states are replayed.
/// All operators' losses and those of windows without a request add up to the memory's, exactly.
package struct LossAccount {

    private struct Share {
        /// Requests in flight, since when there are so many, and requests times cycles of the window before that.
        var inFlight = 0
        var since = 0
        var weight = 0
        var isMember = false
    }

    /// Accesses that a window holds at the least.
    private let shortest: Int
    private let rules: Int
    private let channels: Int
    /// Data buses of a channel.
    private let buses: Int
    private let period: Int
    private var shares: [Share]
    /// Operators of the window.
    private var members: [Int] = []
    private var accesses = 0
    /// By operator, then of no operator: stalls by rule, unused, uneven cycles.
    private var losses: [Int]
    private var counters: [Int] = []
    private var before: [Int]

    package init(_ memory: DRAMSystem, operators: Int, shortest: Int = 4096) {
        self.shortest = shortest
        rules = memory.stallNames.count
        channels = memory.channels
        buses = memory.standard.organization.pseudoChannels
        period = memory.standard.clockPeriod
        shares = Array(repeating: Share(), count: operators)
        losses = Array(repeating: 0, count: (operators + 1) * (rules + 2))
        before = Array(repeating: 0, count: rules + 2 * channels)
    }

    /// A request of an operator is about to be sent; this may begin a new window.
    @inline(__always)
    package mutating func willSend(_ operatorIndex: Int, at time: Int, _ memory: inout DRAMSystem) {
        if !shares[operatorIndex].isMember {
            if accesses >= shortest { close(at: time, &memory) }
            shares[operatorIndex].isMember = true
            members.append(operatorIndex)
        }
        change(operatorIndex, by: 1, at: time)
    }

    @inline(__always)
    package mutating func didSend(accesses count: Int) { accesses &+= count }

    @inline(__always)
    package mutating func didComplete(_ operatorIndex: Int, at time: Int) { change(operatorIndex, by: -1, at: time) }

    @inline(__always)
    private mutating func change(_ operatorIndex: Int, by count: Int, at time: Int) {
        let cycle = time / period
        if cycle > shares[operatorIndex].since {
            shares[operatorIndex].weight &+= shares[operatorIndex].inFlight &* (cycle &- shares[operatorIndex].since)
            shares[operatorIndex].since = cycle
        }
        shares[operatorIndex].inFlight &+= count
    }

    /// Ends the window. Those with requests in flight are members of the next one.
    package mutating func close(at time: Int, _ memory: inout DRAMSystem) {
        memory.advance(to: time / period)
        memory.lossCounters(into: &counters)
        var unused = 0
        var most = 0
        for channel in 0..<channels {
            let busy = counters[rules + channel] - before[rules + channel]
            most = max(most, busy)
            unused += (counters[rules + channels + channel] - before[rules + channels + channel]) * buses - busy
        }
        var uneven = 0
        for channel in 0..<channels { uneven += most - (counters[rules + channel] - before[rules + channel]) }
        for member in members { change(member, by: 0, at: time) }
        let weights = members.map { shares[$0].weight }
        for rule in 0..<rules { book(rule, counters[rule] - before[rule], weights) }
        book(rules, max(0, unused) / buses, weights)
        book(rules + 1, min(uneven, max(0, unused)) / buses, weights)
        swap(&before, &counters)
        for member in members {
            shares[member].weight = 0
            shares[member].isMember = shares[member].inFlight > 0
        }
        members.removeAll { !shares[$0].isMember }
        accesses = 0
    }

    private mutating func book(_ place: Int, _ count: Int, _ weights: [Int]) {
        guard count > 0 else { return }
        let width = rules + 2
        guard weights.contains(where: { $0 > 0 }) else {
            losses[shares.count * width + place] += count
            return
        }
        for (member, part) in zip(members, count.divided(by: weights)) { losses[member * width + place] += part }
    }

    /// By operator, and then what is none's.
    package var result: [DRAMLosses] {
        (0...shares.count).map { index in
            let first = index * (rules + 2)
            return DRAMLosses(
                stalls: Array(losses[first..<(first + rules)]), unusedCycles: losses[first + rules], unevenCycles: losses[first + rules + 1])
        }
    }
}
