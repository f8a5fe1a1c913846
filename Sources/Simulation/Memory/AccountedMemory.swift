import Architecture
import MemorySystem

/// A memory with banks that keeps books by operator: requests in with the operator that they are for, completions out.
struct AccountedMemory {
    private var memory: DRAMSystem
    private var losses: LossAccount
    /// What a request in flight carries, by the number that it has in the memory.
    private var tags: [(tag: Int, operatorIndex: Int)] = []
    private var free: [Int] = []

    /// - Throws: why no such memory can be built.
    init(_ dram: DRAM, capacity: Int, name: String, operators: Int) throws(SimulationError) {
        memory = try DRAMSystem(dram, capacity: capacity, name: name)
        losses = LossAccount(memory, operators: operators)
    }

    var hasWork: Bool { memory.hasWork }
    var peakBandwidth: Double { memory.peakBandwidth }

    mutating func nextCompletion(before horizon: Int) -> Int? { memory.nextCompletion(before: horizon) }

    /// Takes a request; returns bytes that its accesses move.
    mutating func submit(_ request: DRAMRequest, for operatorIndex: Int, at time: Int) -> Int {
        losses.willSend(operatorIndex, at: time, &memory)
        var request = request
        let tag = request.tag
        if let number = free.popLast() {
            request.tag = number
            tags[number] = (tag: tag, operatorIndex: operatorIndex)
        } else {
            request.tag = tags.count
            tags.append((tag: tag, operatorIndex: operatorIndex))
        }
        let bytes = memory.submit(request, at: time)
        losses.didSend(accesses: bytes / memory.standard.organization.accessBytes)
        return bytes
    }

    mutating func popCompletion(at time: Int) -> DRAMRequestCompletion? {
        guard var completion = memory.popCompletion(at: time) else { return nil }
        let number = completion.tag
        losses.didComplete(tags[number].operatorIndex, at: time)
        completion.tag = tags[number].tag
        free.append(number)
        return completion
    }

    /// The books of all channels at the end of a run.
    mutating func record(until time: Int) -> DRAMRecord {
        var record = memory.record(until: time)
        losses.close(at: time, &memory)
        record.lossRules = memory.stallNames
        record.losses = losses.result
        return record
    }
}
