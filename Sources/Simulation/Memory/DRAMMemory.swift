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

/// Which engine, and which of its slots, a request of a machine belongs to, and the operator that it is for.
struct RequestTag {
    var unit: Int
    var slot: Int
    var operatorIndex: Int

    private static let slotBits = 20
    private static let operatorBits = 27

    init(unit: Int, slot: Int, operatorIndex: Int) {
        self.unit = unit
        self.slot = slot
        self.operatorIndex = operatorIndex
    }

    init(_ tag: Int) {
        unit = tag >> (Self.slotBits + Self.operatorBits)
        operatorIndex = tag >> Self.slotBits & (1 << Self.operatorBits - 1)
        slot = tag & (1 << Self.slotBits - 1)
    }

    var value: Int { (unit << Self.operatorBits | operatorIndex) << Self.slotBits | slot }
}
