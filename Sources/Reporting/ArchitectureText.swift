import Architecture

/// Short descriptions of machines and workloads in words.
enum ArchitectureText {
    /// One line: cores, clock and every engine that computes.
    static func line(_ architecture: Architecture) -> String {
        var parts = [architecture.name]
        parts.append(architecture.cores == 1 ? "1 core" : "\(architecture.cores) cores")
        parts.append(QuantityText.frequency(hertz: architecture.clock.hertz))
        for engine in architecture.engines {
            guard let what = computing(engine) else { continue }
            parts.append("\(engine.name) \(what)")
        }
        return parts.joined(separator: ", ")
    }

    static func line(_ workload: WorkloadFacts, macs: Int) -> String {
        [
            workload.name, workload.origin, "\(QuantityText.integer(workload.operatorCount)) operators",
            "\(QuantityText.count(workload.parameterCount)) parameters", "\(QuantityText.count(macs)) MACs",
        ].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// A fused operator's type for narrow tables: without the conversions between number formats, unless it is nothing else.
    static func arithmetic(ofType type: String) -> String {
        let parts = type.split(separator: "+")
        let kept = parts.filter { $0 != "QuantizeLinear" && $0 != "DequantizeLinear" && $0 != "Cast" }
        return kept.isEmpty ? type : kept.joined(separator: "+")
    }

    /// What the engine is, unless it only moves data.
    private static func computing(_ engine: Engine) -> String? {
        let times = engine.count > 1 ? "\(engine.count) × " : ""
        switch engine.kind {
        case .systolicArray(let array): return "\(times)\(array.rows)×\(array.columns)"
        case .vector(let vector): return "\(times)\(QuantityText.integer(vector.lanes)) lanes"
        case .dma: return nil
        }
    }

    /// The lines under an engine's name in the block diagram.
    static func lines(_ engine: Engine) -> [String] {
        switch engine.kind {
        case .systolicArray(let array):
            [
                "systolic array \(array.rows) × \(array.columns)", array.dataflow.rawValue,
                "\(array.input.rawValue) × \(array.weight.rawValue) → \(array.accumulator.rawValue)",
            ]
        case .vector(let vector):
            ["vector unit, \(QuantityText.integer(vector.lanes)) lanes", "\(vector.chain) operations a pass"]
        case .dma(let dma):
            [
                "DMA engine, \(QuantityText.bytes(dma.width.count))/cycle",
                "\(dma.outstanding) requests of \(QuantityText.bytes(dma.request.count))",
            ]
        }
    }

    /// The lines under a memory's name in the block diagram.
    static func lines(_ memory: Memory) -> [String] {
        switch memory.kind {
        case .dram(let dram):
            [
                [dram.standard ?? "DRAM", QuantityText.bytes(memory.capacity.count)].joined(separator: ", "),
                "\(dram.channels) × \(QuantityText.bandwidth(bytesPerSecond: dram.bandwidth.bytesPerSecond))",
            ]
        case .flash(let flash):
            [
                "flash, \(QuantityText.bytes(memory.capacity.count))",
                "\(flash.channels) × \(QuantityText.bandwidth(bytesPerSecond: flash.bus.bytesPerSecond))",
            ]
        case .sram(let sram):
            [
                "SRAM, \(QuantityText.bytes(memory.capacity.count))",
                "\(sram.banks) \(sram.banks == 1 ? "bank" : "banks") × \(QuantityText.bytes(sram.width.count))",
                "\(sram.ports) \(sram.ports == 1 ? "port" : "ports")",
            ]
        }
    }
}
