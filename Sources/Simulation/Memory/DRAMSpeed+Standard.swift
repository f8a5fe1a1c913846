import Architecture
import MemorySystem

extension Simulation {
    /// What the standard of an off-chip memory leaves of its peak; `nil` where the memory is one of bandwidth and latency.
    ///
    /// A refresh of all banks closes their rows: its own time, and that to open the next row, passes without data. Refreshes of single
    /// banks pass beside accesses of others.
    public static func memorySpeed(of architecture: Architecture) -> DRAMSpeed? {
        for memory in architecture.memories {
            guard case .dram(let dram) = memory.kind, dram.model == .banks, let standard = try? DRAMStandard(named: dram.standard ?? ""),
                let configuration = try? dram.configuration(for: standard)
            else { continue }
            func cycles(_ name: String) -> Int { standard.cycles(name) ?? 0 }
            let opening = cycles("tRP") + cycles("tRCD")
            var availability = 1.0
            if configuration.refresh == .allBank, let interval = standard.cycles("tREFI"), interval > 0 {
                let parts = configuration.refreshGranularity
                let refresh = (parts > 1 ? standard.cycles("tRFC\(parts)") : nil) ?? cycles("tRFC")
                let rate = Double(configuration.refreshRate * parts)
                availability = max(0.1, 1 - rate * Double(refresh + opening) / Double(interval))
            }
            return DRAMSpeed(
                availability: availability,
                deviceLatency: (cycles("tRCD") + standard.readLatency + standard.burstCycles) * standard.clockPeriod)
        }
        return nil
    }
}
