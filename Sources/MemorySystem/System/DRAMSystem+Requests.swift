/// Requests on their way: what a memory takes, and when the last of a request's accesses is served.
extension DRAMSystem {
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
        own()
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
        for run in shape.runs { serve(shapes.runs[run], base: base, request: number, arrival: cycle) }
        if groups.count > 1, joinsChannels { joinGroups() }
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
}
