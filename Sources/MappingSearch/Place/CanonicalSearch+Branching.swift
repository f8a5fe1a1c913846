extension CanonicalSearch {
    /// A place where two or more things can go on, in its component.
    struct Branches {
        var section: Int
        var candidates: Range<Int>
        /// The next floor without any of the candidates at the floor; `Int.max` when the section cannot spare that much.
        var raised: Int
    }

    /// Chooses where to branch in a component and pushes what can lie on the floor there, most promising first.
    mutating func branches(in component: Range<Int>, _ candidates: inout [Int32]) -> Branches {
        let section = branchingSection(in: component)
        let floor = state.floor[section]
        let start = candidates.count
        var raised = Int.max
        state.forEachUnplaced(in: section) { buffer in
            let lowest = state.lowest[buffer]
            guard lowest == floor else {
                raised = min(raised, lowest)
                return
            }
            raised = min(raised, lowestRest(of: buffer, outside: section))
            if state.isSupported(buffer) { candidates.append(Int32(buffer)) }
        }
        state.work += candidates.count - start
        let priority = self.priority
        candidates[start...].sort { priority[Int($0)] > priority[Int($1)] }
        removeTwins(from: start, &candidates)
        if raised != .max, raised + state.remaining[section] > state.capacity { raised = .max }
        return Branches(section: section, candidates: start..<candidates.count, raised: raised)
    }

    /// The least top of the unplaced buffers that a buffer may come to lie on while it is the lowest one in a section:
    /// those that share time with it but are not in that section.
    private func lowestRest(of buffer: Int, outside section: Int) -> Int {
        var least = Int.max
        let excluded = state.members + section * state.words
        for word in 0..<state.words {
            var set: UInt64 = 0
            for touched in state.first[buffer]..<state.last[buffer] { set |= state.members[touched * state.words + word] }
            set &= state.unplaced[word] & ~excluded[word]
            while set != 0 {
                let other = word << 6 | set.trailingZeroBitCount
                set &= set - 1
                least = min(least, state.lowest[other] + state.size[other])
            }
        }
        return least
    }

    /// Of candidates that are alike in everything, the first is enough: the others' placements are its own with names swapped.
    private func removeTwins(from start: Int, _ candidates: inout [Int32]) {
        var kept = start
        for index in start..<candidates.count {
            let buffer = Int(candidates[index])
            var isTwin = false
            for earlier in start..<kept where isAlike(buffer, Int(candidates[earlier])) { isTwin = true }
            if !isTwin {
                candidates[kept] = Int32(buffer)
                kept += 1
            }
        }
        candidates.removeSubrange(kept...)
    }

    private func isAlike(_ a: Int, _ b: Int) -> Bool {
        state.first[a] == state.first[b] && state.last[a] == state.last[b] && state.size[a] == state.size[b]
            && state.alignment[a] == state.alignment[b]
    }

    /// The end of a valley with the best score.
    private mutating func branchingSection(in component: Range<Int>) -> Int {
        var best = component.lowerBound
        var bestScore = Double.infinity
        var start = component.lowerBound
        while start < component.upperBound {
            let floor = state.floor[start]
            var end = start + 1
            while end < component.upperBound && state.floor[end] == floor { end += 1 }
            let isWalledLeft = start == component.lowerBound || state.floor[start - 1] > floor
            let isWalledRight = end == component.upperBound || state.floor[end] > floor
            if isWalledLeft && isWalledRight {
                for section in start == end - 1 ? [start] : [start, end - 1] {
                    let score = self.score(section)
                    if score < bestScore { (best, bestScore) = (section, score) }
                }
            }
            start = end
        }
        return best
    }

    /// Lower is better.
    private mutating func score(_ section: Int) -> Double {
        let floor = state.floor[section]
        let slack = state.capacity - floor - state.remaining[section]
        if place == .leastSlack { return Double(slack) }
        var count = slack > 0 ? 1 : 0
        state.forEachUnplaced(in: section) { if state.lowest[$0] == floor { count += 1 } }
        state.work += 1
        return switch place {
        case .fewestBranchesByFailures: Double(count) / Double(1 + state.failures[section])
        case .fewestBranches: Double(count) + Double(slack) / Double(state.capacity + 1)
        case .leastSlack: Double(slack)
        case .lowestFloor: Double(floor) + 0.001 * Double(count)
        }
    }
}
