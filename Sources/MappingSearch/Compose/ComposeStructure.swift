/// A problem of composition, with what both of its solvers look up.
struct ComposeStructure: Sendable {
    /// A tensor as one segment sees it.
    struct Part: Sendable {
        var tensor: Int
        /// Of 64; no other tensor with uses around has it.
        var bit: UInt64
        var bytes: Int
        var isMadeHere: Bool
        /// The use before the segment, by number; -1 for none.
        var arrival: Int
        /// The last use in the segment, by number.
        var departure: Int
        /// Whether uses follow after the segment.
        var isNeededLater: Bool
        var isOutput: Bool
        var staysWhole: Bool
    }

    let problem: ComposeProblem
    /// By segment.
    let parts: [[Part]]
    /// Segments by their first layer.
    let starting: [[Int]]
    let bits: [UInt64]

    init(_ problem: ComposeProblem) {
        self.problem = problem
        // Bits like registers: the lowest that is free for all of the tensor's life.
        var bits = [UInt64](repeating: 0, count: problem.tensors.count)
        var freeAt = [Int](repeating: 0, count: 64)
        let lives = problem.lives
        let order = lives.indices.filter { !lives[$0].isEmpty }.sorted { a, b in
            let (first, second) = (lives[a].lowerBound, lives[b].lowerBound)
            return first != second ? first < second : a < b
        }
        for tensor in order {
            guard let slot = freeAt.firstIndex(where: { $0 <= lives[tensor].lowerBound }) else { preconditionFailure("more tensors are live than were counted") }
            freeAt[slot] = lives[tensor].upperBound
            bits[tensor] = 1 << UInt64(slot)
        }
        self.bits = bits
        var starting = [[Int]](repeating: [], count: problem.layers + 1)
        for (index, segment) in problem.segments.enumerated() { starting[segment.layers.lowerBound].append(index) }
        self.starting = starting
        // Tensors by the layers that use them.
        var users = [[Int]](repeating: [], count: problem.layers)
        for (index, tensor) in problem.tensors.enumerated() { for layer in tensor.uses { users[layer].append(index) } }
        parts = problem.segments.map { segment in
            Set(segment.layers.flatMap { users[$0] }).sorted().map { index in
                let tensor = problem.tensors[index]
                let uses = tensor.uses
                let inside = uses.indices.filter { segment.layers.contains(uses[$0]) }
                return Part(
                    tensor: index, bit: bits[index], bytes: tensor.bytes, isMadeHere: tensor.producer.map { segment.layers.contains($0) } ?? false,
                    arrival: (inside.first ?? 0) - 1, departure: inside.last ?? 0, isNeededLater: (inside.last ?? 0) < uses.count - 1,
                    isOutput: tensor.isOutput, staysWhole: tensor.staysWhole)
            }
        }
    }

    /// Bytes that an option moves when all that can be saved is.
    func leastBytes(_ option: ComposeOption, _ parts: [Part]) -> Int {
        option.otherBytes + option.transfers.reduce(0) { sum, transfer in
            guard let part = parts.first(where: { $0.tensor == transfer.tensor }) else { return sum }
            let isPaid = part.isMadeHere ? part.isOutput : part.arrival < 0
            return sum + (isPaid ? transfer.bytes : 0)
        }
    }

    /// By layer: what segments that start from it on cost at least.
    ///
    /// - Parameter end: only those that start before it count; `nil` for all.
    func leastCosts(_ weights: ComposeWeights, before end: Int? = nil) -> [Int] {
        let end = end ?? problem.layers
        var least = [Int](repeating: Int.max / 4, count: problem.layers + 1)
        for layer in end...problem.layers { least[layer] = 0 }
        for layer in (0..<end).reversed() {
            for segment in starting[layer] {
                for option in problem.segments[segment].options where option.buffer <= problem.machine.capacity {
                    let cost = weights.cost(option, moving: leastBytes(option, parts[segment]), on: problem.machine)
                    least[layer] = min(least[layer], cost + least[problem.segments[segment].layers.upperBound])
                }
            }
        }
        return least
    }
}
