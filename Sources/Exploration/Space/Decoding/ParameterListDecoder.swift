import Architecture
import Quantities

/// Reads `parameters:` of a space, and what each of them sets.
struct ParameterListDecoder {
    /// An assignment and where it was written.
    struct Located {
        var assignment: DesignSpace.Assignment
        var node: DocumentNode
        var path: String
    }

    let reader: DocumentReader
    private(set) var parameters: [SpaceParameter] = []
    /// The `sets:` of each parameter, read once all names are known.
    private var setters: [(node: DocumentNode, path: String)] = []
    private var tables: [[(target: String, values: [ParameterValue], node: DocumentNode)]] = []

    init(reader: DocumentReader) { self.reader = reader }

    private static let reserved = ["and", "or", "not", "min", "max", "floor", "ceil", "round", "abs", "sqrt", "log2"]

    mutating func read(_ node: DocumentNode) throws(ArchitectureError) {
        guard let entries = node.entries, !entries.isEmpty else {
            throw reader.failure(node, "parameters", "is \(node.entries == nil ? node.kindDescription : "empty") and has to be a group such as { rows: { sets: engines.mesh.rows, values: [8, 16] } }")
        }
        guard entries.count <= DesignSpace.maximumParameters else {
            throw reader.failure(node, "parameters", "has \(entries.count) entries; a space has at most \(DesignSpace.maximumParameters)")
        }
        for entry in entries { try read(entry, "parameters.\(entry.key.excerpt)") }
    }

    private mutating func read(_ entry: DocumentNode.Entry, _ path: String) throws(ArchitectureError) {
        let place = DocumentNode(content: .scalar(""), origin: entry.origin)
        let node = entry.value
        if node.entries != nil { try reader.checkKeys(node, path, ["sets", "cases", "ordered"] + ValueListDecoder.keys) }
        var table: [(target: String, values: [ParameterValue], node: DocumentNode)] = []
        let values: [ParameterValue]
        if let cases = node["cases"] {
            if let stray = (["sets"] + ValueListDecoder.keys).first(where: { node[$0] != nil }) {
                throw reader.failure(node[stray] ?? node, "\(path).\(stray)", "does not go with \"cases\", which name their own targets and values")
            }
            (values, table) = try readCases(cases, "\(path).cases")
        } else {
            values = try ValueListDecoder(reader: reader).values(node, path)
        }
        try checkName(entry.key, place, path, isTarget: node["sets"] == nil && table.isEmpty)
        var isOrdered: Bool?
        if let ordered = node["ordered"] {
            guard let truth = ["true": true, "false": false][try reader.text(ordered, "\(path).ordered")] else {
                throw reader.failure(ordered, "\(path).ordered", "has to be true or false")
            }
            isOrdered = truth
        }
        parameters.append(SpaceParameter(name: entry.key, targets: [], values: values, isOrdered: isOrdered))
        tables.append(table)
        setters.append((node["sets"] ?? DocumentNode(content: .scalar(entry.key), origin: entry.origin), node["sets"] == nil ? path : "\(path).sets"))
    }

    /// `cases: { wide: { engines.mesh.rows: 8, engines.mesh.columns: 32 }, tall: … }`
    private func readCases(_ node: DocumentNode, _ path: String) throws(ArchitectureError) -> ([ParameterValue], [(target: String, values: [ParameterValue], node: DocumentNode)]) {
        guard let entries = node.entries, !entries.isEmpty else { throw reader.failure(node, path, "is \(node.kindDescription) and has to be a group of cases, each a group of targets and values") }
        guard entries.count <= DesignSpace.maximumValues else { throw reader.failure(node, path, "has more than \(DesignSpace.maximumValues) cases") }
        var table: [(target: String, values: [ParameterValue], node: DocumentNode)] = []
        for (index, entry) in entries.enumerated() {
            let casePath = "\(path).\(entry.key.excerpt)"
            guard let settings = entry.value.entries, !settings.isEmpty else { throw reader.failure(entry.value, casePath, "is \(entry.value.kindDescription) and has to be a group of targets and values") }
            if index == 0 {
                guard settings.count <= 256 else { throw reader.failure(entry.value, casePath, "sets more than 256 targets") }
                for setting in settings {
                    let place = DocumentNode(content: .scalar(""), origin: setting.origin)
                    try Self.checkTarget(setting.key, place, casePath, reader)
                    table.append((setting.key, [], place))
                }
            }
            for setting in settings where !table.contains(where: { $0.target == setting.key }) {
                throw reader.failure(
                    DocumentNode(content: .scalar(""), origin: setting.origin), casePath, "sets \(setting.key.excerpt), which the first case does not set",
                    suggestion: Suggestion.closest(to: setting.key, among: table.map(\.target)))
            }
            for position in table.indices {
                guard let value = entry.value[table[position].target] else { throw reader.failure(entry.value, casePath, "does not set \(table[position].target.excerpt), which the first case sets") }
                table[position].values.append(ParameterValue(parsing: try reader.text(value, "\(casePath).\(table[position].target)")))
            }
        }
        return (entries.map { .text($0.key) }, table)
    }

    private func checkName(_ name: String, _ node: DocumentNode, _ path: String, isTarget: Bool) throws(ArchitectureError) {
        let isPlain = name.first?.isLetter == true && name.unicodeScalars.count <= 64
            && name.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-".unicodeScalars.contains($0)) }
        // Without `sets:` the name is the target itself, which may be a dotted path.
        let isPath = isTarget && name.first?.isLetter == true && name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-.".unicodeScalars.contains($0))
        }
        guard isPlain || isPath else {
            throw reader.failure(node, path, "\"\(name.excerpt)\" is no name: use at most 64 letters, digits, _ and -, and begin with a letter")
        }
        if Self.reserved.contains(name) { throw reader.failure(node, path, "\"\(name)\" is a word of expressions; use another name") }
    }

    static func checkTarget(_ target: String, _ node: DocumentNode, _ path: String, _ reader: DocumentReader) throws(ArchitectureError) {
        let isPlain = !target.isEmpty && target.utf8.count <= 256 && target.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "=" && $0.value >= 0x20 }
        guard isPlain else { throw reader.failure(node, path, "\"\(target.excerpt)\" is no target: write a path such as engines.mesh.rows") }
    }

    // MARK: Targets

    /// Reads what the parameters set, and gives each parameter the names of its targets.
    mutating func assignments(_ scope: inout ExpressionScope) throws(ArchitectureError) -> [Located] {
        var located: [Located] = []
        for index in parameters.indices {
            let begin = located.count
            if tables[index].isEmpty {
                try readSetter(setters[index].node, setters[index].path, index, &scope, &located)
            } else {
                for row in tables[index] {
                    located.append(Located(assignment: .init(target: row.target, parameter: index, source: .table(row.values)), node: row.node, path: setters[index].path))
                }
            }
            parameters[index].targets = located[begin...].map(\.assignment.target)
        }
        return located
    }

    private func readSetter(
        _ node: DocumentNode, _ path: String, _ index: Int, _ scope: inout ExpressionScope, _ located: inout [Located]
    ) throws(ArchitectureError) {
        switch node.content {
        case .scalar, .sequence:
            var items = [node]
            if case .sequence(let list) = node.content { items = list }
            guard !items.isEmpty, items.count <= 256 else { throw reader.failure(node, path, "has \(items.count) targets; give 1 to 256") }
            for item in items {
                let target = try reader.text(item, path)
                try Self.checkTarget(target, item, path, reader)
                located.append(Located(assignment: .init(target: target, parameter: index, source: .value), node: item, path: path))
            }
        case .mapping(let entries):
            guard !entries.isEmpty, entries.count <= 256 else { throw reader.failure(node, path, "has \(entries.count) targets; give 1 to 256") }
            for entry in entries {
                let place = DocumentNode(content: .scalar(""), origin: entry.origin)
                try Self.checkTarget(entry.key, place, path, reader)
                let assignment = try reckoned(entry, "\(path).\(entry.key)", index, &scope)
                located.append(Located(assignment: assignment, node: place, path: path))
            }
        }
    }

    /// `memories.spad.capacity: { expression: rows * 4096, unit: B }`, or the expression alone; a parameter alone is its value as written.
    private func reckoned(
        _ entry: DocumentNode.Entry, _ path: String, _ index: Int, _ scope: inout ExpressionScope
    ) throws(ArchitectureError) -> DesignSpace.Assignment {
        var node = entry.value
        var unit = ""
        if node.entries != nil {
            try reader.checkKeys(node, path, ["expression", "unit"])
            if let unitNode = node["unit"] {
                unit = try reader.text(unitNode, "\(path).unit")
                if ParameterValue.text("1 \(unit)").number == nil { throw reader.failure(unitNode, "\(path).unit", "\"\(unit.excerpt)\" is no unit that is known") }
            }
            node = try reader.required("expression", node, path, "what is reckoned")
        }
        let text = try reader.text(node, path)
        if unit.isEmpty, let other = parameters.firstIndex(where: { $0.name == text }) {
            return .init(target: entry.key, parameter: other, source: .value)
        }
        do throws(ExpressionError) {
            let expression = try ExpressionParser.compile(text, expected: .number, scope: &scope, allowsFigures: false)
            return .init(target: entry.key, parameter: index, source: .expression(expression, unit: unit))
        } catch {
            throw reader.failure(node, path, "\"\(text.excerpt)\": \(error.message)", suggestion: error.suggestion)
        }
    }
}
