/// Parts of a schedule that every order goes through one after the other, with what each has to pay at least.
///
/// An operator that all others come before or after, and of which alone later ones need something, ends a part. A part alone, where every tensor from before is off chip with
/// its way back paid and nothing is kept for later, is never dearer than as a part of the whole, so the parts' optima add up
/// to a bound.
struct ScheduleStages: Sendable {
    /// Number of operators that have run when each part ends, ascending; the last is all of them.
    private(set) var ends: [Int] = []
    /// By part: what all parts after it pay together at least.
    private(set) var later: [Int] = []
    /// By operator.
    private(set) var stageOfOperator: [Int]
    /// States that came up while the parts were looked at.
    private(set) var candidates = 0

    /// - Parameter least: parts with fewer operators go together with the next one.
    init(_ problem: ScheduleProblem, ancestors: BitRows, least: Int = 4) {
        let count = problem.operators.count
        stageOfOperator = [Int](repeating: 0, count: count)
        var before = [Int](repeating: 0, count: count)
        var after = before
        for index in 0..<count {
            for other in 0..<count where ancestors.contains(other, in: index) {
                before[index] += 1
                after[other] += 1
            }
        }
        // A tensor that others made and that is needed later would be had for nothing in the part that comes after.
        func isClean(_ index: Int) -> Bool {
            problem.tensors.indices.allSatisfy { tensor in
                guard let producer = problem.producers[tensor], producer != index, !ancestors.contains(index, in: producer) else { return true }
                return !problem.consumers[tensor].contains { ancestors.contains(index, in: $0) }
            }
        }
        let cuts = (0..<count).filter { before[$0] + after[$0] == count - 1 && isClean($0) }.map { before[$0] + 1 }.sorted()
        for cut in cuts where cut < count && cut - (ends.last ?? 0) >= least && count - cut >= least { ends.append(cut) }
        ends.append(count)
        for index in 0..<count { stageOfOperator[index] = ends.firstIndex { before[index] < $0 } ?? 0 }
        later = [Int](repeating: 0, count: ends.count)
    }

    /// Looks at every part alone.
    ///
    /// - Parameters:
    ///   - orders: of operators, blocks of which are done one after the other; see ``ScheduleProblem/ancestors(blocks:)``.
    ///   - limit: in states for all parts together.
    mutating func solve(_ problem: ScheduleProblem, blocks: [[Int]]?, limit: Int, isCancelled: () -> Bool) {
        guard ends.count > 1 else { return }
        var sum = 0
        for stage in ends.indices.reversed() {
            later[stage] = sum
            if stage == 0 || isCancelled() { continue }
            let members = problem.operators.indices.filter { stageOfOperator[$0] == stage }
            var part = [Int](repeating: -1, count: problem.operators.count)
            for (place, index) in members.enumerated() { part[index] = place }
            let operators = members.map { problem.operators[$0] }
            // What made a tensor before is left out, so that it is off chip from the start.
            guard let alone = try? ScheduleProblem(tensors: problem.tensors, operators: operators, capacity: problem.capacity) else { continue }
            let parts = blocks?.map { block in block.map { part[$0] }.filter { $0 >= 0 } }.filter { !$0.isEmpty }
            var search = ScheduleSearch(alone, blocks: parts)
            let result = search.run(limit: limit / ends.count, isCancelled: isCancelled)
            candidates += result.candidates
            sum += result.lowerBound
        }
    }

    /// The part in which the next operator is when so many have run.
    func stage(depth: Int) -> Int {
        var stage = 0
        while stage + 1 < ends.count, ends[stage] <= depth { stage += 1 }
        return stage
    }
}
