import Architecture
import Quantities

/// Published figures of components, and the rules for what lies between them.
///
/// Layers override one another: a user's file is asked first, entry by entry.
public struct ComponentTable: Sendable {
    /// One published figure.
    struct Entry: Sendable {
        var component: String
        var format: ArithmeticFormat?
        /// Of a converter.
        var bits: Int?
        var per: String?
        /// `nil` for figures that do not change with the technology, or are relative to another component.
        var process: ProcessPoint?
        var energies: [(action: String, energy: Energy)]
        var area: Area?
        var leakage: Power?
        /// So many times the action "compute" of another component.
        var relative: (times: Double, of: String)?
        var provenance: Provenance
    }

    /// The layer that is asked first comes first.
    var layers: [[Entry]]
    let scaling: TechnologyScaling

    public static let shipped = ComponentTable(
        layers: [ShippedTables.load { () throws(ArchitectureError) in try decode(ShippedTables.components, file: "components.yaml") }],
        scaling: .shipped)

    init(layers: [[Entry]], scaling: TechnologyScaling) {
        self.layers = layers
        self.scaling = scaling
    }

    /// A table of these entries alone.
    public init(text: String, file: String, scaling: TechnologyScaling = .shipped) throws(ArchitectureError) {
        self.init(layers: [try Self.decode(text, file: file)], scaling: scaling)
    }

    /// This table with a user's entries in front of its own.
    ///
    /// - Throws: `ArchitectureError` with file, line and path of the mistake.
    public func overridden(byText text: String, file: String) throws(ArchitectureError) -> ComponentTable {
        ComponentTable(layers: [try Self.decode(text, file: file)] + layers, scaling: scaling)
    }

    /// This table with the entries of a user's file in front of its own.
    public func overridden(byFile path: String) throws(ArchitectureError) -> ComponentTable {
        try overridden(byText: ArchitectureFile.read(path: path, kind: "component table"), file: path)
    }

    /// The components that have a price, in alphabetical order.
    public var names: [String] { Set(layers.joined().map(\.component)).union(["mac"]).sorted() }
}

/// What one component costs in one technology.
public struct ComponentPrice: Sendable, Hashable {
    public struct Action: Sendable, Hashable {
        public var name: String
        public var energy: Energy
        public var provenance: Provenance

        public init(name: String, energy: Energy, provenance: Provenance) {
            self.name = name
            self.energy = energy
            self.provenance = provenance
        }
    }

    public var component: String
    public var format: ArithmeticFormat?
    /// What an action moves or what one component is, where that is not one operation: "bit", "bit-millimetre", "conversion".
    public var per: String?
    public var actions: [Action]
    /// `nil` when no table says.
    public var area: Sourced<Area>?
    /// `nil` when no table says; price the area with "logic-leakage" then.
    public var leakage: Sourced<Power>?

    public func energy(_ action: String = "compute") -> Energy? { actions.first { $0.name == action }?.energy }
}
