/// Checks of components against each other, after each has been read by itself.
enum ArchitectureChecks {
    /// Units of the largest machine that is accepted.
    static let maximumUnits = 65_536

    static func check(
        _ architecture: Architecture, origins: [String: DocumentNode.Origin], diagnostics: inout Diagnostics
    ) {
        /// The line of a parameter, or of its component when it was defaulted.
        func origin(_ path: String) -> DocumentNode.Origin? {
            if let origin = origins[path] { return origin }
            guard let dot = path.lastIndex(of: ".") else { return nil }
            return origins[String(path[..<dot])]
        }
        func report(_ path: String, _ message: String) { diagnostics.report(origin(path), path, message) }

        checkNames(architecture, report: report)
        for memory in architecture.memories {
            guard case .sram(let sram) = memory.kind else { continue }
            let (line, overflow) = sram.width.count.multipliedReportingOverflow(by: sram.banks)
            if overflow || line > memory.capacity.count {
                report(
                    "memories.\(memory.name).capacity",
                    "\(memory.capacity) is less than one line in each bank (\(sram.banks) × \(sram.width))")
            }
        }
        for engine in architecture.engines { check(engine, in: architecture, report: report) }
        checkLinks(architecture, report: report)
        checkFlash(architecture, report: report)
        checkCaches(architecture, report: report)
        checkNetworks(architecture, report: report) { diagnostics.report($0, $1, $2) }
        checkSize(architecture, report: report)
    }

    private static func checkNames(_ architecture: Architecture, report: (String, String) -> Void) {
        let memoryNames = Set(architecture.memories.map(\.name) + architecture.caches.map(\.name))
        var units: [String: String] = [:]
        for engine in architecture.engines {
            let path = "engines.\(engine.name)"
            if memoryNames.contains(engine.name) {
                report(path, "a memory has the same name; give one of them another")
                continue
            }
            for unit in engine.unitNames {
                if let other = units.updateValue(engine.name, forKey: unit) {
                    report(path, "its unit \"\(unit)\" has the same name as one of \"\(other)\"; give one of them another")
                    break
                }
            }
        }
    }

    private static func check(_ engine: Engine, in architecture: Architecture, report: (String, String) -> Void) {
        let path = "engines.\(engine.name)"
        if engine.scope == .shared && architecture.cores > 1 {
            for (parameter, names) in [("reads", engine.reads), ("writes", [engine.writes])] {
                for name in names where architecture.memory(named: name)?.scope == .core {
                    report(
                        "\(path).\(parameter)",
                        "\"\(name)\" exists once in each core and the engine only once; set the scope of one of them to that of the other")
                }
            }
        }
        switch engine.kind {
        case .systolicArray(let array):
            // Each side is at most 65,536: the product fits.
            if array.rows * array.columns > SystolicArray.maximumElements {
                report(
                    "\(path).rows",
                    "\(array.rows) × \(array.columns) are more than \(SystolicArray.maximumElements) processing elements")
            }
            if let (parameter, reason) = SystolicArray.unsupported(
                input: array.input, weight: array.weight, accumulator: array.accumulator)
            {
                report("\(path).\(parameter)", reason)
            }
        case .dma:
            if engine.reads.contains(engine.writes) {
                report("\(path).writes", "\"\(engine.writes)\" is also the memory it reads; a DMA engine moves data between two memories")
            }
        case .vector: break
        }
    }

    private static func checkLinks(_ architecture: Architecture, report: (String, String) -> Void) {
        var seen: Set<[String]> = []
        for (index, link) in architecture.links.enumerated() {
            let path = "links.\(index)"
            if !seen.insert([link.from, link.to]).inserted {
                report(path, "there is already a link from \"\(link.from)\" to \"\(link.to)\"")
            }
            if let engine = architecture.engine(named: link.to) {
                if !engine.reads.contains(link.from) {
                    report("\(path).from", "\"\(engine.name)\" does not read \"\(link.from)\"; it reads \(quotedList(engine.reads, conjunction: "and"))")
                }
            } else if let engine = architecture.engine(named: link.from) {
                if engine.writes != link.to {
                    report("\(path).to", "\"\(engine.name)\" does not write \"\(link.to)\"; it writes \"\(engine.writes)\"")
                }
            } else {
                report(path, "joins two memories; a link joins a memory and an engine, and a DMA engine moves data between memories")
            }
        }
    }

    private static func checkSize(_ architecture: Architecture, report: (String, String) -> Void) {
        // At most 1,024 cores × 1,024 units × the components of one file: no overflow.
        func total(_ scope: Scope, _ count: Int) -> Int { scope == .core ? architecture.cores * count : count }
        let units = architecture.engines.reduce(0) { $0 + total($1.scope, $1.count) }
        let memories = architecture.memories.reduce(0) { $0 + total($1.scope, 1) }
        if units > maximumUnits { report("cores", "the machine has \(units) units; at most \(maximumUnits) can be simulated") }
        if memories > maximumUnits { report("cores", "the machine has \(memories) memories; at most \(maximumUnits) can be simulated") }
    }
}

extension Engine {
    /// The names of its units within a core, or within the machine for scope `.shared`.
    public var unitNames: [String] { count == 1 ? [name] : (0..<count).map { "\(name)\($0)" } }
}
