/// What schedules still have to pay, seen from single operators.
///
/// While an operator runs, tensors that were made before it in every order and are needed after it in every order are either on
/// chip or have left it. Where they do not all fit beside the operator, enough of them have to leave, and each that has not
/// left yet pays for it. Operators whose tensors are all different add up; of the others the dearest counts.
struct ScheduleBound: Sendable {
    private struct Bottleneck: Sendable {
        var operation: Int
        /// Bytes that do not fit.
        var excess: Int
        /// What sizes are multiples of.
        var unit: Int
        /// Positions in `tensors`.
        var members: Range<Int>
        /// Bottlenecks that share tensors are in one group.
        var group: Int
    }

    private struct Member: Sendable {
        var tensor: Int
        var size: Int
        /// Moves to pay for leaving from a state in which it is on chip alone, or not made yet.
        var moves: Int
        /// Positions in `earlierUses`: operators that use it before the bottleneck in every order.
        var uses: Range<Int>
    }

    private var bottlenecks: [Bottleneck] = []
    private var tensors: [Member] = []
    private var earlierUses: [Int] = []
    private var groups = 0
    private let operatorWords: Int
    private let tensorWords: Int

    init(_ problem: ScheduleProblem, ancestors: BitRows, operatorWords: Int, tensorWords: Int) {
        self.operatorWords = operatorWords
        self.tensorWords = tensorWords
        for index in problem.operators.indices { add(index, problem, ancestors) }
        // Chains of shared tensors.
        var groupOfTensor = [Int](repeating: -1, count: problem.tensors.count)
        for index in bottlenecks.indices {
            let mine = bottlenecks[index].members.map { tensors[$0].tensor }
            let merged = Set(mine.map { groupOfTensor[$0] }.filter { $0 >= 0 })
            for tensor in groupOfTensor.indices where merged.contains(groupOfTensor[tensor]) { groupOfTensor[tensor] = groups }
            for other in bottlenecks.indices.prefix(index) where merged.contains(bottlenecks[other].group) { bottlenecks[other].group = groups }
            for tensor in mine { groupOfTensor[tensor] = groups }
            bottlenecks[index].group = groups
            groups += 1
        }
    }

    private mutating func add(_ index: Int, _ problem: ScheduleProblem, _ ancestors: BitRows) {
        let operation = problem.operators[index]
        var (bytes, unit) = (problem.workingSet(index), 0)
        let (firstMember, firstUse) = (tensors.count, earlierUses.count)
        for (tensor, description) in problem.tensors.enumerated() {
            let consumers = problem.consumers[tensor]
            guard consumers.contains(where: { ancestors.contains(index, in: $0) }) else { continue }
            let producer = problem.producers[tensor]
            if producer == index || operation.inputs.contains(tensor) { continue }
            let earlier = consumers.filter { ancestors.contains($0, in: index) }
            if let producer { guard ancestors.contains(producer, in: index) else { continue } } else if earlier.isEmpty { continue }
            bytes += description.size
            unit = GreatestCommonDivisor.of(unit, description.size)
            let moves = producer == nil || description.isOutput ? 1 : 2
            tensors.append(Member(tensor: tensor, size: description.size, moves: moves, uses: earlierUses.count..<earlierUses.count + earlier.count))
            earlierUses.append(contentsOf: earlier)
        }
        guard bytes > problem.capacity else {
            tensors.removeSubrange(firstMember...)
            earlierUses.removeSubrange(firstUse...)
            return
        }
        bottlenecks.append(
            Bottleneck(operation: index, excess: bytes - problem.capacity, unit: max(1, unit), members: firstMember..<tensors.count, group: -1))
    }

    /// Bytes that every schedule from the state on has yet to pay beyond what the state's cost holds.
    ///
    /// - Parameter isCounted: operators that count; `nil` for all.
    func bytes(_ state: [UInt64], at start: Int, _ best: inout [Int], isCounted: ((Int) -> Bool)? = nil) -> Int {
        if bottlenecks.isEmpty { return 0 }
        best.removeAll(keepingCapacity: true)
        for _ in 0..<groups { best.append(0) }
        for bottleneck in bottlenecks where state[start + bottleneck.operation / 64] >> UInt64(bottleneck.operation % 64) & 1 == 0 {
            if let isCounted, !isCounted(bottleneck.operation) { continue }
            // Bytes for nothing and for one move; the others take two.
            var (free, once) = (0, 0)
            for index in bottleneck.members {
                let member = tensors[index]
                let (word, bit) = (member.tensor / 64, UInt64(member.tensor % 64))
                let isOn = state[start + operatorWords + word] >> bit & 1 != 0
                let isOff = state[start + operatorWords + tensorWords + word] >> bit & 1 != 0
                if isOff && !isOn {
                    // It has left, unless it has to come back for an operator before.
                    let comesBack = member.uses.contains { state[start + earlierUses[$0] / 64] >> UInt64(earlierUses[$0] % 64) & 1 == 0 }
                    if comesBack { once += member.size } else { free += member.size }
                } else if isOff || member.moves == 1 {
                    once += member.size
                }
            }
            let excess = bottleneck.excess - free
            guard excess > 0 else { continue }
            let whole = (excess + bottleneck.unit - 1) / bottleneck.unit * bottleneck.unit
            let bytes = whole + max(0, whole - once)
            if bytes > best[bottleneck.group] { best[bottleneck.group] = bytes }
        }
        var sum = 0
        for bytes in best { sum += bytes }
        return sum
    }
}
