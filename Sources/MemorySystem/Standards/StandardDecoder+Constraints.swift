import Architecture
import Quantities

extension StandardDecoder {
    private static let rowKeys = ["name", "level", "preceding", "following", "latency", "window", "sibling"]

    mutating func decodeConstraints(rounding: CycleRounding) -> [TimingConstraint] {
        guard let node = required("constraints", in: root, path: "") else { return [] }
        var rows: [(DocumentNode, path: String)] = []
        let items: [DocumentNode]
        switch node.content {
        case .scalar: items = [node]
        case .sequence(let list): items = list
        case .mapping:
            diagnostics.report(node.origin, "constraints", "is a group where a list of rule files and rows belongs")
            return []
        }
        for (index, item) in items.enumerated() {
            if let name = item.scalar {
                rows += rulesFile(name, item.origin)
            } else {
                rows.append((item, "constraints.\(index)"))
            }
        }
        guard rows.count <= 500 else {
            diagnostics.report(node.origin, "constraints", "has more than 500 rows")
            return []
        }
        if rows.isEmpty, diagnostics.count == 0 {
            diagnostics.report(node.origin, "constraints", "is empty: a memory without rules would answer in no time")
        }
        return rows.compactMap { decodeRow($0.0, path: $0.path, rounding: rounding) }
    }

    private mutating func rulesFile(_ name: String, _ origin: DocumentNode.Origin) -> [(DocumentNode, path: String)] {
        guard let file = ShippedStandards.rules(named: name) else {
            reportUnknown(name, "a rule file", ShippedStandards.rules.map(\.name), origin, "constraints")
            return []
        }
        do {
            let root = try YAMLDocument.parse(file.text, file: file.fileName, kind: "rule", beginning: "rules: NAME").moved(to: file.fileName)
            reportUnknownKeys(of: root, known: ["rules", "source", "constraints"], path: "")
            guard case .sequence(let rows)? = root["constraints"]?.content else {
                diagnostics.report(root.origin, "constraints", "is no list of rows")
                return []
            }
            return rows.enumerated().map { ($0.element, "constraints.\($0.offset)") }
        } catch {
            for problem in error.problems { diagnostics.report(origin, "constraints", problem.description) }
            return []
        }
    }

    private mutating func decodeRow(_ node: DocumentNode, path: String, rounding: CycleRounding) -> TimingConstraint? {
        guard node.entries != nil else {
            diagnostics.report(node.origin, path, "is \(node.kindDescription) where a row or the name of a rule file belongs")
            return nil
        }
        let countBefore = diagnostics.count
        reportUnknownKeys(of: node, known: Self.rowKeys, path: path)
        let name = text("name", in: node, path: path)
        let level = decodeLevel(in: node, path: path)
        let preceding = commands("preceding", in: node, path: path)
        let following = commands("following", in: node, path: path)
        let latency = decodeLatency(in: node, path: path, rounding: rounding)
        let window = node["window"] == nil ? 1 : integer("window", in: node, path: path, 1...64)
        let sibling = boolean("sibling", in: node, path: path)
        guard diagnostics.count == countBefore, let name, let level, let preceding, let following, let latency, let window,
            let sibling
        else { return nil }
        for command in preceding + following where command.scope.depth < level.depth {
            diagnostics.report(
                node["level"]?.origin, join(path, "level"),
                "\(command.abbreviation) names a \(command.scope.fileName) and no \(level.fileName); a row on it has level \"\(command.scope.fileName)\" or above")
            return nil
        }
        let isOfSameBanks = (preceding + following).contains(where: \.isForSameBanks)
        if isOfSameBanks, sibling || window > 1, level.depth > TimingConstraint.Level.rank.depth {
            diagnostics.report(
                node["level"]?.origin, join(path, "level"),
                "REFsb and RFMsb go to several banks, so that a row on them with sibling or window has level \"rank\" or above")
            return nil
        }
        if sibling, level == .channel || window > 1 {
            diagnostics.report(
                node["sibling"]?.origin, join(path, "sibling"),
                level == .channel ? "channels do not share anything" : "a window counts commands of one \(level.fileName); leave sibling or window out")
            return nil
        }
        return TimingConstraint(
            name: name, level: level, preceding: preceding, following: following, latency: latency, window: window, sibling: sibling)
    }

    private mutating func decodeLevel(in node: DocumentNode, path: String) -> TimingConstraint.Level? {
        guard let value = required("level", in: node, path: path), let text = scalar(value, path: join(path, "level")) else { return nil }
        let levels = TimingConstraint.Level.allCases
        guard let level = levels.first(where: { $0.fileName == text }) else {
            reportUnknown(text, "a level", levels.map(\.fileName), value.origin, join(path, "level"))
            return nil
        }
        return level
    }

    private mutating func commands(_ key: String, in node: DocumentNode, path: String) -> [DRAMCommand]? {
        guard let value = required(key, in: node, path: path) else { return nil }
        let items: [DocumentNode]
        if case .sequence(let list) = value.content { items = list } else { items = [value] }
        var result: [DRAMCommand] = []
        for item in items {
            guard let word = scalar(item, path: join(path, key)) else { return nil }
            guard let commands = DRAMCommand.commands(named: word) else {
                reportUnknown(word, "a command", DRAMCommand.words, item.origin, join(path, key))
                return nil
            }
            for command in commands where !result.contains(command) { result.append(command) }
        }
        guard !result.isEmpty else {
            diagnostics.report(value.origin, join(path, key), "is empty; name at least one command")
            return nil
        }
        return result
    }

    private mutating func decodeLatency(in node: DocumentNode, path: String, rounding: CycleRounding) -> Int? {
        let ownPath = join(path, "latency")
        guard let value = required("latency", in: node, path: path), let text = scalar(value, path: ownPath) else { return nil }
        do {
            let values = self.values
            let expression = try TimingExpression(parsing: text)
            let unknown = expression.names.filter { values[$0] == nil }
            for name in unknown { reportUnknownName(name, value.origin, ownPath) }
            usedNames.formUnion(expression.names)
            guard unknown.isEmpty else { return nil }
            let cycles = try expression.evaluate(rounding: rounding) { name throws(TimingExpression.Failure) in values[name] ?? 0 }
            guard cycles >= 0 else {
                diagnostics.report(value.origin, ownPath, "\"\(text.excerpt)\" is \(cycles) cycles; time does not run backwards")
                return nil
            }
            return cycles
        } catch {
            diagnostics.report(value.origin, ownPath, error.message, suggestion: error.suggestion)
            return nil
        }
    }
}
