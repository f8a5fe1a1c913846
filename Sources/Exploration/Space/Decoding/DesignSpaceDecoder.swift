import Architecture
import Quantities

extension DesignSpace {
    /// Reads a space file.
    ///
    /// - Parameters:
    ///   - text: YAML, of at most 1 MiB.
    ///   - file: its name, for messages.
    /// - Throws: `ArchitectureError` with file, line and path of the mistake, and what was probably meant.
    public static func decode(text: String, file: String) throws(ArchitectureError) -> DesignSpace {
        let root = try YAMLDocument.parse(text, file: file, kind: "space", beginning: "space: NAME")
        return try DesignSpaceDecoder(file: file).space(root)
    }
}

/// From document nodes to a space.
struct DesignSpaceDecoder {
    let reader: DocumentReader
    var scope = ExpressionScope(parameters: [])

    init(file: String) { reader = DocumentReader(file: file) }

    static let keys = [
        "space", "version", "description", "architecture", "memory", "accelerators", "workload", "workloads", "set", "parameters", "constraints", "objectives", "limits", "strategy",
    ]

    func space(_ root: DocumentNode) throws(ArchitectureError) -> DesignSpace {
        try reader.checkKeys(root, "", Self.keys)
        try checkVersion(root)
        let name = try reader.text(try reader.required("space", root, "", "the name of the space"), "space")
        let (subject, architecture) = try self.subject(root)
        let workloads = try WorkloadListDecoder(reader: reader).workloads(root)
        let fixed = try settings(root["set"], "set")

        let parametersNode = try reader.required("parameters", root, "", "what differs from point to point")
        var parameters = ParameterListDecoder(reader: reader)
        try parameters.read(parametersNode)
        var scope = ExpressionScope(parameters: parameters.parameters, workloads: workloads.map(\.name))
        let assignments = try parameters.assignments(&scope)
        try checkTargets(assignments, fixed, root)

        let constraints = try expressions(root["constraints"], "constraints", &scope, allowsFigures: false)
        try checkContradiction(constraints, parameters.parameters, scope, root["constraints"] ?? root)
        let objectives = try self.objectives(try reader.required("objectives", root, "", "what is to be small or large, such as [cycles, area]"), &scope)
        let limits = try expressions(root["limits"], "limits", &scope, allowsFigures: true)
        let strategy = try StrategyDecoder(reader: reader).strategy(root["strategy"])
        return DesignSpace(
            name: name, subject: subject, architecture: architecture, workloads: workloads, fixedSettings: fixed, parameters: parameters.parameters,
            assignments: assignments.map(\.assignment), constraints: constraints, objectives: objectives.map(\.objective),
            objectiveExpressions: objectives.map(\.expression), limits: limits, scope: scope, strategy: strategy)
    }

    /// One of `architecture: gemmini`, `memory: DDR4-3200` and `accelerators: { first: a.yaml, second: b.yaml }`.
    private func subject(_ root: DocumentNode) throws(ArchitectureError) -> (SpaceSubject, String) {
        let given = ["architecture", "memory", "accelerators"].filter { root[$0] != nil }
        if given.count > 1 { throw reader.failure(root[given[1]] ?? root, given[1], "does not go with \"\(given[0])\"; give one of them") }
        if let memory = root["memory"] { return (.memory, try reader.text(memory, "memory")) }
        guard let accelerators = root["accelerators"] else {
            let node = try reader.required("architecture", root, "", "what the points are built from, such as gemmini")
            return (.architecture, try reader.text(node, "architecture"))
        }
        guard let entries = accelerators.entries, (1...16).contains(entries.count) else {
            throw reader.failure(accelerators, "accelerators", "has to be a group of 1 to 16 names with an architecture each, such as { first: gemmini, second: tpu-v1 }")
        }
        var parts: [SpaceSubject.Accelerator] = []
        for entry in entries {
            parts.append(.init(name: entry.key, architecture: try reader.text(entry.value, "accelerators.\(entry.key.excerpt)")))
        }
        return (.accelerators(parts), parts.map(\.architecture).joined(separator: " + "))
    }

    private func checkVersion(_ root: DocumentNode) throws(ArchitectureError) {
        guard let node = root["version"] else { return }
        let version = try reader.number(node, "version", 1...1e6)
        guard version <= Double(DesignSpace.formatVersion) else {
            throw reader.failure(node, "version", "is \(version); this cyclewright reads version \(DesignSpace.formatVersion): use a newer one")
        }
        guard version == version.rounded() else { throw reader.failure(node, "version", "has to be a whole number") }
    }

    /// `set: { memories.dram.latency: 20 ns }`
    func settings(_ node: DocumentNode?, _ path: String) throws(ArchitectureError) -> [SpaceSetting] {
        guard let node, node.scalar != "" else { return [] }
        guard let entries = node.entries else { throw reader.failure(node, path, "is \(node.kindDescription) and has to be a group such as { batch: 4 }") }
        var settings: [SpaceSetting] = []
        for entry in entries {
            try ParameterListDecoder.checkTarget(entry.key, DocumentNode(content: .scalar(""), origin: entry.origin), path, reader)
            let text = try reader.text(entry.value, "\(path).\(entry.key)")
            settings.append(SpaceSetting(target: entry.key, value: ParameterValue(parsing: text)))
        }
        return settings
    }

    /// One target has one value.
    private func checkTargets(_ assignments: [ParameterListDecoder.Located], _ fixed: [SpaceSetting], _ root: DocumentNode) throws(ArchitectureError) {
        var owners: [String: String] = [:]
        for setting in fixed { owners[setting.target] = "\"set\"" }
        for located in assignments {
            let owner = located.path
            if let other = owners.updateValue(owner, forKey: located.assignment.target) {
                throw reader.failure(located.node, located.path, "sets \(located.assignment.target.excerpt), which \(other) sets as well")
            }
        }
    }

    private func expressions(
        _ node: DocumentNode?, _ path: String, _ scope: inout ExpressionScope, allowsFigures: Bool
    ) throws(ArchitectureError) -> [CompiledExpression] {
        guard let node else { return [] }
        let items: [DocumentNode]
        if node.scalar?.isEmpty == false { items = [node] } else { items = try reader.list(node, path) }
        guard items.count <= 1_000 else { throw reader.failure(node, path, "has more than 1,000 entries") }
        var compiled: [CompiledExpression] = []
        for (index, item) in items.enumerated() {
            compiled.append(try expression(item, "\(path)[\(index)]", .truth, &scope, allowsFigures: allowsFigures))
        }
        return compiled
    }

    private func expression(
        _ node: DocumentNode, _ path: String, _ kind: CompiledExpression.Kind, _ scope: inout ExpressionScope, allowsFigures: Bool
    ) throws(ArchitectureError) -> CompiledExpression {
        let text = try reader.text(node, path)
        do throws(ExpressionError) {
            return try ExpressionParser.compile(text, expected: kind, scope: &scope, allowsFigures: allowsFigures)
        } catch {
            throw reader.failure(node, path, "\"\(text.excerpt)\": \(error.message)", suggestion: error.suggestion)
        }
    }

    private func checkContradiction(
        _ constraints: [CompiledExpression], _ parameters: [SpaceParameter], _ scope: ExpressionScope, _ node: DocumentNode
    ) throws(ArchitectureError) {
        guard !constraints.isEmpty else { return }
        func texts(_ positions: [Int]) -> String { quotedList(positions.map { constraints[$0].text.excerpt }, conjunction: "and") }
        switch SpaceContradiction.check(constraints, parameters.indices.map { scope.numbers(of: parameters[$0], $0) }) {
        case .allowed: return
        case .contradiction(let core):
            let message = core.count == 1 ? "\(texts(core)) holds for no values of the parameters" : "no point of the space satisfies \(texts(core)) together"
            throw reader.failure(node, "constraints", "\(message), so that the space is empty; loosen a constraint or add values")
        case .notFound(let never):
            let which = never.isEmpty ? "all constraints together" : texts(never)
            throw reader.failure(node, "constraints", "no point was found that satisfies \(which), though the search was not exhaustive; loosen the constraints or make the space smaller")
        }
    }

    // MARK: Objectives

    private func objectives(
        _ node: DocumentNode, _ scope: inout ExpressionScope
    ) throws(ArchitectureError) -> [(objective: SweepObjective, expression: CompiledExpression)] {
        let items: [DocumentNode]
        if node.scalar?.isEmpty == false { items = [node] } else { items = try reader.list(node, "objectives") }
        guard !items.isEmpty, items.count <= 16 else { throw reader.failure(node, "objectives", "has \(items.count) entries; give 1 to 16") }
        var found: [(objective: SweepObjective, expression: CompiledExpression)] = []
        for (index, item) in items.enumerated() {
            let path = "objectives[\(index)]"
            let read = try objective(item, path, &scope)
            if found.contains(where: { $0.objective.name == read.objective.name }) {
                throw reader.failure(item, path, "has the name of another objective, \"\(read.objective.name.excerpt)\"; give each its own with \"name\"")
            }
            found.append(read)
        }
        return found
    }

    /// `cycles`, or `{ name: edp, minimize: energy * seconds, unit: J·s }`.
    private func objective(
        _ node: DocumentNode, _ path: String, _ scope: inout ExpressionScope
    ) throws(ArchitectureError) -> (objective: SweepObjective, expression: CompiledExpression) {
        if node.scalar != nil {
            let expression = try expression(node, path, .number, &scope, allowsFigures: true)
            return (SweepObjective(name: expression.text, expression: expression.text), expression)
        }
        try reader.checkKeys(node, path, ["name", "minimize", "maximize", "unit"])
        let goal: SweepObjective.Goal
        let value: DocumentNode
        switch (node["minimize"], node["maximize"]) {
        case (let least?, nil): (goal, value) = (.minimize, least)
        case (nil, let most?): (goal, value) = (.maximize, most)
        default: throw reader.failure(node, path, "needs one of \"minimize\" and \"maximize\"")
        }
        let expression = try expression(value, "\(path).\(goal.rawValue)", .number, &scope, allowsFigures: true)
        let name = try node["name"].map { node throws(ArchitectureError) in try reader.text(node, "\(path).name") } ?? expression.text
        let unit = try node["unit"].map { node throws(ArchitectureError) in try reader.text(node, "\(path).unit") } ?? ""
        return (SweepObjective(name: name, expression: expression.text, goal: goal, unit: unit), expression)
    }
}
