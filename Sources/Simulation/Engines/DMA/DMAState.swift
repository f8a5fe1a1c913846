import Architecture

/// A DMA engine in the middle of its work: the transfer that it cuts into requests, and the requests in flight.
struct DMAState {
    var engine: DMAEngine
    var period: Int
    var shape = TransferShape()
    /// Position in the transfer: outer repetition, run in it, byte in the run.
    private var outer = 0
    private var run = 0
    private var byte = 0
    private(set) var isActive = false
    private(set) var isWrite = false
    /// When the engine's own data path is free, in femtoseconds.
    var linkFree = 0
    /// Completion times of the last requests, a ring: a slot is free again when its time has come.
    var completions: [Int]
    var slot = 0
    /// The earliest next request: when it may be sent (read), or when its data have crossed the engine (write), so that
    /// the memory sees requests in the order of their arrival.
    var nextIssue = 0
    /// Bytes moved over the DRAM's pins by this transfer.
    private(set) var busBytes = 0
    private(set) var lastCompletion = 0
    /// Transfers whose requests are not all complete, oldest first; only with memories that answer later.
    var transfers: [DMATransfer] = []
    /// The engine's stream waits until no transfer is on its way.
    var isDraining = false
    /// Releases that wait for transfers.
    var deferred: [DeferredRelease] = []
    var transferNumber = 0
    /// Transfer of the request in each slot, and whether it writes and how much it moves.
    var slotTransfer: [Int]
    var slotBytes: [Int]
    /// When the last request was sent.
    var sentAt = 0
    /// Requests in flight, for Little's law, and when the one in each slot was sent.
    var queue: QueueAccount
    var slotSent: [Int]

    init(engine: DMAEngine, period: Int) {
        self.engine = engine
        self.period = period
        completions = Array(repeating: 0, count: max(1, engine.outstanding))
        slotTransfer = Array(repeating: 0, count: completions.count)
        slotBytes = slotTransfer
        slotSent = slotTransfer
        queue = QueueAccount(capacity: engine.outstanding)
    }

    /// Cycles in which the engine's own path moves `bytes`.
    func linkCycles(_ bytes: Int) -> Int { (bytes + engine.width.count - 1) / engine.width.count }

    mutating func begin(_ shape: TransferShape, isWrite: Bool, at time: Int) {
        self.shape = shape
        self.isWrite = isWrite
        outer = 0
        run = 0
        byte = 0
        busBytes = 0
        lastCompletion = time
        isActive = shape.totalBytes > 0
        let free = max(time + engine.startup * period, completions[slot])
        nextIssue = isWrite ? max(free, linkFree) + linkCycles(nextBytes) * period : free
    }

    private var nextAddress: Int { shape.outerAddress(outer) + run * shape.stride + byte }

    /// Bytes of the next request. A run longer than a request is cut at the addresses that requests' size divides, as bursts of AXI
    /// are cut at 4 KiB (ARM IHI 0022, A3.4.1): no request lies across two pages, rows or channels that are aligned to it.
    var nextBytes: Int {
        let limit = engine.request.count
        if shape.runBytes > limit { return min(limit - nextAddress % limit, shape.runBytes - byte) }
        return min(shape.runs - run, max(1, limit / max(1, shape.runBytes))) * shape.runBytes
    }

    /// Sends requests up to the first that is due at `horizon` or later, and at least one.
    mutating func issueAll<Memory: MainMemory>(to memory: inout Memory, requester: Int, before horizon: Int) {
        while isActive {
            issue(to: &memory, requester: requester)
            if nextIssue >= horizon { break }
        }
    }

    /// Sends the next request at `nextIssue` and works out when the one after it may go.
    mutating func issue<Memory: MainMemory>(to memory: inout Memory, requester: Int) {
        let time = nextIssue
        let request = nextRequest(requester)
        let response = memory.submit(request, at: time)
        busBytes += response.busBytes
        if isWrite {
            linkFree = time
        } else {
            let transfer = linkCycles(request.runBytes * request.runs) * period
            linkFree = align(max(max(linkFree, response.firstByte) + transfer, response.lastByte))
        }
        let completion = align(max(linkFree, response.lastByte))
        lastCompletion = max(lastCompletion, completion)
        completions[slot] = completion
        queue.enter(at: time)
        queue.leave(at: completion, arrival: time)
        slot = slot + 1 == completions.count ? 0 : slot + 1
        if isWrite {
            nextIssue = max(time, completions[slot]) + (isActive ? linkCycles(nextBytes) * period : 0)
        } else {
            nextIssue = max(time + period, completions[slot])
        }
    }

    func align(_ time: Int) -> Int { (time + period - 1) / period * period }

    mutating func nextRequest(_ requester: Int) -> MemoryRequest {
        let base = nextAddress
        let limit = engine.request.count
        if shape.runBytes > limit {
            let bytes = nextBytes
            byte += bytes
            if byte == shape.runBytes { byte = 0; advance(runs: 1) }
            return MemoryRequest(address: base, runBytes: bytes, runs: 1, stride: 0, isWrite: isWrite, requester: requester)
        }
        let group = min(shape.runs - run, max(1, limit / shape.runBytes))
        advance(runs: group)
        return MemoryRequest(
            address: base, runBytes: shape.runBytes, runs: group, stride: shape.stride, isWrite: isWrite, requester: requester)
    }

    private mutating func advance(runs count: Int) {
        run += count
        guard run == shape.runs else { return }
        run = 0
        outer += 1
        if outer == shape.outerTotal { isActive = false }
    }

    func writeState(relativeTo time: Int, into state: inout [Int]) {
        state.append(isActive ? 1 : 0)
        state.append(max(0, linkFree - time))
        state.append(max(0, nextIssue - time))
        // Completions ascend from the oldest slot to the newest; slots whose time has come are all alike.
        var newest = slot
        for age in 0..<completions.count {
            newest = newest == 0 ? completions.count - 1 : newest - 1
            guard completions[newest] > time else { break }
            state.append(age)
            state.append(completions[newest] - time)
        }
        state.append(-1)
        guard isActive else { return }
        state.append(isWrite ? 1 : 0)
        state.append(outer)
        state.append(run)
        state.append(byte)
        state.append(busBytes)
        state.append(max(0, lastCompletion - time))
        state.append(shape.runBytes)
        state.append(shape.runs)
        state.append(shape.stride)
        for slot in 0..<4 { state.append(shape.outerCounts[slot]); state.append(shape.outerStrides[slot]) }
    }

    mutating func shift(by delta: Int) {
        linkFree += delta
        nextIssue += delta
        lastCompletion += delta
        queue.shift(by: delta)
        for index in completions.indices { completions[index] += delta }
    }
}
