/// A time that a tensor spends on chip.
public struct Residence: Sendable, Hashable {
    public var tensor: Int
    /// Positions in the order of operators.
    public var steps: Range<Int>
    /// Whether it is read from off chip at the start; else it is made there.
    public var isLoaded: Bool
    /// Where it is on chip, in bytes; `nil` where no place was looked for.
    public var offset: Int?

    public init(tensor: Int, steps: Range<Int>, isLoaded: Bool, offset: Int? = nil) {
        self.tensor = tensor
        self.steps = steps
        self.isLoaded = isLoaded
        self.offset = offset
    }
}

/// In which order operators run, and when which tensor is on chip.
public struct SchedulePlan: Sendable, Hashable {
    /// Operators by index, one for each step.
    public var order: [Int]
    /// By start, then tensor.
    public var residences: [Residence]
    /// Tensors written off chip, while they are on chip for the first time; ascending.
    public var stores: [Int]

    public init(order: [Int], residences: [Residence], stores: [Int]) {
        self.order = order
        self.residences = residences
        self.stores = stores
    }

    /// The plan for an order in which some tensors leave the chip between two of their uses.
    ///
    /// - Parameter kept: whether a tensor stays from one of its uses, by its number, to the next; its making is a use.
    init(_ problem: ScheduleProblem, order: [Int], uses: TensorUses, kept: (_ tensor: Int, _ use: Int) -> Bool) {
        self.order = order
        residences = []
        stores = []
        for tensor in problem.tensors.indices {
            let steps = uses[tensor]
            guard let first = steps.first else { continue }
            var start = first
            var isLoaded = problem.producers[tensor] == nil
            var isStored = problem.tensors[tensor].isOutput && !isLoaded
            for use in steps.indices.dropLast() where !kept(tensor, use) && steps[use + 1] > steps[use] + 1 {
                residences.append(Residence(tensor: tensor, steps: start..<steps[use] + 1, isLoaded: isLoaded))
                (start, isLoaded) = (steps[use + 1], true)
                if problem.producers[tensor] != nil { isStored = true }
            }
            residences.append(Residence(tensor: tensor, steps: start..<steps[steps.count - 1] + 1, isLoaded: isLoaded))
            if isStored { stores.append(tensor) }
        }
        residences.sort { ($0.steps.lowerBound, $0.tensor) < ($1.steps.lowerBound, $1.tensor) }
    }

    /// Bytes to and from the memory off chip.
    public func bytes(in problem: ScheduleProblem) -> Int {
        residences.reduce(0) { $0 + ($1.isLoaded ? problem.tensors[$1.tensor].size : 0) }
            + stores.reduce(0) { $0 + problem.tensors[$1].size }
    }

    /// On chip at each step, workspaces included, in bytes.
    public func occupancy(in problem: ScheduleProblem) -> [Int] {
        var changes = [Int](repeating: 0, count: order.count + 1)
        for residence in residences {
            changes[residence.steps.lowerBound] += problem.tensors[residence.tensor].size
            changes[residence.steps.upperBound] -= problem.tensors[residence.tensor].size
        }
        var live = 0
        return order.indices.map { step in
            live += changes[step]
            return live + problem.operators[order[step]].workspace
        }
    }
}

/// At which steps of an order each tensor is used: made or read.
struct TensorUses {
    private let starts: [Int]
    private let steps: [Int]

    init(_ problem: ScheduleProblem, order: [Int]) {
        var position = [Int](repeating: 0, count: order.count)
        for (step, index) in order.enumerated() { position[index] = step }
        var starts = [0]
        var steps: [Int] = []
        for tensor in problem.tensors.indices {
            if let producer = problem.producers[tensor] { steps.append(position[producer]) }
            steps.append(contentsOf: problem.consumers[tensor].map { position[$0] }.sorted())
            starts.append(steps.count)
        }
        self.starts = starts
        self.steps = steps
    }

    /// Ascending; the first is where the tensor is made, for those that an operator makes.
    subscript(tensor: Int) -> ArraySlice<Int> {
        let range = starts[tensor]..<starts[tensor + 1]
        // A slice from 0 on, so that positions are numbers of uses.
        return Array(steps[range])[...]
    }
}
