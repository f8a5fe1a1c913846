extension WorkloadMapping {
    /// The file's text.
    public var text: String {
        var lines = ["mapping: \(Self.version)", "architecture: \(quoted(architecture))", "workload: \(quoted(workload))"]
        if let checks { lines.append("checks: { architecture: \"\(checks.architecture)\", workload: \"\(checks.workload)\" }") }
        if !objective.isEmpty { lines.append("objective: \(objective)") }
        if !reached.isEmpty { lines.append("reached: \(quoted(reached))") }
        if buffers != .apart { lines.append("buffers: \(buffers.rawValue)") }
        if !order.isEmpty { lines += ["", "order:"] + order.map { "  - \(quoted($0.name))" } }
        if !fusion.isEmpty { lines += ["", "fusion:"] }
        for group in fusion {
            lines.append("  - operators: [\(group.operators.map { quoted($0) }.joined(separator: ", "))]" + (group.comment.isEmpty ? "" : "  # \(group.comment)"))
            lines += ["    dimension: \(group.dimension.rawValue)", "    blocks: \(group.blocks)"]
            if group.isPipelined { lines.append("    pipelined: yes") }
        }
        if !operators.isEmpty { lines += ["", "operators:"] }
        for entry in operators {
            lines.append("  \(quoted(entry.name)):" + (entry.comment.isEmpty ? "" : "  # \(entry.comment)"))
            if let product = entry.product {
                lines.append("    product: { batch: \(product.batch), m: \(product.m), k: \(product.k), n: \(product.n) }")
            }
            let mapping = entry.mapping
            lines.append("    tile: { m: \(mapping.tileM), k: \(mapping.tileK), n: \(mapping.tileN) }")
            lines.append("    order: \(mapping.order.rawValue)")
            lines.append("    left: \(mapping.left.rawValue)")
            lines.append("    right: \(mapping.right.rawValue)")
            lines.append("    split: \(mapping.split.rawValue)")
        }
        if !units.isEmpty { lines += ["", "units:"] }
        for unit in units { lines.append("  \(quoted(unit.name)): \(unit.kind.rawValue)") }
        if !cores.isEmpty { lines += ["", "cores:"] }
        for entry in cores { lines.append("  \(quoted(entry.name)): \(entry.text)") }
        if !tensors.isEmpty { lines += ["", "tensors:"] }
        for tensor in tensors { lines.append("  \(quoted(tensor.name)): \(tensor.text)") }
        if !constraints.isEmpty {
            lines += ["", "constraints:"]
            if !constraints.operators.isEmpty { lines.append("  operators:") }
            for constraint in constraints.operators { lines += self.lines(constraint) }
            if !constraints.tensors.isEmpty { lines.append("  tensors:") }
            for tensor in constraints.tensors { lines.append("    \(quoted(tensor.name)): \(tensor.text)") }
            if let fusion = constraints.fusion { lines.append("  fusion: \(fusion.rawValue)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func lines(_ constraint: OperatorConstraint) -> [String] {
        var lines = ["    \(quoted(constraint.name)):"]
        var tile: [String] = []
        for requirement in constraint.requirements {
            if case .tile(let dimension, let bounds) = requirement.content {
                tile.append("\(dimension.rawValue): \"\(bounds.text)\"")
            } else {
                lines.append("      " + requirement.text)
            }
        }
        if !tile.isEmpty { lines.insert("      tile: { \(tile.joined(separator: ", ")) }", at: 1) }
        return lines
    }

    /// A name between quotes, so that nothing in it means anything to YAML.
    private func quoted(_ name: String) -> String {
        var text = "\""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            // Anchors and aliases are looked for without regard to quotes.
            case "&", "*", "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
