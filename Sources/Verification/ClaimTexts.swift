/// What obligations say.
enum Claims {
    static let order = "units that share a buffer take turns by semaphores alone, for every latency"
    static let loaded = "what is read from a buffer is what the transfer for the same iteration brought"
    static let progress = "no unit waits for ever within the operator"
    static let accumulators = "sums start once, in the first step of their tile"
    static let iterations = "every multiply-accumulate is executed exactly once, no tile is empty"
    static let operands = "transfers bring every element of the product's operands, without gaps"
    static let sizes = "for every size, tiles lie inside, cover each index once, and none is empty"
    static let operatorOrder = "what it touches waits for operators before it that have touched the same memory"
    static let operatorProgress = "no unit waits for ever between operators"
    static let coverage = "every element of the result is written exactly once, no tile is empty"
    static func balance(_ semaphores: Int) -> String { "\(semaphores) semaphores are given as often as they are taken" }

    /// - Parameters:
    ///   - cuts: how dimensions are cut.
    ///   - others: sizes of another form.
    static func sizes(_ cuts: [String], others: Int) -> String {
        "\(sizes): \(cuts.joined(separator: "; "))\(others > 0 ? "; \(others) others for these sizes only" : "")"
    }

    static func tiles(_ loop: Verifier.GenericLoop) -> String {
        let claim = "units keep their order, find what was brought for them, and start sums once"
        if let reason = loop.reason { return "\(claim), for this number of tiles alone: \(loop.name) (\(reason))" }
        return "\(claim), for any number of tiles: \(loop.name)\(loop.grown > 0 ? ", with \(loop.grown) bytes of a buffer for each" : "")"
    }

    /// - Parameter reason: why it is the program's number alone.
    static func indices(_ loop: String, _ reason: String?) -> String {
        let claim = "indices lie inside of their tensors, every one is executed and written once, and no tile is empty"
        return reason.map { "\(claim), for this number of tiles alone: \(loop) (\($0))" } ?? "\(claim), for any number of tiles: \(loop)"
    }
}
