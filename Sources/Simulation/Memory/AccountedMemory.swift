import Architecture
import MemorySystem

/// A memory with banks that keeps books by operator: requests in, whose tags name the operator that they are for; completions out.
struct AccountedMemory {
    private var memory: DRAMSystem
    private var losses: LossAccount

    /// - Throws: why no such memory can be built.
    init(_ dram: DRAM, capacity: Int, name: String, operators: Int) throws(SimulationError) {
        memory = try DRAMSystem(dram, capacity: capacity, name: name)
        losses = LossAccount(memory, operators: operators)
    }

    var hasWork: Bool { memory.hasWork }
    var peakBandwidth: Double { memory.peakBandwidth }

    mutating func nextCompletion(before horizon: Int) -> Int? { memory.nextCompletion(before: horizon) }

    /// Takes a request; returns bytes that its accesses move.
    mutating func submit(_ request: DRAMRequest, at time: Int) -> Int {
        losses.willSend(RequestTag(request.tag).operatorIndex, at: time, &memory)
        let bytes = memory.submit(request, at: time)
        losses.didSend(accesses: bytes / memory.standard.organization.accessBytes)
        return bytes
    }

    mutating func popCompletion(at time: Int) -> DRAMRequestCompletion? {
        guard let completion = memory.popCompletion(at: time) else { return nil }
        losses.didComplete(RequestTag(completion.tag).operatorIndex, at: time)
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
