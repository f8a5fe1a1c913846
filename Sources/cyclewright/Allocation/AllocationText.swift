import MappingSearch
import Reporting

/// What `cyclewright allocate` says about a placement, or about why there is none.
struct AllocationText {
    let file: String
    let problem: PlacementProblem

    func placed(_ placement: Placement, _ outcome: PlacementOutcome) -> String {
        let height = placement.height(in: problem)
        let share = QuantityText.fixed(100 * Double(height) / Double(problem.capacity), decimals: 1)
        return """
            \(head) in \(bytes(problem.capacity))
              height      \(bytes(height)), \(share) % of the capacity
              live        \(live(outcome.live))\(height == outcome.live.bytes ? ": no placement is lower" : "")
              found by    \(effort(outcome.effort))

            """
    }

    func smallest(_ best: SmallestCapacity, live: LiveBytes, _ isInterrupted: Bool = false) -> String {
        let proof =
            if isInterrupted {
                ", the lowest found before it was interrupted; at least \(bytes(best.lowerBound)) are needed"
            } else if best.lowerBound < best.capacity {
                "; not proved to be the least, which is at least \(bytes(best.lowerBound))"
            } else if best.capacity == live.bytes {
                ", the least possible: so much is live at once"
            } else {
                ", the least possible: a search has shown that less does not suffice"
            }
        return """
            \(head)
              height      \(bytes(best.capacity))\(proof)
              live        \(self.live(live))
              found by    \(effort(best.effort))

            """
    }

    func infeasible(_ proof: InfeasibilityProof, _ effort: PlacementEffort) -> String {
        switch proof {
        case .liveBytes(let live):
            return "cannot be placed in \(bytes(problem.capacity)): \(self.live(live)), in \(live.buffers.count) buffers"
        case .tooLarge(let index, let room):
            let buffer = problem.buffers[index]
            let place = buffer.fixedOffset.map { " at \($0)" } ?? ""
            return "cannot be placed: buffer \(name(index)) has \(bytes(buffer.size))\(place), and there is room for \(bytes(room))"
        case .exhausted:
            return "cannot be placed in \(bytes(problem.capacity)): proved by \(self.effort(effort))"
        case .contradiction(let requirements, let isMinimal):
            guard !requirements.isEmpty else {
                return "cannot be placed in \(bytes(problem.capacity)): proved by \(self.effort(effort))"
            }
            let list = requirements.map { "\n  \(requirement($0))" }.joined()
            let extent = isMinimal ? "; without any one of them the others can" : ""
            return "these requirements cannot hold together in \(bytes(problem.capacity))\(extent):\(list)"
        }
    }

    func undecided(_ outcome: PlacementOutcome) -> String {
        """
        no placement in \(bytes(problem.capacity)) was found, and no proof that there is none, within the limits of \
        \(effort(outcome.effort)); at least \(bytes(outcome.live.bytes)) are needed
        """
    }

    /// - Parameter lowest: height of the lowest placement that is known.
    func stopped(_ outcome: PlacementOutcome, lowest: Int?) -> String {
        let best = lowest.map { "; the lowest that was found takes \(bytes($0))" } ?? ""
        return "no placement in \(bytes(problem.capacity)) was found so far\(best); at least \(bytes(outcome.live.bytes)) are needed"
    }

    private var head: String { "\(FilePath.name(file)): \(QuantityText.integer(problem.buffers.count)) buffers" }

    private func bytes(_ count: Int) -> String { QuantityText.integer(count) + (count == 1 ? " byte" : " bytes") }

    private func live(_ live: LiveBytes) -> String { "\(bytes(live.bytes)) at time \(live.time)" }

    private func name(_ index: Int) -> String { "\"\(problem.buffers[index].name.prefix(40))\"" }

    private func requirement(_ requirement: PlacementRequirement) -> String {
        switch requirement {
        case .fixed(let index): "buffer \(name(index)) is fixed at offset \(problem.buffers[index].fixedOffset ?? 0)"
        case .alias(let pair): "buffers \(name(pair.first)) and \(name(pair.second)) have the same offset"
        case .apart(let pair): "buffers \(name(pair.first)) and \(name(pair.second)) are in different banks"
        }
    }

    private func effort(_ effort: PlacementEffort) -> String {
        switch effort {
        case .bounds: return "bounds alone"
        case .hints: return "following the hints"
        case .firstFit(let tries): return "first-fit, \(tries == 1 ? "1 order" : "\(tries) orders")"
        case .search(let runs, let nodes, _):
            return "canonical search, \(QuantityText.integer(nodes)) nodes in \(runs == 1 ? "1 run" : "\(runs) runs")"
        case .solver(let record):
            return "Z3 \(record.version), \(QuantityText.integer(Int(clamping: record.resourcesUsed))) of its units of work"
        }
    }
}
