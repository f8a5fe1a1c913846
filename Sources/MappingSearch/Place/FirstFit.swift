/// Places buffers one after another, each at the lowest offset that is free for all of its life, in several orders.
///
/// On the graphs of neural networks one of the orders nearly always reaches the live bytes, and those then prove it optimal.
/// Handles lifetimes with gaps, alignments, fixed offsets and banks; aliases and buffers to keep apart are for the solver.
struct FirstFit {
    let problem: PlacementProblem
    let conflicts: ConflictLists
    /// How many orders were tried.
    private(set) var tries = 0

    init(_ problem: PlacementProblem) throws(PlacementError) {
        self.problem = problem
        conflicts = try ConflictLists(problem)
    }

    /// The lowest placement of up to `tries` orders; stops at one that is no higher than `goal`.
    ///
    /// - Returns: `nil` when no order put all fixed buffers where they have to be.
    mutating func best(tries limit: Int, goal: Int) -> Placement? {
        var best: (placement: Placement, height: Int)?
        var random = SplitMix(seed: 1)
        for round in 0..<max(1, limit) {
            tries += 1
            guard let placement = place(order(round, &random)) else { continue }
            let height = placement.height(in: problem)
            if best.map({ height < $0.height }) ?? true { best = (placement, height) }
            if height <= goal { break }
        }
        return best?.placement
    }

    /// Size, lifetime, area, size among the long-lived, start; then the same with noise on the logarithm of the key.
    private func order(_ round: Int, _ random: inout SplitMix) -> [Int] {
        let rules = 5
        let noise = round < rules ? 0.0 : 0.2 + 0.2 * Double((round / rules) % 4)
        var keys = [Double](repeating: 0, count: problem.buffers.count)
        for (index, buffer) in problem.buffers.enumerated() {
            let size = Logarithm.base2(buffer.size)
            let length = Logarithm.base2(buffer.lifetime.count)
            let key =
                switch round % rules {
                case 0: size + 0.001 * length
                case 1: length + 0.001 * size
                case 2: size + length
                case 3: 2 * size + length
                default: -Double(buffer.lifetime.lowerBound) * 1e-6 + 0.001 * size
                }
            keys[index] = key + noise * (random.unit() - 0.5) * 4
            // What cannot move goes first.
            if buffer.fixedOffset != nil { keys[index] = .infinity }
        }
        return keys.indices.sorted { keys[$0] != keys[$1] ? keys[$0] > keys[$1] : $0 < $1 }
    }

    private func place(_ order: [Int]) -> Placement? {
        let buffers = problem.buffers
        let bankSize = problem.capacity / problem.banks
        var offsets = [Int](repeating: -1, count: buffers.count)
        var taken: [(start: Int, end: Int)] = []
        for index in order {
            let buffer = buffers[index]
            taken.removeAll(keepingCapacity: true)
            for neighbour in conflicts[index] {
                let offset = offsets[Int(neighbour)]
                if offset >= 0 { taken.append((offset, offset + buffers[Int(neighbour)].size)) }
            }
            if let fixed = buffer.fixedOffset {
                if taken.contains(where: { $0.start < fixed + buffer.size && fixed < $0.end }) { return nil }
                offsets[index] = fixed
                continue
            }
            taken.sort { ($0.start, $0.end) < ($1.start, $1.end) }
            var offset = 0
            for range in taken {
                if offset + buffer.size <= range.start { break }
                if range.end > offset { offset = Self.legal(range.end, buffer, problem.banks == 1 ? nil : bankSize) }
            }
            offsets[index] = offset
        }
        return Placement(offsets: offsets)
    }

    /// The lowest offset from `offset` on that is aligned and does not straddle banks.
    private static func legal(_ offset: Int, _ buffer: PlacementBuffer, _ bankSize: Int?) -> Int {
        let aligned = (offset + buffer.alignment - 1) / buffer.alignment * buffer.alignment
        guard let bankSize, buffer.size <= bankSize, aligned % bankSize + buffer.size > bankSize else { return aligned }
        let nextBank = (aligned / bankSize + 1) * bankSize
        return (nextBank + buffer.alignment - 1) / buffer.alignment * buffer.alignment
    }
}
