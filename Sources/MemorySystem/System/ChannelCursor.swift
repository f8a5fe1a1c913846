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
