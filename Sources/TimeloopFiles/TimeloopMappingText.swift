import MappingSearch

/// A mapping in Timeloop's format, which its model and ours read.
public enum TimeloopMappingText {
    /// - Parameter comment: lines at the top, without "#".
    public static func yaml(_ mapping: LoopNestMapping, _ problem: LoopNestProblem, on hierarchy: MemoryHierarchy, comment: [String] = []) -> String {
        var text = comment.map { "# \($0)\n" }.joined() + "mapping:\n"
        let names = problem.dimensions.map(\.name)
        let separator = names.allSatisfy { $0.count == 1 } ? "" : ","
        for (level, part) in zip(hierarchy.levels, mapping.levels) {
            if part.spatial.contains(where: { $0 > 1 }) || !level.holdsData {
                let order = names.indices.filter { !part.isAlongY[$0] || part.spatial[$0] == 1 } + names.indices.filter { part.isAlongY[$0] && part.spatial[$0] > 1 }
                let split = names.indices.count { !part.isAlongY[$0] || part.spatial[$0] == 1 }
                text += "  - target: \(level.name)\n    type: spatial\n    factors: \(factors(part.spatial, names))\n"
                text += "    permutation: \(order.map { names[$0] }.joined(separator: separator))\n    split: \(split)\n"
            }
            text += "  - target: \(level.name)\n    type: temporal\n    factors: \(factors(part.temporal, names))\n"
            text += "    permutation: \(part.order.map { names[$0] }.joined(separator: separator))\n"
            text += "  - target: \(level.name)\n    type: bypass\n"
            text += "    keep: [\(spaces(part.keeps, true, problem))]\n    bypass: [\(spaces(part.keeps, false, problem))]\n"
        }
        return text
    }

    private static func factors(_ factors: [Int], _ names: [String]) -> String {
        zip(names, factors).map { "\($0)=\($1)" }.joined(separator: " ")
    }

    private static func spaces(_ keeps: [Bool], _ isKept: Bool, _ problem: LoopNestProblem) -> String {
        zip(problem.dataSpaces, keeps).filter { $1 == isKept }.map(\.0.name).joined(separator: ", ")
    }
}
