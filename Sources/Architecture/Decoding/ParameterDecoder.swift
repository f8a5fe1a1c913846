import NumberFormats
import Quantities

/// Turns the nodes of one document into parameter values, as the schemas say, and collects what is wrong with them.
struct ParameterDecoder {
    var diagnostics: Diagnostics
    /// Every parameter that was read or defaulted, in the order of the components.
    private(set) var resolved: [ResolvedParameter] = []
    /// Where each parameter and component was written, by path, for checks that come after decoding.
    private(set) var origins: [String: DocumentNode.Origin] = [:]
    /// Names that references may use, in file order.
    var memoryNames: [String] = []
    var engineNames: [String] = []

    init(file: String) { diagnostics = Diagnostics(file: file) }

    /// Reads all parameters of one component.
    ///
    /// - Parameters:
    ///   - otherKeys: keys that are allowed beside the parameters and read elsewhere.
    ///   - inheritedSource: the source of the file, for a component that names none.
    /// - Returns: `nil` when any parameter is missing or wrong; the problems are in `diagnostics`.
    mutating func read(
        _ schema: ComponentSchema, from node: DocumentNode, path: String, otherKeys: [String], inheritedSource: String?
    ) -> ParameterValues? {
        origins[path] = node.origin
        guard let entries = node.entries else {
            diagnostics.report(node.origin, path, "is \(node.kindDescription) where a group of parameters belongs")
            return nil
        }
        let countBefore = diagnostics.count
        reportUnknownKeys(entries, schema: schema, path: path, otherKeys: otherKeys)
        let componentSource = source(of: node, path: path) ?? inheritedSource

        var values = ParameterValues(kind: schema.kind)
        var missing: [ParameterSchema] = []
        var read: [String: (source: String?, isDefault: Bool)] = [:]
        for parameter in schema.parameters {
            let parameterPath = join(path, parameter.name)
            guard let valueNode = node[parameter.name] else { missing.append(parameter); continue }
            origins[parameterPath] = valueNode.origin
            guard let (plain, ownSource) = unwrap(valueNode, parameter, parameterPath) else { continue }
            let source = ownSource ?? (valueNode.origin == .override ? "--set" : componentSource)
            guard let value = value(of: plain, parameter, path: parameterPath, source: source) else { continue }
            values[parameter.name] = value
            read[parameter.name] = (source, false)
        }
        // Only now: a default may depend on any parameter that was given.
        for parameter in missing {
            switch parameter.presence {
            case .value(let text):
                values[parameter.name] = ParameterDecoder.trusted(text, parameter)
                read[parameter.name] = (nil, true)
            case .derived(_, let derive):
                if let value = derive(values) {
                    values[parameter.name] = value
                    read[parameter.name] = (nil, true)
                } else if diagnostics.count == countBefore || parameter.derivesFromNothing(values) {
                    reportMissing(parameter, node, path)
                }
            case .required: reportMissing(parameter, node, path)
            case .absent: break
            }
        }
        for parameter in schema.parameters {
            guard let value = values[parameter.name], let origin = read[parameter.name] else { continue }
            record(parameter, value, path: join(path, parameter.name), source: origin.source, isDefault: origin.isDefault)
        }
        return diagnostics.count == countBefore ? values : nil
    }

    private mutating func reportMissing(_ parameter: ParameterSchema, _ node: DocumentNode, _ path: String) {
        let unit: String =
            switch parameter.type {
            case .memory, .memories: quotedList(memoryNames)
            case .component: "the name of a memory or an engine"
            default: parameter.type.scale.map { "\($0.noun) such as \"\($0.example)\"" } ?? parameter.range.description
            }
        diagnostics.report(node.origin, join(path, parameter.name), "is missing; \(parameter.help.firstSentence) Write \(unit).")
    }

    private mutating func reportUnknownKeys(
        _ entries: [DocumentNode.Entry], schema: ComponentSchema, path: String, otherKeys: [String]
    ) {
        let known = schema.parameters.map(\.name) + otherKeys
        for entry in entries where !known.contains(entry.key) {
            let suggestion = Suggestion.closest(to: entry.key, among: known)
            let place = path.isEmpty ? "the top level" : "\"\(schema.kind)\""
            diagnostics.report(
                entry.origin, join(path, entry.key.excerpt),
                "is not a parameter of \(place)" + (suggestion == nil ? "; it has \(quotedList(known, conjunction: "and"))" : ""),
                suggestion: suggestion)
        }
    }

    /// The text of a `source` key.
    mutating func source(of node: DocumentNode, path: String) -> String? {
        guard let source = node["source"] else { return nil }
        return text(of: source, path: join(path, "source"), limit: 1_000)
    }

    /// Splits `{value: 256, source: "…"}` into its parts; a value without a source stays as it is.
    private mutating func unwrap(_ node: DocumentNode, _ parameter: ParameterSchema, _ path: String)
        -> (DocumentNode, source: String?)?
    {
        guard let entries = node.entries else { return (node, nil) }
        if case .operationCosts = parameter.type { return (node, nil) }
        for entry in entries where entry.key != "value" && entry.key != "source" {
            diagnostics.report(
                entry.origin, join(path, entry.key.excerpt),
                "does not belong here; a parameter is a value, or {value: …, source: …}",
                suggestion: Suggestion.closest(to: entry.key, among: ["value", "source"]))
            return nil
        }
        guard let value = node["value"] else {
            diagnostics.report(node.origin, path, "has no value; write {value: …, source: …}")
            return nil
        }
        return (value, source(of: node, path: path))
    }

    /// Adds a parameter to the list for reports.
    private mutating func record(
        _ parameter: ParameterSchema, _ value: ParameterValue, path: String, source: String?, isDefault: Bool
    ) {
        // The costs of a vector unit are listed one by one, where they were read.
        if case .costs(let costs) = value {
            guard isDefault else { return }
            recordDefaults(costs, path: path, except: [])
            return
        }
        resolved.append(
            ResolvedParameter(path: path, value: value.description, help: parameter.help, source: source, isDefault: isDefault))
    }

    func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

// MARK: - Values

extension ParameterDecoder {
    /// Reads one value of the declared type and checks its range.
    private mutating func value(of node: DocumentNode, _ parameter: ParameterSchema, path: String, source: String?) -> ParameterValue? {
        switch parameter.type {
        case .memories(let counts): return names(of: node, counts, path: path).map(ParameterValue.names)
        case .operationCosts: return costs(of: node, path: path, source: source).map(ParameterValue.costs)
        default: break
        }
        guard case .scalar(let text) = node.content else {
            diagnostics.report(node.origin, path, "is \(node.kindDescription) where a single value belongs (\(parameter.unit))")
            return nil
        }
        guard !text.isEmpty else {
            diagnostics.report(node.origin, path, "has no value (\(parameter.unit))")
            return nil
        }
        switch parameter.type {
        case .text: return self.text(of: node, path: path, limit: 128).map(ParameterValue.text)
        case .choice(let words, let noun):
            if words.contains(text) { return .text(text) }
            reportUnknown(text, noun, words, node.origin, path)
            return nil
        case .elementType:
            let formats = ElementType.allCases.filter { $0 != .bool }
            if let format = formats.first(where: { $0.rawValue == text }) { return .elementType(format) }
            reportUnknown(text, "a number format", formats.map(\.rawValue), node.origin, path)
            return nil
        case .memory:
            guard isMemory(text, node.origin, path) else { return nil }
            return .names([text])
        case .component:
            if memoryNames.contains(text) || engineNames.contains(text) { return .text(text) }
            reportUnknown(text, "a memory or an engine of this file", memoryNames + engineNames, node.origin, path)
            return nil
        default: break
        }
        do {
            let value = try ParameterDecoder.scalarValue(text, parameter.type)
            guard parameter.range.contains(value, of: parameter.type) else {
                diagnostics.report(node.origin, path, "\(value) is outside of \(parameter.range.description)")
                return nil
            }
            return value
        } catch {
            diagnostics.report(node.origin, path, error.description)
            return nil
        }
    }

    /// Reads a number or a quantity.
    static func scalarValue(_ text: String, _ type: ParameterType) throws(QuantityError) -> ParameterValue {
        switch type {
        case .integer(let unit):
            guard let value = Int(text) else {
                let digits = text.drop { $0 == "-" || $0 == "+" }
                let isWhole = !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isWholeNumber }
                throw QuantityError(
                    text: text, problem: isWhole ? "is too large" : "is not a whole number", accepted: "write a number of \(unit), without a unit")
            }
            return .integer(value)
        case .frequency: return .frequency(try Frequency(parsing: text))
        case .bytes: return .bytes(try Bytes(parsing: text))
        case .bandwidth: return .bandwidth(try Bandwidth(parsing: text))
        case .time: return .time(try Time(parsing: text))
        case .length: return .length(try Length(parsing: text))
        case .voltage: return .voltage(try Voltage(parsing: text))
        case .text, .choice, .elementType, .memory, .memories, .component, .operationCosts:
            preconditionFailure("only numbers and quantities are read here")
        }
    }

    /// The value of a default, which is written in our own tables.
    private static func trusted(_ text: String, _ parameter: ParameterSchema) -> ParameterValue {
        switch parameter.type {
        case .text, .choice: return .text(text)
        case .elementType:
            guard let format = ElementType(rawValue: text) else { preconditionFailure("\(parameter.name): no such default") }
            return .elementType(format)
        default:
            guard let value = try? scalarValue(text, parameter.type) else { preconditionFailure("\(parameter.name): no such default") }
            return value
        }
    }

    private mutating func text(of node: DocumentNode, path: String, limit: Int) -> String? {
        guard case .scalar(let text) = node.content else {
            diagnostics.report(node.origin, path, "is \(node.kindDescription) where a text belongs")
            return nil
        }
        guard !text.isEmpty, text.unicodeScalars.count <= limit else {
            diagnostics.report(node.origin, path, text.isEmpty ? "has no value (text)" : "is longer than \(limit) characters")
            return nil
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }) else {
            diagnostics.report(node.origin, path, "\"\(text.excerpt)\" has control characters or more than one line")
            return nil
        }
        return text
    }

    private mutating func names(of node: DocumentNode, _ counts: ClosedRange<Int>, path: String) -> [String]? {
        var items: [DocumentNode]
        switch node.content {
        case .scalar: items = [node]
        case .sequence(let list): items = list
        case .mapping:
            diagnostics.report(node.origin, path, "is a group where a list of memories belongs")
            return nil
        }
        guard counts.contains(items.count) else {
            let accepted = counts.lowerBound == counts.upperBound ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
            diagnostics.report(
                node.origin, path, "has \(items.count) memories where \(accepted) belong\(counts.upperBound == 1 ? "s" : "")")
            return nil
        }
        var names: [String] = []
        for item in items {
            guard case .scalar(let name) = item.content, !name.isEmpty else {
                diagnostics.report(item.origin, path, "has an entry that is \(item.kindDescription) where the name of a memory belongs")
                return nil
            }
            guard isMemory(name, item.origin, path) else { return nil }
            guard !names.contains(name) else {
                diagnostics.report(item.origin, path, "names \"\(name)\" twice")
                return nil
            }
            names.append(name)
        }
        return names
    }

    private mutating func isMemory(_ name: String, _ origin: DocumentNode.Origin, _ path: String) -> Bool {
        if memoryNames.contains(name) { return true }
        if engineNames.contains(name) {
            diagnostics.report(origin, path, "\"\(name)\" is an engine; a memory belongs here: \(quotedList(memoryNames))")
        } else {
            reportUnknown(name, "a memory of this file", memoryNames, origin, path)
        }
        return false
    }

    /// Reports a word that is not in a list.
    mutating func reportUnknown(
        _ word: String, _ noun: String, _ words: [String], _ origin: DocumentNode.Origin, _ path: String
    ) {
        let suggestion = Suggestion.closest(to: word, among: words)
        let listed = words.count > 24 ? quotedList(words.prefix(24)) + ", …" : quotedList(words)
        diagnostics.report(
            origin, path, "\"\(word.excerpt)\" is not \(noun)" + (suggestion == nil ? "; write \(listed)" : ""),
            suggestion: suggestion)
    }
}

// MARK: - Costs of a vector unit

extension ParameterDecoder {
    private mutating func costs(of node: DocumentNode, path: String, source: String?) -> [VectorUnit.Operation: VectorUnit.Cost]? {
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

    private mutating func recordDefaults(
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

extension ParameterSchema {
    /// True when a derived default cannot be computed because nothing it depends on was given, and not because that was
    /// wrong and has been reported.
    fileprivate func derivesFromNothing(_ values: ParameterValues) -> Bool {
        name == "bandwidth" && values["standard"] == nil
    }
}

extension ParameterRange {
    func contains(_ value: ParameterValue, of type: ParameterType) -> Bool {
        switch self {
        case .named: return true
        case .integers(let range):
            guard case .integer(let number) = value else { return false }
            return range.contains(number)
        case .quantities(let from, let to):
            guard let magnitude = value.magnitude,
                let low = try? ParameterDecoder.scalarValue(from, type).magnitude,
                let high = try? ParameterDecoder.scalarValue(to, type).magnitude
            else { return false }
            return (low...high).contains(magnitude)
        }
    }
}

extension String {
    /// Up to and with the first full stop.
    var firstSentence: Substring {
        firstIndex(of: ".").map { self[...$0] } ?? Substring(self)
    }
}
