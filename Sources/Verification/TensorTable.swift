import Programs

/// Which tensor lies where, when: memory on chip holds one after the other.
struct TensorTable {
    let program: Program
    /// The operator that makes a placement's tensor, the first of several; -1 for what is there from the start.
    private(set) var makers: [Int]
    /// All operators that write into a placement's tensor.
    private var writers: [Set<Int>]
    private var byMemory: [String: [Int]] = [:]
    /// By memory: placements in ascending order of their addresses.
    private var ordered: [String: AddressOrder] = [:]
    /// By operator, where it writes what is no tensor: buffers, which may lie where a tensor was before.
    private var buffers: [Int: Set<Place>] = [:]

    private struct Place: Hashable {
        var memory: String
        var address: Int
    }

    init(_ program: Program, _ sections: ProgramSections) {
        self.program = program
        makers = program.tensors.map { $0.role == .intermediate || $0.role == .output ? Int.max : -1 }
        writers = program.tensors.map { _ in [] }
        for (index, tensor) in program.tensors.enumerated() { byMemory[tensor.memory, default: []].append(index) }
        ordered = byMemory.mapValues { AddressOrder($0, program.tensors) }
        let placeOf = Dictionary(program.tensors.enumerated().map { ($0.element.value, $0.offset) }) { first, _ in first }
        for text in sections.operators {
            for layers in Self.assignments(text.layers) {
                guard let index = text.index.evaluate(layers) else { continue }
                for site in text.commands {
                    guard let command = site.command else { continue }
                    if let function = command[attribute: Command.functionAttribute]?.evaluate(layers), program.functions.indices.contains(function) {
                        for value in program.functions[function].outputs { 
                            guard let place = placeOf[value] else { continue }
                            writers[place].insert(index)
                            if makers[place] > index { makers[place] = index }
                        }
                    }
                }
            }
        }
        // Look-ups have no function: what they write is the first tensor there that nobody else makes.
        for text in sections.operators where text.commands.contains(where: { $0.command?.opcode == "gather" }) {
            for layers in Self.assignments(text.layers) {
                guard let index = text.index.evaluate(layers) else { continue }
                var found: Set<Int> = []
                for site in text.commands {
                    guard let target = site.command?[operand: "to"], let base = target.base.evaluate(layers), found.insert(base).inserted else { continue }
                    if let place = byMemory[target.memory]?.first(where: { program.tensors[$0].address == base && makers[$0] == Int.max }) { makers[place] = index; writers[place].insert(index) }
                }
            }
        }
        findBuffers(sections)
    }

    private mutating func findBuffers(_ sections: ProgramSections) {
        for text in sections.operators {
            for layers in Self.assignments(text.layers) {
                guard let index = text.index.evaluate(layers) else { continue }
                for (number, site) in text.sites.enumerated() {
                    guard let command = site.command else { continue }
                    // Of a loop's first iteration, as accesses are asked for.
                    let first = layers.merging(Dictionary(site.loops.map { ($0.variable, site.pins[$0.variable] ?? 0) }) { a, _ in a }) { a, _ in a }
                    for access in Access.all(of: command, site: number) where access.isWrite {
                        guard let base = access.region.base.evaluate(first), placement(access.region.memory, base, isWrite: true, by: index) == nil else { continue }
                        buffers[index, default: []].insert(Place(memory: access.region.memory, address: base))
                    }
                }
            }
        }
    }

    /// Every assignment of the layers' variables.
    static func assignments(_ layers: [LoopFrame]) -> [[String: Int]] {
        var result: [[String: Int]] = []
        var budget = 100_000
        guard let space = IterationSpace(layers, guards: []) else { return [] }
        _ = space.walk(budget: &budget) { result.append(space.named($0)); return true }
        return result
    }

    /// The tensor in which an operator finds, or puts, what lies at an address; `nil` where there is none.
    func placement(_ memory: String, _ address: Int, isWrite: Bool, by operatorIndex: Int) -> Int? {
        var best: Int?
        if !isWrite, buffers[operatorIndex]?.contains(Place(memory: memory, address: address)) ?? false { return nil }
        ordered[memory]?.forEach(at: address) { place in
            let maker = makers[place]
            // A copy that fills a buffer has no tensor; what an operator has made later is not there yet.
            guard isWrite ? writers[place].contains(operatorIndex) || maker < 0 : maker <= operatorIndex else { return }
            guard let other = best else { best = place; return }
            func rank(_ place: Int) -> (Int, Int, Int, Int) {
                (makers[place], program.tensors[place].address == address ? 1 : 0, program.tensors[place].bytes, -place)
            }
            if rank(place) > rank(other) { best = place }
        }
        return best
    }

    /// Placements of one memory, to be found by address.
    private struct AddressOrder {
        private var places: [Int]
        private var starts: [Int]
        private var ends: [Int]
        /// The highest end of all placements up to each.
        private var reach: [Int] = []

        init(_ places: [Int], _ tensors: [Program.Placement]) {
            self.places = places.sorted { (tensors[$0].address, $0) < (tensors[$1].address, $1) }
            starts = self.places.map { tensors[$0].address }
            ends = self.places.map { tensors[$0].address + max(1, tensors[$0].bytes) }
            var highest = Int.min
            for end in ends {
                highest = max(highest, end)
                reach.append(highest)
            }
        }

        func forEach(at address: Int, _ body: (Int) -> Void) {
            var (low, high) = (0, starts.count)
            while low < high {
                let middle = (low + high) / 2
                if starts[middle] <= address { low = middle + 1 } else { high = middle }
            }
            while low > 0, reach[low - 1] > address {
                low -= 1
                if ends[low] > address { body(places[low]) }
            }
        }
    }
}
