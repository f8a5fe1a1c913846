/// A tensor that operators hand to each other, or that comes from or goes to memory off chip.
public struct ScheduleTensor: Sendable, Hashable {
    public var name: String
    /// In bytes, at least 1.
    public var size: Int
    /// Whether it has to be off chip in the end. What no operator makes is off chip from the start.
    public var isOutput: Bool

    public init(name: String, size: Int, isOutput: Bool = false) {
        self.name = name
        self.size = size
        self.isOutput = isOutput
    }
}

/// A step of the schedule. Its inputs and outputs are whole and on chip while it runs.
public struct ScheduleOperator: Sendable, Hashable {
    public var name: String
    /// Tensors by index.
    public var inputs: [Int]
    public var outputs: [Int]
    /// Bytes on chip that it needs besides, while it runs.
    public var workspace: Int

    public init(name: String, inputs: [Int], outputs: [Int], workspace: Int = 0) {
        self.name = name
        self.inputs = inputs
        self.outputs = outputs
        self.workspace = workspace
    }
}

/// Operators with one memory on chip: in which order do they run, and what stays on chip, so that the fewest bytes move to and
/// from the memory off chip?
///
/// After Zhang et al., "COSMA: Combinatorial Optimization of Scheduling and Memory Allocation" (arXiv 2311.18246). One operator
/// runs at a time. A tensor is on chip as a whole or not at all. A tensor that leaves the chip before its last use is written
/// off chip once, and read each time it comes back; tensors that no operator makes are there from the start and are read at
/// least once, outputs are written once. Moving ahead of time needs room and saves no byte, so it is not modelled.
public struct ScheduleProblem: Sendable {
    public let tensors: [ScheduleTensor]
    /// Inputs and outputs without repetitions, ascending.
    public let operators: [ScheduleOperator]
    /// Of the memory on chip, in bytes.
    public let capacity: Int
    /// By tensor; `nil` for those that are off chip from the start.
    public let producers: [Int?]
    /// By tensor: operators, ascending.
    public let consumers: [[Int]]

    public static let maximumOperators = 4096
    public static let maximumTensors = 16_384
    /// Traffic stays far from overflowing.
    public static let maximumBytes = 1 << 60

    public init(tensors: [ScheduleTensor], operators: [ScheduleOperator], capacity: Int) throws(ScheduleProblemError) {
        guard operators.count <= Self.maximumOperators else { throw .tooMany("operators", operators.count, limit: Self.maximumOperators) }
        guard tensors.count <= Self.maximumTensors else { throw .tooMany("tensors", tensors.count, limit: Self.maximumTensors) }
        guard capacity >= 1, capacity <= PlacementProblem.maximumValue else { throw .capacity(capacity) }
        for tensor in tensors where tensor.size < 1 || tensor.size > PlacementProblem.maximumValue { throw .size(tensor.name, tensor.size) }
        var producers = [Int?](repeating: nil, count: tensors.count)
        var consumers = [[Int]](repeating: [], count: tensors.count)
        var operators = operators
        for index in operators.indices {
            let name = operators[index].name
            for tensor in operators[index].inputs + operators[index].outputs where !tensors.indices.contains(tensor) {
                throw .unknownTensor(operator: name, tensor)
            }
            guard (0...PlacementProblem.maximumValue).contains(operators[index].workspace) else { throw .workspace(name, operators[index].workspace) }
            operators[index].inputs = Self.distinct(operators[index].inputs)
            operators[index].outputs = Self.distinct(operators[index].outputs)
            for tensor in operators[index].inputs { consumers[tensor].append(index) }
            for tensor in operators[index].outputs {
                if let other = producers[tensor] { throw .twoProducers(tensors[tensor].name, operators[other].name, name) }
                producers[tensor] = index
            }
        }
        self.tensors = tensors
        self.operators = operators
        self.capacity = capacity
        self.producers = producers
        self.consumers = consumers
        try checkTraffic()
        if let cycle { throw .cycle(cycle.map { operators[$0].name }) }
        try checkRoom()
    }

    /// The same operators with less or more room.
    public func with(capacity: Int) throws(ScheduleProblemError) -> ScheduleProblem {
        try ScheduleProblem(tensors: tensors, operators: operators, capacity: capacity)
    }

    private static func distinct(_ list: [Int]) -> [Int] {
        var sorted = list.sorted()
        var last: Int?
        sorted.removeAll { element in
            defer { last = element }
            return element == last
        }
        return sorted
    }

    /// Each tensor moves at most once for each of its uses, and once more.
    private func checkTraffic() throws(ScheduleProblemError) {
        var total = 0
        for (tensor, consumers) in zip(tensors, consumers) {
            let (moved, overflow) = tensor.size.multipliedReportingOverflow(by: 2 * (consumers.count + 1))
            guard !overflow, moved <= Self.maximumBytes - total else { throw .traffic }
            total += moved
        }
    }

    private func checkRoom() throws(ScheduleProblemError) {
        for (index, operation) in operators.enumerated() where workingSet(index) > capacity {
            let parts = (operation.inputs + operation.outputs).map { (tensors[$0].name, tensors[$0].size) }
            throw .noRoom(operator: operation.name, bytes: workingSet(index), tensors: parts.map(\.0), sizes: parts.map(\.1), capacity: capacity)
        }
    }

    /// Bytes on chip that the operator cannot run without. At most 2^60: no tensor is counted more often than it moves.
    public func workingSet(_ index: Int) -> Int {
        let operation = operators[index]
        return (operation.inputs + operation.outputs).reduce(operation.workspace) { $0 + tensors[$1].size }
    }

    /// The least capacity in which every operator can run.
    public var leastCapacity: Int { operators.indices.reduce(1) { max($0, workingSet($1)) } }

    /// Bytes that every schedule moves: inputs that are used once in, outputs once out.
    public var compulsoryBytes: Int {
        tensors.indices.reduce(0) { sum, index in
            let isRead = producers[index] == nil && !consumers[index].isEmpty
            let isWritten = producers[index] != nil && tensors[index].isOutput
            return sum + (isRead || isWritten ? tensors[index].size : 0)
        }
    }

    /// Operators that need something that this one makes, by index.
    func successors(of index: Int) -> [Int] { Self.distinct(operators[index].outputs.flatMap { consumers[$0] }) }

    /// Whether the operators can run in this order.
    public func isOrder(_ order: [Int]) -> Bool {
        guard order.count == operators.count else { return false }
        var position = [Int](repeating: -1, count: order.count)
        for (step, index) in order.enumerated() {
            guard position.indices.contains(index), position[index] < 0 else { return false }
            position[index] = step
        }
        return operators.indices.allSatisfy { index in
            operators[index].inputs.allSatisfy { tensor in producers[tensor].map { position[$0] < position[index] } ?? true }
        }
    }
}
