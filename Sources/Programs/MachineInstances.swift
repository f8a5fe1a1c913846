import Architecture
import Quantities

/// The units and memories of an architecture one by one, under the names that programs use.
///
/// A component of scope `.core` in a machine of several cores is `core1.unified`; an engine with a count of several is
/// `mxu0`, `mxu1`, …; both together `core1.mxu0`.
public struct MachineInstances: Sendable {
    public struct MemoryInstance: Sendable {
        public var name: String
        public var description: Memory
        /// `nil` for shared memories.
        public var core: Int?
    }
    public struct UnitInstance: Sendable {
        public var name: String
        public var description: Engine
        /// `nil` for shared engines.
        public var core: Int?
        /// Names of memory instances, in the order of `Engine.reads`.
        public var reads: [String]
        public var writes: String
        /// Own clock or the machine's, in femtoseconds.
        public var periodFemtoseconds: Int
    }

    public var memories: [MemoryInstance]
    public var units: [UnitInstance]
    /// Links with instance names on both ends.
    public var links: [Link]

    public init(of architecture: Architecture) {
        let cores = max(1, architecture.cores)
        func prefix(_ core: Int?) -> String { core.map { cores > 1 ? "core\($0)." : "" } ?? "" }
        func memoryName(_ name: String, seenFrom core: Int?) -> String {
            let scope = architecture.memory(named: name)?.scope ?? .shared
            return (scope == .core ? prefix(core ?? 0) : "") + name
        }
        memories = []
        for memory in architecture.memories {
            switch memory.scope {
            case .shared: memories.append(MemoryInstance(name: memory.name, description: memory, core: nil))
            case .core:
                for core in 0..<cores {
                    memories.append(MemoryInstance(name: prefix(core) + memory.name, description: memory, core: core))
                }
            }
        }
        units = []
        links = []
        for core in 0..<cores {
            for engine in architecture.engines where engine.scope == .core || core == 0 {
                let home: Int? = engine.scope == .core ? core : nil
                for index in 0..<max(1, engine.count) {
                    let name = prefix(home) + engine.name + (engine.count > 1 ? "\(index)" : "")
                    units.append(
                        UnitInstance(
                            name: name, description: engine, core: home,
                            reads: engine.reads.map { memoryName($0, seenFrom: home) },
                            writes: memoryName(engine.writes, seenFrom: home),
                            periodFemtoseconds: (engine.clock ?? architecture.clock).period.femtoseconds))
                    for link in architecture.links where link.from == engine.name || link.to == engine.name {
                        links.append(
                            Link(
                                from: link.from == engine.name ? name : memoryName(link.from, seenFrom: home),
                                to: link.to == engine.name ? name : memoryName(link.to, seenFrom: home),
                                width: link.width, latency: link.latency))
                    }
                }
            }
        }
    }

    public func memory(named name: String) -> MemoryInstance? { memories.first { $0.name == name } }
    public func unit(named name: String) -> UnitInstance? { units.first { $0.name == name } }

    /// The narrowest link between a memory and a unit, in either direction; `nil` when the memory's port is the only limit.
    public func linkWidth(between memory: String, and unit: String) -> Int? {
        links.filter { ($0.from == memory && $0.to == unit) || ($0.from == unit && $0.to == memory) }
            .map(\.width.count).min()
    }

    /// Cycles that links between a memory and a unit add to each transfer.
    public func linkLatency(between memory: String, and unit: String) -> Int {
        links.filter { ($0.from == memory && $0.to == unit) || ($0.from == unit && $0.to == memory) }
            .map(\.latency).max() ?? 0
    }
}
