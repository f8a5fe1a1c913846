import Architecture
import MappingSearch

/// The section "problem".
struct TimeloopProblemReader {
    static func read(_ document: TimeloopDocument) throws(ArchitectureError) -> LoopNestProblem {
        let section = try document.required("problem", "the loops and what they touch")
        let values = DocumentReader(file: section.file)
        guard let shape = section.node["shape"] else { throw values.failure(section.node, "problem", "has no \"shape\"") }
        guard let instance = section.node["instance"] else { throw values.failure(section.node, "problem", "has no \"instance\", which says how large the dimensions are") }
        guard let list = shape["dimensions"] else { throw values.failure(shape, "problem.shape", "has no \"dimensions\"") }
        var dimensions: [LoopNestProblem.Dimension] = []
        for (index, node) in try values.list(list, "problem.shape.dimensions").enumerated() {
            let name = try values.text(node, "problem.shape.dimensions[\(index)]")
            guard let extent = instance[name] else {
                throw values.failure(
                    instance, "problem.instance", "does not say how large \(name) is",
                    suggestion: Suggestion.closest(to: name, among: (instance.entries ?? []).map(\.key)).map { "\(name), and not \($0)" })
            }
            dimensions.append(.init(name, try values.integer(extent, "problem.instance.\(name)", 1...(1 << 40))))
        }
        var coefficients: [String: Int] = [:]
        if let list = shape["coefficients"] {
            for (index, node) in try values.list(list, "problem.shape.coefficients").enumerated() {
                let path = "problem.shape.coefficients[\(index)]"
                guard let nameNode = node["name"] else { throw values.failure(node, path, "has no name") }
                let name = try values.text(nameNode, "\(path).name")
                guard let value = instance[name] ?? node["default"] else { throw values.failure(node, path, "\(name) has no default, and the instance does not give it") }
                coefficients[name] = try values.integer(value, "problem.instance.\(name)", 1...(1 << 16))
            }
        }
        for entry in instance.entries ?? [] where !dimensions.contains(where: { $0.name == entry.key }) && coefficients[entry.key] == nil && entry.key != "densities" {
            throw ArchitectureError(
                file: section.file, line: line(entry.origin), path: "problem.instance.\(entry.key.prefix(40))",
                message: "is neither a dimension nor a coefficient of the shape",
                suggestion: Suggestion.closest(to: entry.key, among: dimensions.map(\.name) + coefficients.keys.sorted()))
        }
        guard let spaces = shape["data_spaces"] ?? shape["data-spaces"] else { throw values.failure(shape, "problem.shape", "has no \"data_spaces\"") }
        var dataSpaces: [LoopNestProblem.DataSpace] = []
        for (index, node) in try values.list(spaces, "problem.shape.data_spaces").enumerated() {
            let path = "problem.shape.data_spaces[\(index)]"
            guard let nameNode = node["name"], let projection = node["projection"] else { throw values.failure(node, path, "needs a name and a projection") }
            let name = try values.text(nameNode, "\(path).name")
            var ranks: [[LoopNestProblem.Term]] = []
            for (index, rank) in try values.list(projection, "\(path).projection").enumerated() {
                var terms: [LoopNestProblem.Term] = []
                for term in try values.list(rank, "\(path).projection[\(index)]") {
                    terms.append(try Self.term(term, "\(path).projection[\(index)]", dimensions, coefficients, values))
                }
                ranks.append(terms)
            }
            let flag = (node["read_write"] ?? node["read-write"])?.scalar?.lowercased() ?? "false"
            dataSpaces.append(.init(name, ranks: ranks, isResult: ["true", "yes", "on"].contains(flag)))
        }
        let name = shape["name"]?.scalar ?? "problem"
        do throws(LoopNestError) {
            return try LoopNestProblem(name: name, dimensions: dimensions, dataSpaces: dataSpaces)
        } catch {
            throw values.failure(section.node, "problem", error.description)
        }
    }

    /// [P, Wstride], [P], or P.
    private static func term(
        _ node: DocumentNode, _ path: String, _ dimensions: [LoopNestProblem.Dimension], _ coefficients: [String: Int], _ values: DocumentReader
    ) throws(ArchitectureError) -> LoopNestProblem.Term {
        var parts: [DocumentNode] = [node]
        if case .sequence(let items) = node.content { parts = items }
        guard (1...2).contains(parts.count) else { throw values.failure(node, path, "a term is a dimension, or a dimension and a coefficient: [P, Wstride]") }
        let name = try values.text(parts[0], path)
        guard let dimension = dimensions.firstIndex(where: { $0.name == name }) else {
            throw values.failure(
                parts[0], path, "\"\(name.prefix(40))\" is not a dimension; there are \(wordList(dimensions.map(\.name), conjunction: "and"))",
                suggestion: Suggestion.closest(to: name, among: dimensions.map(\.name)))
        }
        guard parts.count == 2 else { return .init(dimension) }
        let text = try values.text(parts[1], path)
        guard let coefficient = coefficients[text] ?? Int(text) else {
            throw values.failure(
                parts[1], path, "\"\(text.prefix(40))\" is not a coefficient of the shape", suggestion: Suggestion.closest(to: text, among: coefficients.keys.sorted()))
        }
        guard (1...(1 << 16)).contains(coefficient) else { throw values.failure(parts[1], path, "the coefficient \(coefficient) is not from 1 to 65536") }
        return .init(dimension, coefficient: coefficient)
    }
}
