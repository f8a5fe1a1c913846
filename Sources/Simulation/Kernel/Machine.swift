import Architecture
import NumberFormats
import Programs

/// A machine assembled from an architecture: units and memories by index, with the figures that timing needs.
struct Machine {
    struct MemoryPart {
        var name: String
        var isDRAM: Bool
        var capacity: Int
        /// Bytes that all banks together deliver to one unit in a cycle; SRAM only.
        var bytesPerCycle: Int
        var banks: Int
        var bankWidth: Int
        var latencyCycles: Int
        /// Units that can use it at the same time; `Int.max` when every connected unit has a port of its own.
        var ports: Int
        /// Addresses that differ by a multiple of this behave alike.
        var alignment: Int
        var peakBytesPerSecond: Double
        var dram: DRAM?
        var flash: Flash? = nil
    }

    struct UnitPart {
        var name: String
        var kind: Engine.Kind
        /// Clock period in femtoseconds.
        var period: Int
        /// Whether it reads or writes each memory, by memory index.
        var isConnected: [Bool]
        /// Bytes a cycle that the unit gets from (or puts into) each memory, by memory index: port and link together.
        var memoryWidth: [Int]
        /// Cycles that links to each memory add.
        var memoryLatency: [Int]
    }

    var architecture: Architecture
    var memories: [MemoryPart] = []
    var units: [UnitPart] = []
    var memoryIndex: [String: Int] = [:]
    var unitIndex: [String: Int] = [:]
    /// Period of the architecture's own clock in femtoseconds.
    var period: Int

    init(_ architecture: Architecture) {
        self.architecture = architecture
        period = architecture.clock.period.femtoseconds
        let instances = MachineInstances(of: architecture)
        for instance in instances.memories {
            memoryIndex[instance.name] = memories.count
            let connected = instances.units.filter { $0.reads.contains(instance.name) || $0.writes == instance.name }.count
            switch instance.description.kind {
            case .dram(let dram):
                memories.append(
                    MemoryPart(
                        name: instance.name, isDRAM: true, capacity: instance.description.capacity.count, bytesPerCycle: Int.max,
                        banks: 1, bankWidth: 1, latencyCycles: 0, ports: Int.max,
                        alignment: max(1, dram.accessGranularity.count),
                        peakBytesPerSecond: dram.bandwidth.bytesPerSecond * Double(dram.channels), dram: dram))
            case .flash(let flash):
                memories.append(
                    MemoryPart(
                        name: instance.name, isDRAM: true, capacity: instance.description.capacity.count, bytesPerCycle: Int.max,
                        banks: 1, bankWidth: 1, latencyCycles: 0, ports: Int.max, alignment: max(1, flash.page.count),
                        peakBytesPerSecond: flash.bus.bytesPerSecond * Double(flash.channels), dram: nil, flash: flash))
            case .sram(let sram):
                memories.append(
                    MemoryPart(
                        name: instance.name, isDRAM: false, capacity: instance.description.capacity.count,
                        bytesPerCycle: sram.banks * sram.width.count, banks: sram.banks, bankWidth: sram.width.count,
                        latencyCycles: sram.latency, ports: sram.ports >= connected ? Int.max : sram.ports,
                        alignment: 1, peakBytesPerSecond: 0, dram: nil))
            }
        }
        for instance in instances.units {
            unitIndex[instance.name] = units.count
            units.append(
                UnitPart(
                    name: instance.name, kind: instance.description.kind, period: instance.periodFemtoseconds,
                    isConnected: memories.map { instance.reads.contains($0.name) || instance.writes == $0.name },
                    memoryWidth: memories.map { memory in
                        min(memory.bytesPerCycle, instances.linkWidth(between: memory.name, and: instance.name) ?? Int.max)
                    },
                    memoryLatency: memories.map { memory in
                        instances.linkLatency(between: memory.name, and: instance.name) + memory.latencyCycles
                    }))
        }
    }

    /// Multiply-accumulates that all arrays together can start in one cycle of the machine's clock.
    var peakMacsPerCycle: Int {
        units.reduce(0) { sum, unit in
            guard case .systolicArray(let array) = unit.kind else { return sum }
            return sum + array.rows * array.columns
        }
    }
}
