import Mapping

/// A workload as composition sees it: steps one after the other, results that may stay on chip between them, and products whose
/// tiles take what results leave of the memory.
///
/// A result stays whole from the step that makes it to the last that reads it, or goes off chip. Steps do not overlap in time.
public struct WorkloadComposition: Sendable {
    public struct Tensor: Sendable, Hashable {
        public var name: String
        public var bytes: Int
        /// Whether the user wants it to stay.
        public var isPinned: Bool

        public init(name: String, bytes: Int, isPinned: Bool = false) {
            self.name = name
            self.bytes = bytes
            self.isPinned = isPinned
        }
    }

    /// A product, as it is asked for when all its tensors are off chip, and which of them are tensors that may stay.
    public struct Product: Sendable, Hashable {
        public var request: MatmulRequest
        public var left: Int?
        public var right: Int?
        /// By operand of the epilogue that comes tile by tile.
        public var streams: [Int?]
        public var out: Int?

        public init(request: MatmulRequest, left: Int?, right: Int?, streams: [Int?], out: Int?) {
            self.request = request
            self.left = left
            self.right = right
            self.streams = streams
            self.out = out
        }

        public static func == (a: Product, b: Product) -> Bool {
            a.request.operatorName == b.request.operatorName && a.left == b.left && a.right == b.right && a.streams == b.streams && a.out == b.out
        }

        public func hash(into hasher: inout Hasher) { hasher.combine(request.operatorName) }

        /// Tensors that may stay, each once.
        var tensors: [Int] { Array(Set([left, right, out].compactMap { $0 } + streams.compactMap { $0 })).sorted() }
    }

    public struct Step: Sendable {
        public var name: String
        /// Tensors by index, each once.
        public var reads: [Int]
        public var makes: Int?
        /// Those whose place is free afterwards.
        public var frees: [Int]
        public var product: Product?
        /// Of computing on the vector unit; `nil` where only an array can.
        public var cycles: Double?

        public init(name: String, reads: [Int], makes: Int?, frees: [Int], product: Product? = nil, cycles: Double?) {
            self.name = name
            self.reads = reads
            self.makes = makes
            self.frees = frees
            self.product = product
            self.cycles = cycles
        }
    }

    public var tensors: [Tensor]
    public var steps: [Step]
    /// Of the memory that tensors and left tiles share, in bytes.
    public var capacity: Int
    /// To and from off chip.
    public var bytesPerCycle: Double

    public init(tensors: [Tensor], steps: [Step], capacity: Int, bytesPerCycle: Double) {
        self.tensors = tensors
        self.steps = steps
        self.capacity = capacity
        self.bytesPerCycle = bytesPerCycle
    }

    /// Steps of each tensor's life, both ends included; `nil` for one that no step makes.
    package var lives: [ClosedRange<Int>?] {
        var made = [Int?](repeating: nil, count: tensors.count)
        var last = [Int](repeating: -1, count: tensors.count)
        for (index, step) in steps.enumerated() {
            if let tensor = step.makes, made[tensor] == nil { made[tensor] = index }
            for tensor in step.reads + step.frees + (step.makes.map { [$0] } ?? []) { last[tensor] = max(last[tensor], index) }
        }
        return made.indices.map { tensor in made[tensor].map { $0...max($0, last[tensor]) } }
    }
}

extension MatmulRequest {
    /// The same product with some of its tensors on chip.
    func keeping(left: Bool, right: Bool, streams: [Bool], out: Bool) -> MatmulRequest {
        var request = self
        if left {
            request.problem.leftIsResident = true
            request.problem.layout?.left = nil
        }
        if right {
            request.problem.rightIsResident = true
            request.problem.layout?.right = nil
        }
        if out {
            request.problem.outIsResident = true
            request.problem.layout?.out = nil
        }
        let isKnown = problem.layout.map { $0.streams.count == problem.streams.count } ?? false
        for index in streams.indices.reversed() where streams[index] {
            request.problem.streamedEpilogueBits -= problem.streams[index].bits
            request.problem.streams.remove(at: index)
            if isKnown { request.problem.layout?.streams.remove(at: index) }
        }
        return request
    }
}
