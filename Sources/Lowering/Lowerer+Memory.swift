import Architecture
import Mapping
import Programs

/// Room on chip: what tiles take of the memories, and what is left for results.
extension Lowerer {
    mutating func makeZones() {
        for core in cores {
            for memory in Set([core.leftMemory, core.rightMemory, core.sumMemory]).sorted() where zones[memory] == nil {
                guard let instance = instances.memory(named: memory) else { continue }
                let capacity = instance.description.capacity.count / 64 * 64
                // What stays on chip from operator to operator shares the activations' memory with the tiles.
                let keeps = memory == core.leftMemory && cores.count == 1
                if keeps, buffers == .shared {
                    zones[memory] = BufferZone(memory: memory, base: 0, size: capacity, sharers: 1)
                    residents = ResidentZone(memory: memory, base: 0, size: capacity)
                    continue
                }
                let buffers = keeps ? (capacity < 1 << 20 ? capacity / 2 : capacity / 4) / 64 * 64 : capacity
                zones[memory] = BufferZone(
                    memory: memory, base: capacity - buffers, size: buffers, sharers: instance.description.scope == .shared ? cores.count : 1)
                if keeps { residents = ResidentZone(memory: memory, base: 0, size: capacity - buffers) }
            }
        }
    }

    /// Buffers begin above what stays, where they share a memory.
    mutating func shareRoom() {
        guard buffers == .shared, let residents else { return }
        zones[residents.memory]?.begin(at: residents.top)
    }

    /// Announces what the current operator will take.
    mutating func reserve(_ memory: String, _ bytes: Int) { zones[memory]?.reserve(bytes, for: builder.current) }

    /// Takes buffers for the current operator.
    mutating func buffer(_ memory: String, _ bytes: Int) throws(LoweringError) -> Range<Int> {
        guard let range = zones[memory]?.allocate(bytes, for: builder.current) else {
            throw LoweringError(
                builder.operators.last?.name ?? "", "its tiles need \(bytes) bytes of \(memory), which has \(zones[memory]?.limit ?? 0) for tiles",
                suggestion: "give \(memory) more capacity")
        }
        return range
    }

    /// Equal memories of cores that share an operator give out buffers from the same place on, so that what the cores do alike looks alike.
    mutating func alignCores() {
        guard active.count > 1 else { return }
        for memory in [cores[0].leftMemory, cores[0].rightMemory, cores[0].sumMemory] where memory.hasPrefix("core0.") {
            let names = active.map { "core\($0.core)." + memory.dropFirst("core0.".count) }
            let cursor = names.compactMap { zones[$0]?.cursor }.max() ?? 0
            for name in names { zones[name]?.cursor = cursor }
        }
    }

    /// Refuses a workload that memories off chip cannot hold.
    func checkCapacity() throws(LoweringError) {
        if let flash = cores[0].weights, flashTensors.end > flash.description.capacity.count {
            throw LoweringError(
                "", "the workload has \(flashTensors.end) bytes of weights, but \(flash.name) holds \(flash.description.capacity.count)",
                suggestion: "use a smaller model, or --set memories.\(flash.name).capacity=…")
        }
        let capacity = cores[0].dram.description.capacity.count
        let needed = max(offChipTensors.end, offChipZone.peak)
        guard needed <= capacity else {
            throw LoweringError(
                "", "the workload needs \(needed) bytes off chip, but \(cores[0].dram.name) holds \(capacity)",
                suggestion: "use a smaller model, batch or context, or --set memories.\(cores[0].dram.name).capacity=…")
        }
    }
}
