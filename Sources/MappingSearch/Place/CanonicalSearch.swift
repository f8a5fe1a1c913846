/// A complete search for offsets within a capacity, for instances that first-fit does not solve.
///
/// Modelled: lifetimes without gaps, sizes, alignments, a capacity. Not modelled: fixed offsets, banks, aliases.
///
/// The search looks only at *settled* placements, in which no buffer can sink: each lies at offset 0 or, up to its alignment, on
/// top of another. Every placement can be settled without growing, so this loses no answer. (Canonical solutions are the idea of
/// Moffitt, "MiniMalloc", ASPLOS 2023; the branching here is over places instead of buffers, and is our own.)
///
/// State. Buffers are placed from the bottom up. The *floor* of a section is an offset below which nothing unplaced can lie in
/// it; a buffer's *lowest* offset is the highest floor under it, aligned.
///
/// Branching. A valley is a run of sections of equal floor between higher floors. What touches the floor in its leftmost section
/// has to start there and lie within the valley: each such buffer is one branch. The last branch is that nothing touches the
/// floor there, which raises the floor to the next offset at which a settled buffer can lie. The same holds for the rightmost
/// section. As the branches of any one place cover all settled placements, the place is free to choose: the most constrained
/// first, weighted by how often a section has failed (Boussemart et al., ECAI 2004).
///
/// Inference, until nothing changes. The floor of a section rises to the least lowest offset of its unplaced buffers; a
/// section fails when its unplaced buffers, each started as early as it can, run past the capacity. Where no unplaced buffer
/// crosses from one section to the next the two sides are solved one after the other, and a failure of either is a failure
/// of both.
struct CanonicalSearch: ~Copyable {
    /// How a branching place is chosen.
    enum Place: Sendable, CaseIterable {
        /// Fewest branches for the failures seen there.
        case fewestBranchesByFailures
        case fewestBranches
        case leastSlack
        case lowestFloor
    }

    enum Verdict: Sendable { case found, none, limit }

    var state: SearchState
    /// Buffers with a higher priority are tried first; a permutation.
    var priority: [Int32]
    var place = Place.fewestBranchesByFailures
    /// Branching nodes visited.
    private(set) var nodes = 0

    /// A node of the search tree whose branches are being tried, or the range of sections that a solved branch has left.
    private struct Frame {
        /// The sections that have to be solved, and the first one that is not yet.
        var start: Int
        var end: Int
        var cursor: Int
        /// Where the node branches.
        var section: Int
        /// What its floor rises to in the last branch; `Int.max` when that branch cannot be.
        var raised: Int
        /// Its candidates on the candidate stack, and the next one to try.
        var firstCandidate: Int
        var lastCandidate: Int
        var nextCandidate: Int
        var trail: Int
    }

    /// - Parameters:
    ///   - sizes, alignments, capacity: in one unit.
    init(sections: LifetimeSections, sizes: [Int], alignments: [Int], capacity: Int) {
        state = SearchState(sections: sections, sizes: sizes, alignments: alignments, capacity: capacity)
        priority = sizes.indices.map { Int32($0) }
    }

    var offsets: [Int] { state.offsets }

    /// Searches from scratch, with the failure counts of earlier runs, until an answer or the limit.
    ///
    /// - Parameter limit: on `state.work`, counted from the start of this run. Where the search stops does not depend on the
    ///   machine.
    mutating func run(limit: Int, isCancelled: () -> Bool) -> Verdict {
        state.reset()
        let stop = state.work + limit
        guard state.settleAll() else { return .none }
        var frames: [Frame] = []
        var candidates: [Int32] = []
        frames.append(
            Frame(
                start: 0, end: state.sectionCount, cursor: 0, section: -1, raised: .max, firstCandidate: 0, lastCandidate: 0,
                nextCandidate: 0, trail: state.trailCount))
        while let top = frames.indices.last {
            // Go down: the first unsolved component of the innermost range.
            if let component = state.component(in: frames[top].cursor..<frames[top].end) {
                frames[top].cursor = component.upperBound
                nodes += 1
                state.work += component.count
                if state.work >= stop || (nodes & 15 == 0 && isCancelled()) { return .limit }
                let branches = branches(in: component, &candidates)
                frames.append(
                    Frame(
                        start: component.lowerBound, end: component.upperBound, cursor: component.lowerBound,
                        section: branches.section, raised: branches.raised, firstCandidate: branches.candidates.lowerBound,
                        lastCandidate: branches.candidates.upperBound, nextCandidate: branches.candidates.lowerBound,
                        trail: state.trailCount))
            } else {
                // The range is solved; the frame below goes on with what follows.
                candidates.removeSubrange(frames[top].firstCandidate...)
                frames.removeLast()
                if frames.isEmpty { return .found }
                continue
            }
            // Try branches, and climb until one holds.
            while let top = frames.indices.last, !advance(&frames[top], candidates) {
                candidates.removeSubrange(frames[top].firstCandidate...)
                frames.removeLast()
                if frames.count == 1 { return .none }
            }
        }
        return .found
    }

    /// Undoes the branch tried last and applies the next one that does not fail at once.
    ///
    /// - Returns: `false` when there is none left.
    private mutating func advance(_ frame: inout Frame, _ candidates: [Int32]) -> Bool {
        while true {
            state.undo(to: frame.trail)
            frame.cursor = frame.start
            if frame.nextCandidate < frame.lastCandidate {
                let buffer = Int(candidates[frame.nextCandidate])
                frame.nextCandidate += 1
                if state.place(buffer) { return true }
            } else if frame.raised != .max {
                let raised = frame.raised
                frame.raised = .max
                if state.raiseFloor(of: frame.section, to: raised) { return true }
            } else {
                return false
            }
        }
    }
}
