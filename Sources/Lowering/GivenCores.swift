import Architecture
import Mapping
import OperatorGraph

/// Which cores run which operator: what a mapping file says, all of them for the rest.
struct GivenCores {
    /// By index of the group.
    private var entries: [Int: AssignedCores] = [:]
    private let all: Range<Int>

    /// Whether some operator does not run on all cores: then operators may run side by side.
    private(set) var isPartial = false

    /// - Parameters:
    ///   - cores: of the machine.
    ///   - names: operators of the workload, some of which may have gone away when it was prepared.
    ///   - refusal: a message about an operator's entry in the mapping file.
    /// - Throws: for operators and cores that there are not.
    init(
        _ list: [AssignedCores], _ groups: [OperatorGroup], _ graph: Graph, cores: Int, machine: String, names: Set<String>,
        _ refusal: (_ entry: AssignedCores, _ message: String, _ suggestion: String) -> LoweringError
    ) throws(LoweringError) {
        all = 0..<cores
        guard let first = list.first else { return }
        guard cores > 1 else { throw refusal(first, "\(machine) has one core, which runs everything", "leave cores: out") }
        let places = GivenOrder(groups, graph)
        for entry in list {
            guard let group = places.position(of: entry.name) else {
                if names.contains(entry.name) { continue }
                throw refusal(
                    entry, "the workload has no operator \"\(entry.name)\"",
                    Suggestion.closest(to: entry.name, among: names.sorted()).map { "did you mean \"\($0)\"?" } ?? "name operators as the report does")
            }
            guard entry.cores.upperBound < cores else {
                throw refusal(entry, "\(machine) has no core \(entry.cores.upperBound)", "its cores are 0 to \(cores - 1)")
            }
            if let division = entry.division, groups[group].kind != .matmul {
                throw refusal(entry, "the operator is no product, of which \(division.rawValue) could be divided", "write \(entry.text.prefix { $0 != " " })")
            }
            if let other = entries[group], other.cores != entry.cores || other.division != entry.division {
                throw refusal(entry, "it runs as one with \"\(other.name)\", which is on \(other.text)", "write the same for both, or leave one out")
            }
            entries[group] = entry
            isPartial = isPartial || entry.cores.count < cores
        }
    }

    func cores(of group: Int) -> Range<Int> { entries[group].map { Range($0.cores) } ?? all }

    func division(of group: Int) -> AssignedCores.Division? { entries[group]?.division }

    /// Operators that do not run on all cores by the rule, in the order of groups, as a file has them.
    func assigned(_ groups: [OperatorGroup], _ graph: Graph) -> [AssignedCores] {
        let names = GivenOrder.groupNames(of: groups, graph)
        return groups.indices.compactMap { index in
            guard let entry = entries[index], Range(entry.cores) != all || entry.division != nil else { return nil }
            return AssignedCores(name: names[index] ?? entry.name, cores: entry.cores, division: entry.division)
        }
    }
}
