import Architecture
import Mapping
import OperatorGraph

/// Puts operators into the order that a mapping file asks for.
///
/// Operators that it lists run in its order, each behind those that it needs and that the file does not list; the rest follows as the
/// workload lists it. Nodes that run as one operator are named by any of them, or by their result.
struct GivenOrder {
    private let groups: [OperatorGroup]
    /// The group that makes a value.
    private var makers: [Graph.ValueID: Int] = [:]
    /// The first group in which a name occurs.
    private var positions: [String: Int] = [:]
    private var isListed: [Bool]
    private var isDone: [Bool]
    private var order: [Int] = []

    init(_ groups: [OperatorGroup], _ graph: Graph) {
        self.groups = groups
        isListed = Array(repeating: false, count: groups.count)
        isDone = isListed
        for (index, group) in groups.enumerated() {
            for node in group.nodes {
                for case let output? in node.outputs where makers[output] == nil { makers[output] = index }
                if positions[node.name] == nil { positions[node.name] = index }
            }
            makers[group.output] = index
        }
        for (index, group) in groups.enumerated() where positions[graph.values[group.output].name] == nil {
            positions[graph.values[group.output].name] = index
        }
    }

    /// A name for each group, by which it is found again: a node's, or where that is missing or others have it too, its result's.
    static func names(of groups: [OperatorGroup], _ graph: Graph) -> [String] { groupNames(of: groups, graph).compactMap { $0 } }

    /// The same by group, `nil` where it has none.
    static func groupNames(of groups: [OperatorGroup], _ graph: Graph) -> [String?] {
        let names = groups.map { group in group.nodes.first { OperatorGrouping.matmuls.contains($0.operation) }?.name ?? group.nodes.last?.name ?? "" }
        let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        let nodes = Set(groups.flatMap { $0.nodes.map(\.name) })
        return zip(groups, names).map { group, name in
            if !name.isEmpty, counts[name] == 1 { return name }
            let result = graph.values[group.output].name
            return result.isEmpty || nodes.contains(result) ? nil : result
        }
    }

    /// The group in which a name occurs.
    func position(of name: String) -> Int? { positions[name] }

    /// - Parameters:
    ///   - names: nodes of the workload, some of which may have gone away when it was prepared.
    ///   - refusal: a message about a place in the mapping file.
    /// - Throws: for names that the workload does not have, and orders in which something is read before it is made.
    func sorted(
        by list: [OrderedOperator], names: Set<String>, _ refusal: (_ line: Int?, _ message: String, _ suggestion: String) -> LoweringError
    ) throws(LoweringError) -> [OperatorGroup] {
        var sorting = self
        var wanted: [(group: Int, entry: OrderedOperator)] = []
        for entry in list {
            guard let group = positions[entry.name] else {
                if names.contains(entry.name) { continue }
                throw refusal(
                    entry.line, "the workload has no operator \"\(entry.name)\"",
                    Suggestion.closest(to: entry.name, among: names.sorted()).map { "did you mean \"\($0)\"?" } ?? "name operators as the report does")
            }
            guard !sorting.isListed[group] else { continue }
            sorting.isListed[group] = true
            wanted.append((group, entry))
        }
        for (group, entry) in wanted {
            if let missing = sorting.run(group) {
                throw refusal(
                    entry.line, "\"\(entry.name)\" cannot run before \"\(groups[missing].nodes.first?.name ?? "")\", whose result it needs",
                    "list it behind that one")
            }
        }
        for group in groups.indices where !sorting.isDone[group] { _ = sorting.run(group) }
        return sorting.order.map { groups[$0] }
    }

    /// Adds a group behind those that it needs, in the order of the workload.
    ///
    /// - Returns: a listed group that has to run before it and has not; `nil` when it could be added.
    private mutating func run(_ group: Int) -> Int? {
        guard !isDone[group] else { return nil }
        var needed: Set<Int> = [group]
        var open = [group]
        while let next = open.popLast() {
            for input in groups[next].inputs {
                guard let maker = makers[input], !isDone[maker], needed.insert(maker).inserted else { continue }
                if isListed[maker] { return maker }
                open.append(maker)
            }
        }
        // The workload lists nothing before what it needs.
        for index in needed.sorted() {
            isDone[index] = true
            order.append(index)
        }
        return nil
    }
}
