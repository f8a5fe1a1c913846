/// Operators in the order of a program, each of which runs on a contiguous range of equal cores.
///
/// A core does one operator after the other, in the program's order. An operator begins when its cores are free and the results that it
/// reads are there. Off-chip bandwidth is shared: a stretch of operators takes no less than the memory needs for all of their bytes.
public struct CoreProblem: Sendable, Equatable {
    public struct Operation: Sendable, Equatable {
        public var name: String
        /// Earlier operations whose results it reads, each once.
        public var needs: [Int]
        /// On one core, on two, and so on up to all.
        public var times: [Time]

        public init(name: String, needs: [Int], times: [Time]) {
            self.name = name; self.needs = needs; self.times = times
        }
    }

    /// Of an operation on some number of cores.
    public struct Time: Sendable, Equatable {
        /// From its beginning until its result is there.
        public var cycles: Int
        /// From its beginning until its cores may begin the next one; at most `cycles`.
        public var engaged: Int
        /// Of the whole memory, for its bytes; at most `cycles`.
        public var memory: Int

        public init(cycles: Int, engaged: Int? = nil, memory: Int = 0) {
            self.cycles = cycles; self.engaged = engaged ?? cycles; self.memory = memory
        }
    }

    public var cores: Int
    public var operations: [Operation]

    public init(cores: Int, operations: [Operation]) {
        self.cores = cores; self.operations = operations
        for (index, operation) in operations.enumerated() {
            precondition(operation.times.count == cores, "an operation has a time for each number of cores")
            precondition(operation.needs.allSatisfy { (0..<index).contains($0) }, "operations need earlier ones")
            precondition(
                operation.times.allSatisfy { (0...$0.cycles).contains($0.engaged) && (0...$0.cycles).contains($0.memory) },
                "cores are engaged no longer than the operation takes, nor is the memory")
        }
    }

    /// All ranges of cores, larger ones first.
    public var ranges: [Range<Int>] {
        (1...max(1, cores)).reversed().flatMap { count in (0...(cores - count)).map { $0..<($0 + count) } }
    }

    public var everything: [Range<Int>] { operations.map { _ in 0..<cores } }

    /// When the last result is there: region by region, operation by operation, as early as its cores and what it needs let it begin.
    public func cycles(_ choice: [Range<Int>]) -> Int {
        let regions = regions
        if regions.count <= 1 { return cyclesOfOneRegion(choice) }
        return regions.reduce(0) { $0 + part($1).cyclesOfOneRegion(Array(choice[$1])) }
    }

    private func cyclesOfOneRegion(_ choice: [Range<Int>]) -> Int {
        var free = [Int](repeating: 0, count: cores)
        var ends: [Int] = []
        var memory = 0
        ends.reserveCapacity(operations.count)
        for (operation, range) in zip(operations, choice) {
            var start = 0
            for core in range { start = max(start, free[core]) }
            for need in operation.needs { start = max(start, ends[need]) }
            let time = operation.times[range.count - 1]
            for core in range { free[core] = start + time.engaged }
            ends.append(start + time.cycles)
            memory += time.memory
        }
        return max(ends.max() ?? 0, memory)
    }

    /// Stretches of operations whose choices have nothing to do with each other: each ends with an operation that needs all others of it,
    /// directly or not, and that everything behind it needs.
    public var regions: [Range<Int>] {
        let words = (operations.count + 63) / 64
        // Everything that comes before an operation because it needs it.
        var before = [UInt64](repeating: 0, count: words * operations.count)
        for (index, operation) in operations.enumerated() {
            for need in operation.needs {
                for word in 0..<words { before[index * words + word] |= before[need * words + word] }
                before[index * words + need / 64] |= 1 << UInt64(need % 64)
            }
        }
        func needs(_ index: Int, _ other: Int) -> Bool { before[index * words + other / 64] >> UInt64(other % 64) & 1 == 1 }
        var regions: [Range<Int>] = []
        var start = 0
        for index in operations.indices {
            let isEnd = (start..<index).allSatisfy { needs(index, $0) } && operations.indices[(index + 1)...].allSatisfy { needs($0, index) }
            if isEnd || index == operations.count - 1 {
                regions.append(start..<(index + 1))
                start = index + 1
            }
        }
        return regions
    }

    /// The operations of a region by themselves.
    func part(_ region: Range<Int>) -> CoreProblem {
        CoreProblem(
            cores: cores,
            operations: operations[region].map { operation in
                var operation = operation
                operation.needs = operation.needs.filter(region.contains).map { $0 - region.lowerBound }
                return operation
            })
    }
}
