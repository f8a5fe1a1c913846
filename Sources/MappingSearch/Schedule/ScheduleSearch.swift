/// Searches orders and residences together, those that can become cheapest first (A*); what it proves is proved.
///
/// A state's cost is what it has paid beyond the compulsory bytes. A tensor that has to make room before its last use pays at
/// once for being written, unless it was before, and for being read again. So costs only grow, ``ScheduleBound`` says by how much
/// at least, and the first state in which every operator has run is a cheapest one. Three things keep the number of states small:
/// - room is made only for an operator that needs it, and never more than it needs;
/// - of two states with the same operators behind them one often makes the other useless (``ScheduleStates``);
/// - an operator that needs no room, and leaves no more behind than it frees, runs at once.
package struct ScheduleSearch {
    let problem: ScheduleProblem
    /// Operators that have to be done before each.
    let ancestors: BitRows
    var states: ScheduleStates
    private let bound: ScheduleBound
    private var boundByGroup: [Int] = []
    private var stages: ScheduleStages
    private let blocks: [[Int]]?
    /// By the number of operators that have run: the block from which the next one is.
    private let blockOfDepth: [Int]
    private let allOperators: [Int]
    /// Tensors' operators as sets, and operators' tensors as sets.
    private let consumerSets: BitRows
    private let inputSets: BitRows
    let workingSets: [Int]
    /// States cost less than this, or they are of no interest.
    var costLimit = Int.max
    /// States that came up, whether they were kept or not.
    private(set) var candidates = 0
    /// What the successors of the state that is looked at are put into.
    private var successors: [Int32] = []
    private var room = EvictionSets()
    /// Whether more ways to make room came up than were looked at.
    var isCutOff: Bool { room.isCutOff }

    /// From now on, at most so many ways to make room for one operator.
    mutating func limitWays(to limit: Int) {
        room.limit = limit
        room.isCutOff = false
    }

    // The state that is looked at.
    private var current: [UInt64]
    private var currentCost = 0
    private var currentBytes = 0
    private var currentDepth = 0
    private var scratch: [UInt64]

    /// - Parameter blocks: see ``ScheduleProblem/ancestors(blocks:)``.
    package init(_ problem: ScheduleProblem, blocks: [[Int]]? = nil) {
        self.problem = problem
        self.blocks = blocks
        blockOfDepth = (blocks ?? []).enumerated().flatMap { index, block in block.map { _ in index } }
        allOperators = Array(problem.operators.indices)
        ancestors = problem.ancestors(blocks: blocks)
        states = ScheduleStates(operators: problem.operators.count, sizes: problem.tensors.map(\.size))
        bound = ScheduleBound(problem, ancestors: ancestors, operatorWords: states.operatorWords, tensorWords: states.tensorWords)
        stages = ScheduleStages(problem, ancestors: ancestors)
        var consumerSets = BitRows(rows: problem.tensors.count, columns: problem.operators.count)
        var inputSets = BitRows(rows: problem.operators.count, columns: problem.tensors.count)
        for (index, operation) in problem.operators.enumerated() {
            for tensor in operation.inputs {
                consumerSets.insert(index, in: tensor)
                inputSets.insert(tensor, in: index)
            }
        }
        self.consumerSets = consumerSets
        self.inputSets = inputSets
        workingSets = problem.operators.indices.map { problem.workingSet($0) }
        current = [UInt64](repeating: 0, count: states.stride)
        scratch = current
    }

    /// The state before the first operator.
    mutating func start() -> Int32? {
        states.removeAll()
        var state = [UInt64](repeating: 0, count: states.stride)
        for tensor in problem.tensors.indices where problem.producers[tensor] == nil && !problem.consumers[tensor].isEmpty {
            state[states.operatorWords + states.tensorWords + tensor / 64] |= 1 << UInt64(tensor % 64)
        }
        let number = states.insert(state, cost: 0, depth: 0, bytes: 0, parent: -1, operation: -1)
        states.estimates[0] = bytesToCome(state, depth: 0)
        return number
    }

    /// Makes bounds closer by looking at parts of the graph alone first.
    ///
    /// - Parameter limit: in states that come up.
    package mutating func prepare(limit: Int, isCancelled: () -> Bool = { false }) {
        stages.solve(problem, blocks: blocks, limit: limit, isCancelled: isCancelled)
        candidates += stages.candidates
    }

    private mutating func bytesToCome(_ state: [UInt64], depth: Int) -> Int {
        let all = bound.bytes(state, at: 0, &boundByGroup)
        let stage = stages.stage(depth: depth)
        let later = stages.later[stage]
        guard later > 0 else { return all }
        let stageOfOperator = stages.stageOfOperator
        return max(all, later + bound.bytes(state, at: 0, &boundByGroup) { stageOfOperator[$0] == stage })
    }

    /// The states that come next, as far as they are worth it.
    mutating func expand(_ state: Int32) -> [Int32] {
        let index = Int(state)
        for word in 0..<states.stride { current[word] = states.words[index * states.stride + word] }
        currentCost = states.costs[index]
        currentBytes = states.bytesOnChip[index]
        currentDepth = Int(states.depths[index])
        successors.removeAll(keepingCapacity: true)
        let ready = block(at: currentDepth).filter { !isDone($0) && isReady($0) }
        if let free = ready.first(where: { isFree($0) }) {
            run(free, parent: state)
        } else {
            for operation in ready { run(operation, parent: state) }
        }
        return successors
    }

    // MARK: - Operators

    private func block(at depth: Int) -> [Int] {
        guard let blocks else { return allOperators }
        return depth < blockOfDepth.count ? blocks[blockOfDepth[depth]] : []
    }

    private func isDone(_ index: Int) -> Bool { current[index / 64] >> UInt64(index % 64) & 1 != 0 }

    private func isReady(_ index: Int) -> Bool {
        for word in 0..<states.operatorWords where ancestors.words[index * ancestors.stride + word] & ~current[word] != 0 { return false }
        return true
    }

    private func isOnChip(_ tensor: Int) -> Bool { current[states.operatorWords + tensor / 64] >> UInt64(tensor % 64) & 1 != 0 }

    private func isOffChip(_ tensor: Int) -> Bool {
        current[states.operatorWords + states.tensorWords + tensor / 64] >> UInt64(tensor % 64) & 1 != 0
    }

    /// Whether no operator but this one needs the tensor from now on.
    private func isLastUse(_ tensor: Int, by index: Int) -> Bool {
        for word in 0..<states.operatorWords {
            var left = consumerSets.words[tensor * consumerSets.stride + word] & ~current[word]
            if word == index / 64 { left &= ~(1 << UInt64(index % 64)) }
            if left != 0 { return false }
        }
        return true
    }

    /// What it costs that a tensor leaves the chip before its last use.
    private func price(ofLeaving tensor: Int) -> Int { (isOffChip(tensor) ? 1 : 2) * problem.tensors[tensor].size }

    /// Bytes on chip that are not this operator's.
    private func otherBytes(_ index: Int) -> Int {
        problem.operators[index].inputs.reduce(currentBytes) { $0 - (isOnChip($1) ? problem.tensors[$1].size : 0) }
    }

    /// Whether the operator can run now without loss: it fits, no tensor comes in that would stay, and what it leaves is no
    /// larger and leaves the chip no dearer than a tensor that it uses up. Any schedule can have it moved to the front, its
    /// result taking the place of that tensor in all that follows.
    private func isFree(_ index: Int) -> Bool {
        let operation = problem.operators[index]
        guard otherBytes(index) + workingSets[index] <= problem.capacity else { return false }
        var (size, price) = (0, 0)
        for tensor in operation.outputs where !problem.consumers[tensor].isEmpty {
            size += problem.tensors[tensor].size
            price += (problem.tensors[tensor].isOutput ? 1 : 2) * problem.tensors[tensor].size
        }
        var isPaid = size == 0
        for tensor in operation.inputs {
            if isLastUse(tensor, by: index) {
                if isOnChip(tensor), problem.tensors[tensor].size >= size, self.price(ofLeaving: tensor) >= price { isPaid = true }
            } else if !isOnChip(tensor) {
                return false
            }
        }
        return isPaid
    }

    private mutating func run(_ index: Int, parent: Int32) {
        let needed = otherBytes(index) + workingSets[index] - problem.capacity
        guard needed > 0 else {
            add(index, leaving: [], cost: currentCost, parent: parent)
            return
        }
        // Taken out while it is worked with, so that nothing is copied.
        var room = EvictionSets()
        swap(&room, &self.room)
        room.begin()
        for word in 0..<states.tensorWords {
            var bits = current[states.operatorWords + word] & ~inputSets.words[index * inputSets.stride + word]
            while bits != 0 {
                let tensor = word * 64 + bits.trailingZeroBitCount
                room.append(tensor, size: problem.tensors[tensor].size, price: price(ofLeaving: tensor))
                bits &= bits - 1
            }
        }
        room.prepare { isBetterGone($0, than: $1) }
        room.enumerate(needed: needed, priceLimit: costLimit == Int.max ? Int.max : costLimit - currentCost)
        for set in 0..<room.count {
            add(index, leaving: room[set], cost: currentCost + room.price(set), parent: parent)
        }
        swap(&room, &self.room)
    }

    /// Whether it is at least as good that the one tensor leaves as that the other does: both are of one size and price, the
    /// first is needed no earlier than the other, and the other is not needed again or costs nothing to leave then.
    private func isBetterGone(_ a: Int, than b: Int) -> Bool {
        var (x, isOnly) = (-1, true)
        for consumer in problem.consumers[b] where !isDone(consumer) {
            if x >= 0 { isOnly = false } else { x = consumer }
        }
        guard x >= 0, isOnly || isOffChip(b) else { return false }
        return problem.consumers[a].allSatisfy { isDone($0) || $0 == x || ancestors.contains(x, in: $0) }
    }

    private mutating func add(_ index: Int, leaving: ArraySlice<Int>, cost: Int, parent: Int32) {
        guard cost < costLimit else { return }
        candidates += 1
        let (on, off) = (states.operatorWords, states.operatorWords + states.tensorWords)
        for word in 0..<states.stride { scratch[word] = current[word] }
        var bytes = currentBytes
        for tensor in leaving {
            scratch[on + tensor / 64] &= ~(1 << UInt64(tensor % 64))
            scratch[off + tensor / 64] |= 1 << UInt64(tensor % 64)
            bytes -= problem.tensors[tensor].size
        }
        for tensor in problem.operators[index].inputs {
            let bit: UInt64 = 1 << UInt64(tensor % 64)
            let wasOnChip = scratch[on + tensor / 64] & bit != 0
            if isLastUse(tensor, by: index) {
                scratch[on + tensor / 64] &= ~bit
                scratch[off + tensor / 64] &= ~bit
                if wasOnChip { bytes -= problem.tensors[tensor].size }
            } else if !wasOnChip {
                scratch[on + tensor / 64] |= bit
                bytes += problem.tensors[tensor].size
            }
        }
        for tensor in problem.operators[index].outputs where !problem.consumers[tensor].isEmpty {
            scratch[on + tensor / 64] |= 1 << UInt64(tensor % 64)
            if problem.tensors[tensor].isOutput { scratch[off + tensor / 64] |= 1 << UInt64(tensor % 64) }
            bytes += problem.tensors[tensor].size
        }
        scratch[index / 64] |= 1 << UInt64(index % 64)
        let number = states.insert(scratch, cost: cost, depth: currentDepth + 1, bytes: bytes, parent: parent, operation: Int32(index))
        guard let number else { return }
        let estimate = cost + bytesToCome(scratch, depth: currentDepth + 1)
        states.estimates[Int(number)] = max(estimate, states.estimates[Int(parent)])
        if estimate < costLimit { successors.append(number) }
    }
}
