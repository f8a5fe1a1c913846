extension ArchitectureSchema {
    /// The reference of all components and parameters, as tables in Markdown.
    public static func markdownReference() -> String {
        components.map { component in
            var lines = component.markdownLines
            if component.kind == operationCost.kind { lines += ["", operationTable] }
            return lines.joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }

    private static var operationTable: String {
        let rows = VectorUnit.Operation.allCases.map { operation in
            let cost = VectorUnit.defaultCosts[operation] ?? VectorUnit.Cost(interval: 1, latency: 1)
            return "| `\(operation.rawValue)` | \(operation.help) | \(cost.interval) | \(cost.latency) |"
        }
        return (["| class | operations | default interval | default latency |", "| --- | --- | --- | --- |"] + rows).joined(separator: "\n")
    }
}

extension ComponentSchema {
    /// A heading, the help and a table of the parameters.
    package var markdownLines: [String] {
        var lines = ["### \(title)", "", help, ""]
        lines += ["| parameter | unit | range | default | meaning |", "| --- | --- | --- | --- | --- |"]
        lines += parameters.map { parameter in
            let cells = [
                "`\(parameter.name)`", parameter.unit, parameter.range.description, parameter.presence.description, parameter.help,
            ]
            return "| " + cells.map(Self.escaped).joined(separator: " | ") + " |"
        }
        return lines
    }

    /// A vertical bar would end the cell.
    private static func escaped(_ cell: String) -> String { cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
}
