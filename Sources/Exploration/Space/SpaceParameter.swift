/// One dimension of a space: what it is called, what it sets, and the values it can take.
public struct SpaceParameter: Sendable, Hashable, Codable {
    /// What constraints, tables and plots call it: "rows".
    public var name: String
    /// The settings that take the value, as `--set` of the command line has them: "engines.mesh.rows", "batch", "mapping.…". More than one
    /// where parameters go together.
    public var targets: [String]
    /// Distinct, in the order of the file; at least one.
    public var values: [ParameterValue]
    /// Values have an order, so that neighbours in the list are alike; names have none.
    public var isOrdered: Bool

    public init(name: String, targets: [String], values: [ParameterValue], isOrdered: Bool? = nil) {
        self.name = name
        self.targets = targets
        self.values = values
        self.isOrdered = isOrdered ?? values.allSatisfy { $0.number != nil }
    }
}
