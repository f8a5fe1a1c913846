/// Reading the costs of a vector unit, a group within a group.
extension ParameterDecoder {
    mutating func costs(of node: DocumentNode, path: String, source: String?) -> [VectorUnit.Operation: VectorUnit.Cost]? {
        guard let entries = node.entries else {
            diagnostics.report(
                node.origin, path, "is \(node.kindDescription) where a group belongs, such as {exponential: {interval: 4, latency: 8}}")
            return nil
        }
        let countBefore = diagnostics.count
        let groupSource = self.source(of: node, path: path) ?? source
        var costs = VectorUnit.defaultCosts
        var named: [VectorUnit.Operation] = []
        let words = VectorUnit.Operation.allCases.map(\.rawValue)
        for entry in entries where entry.key != "source" {
            let entryPath = join(path, entry.key.excerpt)
            guard let operation = VectorUnit.Operation(rawValue: entry.key), let standard = costs[operation] else {
                reportUnknown(entry.key, "an operation class", words, entry.origin, entryPath)
                continue
            }
            guard let group = entry.value.entries else {
                diagnostics.report(
                    entry.origin, entryPath, "is \(entry.value.kindDescription) where a group belongs: {interval: 4, latency: 8}")
                continue
            }
            reportUnknownKeys(group, schema: VectorUnit.costSchema, path: entryPath, otherKeys: ["source"])
            let entrySource = self.source(of: entry.value, path: entryPath) ?? groupSource
            var cost = standard
            for parameter in VectorUnit.costSchema.parameters {
                let parameterPath = join(entryPath, parameter.name)
                var isDefault = true
                var ownSource: String?
                if let given = entry.value[parameter.name], let (plain, itsSource) = unwrap(given, parameter, parameterPath),
                    case .integer(let number)? = value(of: plain, parameter, path: parameterPath, source: nil)
                {
                    isDefault = false
                    ownSource = itsSource ?? (given.origin == .override ? "--set" : entrySource)
                    if parameter.name == "interval" { cost.interval = number } else { cost.latency = number }
                }
                let number = parameter.name == "interval" ? cost.interval : cost.latency
                resolved.append(
                    ResolvedParameter(
                        path: parameterPath, value: String(number), help: parameter.help, source: ownSource, isDefault: isDefault))
            }
            costs[operation] = cost
            named.append(operation)
        }
        recordDefaults(costs, path: path, except: named)
        return diagnostics.count == countBefore ? costs : nil
    }

    mutating func recordDefaults(
        _ costs: [VectorUnit.Operation: VectorUnit.Cost], path: String, except named: [VectorUnit.Operation]
    ) {
        for operation in VectorUnit.Operation.allCases where !named.contains(operation) {
            guard let cost = costs[operation] else { continue }
            for parameter in VectorUnit.costSchema.parameters {
                resolved.append(
                    ResolvedParameter(
                        path: "\(path).\(operation.rawValue).\(parameter.name)",
                        value: String(parameter.name == "interval" ? cost.interval : cost.latency), help: parameter.help, source: nil,
                        isDefault: true))
            }
        }
    }
}
