import Architecture
import Mapping
import Programs

extension Lowerer {
    /// The speed of a core's units, as a mapper sees it.
    func timing(of operands: [EpilogueOperand], function: Int, on core: CoreUnits, array: SystolicArray) -> ProductTiming? {
        guard case .dram(let dram) = core.dram.description.kind, let arrayUnit = core.arrays.first, let vector = core.vector,
            case .vector(let vectorUnit) = vector.description.kind
        else { return nil }
        let clock = Double(architecture.clock.period.femtoseconds)
        func width(_ memory: String, _ unit: MachineInstances.UnitInstance) -> Int {
            guard case .sram(let sram)? = instances.memory(named: memory)?.description.kind else { return Int.max }
            return min(sram.banks * sram.width.count, instances.linkWidth(between: memory, and: unit.name) ?? Int.max)
        }
        func latency(_ memory: String, _ unit: MachineInstances.UnitInstance) -> Int {
            var cycles = instances.linkLatency(between: memory, and: unit.name)
            if case .sram(let sram)? = instances.memory(named: memory)?.description.kind { cycles += sram.latency }
            return cycles
        }
        func transfer(_ name: String?, _ memory: String) -> ProductTiming.Transfer? {
            guard let name, let unit = instances.unit(named: name), let engine = engine(name) else { return nil }
            let period = Double(unit.periodFemtoseconds) / clock
            return ProductTiming.Transfer(
                engine: name, width: engine.width.count, request: engine.request.count, outstanding: engine.outstanding, startup: engine.startup,
                period: period, latency: Double(latency(memory, unit)) * period)
        }
        let inFlash = core.weights != nil
        var timing = ProductTiming(
            left: transfer(core.loadLeft, core.leftMemory), right: transfer(inFlash ? core.loadWeights : core.loadRight, core.rightMemory),
            store: transfer(core.store, core.leftMemory),
            memoryBytesPerCycle: dram.bandwidth.bytesPerSecond * Double(dram.channels) * clock * 1e-15,
            memoryLatency: Double(dram.latency.femtoseconds + (dram.model == .banks ? memorySpeed?.deviceLatency ?? 0 : 0)) / clock)
        if dram.model == .banks, let memorySpeed { timing.memoryAvailability = memorySpeed.availability }
        timing.leftWidth = width(core.leftMemory, arrayUnit)
        timing.rightWidth = width(core.rightMemory, arrayUnit)
        timing.sumWidth = width(core.sumMemory, arrayUnit)
        timing.arrayLatency = max(latency(core.leftMemory, arrayUnit), latency(core.rightMemory, arrayUnit)) + latency(core.sumMemory, arrayUnit)
        timing.arrayPeriod = Double(arrayUnit.periodFemtoseconds) / clock
        timing.shiftsResults = array.drain == .shift
        timing.lanes = max(1, vectorUnit.lanes)
        timing.vectorPeriod = Double(vector.periodFemtoseconds) / clock
        timing.vectorSumWidth = width(core.sumMemory, vector)
        timing.vectorWidth = width(core.leftMemory, vector)
        timing.vectorMemoryLatency = max(latency(core.leftMemory, vector), latency(core.sumMemory, vector))
        (timing.vectorIntervals, timing.vectorLatency) = price(builder.functions[function].steps, on: vectorUnit)
        for operand in operands where operand.isWhole { timing.wholeBytes += operand.location.element.bytes(for: operand.location.count) }
        if dram.model == .banks { timing.caveats.append(memorySpeed == nil ? "the memory's banks, rows and refresh" : "the memory's banks and rows") }
        if !architecture.caches.isEmpty { timing.caveats.append("the cache before the memory") }
        if !architecture.networks.isEmpty { timing.caveats.append("the network to the memory") }
        if inFlash { timing.caveats.append("the flash that holds weights") }
        if cores.count > 1 { timing.caveats.append("the other cores that use the memory") }
        return timing
    }

    /// Cycles of a vector unit for each vector, and until the last result: passes of chained operations, each as slow as its slowest.
    func price(_ steps: [Program.Function.Step], on unit: VectorUnit) -> (intervals: Int, latency: Int) {
        var (intervals, latency, inPass, slowest) = (0, 0, 0, 0)
        for step in steps {
            guard let operation = VectorUnit.Operation(rawValue: step.operation) else { continue }
            let cost = unit.costs[operation] ?? VectorUnit.Cost(interval: 1, latency: 1)
            if step.repeats == 0 { latency += cost.latency }
            for _ in 0..<step.repeats {
                if inPass == max(1, unit.chain) {
                    intervals += slowest
                    (inPass, slowest) = (0, 0)
                }
                inPass += 1
                slowest = max(slowest, cost.interval)
                latency += cost.latency
            }
        }
        return (intervals + slowest, latency)
    }
}
