/// What was counted for sets of channels that were in one state together: a channel's figures are the sum over the sets that it was in.
struct ChannelAccounts: Sendable {
    struct Account: Sendable {
        var members: ChannelSet
        /// As in ``EventCore``, for each of the channels.
        var tallies: [Int]
        var counts = EventCore.Counts()
        /// How often each edge of the graph was taken.
        var uses: [Int] = []

        mutating func add(_ other: Account, _ histograms: (reads: Int, writes: Int)) {
            for range in other.counts.usedTallies(histograms) { for place in range { tallies[place] &+= other.tallies[place] } }
            counts.add(other.counts)
        }

        mutating func clear(_ histograms: (reads: Int, writes: Int)) {
            for range in counts.usedTallies(histograms) { for place in range { tallies[place] = 0 } }
            counts = EventCore.Counts()
        }
    }

    let channels: Int
    /// Accounts of more than one channel. When there are more, they are shared out.
    private let limit: Int
    private(set) var list: [Account] = []
    private var numbers: [ChannelSet: Int] = [:]
    /// Accounts that were shared out, with nothing in them.
    private var spare: [Account] = []
    private let histograms: (reads: Int, writes: Int)

    /// Every channel has an account of its own, of the same number.
    init(channels: Int, _ core: EventCore) {
        self.channels = channels
        limit = max(64, channels)
        histograms = (core.readHistogram, core.writeHistogram)
        for channel in 0..<channels {
            list.append(Account(members: ChannelSet(channel), tallies: Array(repeating: 0, count: core.tallyCount)))
        }
    }

    /// The account of some channels, new or known; `nil` when there is no room for a new one.
    mutating func number(of members: ChannelSet) -> Int? {
        if members.count == 1 { return members.first }
        if let known = numbers[members] { return known }
        guard list.count < channels + limit else { return nil }
        numbers[members] = list.count
        if var account = spare.popLast() {
            account.members = members
            list.append(account)
        } else {
            list.append(Account(members: members, tallies: Array(repeating: 0, count: list[0].tallies.count)))
        }
        return list.count - 1
    }

    /// An edge of a graph of so many was taken.
    @inline(__always)
    mutating func use(_ edge: Int32, of edges: Int, account: Int) {
        if list[account].uses.count <= Int(edge) {
            list[account].uses.append(contentsOf: repeatElement(0, count: edges - list[account].uses.count))
        }
        list[account].uses[Int(edge)] &+= 1
    }

    /// Takes over what a group's controller has counted.
    mutating func settle(_ core: EventCore, account: Int) {
        core.moveTallies(into: &list[account].tallies)
        list[account].counts.add(core.takeCounts())
    }

    /// Takes over what the taken edges of a graph stand for.
    mutating func settle(_ graph: ReplayGraph) {
        for account in list.indices {
            for edge in list[account].uses.indices where list[account].uses[edge] > 0 {
                let times = list[account].uses[edge]
                list[account].uses[edge] = 0
                for tally in graph.costs[edge].tallies { list[account].tallies[Int(tally.place)] += tally.change * times }
                list[account].counts.addSums(graph.costs[edge].sums, times: times)
                list[account].counts.raiseMaxima(read: graph.costs[edge].readLatencyMaximum, write: graph.costs[edge].writeLatencyMaximum)
            }
            list[account].uses.removeAll(keepingCapacity: true)
        }
    }

    mutating func note(lastCompletion: Int, account: Int) {
        list[account].counts.lastCompletion = max(list[account].counts.lastCompletion, lastCompletion)
    }

    /// Shares all accounts of several channels out among these. Edges have to be settled.
    mutating func shareOut() {
        while list.count > channels {
            var account = list.removeLast()
            account.members.forEach { list[$0].add(account, histograms) }
            account.clear(histograms)
            spare.append(account)
        }
        numbers.removeAll(keepingCapacity: true)
    }

    /// A channel's sum.
    func sum(channel: Int) -> Account {
        var sum = list[channel]
        for account in list[channels...] where account.members.contains(channel) { sum.add(account, histograms) }
        return sum
    }
}
