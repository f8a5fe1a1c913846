import Quantities

/// What an architecture file contains, as text for a terminal: units with their peak throughput, memories with their
/// bandwidth, links, and every parameter with its source.
public struct ArchitectureDescription: Sendable {
    private let architecture: Architecture

    public init(_ architecture: Architecture) { self.architecture = architecture }

    /// Multiply-accumulates that all arrays together start in one cycle of their own clock.
    public var peakMACsPerCycle: Int { arrays.reduce(0) { $0 + units($1.engine) * $1.array.rows * $1.array.columns } }

    /// Operations (two for each multiply-accumulate) that all arrays together start in a second.
    public var peakOperationsPerSecond: Double {
        arrays.reduce(0) {
            $0 + 2 * Double(units($1.engine) * $1.array.rows * $1.array.columns) * ($1.engine.clock ?? architecture.clock).hertz
        }
    }

    /// The whole description, lines of at most about 120 characters except for long sources.
    public var text: String {
        ([summary] + [engineTable, memoryTable, linkTable, runnable, parameterTable].filter { !$0.isEmpty }).joined()
    }

    /// Name, clock, technology and peak.
    public var summary: String {
        var rows = [["name", architecture.name]]
        if !architecture.source.isEmpty { rows.append(["source", architecture.source]) }
        var technology: [String] = []
        if let node = architecture.technology.nodeNanometres { technology.append("\(Length(nanometres: node))") }
        if let voltage = architecture.technology.voltage { technology.append("\(Voltage(volts: voltage))") }
        if !technology.isEmpty { rows.append(["technology", technology.joined(separator: ", ")]) }
        rows.append(["clock", "\(architecture.clock)"])
        rows.append(["cores", "\(architecture.cores)"])
        rows.append(["peak", "\(grouped(peakMACsPerCycle)) MACs/cycle, \(operationRate)"])
        return table(rows)
    }

    private var operationRate: String {
        let rate = peakOperationsPerSecond
        return rate < 1e12 ? "\(decimals(rate / 1e9, 2)) GOPS" : "\(decimals(rate / 1e12, 2)) TOPS"
    }

    private var engineTable: String {
        var rows = [["ENGINE", "UNITS", "KIND", "SIZE", "READS", "WRITES"]]
        for engine in architecture.engines {
            let kind: String
            var size: String
            switch engine.kind {
            case .systolicArray(let array):
                kind = "systolic-array"
                size = "\(array.rows) × \(array.columns) \(array.dataflow.rawValue), \(array.input.rawValue)"
                size += array.weight == array.input ? "" : " × \(array.weight.rawValue)"
                size += " → \(array.accumulator.rawValue), preload \(array.preload.rawValue)"
            case .vector(let vector):
                kind = "vector"
                size = "\(vector.lanes) lanes, \(vector.chain) operation\(vector.chain == 1 ? "" : "s") a pass"
            case .dma(let dma):
                kind = "dma"
                size = "\(dma.width) a cycle, \(dma.outstanding) requests of \(dma.request)"
            }
            if let clock = engine.clock { size += ", \(clock)" }
            rows.append([engine.name, instances(units(engine), engine.scope), kind, size, engine.reads.joined(separator: ", "), engine.writes])
        }
        return "\n" + table(rows)
    }

    private var memoryTable: String {
        var rows = [["MEMORY", "COPIES", "KIND", "CAPACITY", "BANDWIDTH", "ORGANISATION"]]
        for memory in architecture.memories {
            let copies = instances(memory.scope == .core ? architecture.cores : 1, memory.scope)
            switch memory.kind {
            case .dram(let dram):
                let total = Bandwidth(bytesPerSecond: dram.bandwidth.bytesPerSecond * Double(dram.channels))
                let standard = dram.standard.map { "\($0), " } ?? ""
                rows.append([
                    memory.name, copies, "dram", "\(memory.capacity)", "\(total)",
                    "\(standard)\(dram.channels) × \(dram.bandwidth), latency \(dram.latency), accesses of \(dram.accessGranularity)",
                ])
            case .flash(let flash):
                rows.append([
                    memory.name, copies, "flash", "\(memory.capacity)", "\(Bandwidth(bytesPerSecond: flash.bus.bytesPerSecond * Double(flash.channels)))",
                    "\(flash.channels) × \(flash.bus), \(flash.dies) dies × \(flash.planes) planes each, pages of \(flash.page), \(flash.cells.rawValue)"
                        + (flash.holds == .weights ? ", holds weights" : ""),
                ])
            case .sram(let sram):
                let line = Bytes(sram.banks * sram.width.count)
                rows.append([
                    memory.name, copies, "sram", "\(memory.capacity)", "\(line)/cycle, \(decimals(Double(line.count) * architecture.clock.hertz / 1e9, 1)) GB/s",
                    "\(sram.banks) × \(sram.width), \(sram.ports) port\(sram.ports == 1 ? "" : "s"), latency \(sram.latency)",
                ])
            }
        }
        return "\n" + table(rows)
    }

    private var linkTable: String {
        guard !architecture.links.isEmpty else { return partTables }
        var rows = [["LINK", "WIDTH", "LATENCY"]]
        rows += architecture.links.map { ["\($0.from) → \($0.to)", "\($0.width)/cycle", "\($0.latency)"] }
        return "\n" + table(rows) + partTables
    }

    /// What stands between DMA engines and off-chip memories.
    private var partTables: String {
        var text = ""
        if !architecture.caches.isEmpty {
            var rows = [["CACHE", "OF", "CAPACITY", "ORGANISATION"]]
            rows += architecture.caches.map {
                [
                    $0.name, $0.of, "\($0.capacity)",
                    "\($0.sets) sets × \($0.ways) ways × \($0.line), \($0.replacement.rawValue), \($0.missRegisters) MSHRs, latency \($0.latency)",
                ]
            }
            text += "\n" + table(rows)
        }
        if !architecture.networks.isEmpty {
            var rows = [["NETWORK", "MODEL", "MEMORIES", "TOPOLOGY"]]
            rows += architecture.networks.map { network in
                [network.name, network.model.rawValue, architecture.memories(on: network).map(\.name).joined(separator: ", "), network.topologyText]
            }
            text += "\n" + table(rows)
        }
        return text
    }

    private var runnable: String {
        let missing = architecture.missingNetworkPaths()
        if missing.isEmpty { return "\nNetworks run on this machine.\n" }
        return "\nNetworks do not run on this machine:\n" + missing.map { "  \($0)\n" }.joined()
    }

    private var parameterTable: String {
        var rows = [["PARAMETER", "VALUE", "SOURCE"]]
        rows += architecture.parameters.map { [$0.path, $0.value, $0.isDefault ? "default" : $0.source ?? "not stated"] }
        return "\n" + table(rows)
    }

    private var arrays: [(engine: Engine, array: SystolicArray)] {
        architecture.engines.compactMap { engine in
            if case .systolicArray(let array) = engine.kind { (engine, array) } else { nil }
        }
    }

    private func units(_ engine: Engine) -> Int { engine.count * (engine.scope == .core ? architecture.cores : 1) }

    private func instances(_ count: Int, _ scope: Scope) -> String {
        architecture.cores == 1 ? "\(count)" : "\(count) (\(scope.rawValue))"
    }

    /// Columns padded to the widest cell, two spaces apart; the last column is not padded.
    private func table(_ rows: [[String]]) -> String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }.joined(separator: "  ") + "\n"
        }.joined()
    }

    private func grouped(_ value: Int) -> String {
        let digits = String(value)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return result
    }

    private func decimals(_ value: Double, _ places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let rounded = (value * scale).rounded()
        guard rounded < 1e15 else { return "\(value)" }
        let whole = Int(rounded) / Int(scale)
        let fraction = String(Int(rounded) % Int(scale))
        return "\(grouped(whole))." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}
