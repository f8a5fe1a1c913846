/// Turns the nodes of one document into parameter values, as the schemas say, and collects what is wrong with them.
package struct ParameterDecoder {
    package var diagnostics: Diagnostics
    /// Every parameter that was read or defaulted, in the order of the components.
    package var resolved: [ResolvedParameter] = []
    /// Where each parameter and component was written, by path, for checks that come after decoding.
    package private(set) var origins: [String: DocumentNode.Origin] = [:]
    /// Names that references may use, in file order.
    var memoryNames: [String] = []
    var engineNames: [String] = []
    /// Caches, which nobody refers to: engines name the memory behind.
    var cacheNames: [String] = []

    package init(file: String) { diagnostics = Diagnostics(file: file) }

    /// Reads all parameters of one component.
    ///
    /// - Parameters:
    ///   - otherKeys: keys that are allowed beside the parameters and read elsewhere.
    ///   - inheritedSource: the source of the file, for a component that names none.
    /// - Returns: `nil` when any parameter is missing or wrong; the problems are in `diagnostics`.
    package mutating func read(
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

    package mutating func reportUnknownKeys(
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
    package mutating func source(of node: DocumentNode, path: String) -> String? {
        guard let source = node["source"] else { return nil }
        return text(of: source, path: join(path, "source"), limit: 1_000)
    }

    /// Splits `{value: 256, source: "…"}` into its parts; a value without a source stays as it is.
    mutating func unwrap(_ node: DocumentNode, _ parameter: ParameterSchema, _ path: String)
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

extension ParameterSchema {
    /// True when a derived default cannot be computed because nothing it depends on was given, and not because that was
    /// wrong and has been reported.
    fileprivate func derivesFromNothing(_ values: ParameterValues) -> Bool {
        name == "bandwidth" && values["standard"] == nil
    }
}

extension String {
    /// Up to and with the first full stop.
    var firstSentence: Substring {
        firstIndex(of: ".").map { self[...$0] } ?? Substring(self)
    }
}
