/// Checks of what stands between DMA engines and off-chip memories: networks and caches.
extension ArchitectureChecks {
    static func checkCaches(_ architecture: Architecture, report: (String, String) -> Void) {
        var cached: [String: String] = [:]
        for cache in architecture.caches {
            let path = "memories.\(cache.name)"
            if let other = cached.updateValue(cache.name, forKey: cache.of) {
                report("\(path).of", "\"\(cache.of)\" has the cache \"\(other)\" already; a memory has one")
            }
            checkAnswersLater(cache.of, architecture, "\(path).of", "a cache", report: report)
            checkOnlyDMA(cache.of, architecture, "\(path).of", "through a cache", report: report)
            func isPowerOfTwo(_ value: Int) -> Bool { value > 0 && value & (value - 1) == 0 }
            guard isPowerOfTwo(cache.line.count) else {
                report("\(path).line", "\(cache.line) is not a power of two")
                continue
            }
            let set = cache.line.count * cache.ways
            guard cache.capacity.count % set == 0, cache.sets > 0 else {
                report("\(path).capacity", "\(cache.capacity) is not a multiple of line × ways, \(cache.line) × \(cache.ways)")
                continue
            }
            guard isPowerOfTwo(cache.sets) else {
                report("\(path).capacity", "\(cache.capacity) makes \(cache.sets) sets of \(cache.ways) lines of \(cache.line); their number must be a power of two")
                continue
            }
            if cache.capacity.count / cache.line.count > 1 << 26 {
                report("\(path).capacity", "\(cache.capacity) are \(cache.capacity.count / cache.line.count) lines; at most \(1 << 26) can be simulated")
            }
            if cache.replacement == .treePseudoLRU, !isPowerOfTwo(cache.ways) || cache.ways > 64 {
                report("\(path).ways", "\(cache.ways) ways have no tree; tree-plru takes 1, 2, 4, … 64")
            }
            if let memory = architecture.memory(named: cache.of), memory.capacity.count % cache.line.count != 0 {
                report("\(path).line", "\(cache.line) does not divide the \(memory.capacity) of \"\(cache.of)\"")
            }
        }
    }

    static func checkFlash(_ architecture: Architecture, report: (String, String) -> Void) {
        for memory in architecture.memories {
            guard case .flash(let flash) = memory.kind else { continue }
            let path = "memories.\(memory.name)"
            checkOnlyDMA(memory.name, architecture, path, "of kind flash", report: report)
            if flash.spare.count > flash.page.count { report("\(path).spare", "\(flash.spare) is more than the page of \(flash.page)") }
            for engine in architecture.engines where engine.writes == memory.name {
                report("engines.\(engine.name).writes", "\"\(memory.name)\" is flash, which is only read in a run; write to a DRAM")
            }
            let arrays = architecture.engines.filter { if case .systolicArray = $0.kind { true } else { false } }
            let targets = arrays.compactMap(\.reads.last)
            if flash.holds == .weights, !architecture.engines.contains(where: { $0.uses([memory]) && targets.contains($0.writes) }) {
                report(
                    "\(path).holds",
                    "nothing brings weights from here to \(quotedList(targets)); add an engine {kind: dma, reads: \(memory.name), writes: \(targets.first ?? "…")}")
            }
            if flash.holds == .weights, architecture.memories.first(where: \.holdsWeights)?.name != memory.name {
                report("\(path).holds", "another flash memory holds the weights already")
            }
        }
    }

    static func checkNetworks(
        _ architecture: Architecture, report: (String, String) -> Void, reportAt: (DocumentNode.Origin, String, String) -> Void
    ) {
        var placed: [String: String] = [:]
        for network in architecture.networks {
            let path = "networks.\(network.name)"
            let memories = architecture.memories(on: network)
            if memories.isEmpty {
                report(network.placesByDefault ? path : "\(path).nodes", "has no off-chip memory on it; name one of \(quotedList(architecture.memories.filter(\.isDRAM).map(\.name))) under nodes")
            }
            for memory in memories {
                if let other = placed.updateValue(network.name, forKey: memory.name) {
                    report(path, "\"\(memory.name)\" is on the network \"\(other)\" already; name the memories of each under nodes")
                }
                checkAnswersLater(memory.name, architecture, path, "a network", report: report)
                checkOnlyDMA(memory.name, architecture, path, "over a network", report: report)
            }
            guard let nodes = network.nodes else { continue }
            var seen: Set<String> = []
            for node in nodes {
                let place = "\(path).nodes.\(node.name.excerpt)"
                if !seen.insert(node.name).inserted { reportAt(node.origin, place, "is there twice") }
                if let problem = problem(with: node, architecture) { reportAt(node.origin, place, problem) }
            }
            let hasCores = seen.contains(OnChipNetwork.cores)
            for engine in architecture.engines where engine.uses(memories) && !seen.contains(engine.name) && !(hasCores && engine.scope == .core) {
                report("\(path).nodes", "\"\(engine.name)\" has no node on it and moves data of \(quotedList(memories.map(\.name), conjunction: "and")); add \(engine.name): and its terminal")
            }
        }
    }

    /// What is wrong with a place; `nil` when nothing is.
    private static func problem(with node: OnChipNetwork.Placement, _ architecture: Architecture) -> String? {
        let count = node.terminals.count
        if node.name == OnChipNetwork.cores {
            return count == architecture.cores ? nil : "has \(count) terminals; there are \(architecture.cores) cores, each with one"
        }
        if let engine = architecture.engine(named: node.name) {
            guard case .dma = engine.kind else { return "is no DMA engine; only DMA engines and off-chip memories are on a network" }
            let units = engine.count * (engine.scope == .core ? architecture.cores : 1)
            return count == 1 || count == units ? nil : "has \(count) terminals; \"\(engine.name)\" has \(units) unit\(units == 1 ? "" : "s"): write one terminal for each, or one for all"
        }
        if let memory = architecture.memory(named: node.name) {
            guard memory.isDRAM else { return "is on chip; only DMA engines and off-chip memories are on a network" }
            let channels = memory.channels
            return channels % count == 0 ? nil : "has \(count) terminals, among which \(channels) channel\(channels == 1 ? "" : "s") cannot be shared evenly"
        }
        let known = architecture.engines.filter { if case .dma = $0.kind { true } else { false } }.map(\.name) + architecture.memories.filter(\.isDRAM).map(\.name)
        return "is neither a DMA engine nor an off-chip memory of this file; there are \(quotedList(known, conjunction: "and")), and \"cores\" for all engines of each core"
    }

    /// Requests that pass other parts come to a memory one by one, which the bandwidth model does not know.
    private static func checkAnswersLater(
        _ name: String, _ architecture: Architecture, _ path: String, _ part: String, report: (String, String) -> Void
    ) {
        guard let memory = architecture.memory(named: name) else { return }
        if case .flash = memory.kind, part == "a cache" {
            report(path, "\"\(name)\" is flash, whose controller keeps pages itself; a cache stands in front of a DRAM")
        }
        guard case .dram(let dram) = memory.kind else {
            if !memory.isDRAM { report(path, "\"\(name)\" is on chip; \(part) stands in front of an off-chip memory") }
            return
        }
        if dram.model != .banks {
            report(path, "\"\(name)\" has model: \(dram.model.rawValue), which knows no single requests; set memories.\(name).model: banks")
        }
    }

    private static func checkOnlyDMA(
        _ name: String, _ architecture: Architecture, _ path: String, _ way: String, report: (String, String) -> Void
    ) {
        for engine in architecture.engines where engine.reads.contains(name) || engine.writes == name {
            if case .dma = engine.kind { continue }
            report(path, "\"\(engine.name)\" uses \"\(name)\" directly; only DMA engines reach a memory \(way)")
        }
    }
}

extension Engine {
    /// True for a DMA engine that reads or writes one of some memories.
    func uses(_ memories: [Memory]) -> Bool {
        guard case .dma = kind else { return false }
        return memories.contains { reads.contains($0.name) || writes == $0.name }
    }
}

extension Architecture {
    /// The off-chip memories that sit on a network.
    public func memories(on network: OnChipNetwork) -> [Memory] {
        memories.filter { memory in memory.isDRAM && (network.nodes?.contains { $0.name == memory.name } ?? true) }
    }
}

extension Memory {
    /// Independent channels of an off-chip memory; 1 for all others.
    public var channels: Int {
        switch kind {
        case .dram(let dram): dram.channels
        // One controller in front of all buses.
        case .sram, .flash: 1
        }
    }
}
