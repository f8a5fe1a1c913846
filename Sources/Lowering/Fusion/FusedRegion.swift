import Architecture
import Mapping
import OperatorGraph

/// The operators of a graph that a chain takes in: those that it names, and all between them.
struct FusedRegion {
    /// Names that the chain's operators run under, from the first on.
    var names: [String]
    /// In the order of the graph.
    var nodes: [Graph.NodeID]
    /// Which of the chain's operators each of them is a part of, or comes before.
    var stages: [Graph.NodeID: Int] = [:]
    /// The last operator's result, the only one that anything else reads.
    var result: Graph.ValueID
    /// Results of operators that only blocks of exist, in the order in which they are made.
    var intermediates: [Graph.ValueID]
    var isImage: Bool

    /// What is wrong with a chain, and what to do about it.
    struct Refusal: Error {
        var message: String
        var suggestion: String
    }

    init(_ operators: [String], in graph: Graph) throws(Refusal) {
        guard operators.count > 1 else { throw Refusal(message: "it has fewer than two operators", suggestion: "a block goes through at least two") }
        let groups = OperatorGrouping(graph).groups
        var maker: [Graph.ValueID: Int] = [:]
        for (index, group) in groups.enumerated() { maker[group.output] = index }
        var chain: [Int] = []
        for name in operators {
            guard let index = groups.firstIndex(where: { $0.nodes.contains { $0.name == name } }) ?? groups.firstIndex(where: { graph.values[$0.output].name == name }) else {
                let known = groups.flatMap { $0.nodes.map(\.name) }
                throw Refusal(
                    message: "the workload has no operator \"\(name)\"",
                    suggestion: Suggestion.closest(to: name, among: known).map { "did you mean \"\($0)\"?" } ?? "name operators as the report does")
            }
            if !chain.contains(index) { chain.append(index) }
        }
        guard chain.count > 1, let first = chain.first, let last = chain.last else {
            throw Refusal(message: "its operators run as one anyway: \(groups[chain[0]].type)", suggestion: "leave the group out, or add the operator behind them")
        }
        // Everything that needs the first and that the last one needs.
        var needsFirst: Set<Int> = [first]
        for index in groups.indices where groups[index].inputs.contains(where: { maker[$0].map { needsFirst.contains($0) } ?? false }) { needsFirst.insert(index) }
        var between: Set<Int> = []
        var open = [last]
        while let next = open.popLast() {
            guard needsFirst.contains(next), between.insert(next).inserted else { continue }
            open += groups[next].inputs.compactMap { maker[$0] }
        }
        for (name, index) in zip(operators, operators.map { name in chain.first { groups[$0].nodes.contains { $0.name == name } } ?? first }) where !between.contains(index) {
            throw Refusal(
                message: "they are no chain: \"\(name)\" does not lie between \"\(operators[0])\" and \"\(operators[operators.count - 1])\"",
                suggestion: "list operators of which each reads what those before it make")
        }
        guard between.contains(first) else {
            throw Refusal(
                message: "they are no chain: \"\(operators[operators.count - 1])\" does not need \"\(operators[0])\"", suggestion: "list the operators in the order in which they run")
        }
        guard groups[last].kind == .matmul || groups[last].kind == .vector else {
            throw Refusal(message: "the last operator, \"\(operators[operators.count - 1])\", only moves elements", suggestion: "end the group with the operator before it")
        }
        let results = graph.results
        let members = between.sorted()
        for index in members where index != last {
            let value = groups[index].output
            let reader = groups.indices.first { !between.contains($0) && groups[$0].inputs.contains(value) }
            guard reader != nil || results.contains(value) else { continue }
            let who = reader.map { "\"\(groups[$0].nodes[0].name)\" reads it as well" } ?? "it is a result of the workload"
            throw Refusal(
                message: "\"\(graph.values[value].name)\" would exist by blocks only, and \(who)",
                suggestion: "end the group with \"\(groups[index].nodes[groups[index].nodes.count - 1].name)\", or take the other reader in")
        }
        let outputs = Set(members.flatMap { groups[$0].nodes.compactMap { $0.outputs.first ?? nil } })
        nodes = graph.nodes.indices.filter { graph.nodes[$0].outputs.contains { $0.map { outputs.contains($0) } ?? false } }
        result = groups[last].output
        intermediates = members.filter { $0 != last && groups[$0].kind != .view }.map { groups[$0].output }
        names = members.filter { groups[$0].kind != .view }.map { index in Self.name(of: groups[index], at: index) }
        var stage = 0
        for index in members {
            for node in nodes where groups[index].nodes.contains(where: { $0.outputs == graph.nodes[node].outputs }) && stages[node] == nil { stages[node] = stage }
            if groups[index].kind != .view { stage += 1 }
        }
        isImage = members.contains { index in groups[index].nodes.contains { $0.operation.hasPrefix("Conv") || $0.operation.hasSuffix("Pool") } }
    }

    private static func name(of group: OperatorGroup, at index: Int) -> String {
        group.nodes.first { OperatorGrouping.matmuls.contains($0.operation) }?.name ?? group.nodes.last?.name ?? ""
    }

    /// The dimension of the result that is meant.
    func dimension(_ name: FusedOperators.Dimension, in graph: Graph) throws(Refusal) -> Int {
        let shape = graph.values[result].type.shape
        let dimension: Int? =
            switch name {
            case .rows: isImage && shape.count >= 3 ? 2 : shape.count >= 2 ? shape.count - 2 : nil
            case .heads: isImage || shape.count < 3 ? nil : shape.count - 3
            case .batch: shape.count >= 3 ? 0 : nil
            }
        guard let dimension else {
            throw Refusal(
                message: "the last operator's result of \(shape.map(String.init).joined(separator: " × ")) has no \(name.rawValue)",
                suggestion: isImage ? "an image has rows and a batch" : "a matrix has rows")
        }
        return dimension
    }
}
