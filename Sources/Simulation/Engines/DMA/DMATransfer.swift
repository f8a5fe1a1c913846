import MemorySystem

/// A command of a DMA engine whose requests are on their way.
struct DMATransfer {
    var number: Int
    var command: Int
    var operatorIndex: Int
    var issuedAt: Int
    /// Time that the engine's own path needs, in femtoseconds.
    var work: Int
    /// Time that the on-chip end adds.
    var latency: Int
    var isWrite: Bool
    /// Requests without an answer.
    var open = 0
    var isSent = false
    var lastCompletion: Int

    var isDone: Bool { isSent && open == 0 }
}

/// Requests to memories that answer later, out of order.
extension DMAState {
    /// A time that is not known yet.
    static let unknown = Int.max

    /// Begins a transfer; `shape` was set by `begin`.
    mutating func enqueue(command: Int, operatorIndex: Int, work: Int, latency: Int, at time: Int) {
        transferNumber += 1
        transfers.append(
            DMATransfer(
                number: transferNumber, command: command, operatorIndex: operatorIndex, issuedAt: time, work: work, latency: latency,
                isWrite: isWrite, lastCompletion: time))
    }

    /// Number of the youngest transfer.
    var latestTransfer: Int { transferNumber }

    /// Sends the next request at `nextIssue`; the answer comes by `complete`. Returns bytes that move over the memory's pins.
    mutating func send<Memory: RequestTaker>(to memory: inout Memory, requester: Int) -> Int {
        let time = nextIssue
        let request = nextRequest(requester)
        let bus = memory.submit(
            DRAMRequest(
                address: request.address, runBytes: request.runBytes, runs: request.runs, stride: request.stride, isWrite: request.isWrite,
                tag: RequestTag(unit: requester, slot: slot, operatorIndex: transfers[transfers.count - 1].operatorIndex).value),
            at: time)
        completions[slot] = Self.unknown
        slotTransfer[slot] = transferNumber
        slotSent[slot] = time
        queue.enter(at: time)
        slotBytes[slot] = request.runBytes * request.runs
        transfers[transfers.count - 1].open += 1
        if !isActive { transfers[transfers.count - 1].isSent = true }
        if isWrite { linkFree = time }
        sentAt = time
        slot = slot + 1 == completions.count ? 0 : slot + 1
        findNextIssue()
        return bus
    }

    /// The next request goes when its slot is free: unknown while that slot's request is on its way.
    private mutating func findNextIssue() {
        guard completions[slot] != Self.unknown else { nextIssue = Self.unknown; return }
        if isWrite {
            nextIssue = max(sentAt, completions[slot]) + (isActive ? linkCycles(nextBytes) * period : 0)
        } else {
            nextIssue = max(sentAt + period, completions[slot])
        }
    }

    /// The answer to the request in a slot: its first data came at `first`, its last at `last`. Returns true when the engine waited for it.
    mutating func complete(slot answered: Int, first: Int, last: Int) -> Bool {
        guard let index = transfers.firstIndex(where: { $0.number == slotTransfer[answered] }) else { return false }
        if transfers[index].isWrite {
            completions[answered] = align(last)
        } else {
            linkFree = align(max(max(linkFree, first) + linkCycles(slotBytes[answered]) * period, last))
            completions[answered] = linkFree
        }
        queue.leave(at: completions[answered], arrival: slotSent[answered])
        transfers[index].open -= 1
        transfers[index].lastCompletion = max(transfers[index].lastCompletion, completions[answered])
        guard nextIssue == Self.unknown, answered == slot else { return false }
        findNextIssue()
        return true
    }

    mutating func popDone() -> DMATransfer? { transfers.first?.isDone == true ? transfers.removeFirst() : nil }
}
