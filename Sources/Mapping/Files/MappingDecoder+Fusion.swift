import Architecture

extension MappingDecoder {
    /// Groups of operators that are fused, in the order of the file.
    mutating func fusion(_ node: DocumentNode?) -> [FusedOperators] {
        guard let node else { return [] }
        guard case .sequence(let items) = node.content else {
            diagnostics.report(
                node.origin, "fusion", "is \(node.kindDescription) where a list of fused operators belongs: - { operators: [a, b], dimension: rows, blocks: 4 }")
            return []
        }
        var groups: [FusedOperators] = []
        for (index, item) in items.enumerated() {
            let path = "fusion[\(index)]"
            checkKeys(item, path, ["operators", "dimension", "blocks", "pipelined"])
            guard item.entries != nil else { continue }
            let operators = fusedOperators(item, path + ".operators")
            guard let dimensionNode = item["dimension"] else {
                diagnostics.report(item.origin, path + ".dimension", "is missing; write rows, heads or batch")
                continue
            }
            let dimension: FusedOperators.Dimension? = choice(dimensionNode, path + ".dimension", "a dimension to cut along")
            let blocks = number(item, "blocks", path)
            let pipelined: PipelineChoice? = choice(item["pipelined"], path + ".pipelined", "an answer")
            guard let operators, let dimension, let blocks else { continue }
            groups.append(FusedOperators(operators: operators, dimension: dimension, blocks: blocks, isPipelined: pipelined == .yes, line: MappingFileOpening.line(item.origin)))
        }
        return groups
    }

    private mutating func fusedOperators(_ item: DocumentNode, _ path: String) -> [String]? {
        guard let node = item["operators"] else {
            diagnostics.report(item.origin, path, "is missing; name the operators from the first to the last: [a, b]")
            return nil
        }
        guard case .sequence(let names) = node.content else {
            diagnostics.report(node.origin, path, "is \(node.kindDescription) where a list of operators belongs: [a, b]")
            return nil
        }
        var operators: [String] = []
        for name in names {
            guard let text = scalar(name, path) else { return nil }
            guard !operators.contains(text) else {
                diagnostics.report(name.origin, path, "\"\(text.excerpt)\" is listed twice")
                return nil
            }
            operators.append(text)
        }
        guard operators.count > 1 else {
            diagnostics.report(node.origin, path, "has fewer than two operators; a block goes through at least two")
            return nil
        }
        return operators
    }
}
