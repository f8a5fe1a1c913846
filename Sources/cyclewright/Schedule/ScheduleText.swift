import MappingSearch
import Reporting

/// What `cyclewright schedule` says and writes.
struct ScheduleText {
    let problem: ScheduleProblem
    let outcome: ScheduleOutcome
    let architecture: String
    let workload: String
    let order: Scheduler.Freedom
    /// Whose capacity it is; `nil` for one that was given.
    let memory: String?
    /// `nil` where parameters are tensors like others.
    let streamedBytes: Int?

    var summary: String {
        var lines = [
            "\(workload) on \(architecture): \(QuantityText.integer(problem.operators.count)) operators, \(QuantityText.integer(problem.tensors.count)) tensors, "
                + "\(bytes(problem.capacity)) on chip\(memory.map { " (\($0))" } ?? "")",
            "  off chip    \(bytes(outcome.bytes)); \(QuantityText.integer(outcome.compulsoryBytes)) are compulsory",
            "  proof       \(proof)",
        ]
        if let streamedBytes { lines.append("  parameters  \(bytes(streamedBytes)) besides, which pass by") }
        let peak = outcome.plan.occupancy(in: problem).max() ?? 0
        lines.append("  on chip     at most \(bytes(peak)) at once; \(placement)")
        lines.append("  order       \(outcome.plan.order == Array(problem.operators.indices) ? "as listed" : "found by the search")")
        lines.append("  effort      \(effort)")
        return lines.joined(separator: "\n") + "\n"
    }

    private var proof: String {
        if outcome.isOptimal {
            return order == .joint ? "no schedule moves fewer" : "no schedule in this order moves fewer"
        }
        let reason = outcome.wasCancelled ? "stopped; not proved" : "not proved"
        return "\(reason), best bound \(bytes(outcome.lowerBound))"
    }

    private var placement: String {
        switch outcome.placement {
        case .placed: "every tensor has its place"
        case .none(let tried): "no places found for it, nor for \(tried) plans that were tried; a compiler has to split tensors or move them"
        case .notAsked: "places not looked for"
        }
    }

    private var effort: String {
        var parts = ["\(QuantityText.integer(outcome.effort.candidates)) states"]
        if outcome.effort.windowRounds > 0 { parts.append("\(outcome.effort.windowRounds) rounds of windows") }
        if let record = outcome.effort.records.first {
            let used = outcome.effort.records.reduce(0) { $0 + Int(clamping: $1.resourcesUsed) }
            parts.append("Z3 \(record.version), \(QuantityText.integer(used)) of its units of work in \(outcome.effort.records.count) queries")
        }
        if outcome.effort.unplacedPlans > 0 { parts.append("\(outcome.effort.unplacedPlans) plans without places") }
        return parts.joined(separator: "; ")
    }

    /// One line for each step.
    var table: String {
        let occupancy = outcome.plan.occupancy(in: problem)
        let width = min(40, outcome.plan.order.map { name($0).count }.max() ?? 8)
        var text = "\n  step  " + pad("operator", width) + "       on chip          read       written\n"
        for (step, index) in outcome.plan.order.enumerated() {
            let moved = moves[step]
            text += "  " + left(String(step), 4) + "  " + pad(name(index), width) + left(QuantityText.integer(occupancy[step]), 14)
                + left(moved.read == 0 ? "" : QuantityText.integer(moved.read), 14) + left(moved.written == 0 ? "" : QuantityText.integer(moved.written), 14) + "\n"
        }
        return text
    }

    private func name(_ index: Int) -> String { String(problem.operators[index].name.prefix(40)) }
    private func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
    private func left(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
    private func bytes(_ count: Int) -> String { QuantityText.integer(count) + (count == 1 ? " byte" : " bytes") }

    /// By step: bytes read before it and written behind it.
    private var moves: [(read: Int, written: Int)] {
        var moves = [(read: Int, written: Int)](repeating: (0, 0), count: outcome.plan.order.count)
        let stored = Set(outcome.plan.stores)
        for residence in outcome.plan.residences {
            let size = problem.tensors[residence.tensor].size
            if residence.isLoaded { moves[residence.steps.lowerBound].read += size } else if stored.contains(residence.tensor) {
                moves[residence.steps.lowerBound].written += size
            }
        }
        return moves
    }

    /// The schedule as a file.
    var yaml: String {
        var text = """
            # Written by cyclewright schedule. Tensors are read before the operator of their step runs, and leave after it.
            schedule: 1
            architecture: \(quoted(architecture))
            workload: \(quoted(workload))
            order: \(order.rawValue)
            capacity: \(problem.capacity)
            off-chip-bytes: \(outcome.bytes)
            compulsory-bytes: \(outcome.compulsoryBytes)
            lower-bound: \(outcome.lowerBound)
            proved-optimal: \(outcome.isOptimal)
            placed: \(outcome.placement == .placed)

            """
        if let streamedBytes { text += "streamed-parameter-bytes: \(streamedBytes)\n" }
        let stored = Set(outcome.plan.stores)
        var starts = [[Residence]](repeating: [], count: outcome.plan.order.count)
        var ends = starts
        for residence in outcome.plan.residences {
            starts[residence.steps.lowerBound].append(residence)
            ends[residence.steps.upperBound - 1].append(residence)
        }
        let occupancy = outcome.plan.occupancy(in: problem)
        text += "steps:\(outcome.plan.order.isEmpty ? " []" : "")\n"
        for (step, index) in outcome.plan.order.enumerated() {
            text += "  - operator: \(quoted(problem.operators[index].name))\n    on-chip: \(occupancy[step])\n"
            text += list("read", starts[step].filter(\.isLoaded))
            text += list("make", starts[step].filter { !$0.isLoaded })
            let written = starts[step].filter { !$0.isLoaded && stored.contains($0.tensor) }
            if !written.isEmpty { text += "    write: [\(written.map { quoted(problem.tensors[$0.tensor].name) }.joined(separator: ", "))]\n" }
            if !ends[step].isEmpty { text += "    leave: [\(ends[step].map { quoted(problem.tensors[$0.tensor].name) }.joined(separator: ", "))]\n" }
        }
        return text
    }

    private func list(_ key: String, _ residences: [Residence]) -> String {
        guard !residences.isEmpty else { return "" }
        let items = residences.map { residence in
            "{ tensor: \(quoted(problem.tensors[residence.tensor].name)), bytes: \(problem.tensors[residence.tensor].size)"
                + (residence.offset.map { ", offset: \($0)" } ?? "") + " }"
        }
        return "    \(key):\n" + items.map { "      - \($0)\n" }.joined()
    }

    /// Double quotes as in JSON, which is YAML too.
    private func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 32 || (127...159).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
