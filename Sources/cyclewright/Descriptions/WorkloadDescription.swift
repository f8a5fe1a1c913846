import GraphImport
import OperatorGraph
import Reporting

/// What a workload contains, as text: its tensors, and its operators by type.
package struct WorkloadDescription: Sendable {
    /// All operators of one type.
    package struct Family: Sendable, Equatable {
        package var operation: String
        package var count = 0
        package var macs = 0
        /// Elements of parameters that operators of this type are the first to read.
        package var parameters = 0
        /// Bytes of all inputs and outputs, once for each operator that touches them.
        package var bytes = 0
    }

    package let graph: Graph
    package let path: String
    /// Most multiply-accumulates first, then most bytes.
    package let families: [Family]

    package var macs: Int { families.reduce(0) { $0 + $1.macs } }
    package var parameterCount: Int { GraphSummary.parameterCount(graph) }
    package var parameterBytes: Int { GraphSummary.parameterBytes(graph) }

    package init(_ graph: Graph, path: String) {
        self.graph = graph
        self.path = path
        var byName: [String: Family] = [:]
        var counted = Set<Graph.ValueID>()
        for node in graph.nodes {
            let name = node.domain.isEmpty ? node.operation : "\(node.domain).\(node.operation)"
            var family = byName[name] ?? Family(operation: name)
            family.count += 1
            family.macs += Operators.multiplyAccumulates(of: node, in: graph)
            for value in node.inputs.compactMap({ $0 }) + node.outputs.compactMap({ $0 }) {
                family.bytes += graph.values[value].type.bytes
                if graph.values[value].kind == .parameter, counted.insert(value).inserted {
                    family.parameters += graph.values[value].type.count
                }
            }
            byName[name] = family
        }
        families = byName.values.sorted { ($0.macs, $0.bytes, $1.operation) > ($1.macs, $1.bytes, $0.operation) }
    }

    package func text(_ style: TerminalStyle) -> String {
        var facts = TerminalTable([.init(title: "", role: .dim), .init(title: "", isFlexible: true)])
        facts.rows = [
            ["Name", graph.name], ["Format", graph.origin], ["File", path],
            ["Operators", "\(QuantityText.integer(graph.nodes.count)) of \(families.count) types"],
            ["MACs", QuantityText.integer(macs)],
            ["Parameters", "\(QuantityText.integer(parameterCount)), \(QuantityText.bytes(parameterBytes))"],
        ]
        if graph.isLayerList { facts.rows.append(["Order", "layers stand alone and run one after the other"]) }
        facts.rows += rows("Inputs", graph.inputs) + rows("Outputs", graph.outputs)
        if !graph.states.isEmpty {
            let bytes = graph.states.reduce(0) { $0 + graph.values[$1.input].type.bytes }
            facts.rows.append(["States", "\(graph.states.count) tensors live across steps, \(QuantityText.bytes(bytes))"])
        }
        return (facts.lines(style) + [""] + table.lines(style)).map { $0 + "\n" }.joined()
    }

    /// Rows of a long list end in a count of those left out.
    private func rows(_ title: String, _ values: [Graph.ValueID]) -> [[String]] {
        let shown = values.prefix(8).enumerated().map { position, value in
            [position == 0 ? title : "", "\(graph.values[value].name)  \(graph.values[value].type.text)"]
        }
        return values.count > 8 ? shown + [["", "and \(QuantityText.integer(values.count - 8)) more"]] : shown
    }

    private var table: TerminalTable {
        var table = TerminalTable([
            .init(title: "OPERATOR", isFlexible: true, role: .accent), .init(title: "COUNT", isRight: true), .init(title: "MACS", isRight: true),
            .init(title: "SHARE", isRight: true), .init(title: "PARAMETERS", isRight: true), .init(title: "BYTES", isRight: true),
        ])
        let total = macs
        for family in families {
            table.rows.append([
                family.operation, QuantityText.integer(family.count), family.macs == 0 ? QuantityText.missing : QuantityText.integer(family.macs),
                family.macs == 0 ? QuantityText.missing : QuantityText.percent(Double(family.macs) / Double(total)),
                family.parameters == 0 ? QuantityText.missing : QuantityText.integer(family.parameters), QuantityText.bytes(family.bytes),
            ])
        }
        return table
    }

    /// The operators of a file that Cyclewright does not know, all of them.
    package static func text(unsupported: [UnsupportedOperator], style: TerminalStyle) -> String {
        var table = TerminalTable([
            .init(title: "UNSUPPORTED OPERATOR", role: .warning), .init(title: "OPSET", isRight: true), .init(title: "DOMAIN"),
            .init(title: "COUNT", isRight: true), .init(title: "FIRST NODE", isFlexible: true),
        ])
        table.rows = unsupported.map {
            [$0.operation, "\($0.version)", $0.domain.isEmpty ? "ai.onnx" : $0.domain, QuantityText.integer($0.count), $0.firstNode]
        }
        return table.lines(style).map { $0 + "\n" }.joined()
    }
}
