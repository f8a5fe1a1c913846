import Lowering
import Mapping
import MappingSearch
import Reporting

/// Who mapped a workload's products, and how far that is from the best: one line of a report.
struct MappingOrigin {
    let text: String

    /// - Parameters:
    ///   - file: what a mapping file or a schedule said.
    ///   - search: what mapped the rest; `nil` for the rule of thumb.
    init(_ file: WorkloadMapping?, _ search: MachineMapper?, _ lowered: LoweredWorkload) {
        let all = Set(lowered.products.map(\.operatorIndex)).count
        let given = Set(lowered.products.filter(\.isGiven).map(\.operatorIndex)).count
        var parts: [String] = []
        if let file {
            let name = FilePath.name(file.file ?? "a file")
            var part = "\(given) of \(all) products are mapped as \(name) says"
            if file.operators.isEmpty {
                part = "places of tensors as \(name) says"
                if !file.order.isEmpty { part = "order of operators as \(name) says" }
                if !file.cores.isEmpty { part = "cores of \(file.cores.count) operators as \(name) says" }
                let kept = file.preferences.filter { $0.place == .onChip }.map(\.name)
                if !kept.isEmpty {
                    let there = Set(lowered.tensors.filter { $0.place == .onChip }.map(\.name))
                    part += ", and \(kept.count { there.contains($0) }) of \(kept.count) tensors that it keeps on chip are there"
                }
            }
            if !file.objective.isEmpty { part += ", which was searched for least \(file.objective)" }
            if !file.reached.isEmpty { part += ": \(file.reached)" }
            parts.append(part)
        }
        if given < all { parts.append((file == nil ? "" : given > 0 ? "the others by " : "products by ") + Self.reached(search)) }
        text = parts.joined(separator: "; ")
    }

    private static func reached(_ search: MachineMapper?) -> String {
        guard let search else { return "rule of thumb, no bound known" }
        guard !search.results.isEmpty else { return "short search, no bound known" }
        let percent = 100 * search.gap
        if percent < 0.05 { return "short search, at its bound: no mapping is predicted to take fewer cycles" }
        return "short search, predicted cycles at most \(QuantityText.fixed(percent, decimals: 1)) % above a bound"
    }
}
