import Architecture
import Programs

/// The units of one core that work together on an operator, and the memories between them.
struct CoreUnits {
    var core: Int
    /// Off-chip memory that holds what does not stay on chip.
    var dram: MachineInstances.MemoryInstance
    /// Flash that holds weights.
    var weights: MachineInstances.MemoryInstance?
    var arrays: [MachineInstances.UnitInstance]
    var array: SystolicArray?
    var vector: MachineInstances.UnitInstance?
    /// Where arrays read activations and weights and write sums, by instance name.
    var leftMemory: String
    var rightMemory: String
    var sumMemory: String
    /// DMA engines by route.
    var loadLeft: String?
    /// Bytes of the largest request of the engine that loads left operands; 0 without one.
    var leftRequestBytes: Int
    var loadRight: String?
    /// From the flash that holds weights to where arrays read right operands.
    var loadWeights: String?
    var store: String?
    /// Bytes a cycle that off-chip memory delivers to this core when all cores share it.
    var bytesPerCycle: Double
}

extension CoreUnits {
    /// The cores of a machine.
    ///
    /// - Throws: `LoweringError` when a unit or a path that every network needs is missing.
    static func all(of architecture: Architecture, _ instances: MachineInstances) throws(LoweringError) -> [CoreUnits] {
        guard let dram = instances.memories.first(where: { if case .dram = $0.description.kind { true } else { false } }) else {
            throw LoweringError(
                "", "\(architecture.name) has no memory of kind dram to hold the workload's parameters",
                suggestion: "add one under memories:")
        }
        let weights = instances.memories.first { $0.description.holdsWeights }
        var cores: [CoreUnits] = []
        for core in 0..<max(1, architecture.cores) {
            let units = instances.units.filter { ($0.core ?? 0) == core }
            let arrays = units.filter { if case .systolicArray = $0.description.kind { true } else { false } }
            let vector = units.first { if case .vector = $0.description.kind { true } else { false } }
            guard let home = arrays.first ?? vector else {
                throw LoweringError("", "core \(core) of \(architecture.name) has neither a systolic array nor a vector unit")
            }
            // Engines of another kind than the first may have their own memories; the arrays that share the first one's work together.
            let together = arrays.filter { $0.reads == arrays[0].reads && $0.writes == arrays[0].writes && $0.description.name == arrays[0].description.name }
            var description: SystolicArray?
            if case .systolicArray(let array)? = arrays.first?.description.kind { description = array }
            guard let leftMemory = arrays.isEmpty ? Optional(home.writes) : arrays[0].reads.first else {
                throw LoweringError("", "\(home.name) reads no memory", suggestion: "name them under reads:")
            }
            let rightMemory = arrays.isEmpty ? leftMemory : (arrays[0].reads.count > 1 ? arrays[0].reads[1] : leftMemory)
            func route(_ from: String, _ to: String) -> (name: String, request: Int)? {
                for unit in units {
                    if case .dma(let engine) = unit.description.kind, unit.reads.contains(from), unit.writes == to {
                        return (unit.name, engine.request.count)
                    }
                }
                return nil
            }
            let loadLeft = route(dram.name, leftMemory)
            var bandwidth = 1.0
            if case .dram(let memory) = dram.description.kind {
                bandwidth = memory.bandwidth.bytesPerSecond * Double(memory.channels) / architecture.clock.hertz / Double(max(1, architecture.cores))
            }
            cores.append(
                CoreUnits(
                    core: core, dram: dram, weights: weights, arrays: together, array: description, vector: vector, leftMemory: leftMemory,
                    rightMemory: rightMemory, sumMemory: arrays.first?.writes ?? leftMemory, loadLeft: loadLeft?.name,
                    leftRequestBytes: loadLeft?.request ?? 0, loadRight: route(dram.name, rightMemory)?.name,
                    loadWeights: weights.flatMap { route($0.name, rightMemory)?.name },
                    store: route(leftMemory, dram.name)?.name, bytesPerCycle: bandwidth))
        }
        return cores
    }
}
