import MappingSearch
import SearchInstances

enum Instances {
    /// A rectangle of time × capacity cut by straight cuts into buffers until there are `count` of them: no byte is ever free,
    /// so that the capacity suffices by construction and nothing less does.
    static func cut(_ count: Int, time: Int, capacity: Int, seed: UInt64) -> [PlacementBuffer] {
        var random = Numbers(seed: seed)
        var pieces = [(0..<time, 0..<capacity)]
        var failures = 0
        while pieces.count < count, failures < 100_000 {
            let index = random.below(pieces.count)
            let (times, bytes) = pieces[index]
            let cutsTime = random.below(2) == 0
            let range = cutsTime ? times : bytes
            guard range.count >= 4 else {
                failures += 1
                continue
            }
            let cut = range.lowerBound + 1 + random.below(range.count - 1)
            pieces[index] = cutsTime ? (times.lowerBound..<cut, bytes) : (times, bytes.lowerBound..<cut)
            pieces.append(cutsTime ? (cut..<times.upperBound, bytes) : (times, cut..<bytes.upperBound))
        }
        // In an order that says nothing about where they lay.
        for index in pieces.indices.dropFirst() { pieces.swapAt(index, random.below(index + 1)) }
        return pieces.enumerated().map { PlacementBuffer(name: "b\($0)", lifetime: $1.0, size: $1.1.count) }
    }

    /// Buffers as a network has them: short lives of one to a few steps, some skip connections, a few weights that stay.
    static func network(_ count: Int, seed: UInt64) -> [PlacementBuffer] {
        var random = Numbers(seed: seed)
        return (0..<count).map { index in
            let length = random.below(10) == 0 ? 3 + random.below(12) : 1 + random.below(3)
            return PlacementBuffer(name: "t\(index)", lifetime: index..<(index + length), size: 1024 * (1 + random.below(64)))
        }
    }

    /// A few small buffers.
    static func small(_ random: inout Numbers, count: Int, time: Int, size: Int) -> [PlacementBuffer] {
        (0..<count).map { index in
            let start = random.below(time)
            return PlacementBuffer(name: "b\(index)", lifetime: start..<(start + 1 + random.below(time - start)), size: 1 + random.below(size))
        }
    }
}

extension Instances {
    /// Short-lived buffers, and fillers that make every time as full as the fullest: about one in forty cannot be placed although no
    /// time has more live than there is room for.
    static func tight(_ random: inout Numbers) -> [PlacementBuffer] {
        let (time, count) = (7, 8)
        var buffers = (0..<count).map { index in
            let start = random.below(time)
            return PlacementBuffer(name: "b\(index)", lifetime: start..<min(time, start + 1 + random.below(3)), size: 1 + random.below(5))
        }
        let live = (0..<time).map { step in buffers.reduce(0) { $0 + ($1.lifetime.contains(step) ? $1.size : 0) } }
        for step in 0..<time {
            let missing = (live.max() ?? 0) - live[step]
            if missing > 0 { buffers.append(PlacementBuffer(name: "f\(step)", lifetime: step..<(step + 1), size: missing)) }
        }
        return buffers
    }
}

/// Tries every offset of every buffer, bound by nothing but the rules as they are written down.
struct BruteForce {
    let problem: PlacementProblem
    /// By buffer; -1 for those that have none yet.
    private var offsets: [Int]
    /// Large ones first: they are the hardest to place.
    private let order: [Int]
    /// Which buffers hold something at the same time, by both indices.
    private let meet: [[Bool]]

    init(_ problem: PlacementProblem) {
        self.problem = problem
        offsets = problem.buffers.map { _ in -1 }
        order = problem.buffers.indices.sorted { problem.buffers[$0].size > problem.buffers[$1].size }
        let steps = problem.buffers.map { buffer in Set(buffer.lifetime.filter { step in !buffer.gaps.contains { $0.contains(step) } }) }
        meet = steps.map { a in steps.map { !$0.isDisjoint(with: a) } }
    }

    static func canPlace(_ problem: PlacementProblem) -> Bool {
        var search = BruteForce(problem)
        return search.place(0)
    }

    private mutating func place(_ count: Int) -> Bool {
        guard count < order.count else { return true }
        let index = order[count]
        let last = problem.capacity - problem.buffers[index].size
        guard last >= 0 else { return false }
        for offset in 0...last where isLegal(index, offset) {
            offsets[index] = offset
            if place(count + 1) { return true }
            offsets[index] = -1
        }
        return false
    }

    private func isLegal(_ index: Int, _ offset: Int) -> Bool {
        let buffer = problem.buffers[index]
        let bank = problem.capacity / problem.banks
        if offset % buffer.alignment != 0 || (buffer.fixedOffset ?? offset) != offset { return false }
        if offset / bank != (offset + buffer.size - 1) / bank { return false }
        for other in problem.buffers.indices where offsets[other] >= 0 {
            func has(_ pairs: [BufferPair]) -> Bool {
                pairs.contains { ($0.first == index && $0.second == other) || ($0.first == other && $0.second == index) }
            }
            if has(problem.aliases) {
                if offsets[other] != offset { return false }
                continue
            }
            if has(problem.apart), offsets[other] / bank == offset / bank { return false }
            if meet[index][other], offset < offsets[other] + problem.buffers[other].size, offsets[other] < offset + buffer.size { return false }
        }
        return true
    }
}
