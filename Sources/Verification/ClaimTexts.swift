/// What obligations say.
enum Claims {
    static let order = "units that share a buffer take turns by semaphores alone, for every latency"
    static let loaded = "what is read from a buffer is what the transfer for the same iteration brought"
    static let progress = "no unit waits for ever within the operator"
    static let accumulators = "sums start once, in the first step of their tile"
    static let iterations = "every multiply-accumulate is executed exactly once, no tile is empty"
    static let operands = "transfers bring every element of the product's operands, without gaps"
    static let sizes = "for every size, tiles lie inside, cover each index once, and none is empty"
    static let tiles = """
        units keep their order, find what was brought for them, and start sums once, every index is inside of its tensor, executed and written \
        once, for any number of tiles
        """
    static let operatorOrder = "what it touches waits for operators before it that have touched the same memory"
    static let operatorProgress = "no unit waits for ever between operators"
    static let coverage = "every element of the result is written exactly once, no tile is empty"
    static func balance(_ semaphores: Int) -> String { "\(semaphores) semaphores are given as often as they are taken" }

    /// - Parameters:
    ///   - cuts: how dimensions are cut.
    ///   - others: sizes of another form.
    static func sizes(_ cuts: [String], others: Int, _ loops: Verifier.GenericLoops) -> String {
        var claims: [String] = []
        if !cuts.isEmpty { claims.append("\(sizes): \(cuts.joined(separator: "; "))\(others > 0 ? "; \(others) others for these sizes only" : "")") }
        if !loops.any.isEmpty {
            let names = loops.any.map { loop in loops.grown[loop].map { "\(loop) (\($0) bytes of a buffer each)" } ?? loop }
            claims.append("\(tiles)\(loops.isTogether || loops.any.count < 2 ? "" : ", of one loop at a time"): \(names.joined(separator: ", "))")
        }
        if !loops.fixed.isEmpty { claims.append("for this number of tiles alone: \(loops.fixed.map { "\($0.loop) (\($0.reason))" }.joined(separator: ", "))") }
        return claims.joined(separator: ". ")
    }
}
