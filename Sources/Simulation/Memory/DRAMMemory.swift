import Architecture
import MemorySystem

/// Off-chip memory as channels with banks and rows, as the architecture describes it.
extension DRAMSystem {
    /// - Throws: why no such memory can be built.
    init(_ dram: DRAM, capacity: Int, name: String) throws(SimulationError) {
        do {
            let standard = try DRAMStandard(named: dram.standard ?? "")
            let configuration = try dram.configuration(for: standard)
            try self.init(
                standard: standard, channels: dram.channels, mapping: dram.mapping ?? AddressMapping.defaultScheme,
                configuration: configuration, latency: dram.latency.femtoseconds,
                ordersWritesAfterReads: configuration.ordersWritesAfterReads)
        } catch {
            throw .unsupported("memory \(name): \(error)")
        }
        guard self.capacity >= capacity else {
            throw .unsupported(
                "memory \(name) is to hold \(capacity) bytes, but \(dram.channels) channels of \(standard.name) hold \(self.capacity); give it more channels or less capacity")
        }
    }
}

/// Which engine, and which of its slots, a request of a machine belongs to.
struct RequestTag {
    var unit: Int
    var slot: Int

    init(unit: Int, slot: Int) {
        self.unit = unit
        self.slot = slot
    }

    init(_ tag: Int) {
        unit = tag >> 32
        slot = tag & 0xFFFF_FFFF
    }

    var value: Int { unit << 32 | slot }
}
