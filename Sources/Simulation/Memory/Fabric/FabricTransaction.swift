import MemorySystem

/// What is kept of a request while it is under way.
extension MemoryFabric {
    /// A request of an engine.
    struct Transaction {
        var tag = 0
        var sequence = 0
        var remaining = 0
        var first = Int.max
        var last = 0
    }

    /// What of a request concerns one node.
    struct Part {
        var transaction = 0
        var memory = 0
        var node = 0
        var unit = 0
        var isWrite = false
        /// Payload.
        var bytes = 0
        /// First of its pieces.
        var piece = -1
        /// Requests to the memory, or accesses to the cache, without an answer.
        var remaining = 0
        /// Accesses of the memory while it is served.
        var accesses = 0
        var first = Int.max
        var last = 0
        var offeredAt = 0
    }

    /// Runs of a part that are evenly spaced.
    struct Piece {
        var request: DRAMRequest
        var next = -1
    }

    struct Answer: Comparable {
        var time: Int
        var sequence: Int
        var tag: Int
        var first: Int

        static func < (a: Answer, b: Answer) -> Bool { (a.time, a.sequence) < (b.time, b.sequence) }
        static func == (a: Answer, b: Answer) -> Bool { (a.time, a.sequence) == (b.time, b.sequence) }
    }

    struct Traffic {
        var unit: Int
        var memory: Int
        var bytes: Int
        var isWrite: Bool
    }
}
