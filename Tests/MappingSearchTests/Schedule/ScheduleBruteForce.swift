import MappingSearch
import SearchInstances

/// The fewest bytes of any schedule, by trying every order and, for each, every choice of tensors that stay: a way of counting
/// that shares nothing with the search.
struct ScheduleBruteForce {
    let problem: ScheduleProblem

    func fewestBytes(order: [Int]? = nil) -> Int? {
        if let order { return fewest(order) }
        var best: Int?
        var order: [Int] = []
        func extend() {
            if order.count == problem.operators.count {
                if let bytes = fewest(order) { best = min(best ?? bytes, bytes) }
                return
            }
            for index in problem.operators.indices where !order.contains(index) {
                let isReady = problem.operators[index].inputs.allSatisfy { tensor in
                    problem.operators.indices.allSatisfy { !problem.operators[$0].outputs.contains(tensor) || order.contains($0) }
                }
                guard isReady else { continue }
                order.append(index)
                extend()
                order.removeLast()
            }
        }
        extend()
        return best
    }

    /// Every choice of what is on chip between steps, by recursion over tensors' gaps.
    private func fewest(_ order: [Int]) -> Int? {
        var gaps: [(tensor: Int, steps: Range<Int>, isMade: Bool)] = []
        var fixed = 0
        var used = order.map { problem.workingSet($0) }
        for (tensor, description) in problem.tensors.enumerated() {
            let made = order.firstIndex { problem.operators[$0].outputs.contains(tensor) }
            let reads = order.indices.filter { problem.operators[order[$0]].inputs.contains(tensor) }
            if made == nil, !reads.isEmpty { fixed += description.size }
            if made != nil, description.isOutput { fixed += description.size }
            let uses = (made.map { [$0] } ?? []) + reads
            for (a, b) in zip(uses, uses.dropFirst()) where b > a + 1 { gaps.append((tensor, a + 1..<b, made != nil && !description.isOutput)) }
        }
        var best: Int?
        var dropped = Set<Int>()
        func choose(_ index: Int, _ bytes: Int) {
            if let best, bytes >= best { return }
            guard index < gaps.count else {
                best = bytes
                return
            }
            let gap = gaps[index]
            let size = problem.tensors[gap.tensor].size
            if gap.steps.allSatisfy({ used[$0] + size <= problem.capacity }) {
                for step in gap.steps { used[step] += size }
                choose(index + 1, bytes)
                for step in gap.steps { used[step] -= size }
            }
            let isFirst = dropped.insert(gap.tensor).inserted
            choose(index + 1, bytes + size + (gap.isMade && isFirst ? size : 0))
            if isFirst { dropped.remove(gap.tensor) }
        }
        choose(0, fixed)
        return best
    }
}

extension ScheduleBruteForce {
    /// A small graph of random shape.
    static func instance(operators count: Int, sizes: Int = 6, _ random: inout Numbers) throws -> ScheduleProblem {
        var tensors = (0..<1 + random.below(2)).map { ScheduleTensor(name: "in\($0)", size: 1 + random.below(sizes)) }
        var operators: [ScheduleOperator] = []
        for index in 0..<count {
            let inputs = (0..<1 + random.below(3)).map { _ in
                random.below(3) == 0 ? max(0, tensors.count - 1) : random.below(tensors.count)
            }
            var outputs: [Int] = []
            for output in 0..<(random.below(6) == 0 ? 2 : 1) {
                outputs.append(tensors.count)
                tensors.append(ScheduleTensor(name: "t\(index).\(output)", size: 1 + random.below(sizes), isOutput: random.below(8) == 0))
            }
            operators.append(
                ScheduleOperator(name: "o\(index)", inputs: inputs, outputs: outputs, workspace: random.below(4) == 0 ? random.below(3) : 0))
        }
        let roomy = try ScheduleProblem(tensors: tensors, operators: operators, capacity: 1 << 20)
        return try roomy.with(capacity: roomy.leastCapacity + random.below(3))
    }
}
