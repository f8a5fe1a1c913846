extension LoopNestMapping {
    /// The loops as an indented text, outermost first, with each level's tiles in words.
    public func text(_ problem: LoopNestProblem, on hierarchy: MemoryHierarchy) -> String {
        var text = ""
        var indent = 0
        for (index, (level, part)) in zip(hierarchy.levels, levels).enumerated() {
            let extents = extents(within: index)
            let tiles = problem.dataSpaces.indices.filter { part.keeps[$0] }.map { "\(problem.dataSpaces[$0].name) \(problem.tileSize($0, extents))" }
            text += "\(level.name)\(tiles.isEmpty ? "" : ": \(tiles.joined(separator: ", ")) words")\n"
            for dimension in part.order.reversed() where part.temporal[dimension] > 1 {
                indent += 1
                text += "\(String(repeating: "  ", count: indent))for \(problem.dimensions[dimension].name) in 0..<\(part.temporal[dimension])\n"
            }
            for dimension in part.spatial.indices where part.spatial[dimension] > 1 {
                indent += 1
                text += "\(String(repeating: "  ", count: indent))parallel for \(problem.dimensions[dimension].name) in 0..<\(part.spatial[dimension])"
                text += " along \(part.isAlongY[dimension] ? "Y" : "X")\n"
            }
        }
        return text + "\(hierarchy.compute.name)\n"
    }
}
