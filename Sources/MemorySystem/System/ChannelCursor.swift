/// Where a channel is in the accesses of one request that belong to it.
struct ChannelCursor: Sendable {
    let slot: Int
    let isWrite: Bool
    let requester: Int
    /// Cycle before which nothing is offered.
    var arrival: Int
    private let channel: Int
    private let request: DRAMRequest
    private var run = -1
    private var streams: [ChannelStream] = []
    private var stream = 0
    private var position = 0
    /// For mappings with exclusive ors: the next access of the run, and the end.
    private var next = 0
    private var end = 0
    /// Address of the access to offer, or -1 when all are.
    private(set) var address = -1

    init(_ request: DRAMRequest, slot: Int, channel: Int, arrival: Int, split: ChannelSplit) {
        self.request = request
        self.slot = slot
        self.channel = channel
        self.arrival = arrival
        isWrite = request.isWrite
        requester = request.requester
        advance(split)
    }

    /// Goes to the channel's next access.
    mutating func advance(_ split: ChannelSplit) {
        while true {
            if stream < streams.count {
                if position < streams[stream].count {
                    address = streams[stream].address(of: position)
                    position += 1
                    return
                }
                stream += 1
                position = 0
                continue
            }
            let bytes = split.mapping.organization.accessBytes
            while next < end {
                let candidate = next * bytes
                next += 1
                if Int(split.mapping.locate(candidate).channel) == channel {
                    address = candidate
                    return
                }
            }
            run += 1
            guard run < request.runs else {
                address = -1
                return
            }
            let begin = request.address + run * request.stride
            let accesses = begin / bytes..<(begin + request.runBytes - 1) / bytes + 1
            if split.isArithmetic {
                streams = split.streams(first: accesses.lowerBound, end: accesses.upperBound, channel: channel, isWrite: isWrite)
                stream = 0
                position = 0
            } else {
                next = accesses.lowerBound
                end = accesses.upperBound
            }
        }
    }

    /// What shapes the future, for comparison.
    func writeState(relativeTo cycle: Int, into words: inout [Int]) {
        words += [slot, requester, isWrite ? 1 : 0, max(0, arrival - cycle), address, run, request.runs, request.address, request.stride, request.runBytes]
    }
}

/// The requests of one requester on their way into one channel, in order.
struct LaneQueue: Sendable {
    let requester: Int
    private(set) var cursors: [ChannelCursor] = []
    /// Of the access to offer next: its address (-1 for none), cycle, direction and request.
    private(set) var address = -1
    private(set) var arrival = 0
    private(set) var isWrite = false
    private(set) var slot = 0

    init(requester: Int) { self.requester = requester }

    mutating func append(_ cursor: ChannelCursor) {
        cursors.append(cursor)
        if cursors.count == 1 { noteHead() }
    }

    /// The offered access was taken. Returns true when it was its request's last in this channel.
    mutating func advance(_ split: ChannelSplit) -> Bool {
        cursors[0].advance(split)
        address = cursors[0].address
        guard address < 0 else { return false }
        cursors.removeFirst()
        noteHead()
        return true
    }

    mutating func shift(by cycles: Int) {
        for index in cursors.indices { cursors[index].arrival += cycles }
        noteHead()
    }

    private mutating func noteHead() {
        guard let head = cursors.first else {
            address = -1
            return
        }
        address = head.address
        arrival = head.arrival
        isWrite = head.isWrite
        slot = head.slot
    }
}
