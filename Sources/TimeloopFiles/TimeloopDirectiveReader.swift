import Architecture
import MappingSearch

/// The sections "mapping", "architecture_constraints" and "mapspace_constraints": directives that each concern one level.
struct TimeloopDirectiveReader {
    private let document: TimeloopDocument
    private let problem: LoopNestProblem
    private let hierarchy: MemoryHierarchy

    private enum Relation { case equal, atMost, atLeast }

    init(_ document: TimeloopDocument, _ problem: LoopNestProblem, _ hierarchy: MemoryHierarchy) {
        self.document = document
        self.problem = problem
        self.hierarchy = hierarchy
    }

    private static let kinds = ["temporal", "spatial", "bypass", "datatype", "dataspace", "parallelism", "utilization"]

    /// - Returns: `nil` when the files have none; where its directives are.
    func mapping() throws(ArchitectureError) -> (LoopNestMapping?, TimeloopMappingPlaces) {
        guard let section = document.section("mapping") else { return (nil, TimeloopMappingPlaces(file: document.firstFile)) }
        var places = TimeloopMappingPlaces(file: section.file, line: line(section.origin))
        let values = DocumentReader(file: section.file)
        var mapping = LoopNestMapping(problem, on: hierarchy)
        var seen: Set<String> = []
        for (index, node) in try values.list(section.node, "mapping").enumerated() {
            let path = "mapping[\(index)]"
            let (level, kind) = try head(node, path, values)
            let name = hierarchy.levels[level].name
            let group = ["datatype", "dataspace"].contains(kind) ? "bypass" : kind
            guard seen.insert("\(level) \(group)").inserted else { throw values.failure(node, path, "\(name) has two directives of type \(group)") }
            switch group {
            case "temporal":
                places.temporal[name] = line(node.origin)
                for (dimension, relation, value, origin) in try factors(node, path, values) {
                    guard relation == .equal else { throw values.failure(origin, "\(path).factors", "a mapping says which factor it is, and not a limit") }
                    mapping.levels[level].temporal[dimension] = value
                }
                mapping.levels[level].order = completed(try permutation(node, path, values) ?? [])
            case "spatial":
                places.spatial[name] = line(node.origin)
                for (dimension, relation, value, origin) in try factors(node, path, values) {
                    guard relation == .equal else { throw values.failure(origin, "\(path).factors", "a mapping says which factor it is, and not a limit") }
                    mapping.levels[level].spatial[dimension] = value
                }
                let order = completed(try permutation(node, path, values) ?? [])
                let split = try split(node, path, values) ?? order.count
                for (position, dimension) in order.enumerated() { mapping.levels[level].isAlongY[dimension] = position >= split }
            case "bypass":
                for (space, isKept) in try bypasses(node, path, values) {
                    guard hierarchy.levels[level].holdsData || !isKept else {
                        throw values.failure(node, "\(path).keep", "\(name) is dummy storage and keeps nothing; let \(problem.dataSpaces[space].name) bypass it")
                    }
                    mapping.levels[level].keeps[space] = isKept
                }
            default:
                throw values.failure(node, "\(path).type", "\"\(kind)\" is a constraint and no part of a mapping")
            }
        }
        return (mapping, places)
    }

    func constraints() throws(ArchitectureError) -> MapspaceConstraints {
        var constraints = MapspaceConstraints(problem, on: hierarchy)
        for name in ["architecture_constraints", "mapspace_constraints", "constraints", "mapspace"] {
            guard let section = document.section(name) else { continue }
            let values = DocumentReader(file: section.file)
            let list: DocumentNode
            if case .sequence = section.node.content { list = section.node } else if let targets = section.node["targets"] { list = targets } else { continue }
            for (index, node) in try values.list(list, "\(name).targets").enumerated() {
                try add(node, "\(name).targets[\(index)]", values, &constraints)
            }
        }
        return constraints
    }

    private func add(_ node: DocumentNode, _ path: String, _ values: DocumentReader, _ constraints: inout MapspaceConstraints) throws(ArchitectureError) {
        let (level, kind) = try head(node, path, values)
        switch kind {
        case "temporal", "spatial":
            for (dimension, relation, value, origin) in try factors(node, path, values) {
                let wanted: ClosedRange<Int> =
                    switch relation {
                    case .equal: value...value
                    case .atMost: 1...value
                    case .atLeast: value...Int.max
                    }
                let old = kind == "temporal" ? constraints.levels[level].temporal[dimension] : constraints.levels[level].spatial[dimension]
                guard old.overlaps(wanted) else {
                    throw values.failure(
                        origin, "\(path).factors",
                        "\(problem.dimensions[dimension].name) of \(hierarchy.levels[level].name) is restricted twice, in ways that no factor satisfies both of")
                }
                let both = old.clamped(to: wanted)
                if kind == "temporal" { constraints.levels[level].temporal[dimension] = both } else { constraints.levels[level].spatial[dimension] = both }
            }
            let order = try permutation(node, path, values)
            if kind == "temporal" {
                guard let order else { return }
                let old = constraints.levels[level].innermost
                guard order.starts(with: old) || old.starts(with: order) else {
                    throw values.failure(node, "\(path).permutation", "\(hierarchy.levels[level].name) has another permutation already")
                }
                if order.count > old.count { constraints.levels[level].innermost = order }
            } else if let split = try split(node, path, values) {
                let listed = order ?? []
                for (position, dimension) in listed.enumerated() { constraints.levels[level].isAlongY[dimension] = position >= split }
                // Those that are not listed come after.
                for dimension in problem.dimensions.indices where !listed.contains(dimension) {
                    if split <= listed.count { constraints.levels[level].isAlongY[dimension] = true }
                    if split >= problem.dimensions.count { constraints.levels[level].isAlongY[dimension] = false }
                }
            }
        case "bypass", "datatype", "dataspace":
            for (space, isKept) in try bypasses(node, path, values) {
                if let old = constraints.levels[level].keeps[space], old != isKept {
                    throw values.failure(node, path, "\(problem.dataSpaces[space].name) has to be kept in \(hierarchy.levels[level].name) and to bypass it")
                }
                guard hierarchy.levels[level].holdsData || !isKept else {
                    throw values.failure(node, "\(path).keep", "\(hierarchy.levels[level].name) is dummy storage and keeps nothing")
                }
                constraints.levels[level].keeps[space] = isKept
            }
        case "parallelism":
            guard let least = node["min"] else { throw values.failure(node, path, "needs \"min\", the least number of instances in use") }
            constraints.levels[level].minimumParallelism = max(
                constraints.levels[level].minimumParallelism, try values.integer(least, "\(path).min", 1...MemoryHierarchy.maximumInstances))
        default:
            throw values.failure(node, "\(path).type", "\"\(kind)\" is not supported as a constraint")
        }
    }

    /// Which level a directive concerns, and of what type it is.
    private func head(_ node: DocumentNode, _ path: String, _ values: DocumentReader) throws(ArchitectureError) -> (Int, String) {
        guard node.entries != nil else { throw values.failure(node, path, "is \(node.kindDescription); a directive has target, type and more") }
        guard let target = node["target"] else { throw values.failure(node, path, "does not say which level it is for: \"target\"") }
        let name = try values.text(target, "\(path).target")
        guard let level = hierarchy.level(named: name) else {
            let isCompute = name == hierarchy.compute.name
            throw values.failure(
                target, "\(path).target",
                isCompute
                    ? "\(name) computes; directives are for storage: \(wordList(hierarchy.levels.map(\.name), conjunction: "and"))"
                    : "there is no level \"\(name.prefix(40))\"; there are \(wordList(hierarchy.levels.map(\.name), conjunction: "and"))",
                suggestion: Suggestion.closest(to: name, among: hierarchy.levels.map(\.name)))
        }
        guard let kindNode = node["type"] else { throw values.failure(node, path, "has no type: \(wordList(Self.kinds))") }
        let kind = try values.text(kindNode, "\(path).type")
        guard Self.kinds.contains(kind) else {
            throw values.failure(
                kindNode, "\(path).type", "\"\(kind.prefix(40))\" is none of \(wordList(Self.kinds))", suggestion: Suggestion.closest(to: kind, among: Self.kinds))
        }
        return (level, kind)
    }

    private func factors(
        _ node: DocumentNode, _ path: String, _ values: DocumentReader
    ) throws(ArchitectureError) -> [(dimension: Int, relation: Relation, value: Int, origin: DocumentNode)] {
        guard let list = node["factors"] else { return [] }
        var texts: [(String, DocumentNode)] = []
        switch list.content {
        case .scalar(let text): texts = text.split { $0 == "," || $0 == " " }.map { (String($0), list) }
        case .sequence(let items): for item in items { texts.append((try values.text(item, "\(path).factors"), item)) }
        case .mapping: throw values.failure(list, "\(path).factors", "is a group; write C=4 M=16")
        }
        guard texts.count <= LoopNestProblem.maximumDimensions * 2 else { throw values.failure(list, "\(path).factors", "lists more factors than there are dimensions") }
        var found: [(dimension: Int, relation: Relation, value: Int, origin: DocumentNode)] = []
        for (text, origin) in texts {
            // "C=4", "C<=4", "C>=4", and Timeloop's own "C4".
            let name = String(text.prefix { !"=<>0123456789".contains($0) })
            var rest = text.dropFirst(name.count)
            var relation = Relation.equal
            if rest.hasPrefix("<=") { (relation, rest) = (.atMost, rest.dropFirst(2)) } else if rest.hasPrefix(">=") { (relation, rest) = (.atLeast, rest.dropFirst(2)) } else if rest.hasPrefix("=") { rest = rest.dropFirst() }
            guard let dimension = problem.dimension(named: name) else {
                throw values.failure(
                    origin, "\(path).factors", "\"\(text.prefix(40))\": there is no dimension \"\(name.prefix(40))\"; there are \(wordList(problem.dimensions.map(\.name), conjunction: "and"))",
                    suggestion: Suggestion.closest(to: name, among: problem.dimensions.map(\.name)))
            }
            guard let value = Int(rest), value >= 1 else {
                throw values.failure(origin, "\(path).factors", "\"\(text.prefix(40))\" has no factor from 1 on that 64 bits can hold; write \(name)=4")
            }
            guard !found.contains(where: { $0.dimension == dimension }) else { throw values.failure(origin, "\(path).factors", "\(name) is given twice") }
            found.append((dimension, relation, value, origin))
        }
        return found
    }

    /// Innermost first; `nil` when there is none.
    private func permutation(_ node: DocumentNode, _ path: String, _ values: DocumentReader) throws(ArchitectureError) -> [Int]? {
        guard let list = node["permutation"] else { return nil }
        let path = "\(path).permutation"
        var names: [String] = []
        switch list.content {
        case .scalar(let text):
            // Single letters in a row, or names with something between them.
            if problem.dimensions.allSatisfy({ $0.name.count == 1 }), !text.contains(","), !text.contains(" ") {
                names = text.map(String.init)
            } else {
                names = text.split { $0 == "," || $0 == " " }.map(String.init)
            }
        case .sequence(let items): for item in items { names.append(try values.text(item, path)) }
        case .mapping: throw values.failure(list, path, "is a group; write the dimensions, innermost first")
        }
        var order: [Int] = []
        for name in names {
            guard let dimension = problem.dimension(named: name) else {
                throw values.failure(
                    list, path, "there is no dimension \"\(name.prefix(40))\"; there are \(wordList(problem.dimensions.map(\.name), conjunction: "and"))",
                    suggestion: Suggestion.closest(to: name, among: problem.dimensions.map(\.name)))
            }
            guard !order.contains(dimension) else { throw values.failure(list, path, "names \(name) twice") }
            order.append(dimension)
        }
        return order
    }

    private func completed(_ order: [Int]) -> [Int] { order + problem.dimensions.indices.filter { !order.contains($0) } }

    private func split(_ node: DocumentNode, _ path: String, _ values: DocumentReader) throws(ArchitectureError) -> Int? {
        guard let split = node["split"] else { return nil }
        return try values.integer(split, "\(path).split", 0...1_000_000)
    }

    private func bypasses(_ node: DocumentNode, _ path: String, _ values: DocumentReader) throws(ArchitectureError) -> [(space: Int, isKept: Bool)] {
        var found: [(space: Int, isKept: Bool)] = []
        for (key, isKept) in [("keep", true), ("bypass", false)] {
            guard let list = node[key] else { continue }
            for item in try values.list(list, "\(path).\(key)") {
                let name = try values.text(item, "\(path).\(key)")
                guard let space = problem.dataSpace(named: name) else {
                    throw values.failure(
                        item, "\(path).\(key)", "there is no tensor \"\(name.prefix(40))\"; there are \(wordList(problem.dataSpaces.map(\.name), conjunction: "and"))",
                        suggestion: Suggestion.closest(to: name, among: problem.dataSpaces.map(\.name)))
                }
                guard !found.contains(where: { $0.space == space }) else { throw values.failure(item, path, "\(name) is both kept and bypassed, or named twice") }
                found.append((space, isKept))
            }
        }
        return found
    }
}
