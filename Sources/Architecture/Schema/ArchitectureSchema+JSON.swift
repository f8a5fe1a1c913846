import NumberFormats
import Quantities

extension ArchitectureSchema {
    /// The format as a JSON Schema (draft 2020-12), for editors that complete and check YAML.
    ///
    /// Units, ranges and defaults stand in the descriptions; what JSON Schema can check is also given in its own keywords.
    /// References between components and conditions on several parameters are checked by the decoder only.
    public static func jsonSchema() -> String {
        var properties: [(String, JSONValue)] = root.parameters.map { ($0.name, property($0)) }
        properties.insert(("source", source), at: 1)
        properties.append(("technology", reference("technology")))
        properties.append(("memories", named("Memories by name.", kinds: memoryKinds)))
        properties.append(("engines", named("Engines by name.", kinds: engineKinds)))
        properties.append(
            (
                "links",
                .object([
                    ("description", .string(link.help)), ("type", .string("array")), ("items", reference("links")),
                ])
            ))
        properties.append(
            (
                "networks",
                .object([
                    ("description", .string(network.help)), ("type", .string("object")), ("propertyNames", componentNames),
                    ("additionalProperties", reference("networks")),
                ])
            ))
        let definitions: [(String, JSONValue)] =
            [("technology", component(technology, kinded: false))]
            + (memoryKinds + engineKinds).map { ($0.kind, component($0, kinded: true)) }
            + [("operations", operations), ("links", component(link, kinded: false)), ("networks", networks)]
            + NetworkSchema.topologies.map { ("topology-\($0.kind)", component($0, kinded: true, lists: $0.kind == "custom" ? ["terminals", "links", "channels"] : [])) }
            + [("router", component(NetworkSchema.router, kinded: false, lists: ["table"]))]
        let schema = JSONValue.object([
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("Cyclewright architecture")),
            ("description", .string(root.help)),
            ("type", .string("object")),
            ("properties", .object(properties)),
            ("required", .array((requiredNames(root) + ["memories", "engines"]).map(JSONValue.string))),
            ("additionalProperties", .boolean(false)),
            ("$defs", .object(definitions)),
        ])
        return schema.indented() + "\n"
    }

    private static let source = JSONValue.object([
        ("description", .string("Where the parameters come from; a component's own source goes before the file's, a parameter's before both.")),
        ("type", .string("string")),
    ])

    private static func reference(_ name: String) -> JSONValue { .object([("$ref", .string("#/$defs/\(name)"))]) }

    private static func requiredNames(_ schema: ComponentSchema) -> [String] {
        schema.parameters.filter(\.isRequired).map(\.name)
    }

    private static func named(_ help: String, kinds: [ComponentSchema]) -> JSONValue {
        .object([
            ("description", .string(help)),
            ("type", .string("object")),
            ("minProperties", .integer(1)),
            ("propertyNames", componentNames),
            ("additionalProperties", .object([("oneOf", .array(kinds.map { reference($0.kind) }))])),
        ])
    }

    private static let componentNames = JSONValue.object([("pattern", .string("^[A-Za-z][A-Za-z0-9_-]{0,63}$"))])

    /// The parameters of a network, its parts, and where what sits.
    private static var networks: JSONValue {
        let terminal = JSONValue.object([("type", .string("integer")), ("minimum", .integer(0))])
        return component(
            network, kinded: false,
            more: [
                ("topology", .object([("oneOf", .array(NetworkSchema.topologies.map { reference("topology-\($0.kind)") }))])),
                ("router", reference("router")),
                (
                    "nodes",
                    .object([
                        ("description", .string("Terminals of DMA engines (one for each unit, or one for all), of off-chip memories (one for each group of channels), and of cores. Left out: places of the network's own choice.")),
                        ("type", .string("object")), ("minProperties", .integer(1)),
                        (
                            "additionalProperties",
                            .object([("anyOf", .array([terminal, .object([("type", .string("array")), ("items", terminal), ("minItems", .integer(1))])]))])
                        ),
                    ])
                ),
            ])
    }

    /// - Parameters:
    ///   - lists: parameters that are lists of numbers, pairs or groups.
    ///   - more: further properties.
    private static func component(
        _ schema: ComponentSchema, kinded: Bool, lists: [String] = [], more: [(String, JSONValue)] = []
    ) -> JSONValue {
        var properties: [(String, JSONValue)] = schema.parameters.map { ($0.name, property($0)) }
        if kinded {
            properties.insert(("kind", .object([("description", .string(schema.help)), ("const", .string(schema.kind))])), at: 0)
        }
        properties += lists.map { ($0, .object([("type", .string("array")), ("minItems", .integer(1))])) } + more
        properties.append(("source", source))
        return .object([
            ("title", .string(schema.title)),
            ("description", .string(schema.help)),
            ("type", .string("object")),
            ("properties", .object(properties)),
            ("required", .array(((kinded ? ["kind"] : []) + requiredNames(schema)).map(JSONValue.string))),
            ("additionalProperties", .boolean(false)),
        ])
    }

    /// One parameter: its value, or `{value, source}`.
    private static func property(_ parameter: ParameterSchema) -> JSONValue {
        let description =
            "\(parameter.help) Unit: \(parameter.unit). Range: \(parameter.range.description). Default: \(parameter.presence.description)."
        if case .operationCosts = parameter.type {
            return .object([("description", .string(description)), ("$ref", .string("#/$defs/operations"))])
        }
        let value = bareValue(parameter)
        var entries: [(String, JSONValue)] = [("description", .string(description))]
        if case .value(let text) = parameter.presence {
            if case .integer = parameter.type, let number = Int(text) {
                entries.append(("default", .integer(number)))
            } else {
                entries.append(("default", .string(text)))
            }
        }
        entries.append(
            (
                "anyOf",
                .array([
                    value,
                    .object([
                        ("type", .string("object")),
                        ("properties", .object([("value", value), ("source", .object([("type", .string("string"))]))])),
                        ("required", .array([.string("value")])),
                        ("additionalProperties", .boolean(false)),
                    ]),
                ])
            ))
        return .object(entries)
    }

    private static func bareValue(_ parameter: ParameterSchema) -> JSONValue {
        let name = JSONValue.object([("type", .string("string"))])
        switch parameter.type {
        case .integer:
            var entries: [(String, JSONValue)] = [("type", .string("integer"))]
            if case .integers(let range) = parameter.range {
                entries += [("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound))]
            }
            return .object(entries)
        case .share: return .object([("type", .string("number")), ("minimum", .integer(0)), ("maximum", .integer(1))])
        case .frequency, .bytes, .bandwidth, .time, .length, .voltage:
            let symbols = parameter.type.scale?.units.map(\.symbol).joined(separator: "|") ?? ""
            return .object([
                ("type", .string("string")),
                ("pattern", .string("^\\s*\\+?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?\\s*(\(symbols))\\s*$")),
                ("examples", .array([.string(parameter.type.scale?.example ?? "")])),
            ])
        case .text: return .object([("type", .string("string")), ("minLength", .integer(1)), ("maxLength", .integer(128))])
        case .choice(["true", "false"], _): return .object([("type", .string("boolean"))])
        case .choice(let words, _): return .object([("enum", .array(words.map(JSONValue.string)))])
        case .elementType:
            return .object([("enum", .array(ElementType.allCases.filter { $0 != .bool }.map { .string($0.rawValue) }))])
        case .memory, .component: return name
        case .memories(let counts):
            return .object([
                (
                    "anyOf",
                    .array([
                        name,
                        .object([
                            ("type", .string("array")), ("items", name), ("minItems", .integer(counts.lowerBound)),
                            ("maxItems", .integer(counts.upperBound)), ("uniqueItems", .boolean(true)),
                        ]),
                    ])
                )
            ])
        case .operationCosts: return reference("operations")
        }
    }

    private static var operations: JSONValue {
        var properties: [(String, JSONValue)] = VectorUnit.Operation.allCases.map { operation in
            let cost = VectorUnit.defaultCosts[operation] ?? VectorUnit.Cost(interval: 1, latency: 1)
            return (
                operation.rawValue,
                .object([
                    (
                        "description",
                        .string("\(operation.help). Default: interval \(cost.interval), latency \(cost.latency) cycles.")
                    ),
                    ("type", .string("object")),
                    (
                        "properties",
                        .object(operationCost.parameters.map { ($0.name, property($0)) } + [("source", source)])
                    ),
                    ("additionalProperties", .boolean(false)),
                ])
            )
        }
        properties.append(("source", source))
        return .object([
            ("title", .string(operationCost.title)), ("description", .string(operationCost.help)), ("type", .string("object")),
            ("properties", .object(properties)), ("additionalProperties", .boolean(false)),
        ])
    }
}
