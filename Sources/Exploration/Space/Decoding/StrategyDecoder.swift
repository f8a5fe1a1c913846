import Architecture
import Quantities

/// Reads `strategy:` of a space.
struct StrategyDecoder {
    let reader: DocumentReader

    /// `genetic`, or `{ name: genetic, points: 500, batch: 16, seed: 3, options: { population: 40 } }`.
    func strategy(_ node: DocumentNode?) throws(ArchitectureError) -> StrategyDescription {
        guard let node else { return StrategyDescription() }
        if node.scalar != nil {
            let description = StrategyDescription(name: try reader.text(node, "strategy"))
            try check(description, node, "strategy", [:])
            return description
        }
        try reader.checkKeys(node, "strategy", ["name", "points", "batch", "seed", "options"])
        let nameNode = try reader.required("name", node, "strategy", "how the space is searched, such as genetic")
        var description = StrategyDescription(name: try reader.text(nameNode, "strategy.name"))
        if let points = node["points"] { description.points = Int(try whole(points, "strategy.points", 1...1e9)) }
        if let batch = node["batch"] { description.batch = Int(try whole(batch, "strategy.batch", 1...10_000)) }
        if let seed = node["seed"] {
            guard let value = UInt64(try reader.text(seed, "strategy.seed")) else { throw reader.failure(seed, "strategy.seed", "has to be a whole number from 0 to \(UInt64.max)") }
            description.seed = value
        }
        var places: [String: DocumentNode] = [:]
        if let options = node["options"] {
            guard let entries = options.entries else { throw reader.failure(options, "strategy.options", "is \(options.kindDescription) and has to be a group such as { population: 40 }") }
            for entry in entries {
                let path = "strategy.options.\(entry.key.excerpt)"
                places[entry.key] = entry.value
                if case .sequence(let items) = entry.value.content {
                    var texts: [String] = []
                    for (index, item) in items.enumerated() { texts.append(try reader.text(item, "\(path)[\(index)]")) }
                    description.options.append(StrategyOption(entry.key, texts))
                } else {
                    description.options.append(StrategyOption(entry.key, [try reader.text(entry.value, path)]))
                }
            }
        }
        try check(description, nameNode, "strategy.name", places)
        return description
    }

    private func whole(_ node: DocumentNode, _ path: String, _ range: ClosedRange<Double>) throws(ArchitectureError) -> Double {
        let value = try reader.number(node, path, range)
        guard value == value.rounded() else { throw reader.failure(node, path, "has to be a whole number") }
        return value
    }

    private func check(_ description: StrategyDescription, _ node: DocumentNode, _ path: String, _ places: [String: DocumentNode]) throws(ArchitectureError) {
        do throws(StrategyError) {
            try Strategies.check(name: description.name, options: description.options)
        } catch {
            if let option = error.option, let place = places[option] {
                throw reader.failure(place, "strategy.options.\(option.excerpt)", error.message, suggestion: error.suggestion)
            }
            throw reader.failure(node, path, error.message, suggestion: error.suggestion)
        }
    }
}
