import Architecture
import MemorySystem
import Programs

/// Where units and channels sit on a network.
enum NetworkPlaces {
    /// Terminals by unit, -1 for units that are not on it; and by memory, one for each group of its channels.
    ///
    /// Without `nodes` in the architecture the cores' DMA engines, then shared ones, then the channels of each memory take places in this
    /// order, spread evenly over the terminals; several share one where there are more of them than terminals. Memories take as many
    /// terminals as they have channels, or half of it, a quarter, … where that many do not remain.
    static func find(_ network: OnChipNetwork, terminals: Int, machine: Machine) throws(ArchitectureError) -> (units: [Int], memories: [[Int]?]) {
        let memories = machine.architecture.memories(on: network)
        let uses = machine.units.map { unit in memories.contains { memory in unit.uses(memory.name, in: machine) } }
        guard let nodes = network.nodes else { return byDefault(terminals, uses, memories, machine) }
        var units = Array(repeating: -1, count: machine.units.count)
        var places: [[Int]?] = Array(repeating: nil, count: machine.memories.count)
        for node in nodes {
            if let outside = node.terminals.first(where: { $0 >= terminals }) {
                let line: Int? = if case .line(let line) = node.origin { line } else { nil }
                throw ArchitectureError(
                    file: network.file, line: line, path: "networks.\(network.name).nodes.\(node.name)",
                    message: "terminal \(outside) does not exist; the network has \(terminals), numbered from 0")
            }
            if let memory = machine.memoryIndex[node.name] { places[memory] = node.terminals }
        }
        for (index, instance) in MachineInstances(of: machine.architecture).units.enumerated() where uses[index] {
            let own = nodes.first { $0.name == instance.description.name }
            if let own {
                // In the order of the machine: core by core, in each core one after the other.
                let number = (instance.core ?? 0) * max(1, instance.description.count) + Self.number(of: instance)
                units[index] = own.terminals.count == 1 ? own.terminals[0] : own.terminals[number]
            } else if let core = instance.core, let cores = nodes.first(where: { $0.name == OnChipNetwork.cores }) {
                units[index] = cores.terminals[core]
            }
        }
        return (units, places)
    }

    /// Position among the units of its engine in its core.
    private static func number(of instance: MachineInstances.UnitInstance) -> Int {
        guard instance.description.count > 1, let name = instance.name.split(separator: ".").last else { return 0 }
        return Int(name.dropFirst(instance.description.name.count)) ?? 0
    }

    private static func byDefault(_ terminals: Int, _ uses: [Bool], _ memories: [Memory], _ machine: Machine) -> ([Int], [[Int]?]) {
        // Engines of a core sit together; shared ones are a group of their own.
        var groups: [Int] = []
        let instances = MachineInstances(of: machine.architecture).units
        for (index, instance) in instances.enumerated() where uses[index] {
            let group = instance.core ?? Int.max
            if !groups.contains(group) { groups.append(group) }
        }
        groups.sort()
        var channels = memories.map(\.channels)
        // Fewer terminals than channels: neighbouring channels share one.
        while groups.count + channels.reduce(0, +) > terminals, let most = channels.max(), most > 1, most % 2 == 0,
            let index = channels.firstIndex(of: most)
        {
            channels[index] = most / 2
        }
        let all = groups.count + channels.reduce(0, +)
        func terminal(_ place: Int) -> Int { place * terminals / max(1, all) }
        var units = Array(repeating: -1, count: machine.units.count)
        for (index, instance) in instances.enumerated() where uses[index] {
            units[index] = terminal(groups.firstIndex(of: instance.core ?? Int.max) ?? 0)
        }
        var places: [[Int]?] = Array(repeating: nil, count: machine.memories.count)
        var next = groups.count
        for (memory, count) in zip(memories, channels) {
            if let index = machine.memoryIndex[memory.name] { places[index] = (0..<count).map { terminal(next + $0) } }
            next += count
        }
        return (units, places)
    }
}

extension Machine.UnitPart {
    func uses(_ memory: String, in machine: Machine) -> Bool {
        guard case .dma = kind, let index = machine.memoryIndex[memory] else { return false }
        return isConnected[index]
    }
}
