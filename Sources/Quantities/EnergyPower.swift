/// An amount of energy, in joules.
public struct Energy: Sendable, Hashable, Comparable {
    public var joules: Double
    public init(joules: Double) { self.joules = joules }
    public static func < (a: Energy, b: Energy) -> Bool { a.joules < b.joules }
}

extension Energy: Quantity {
    public static let scale = UnitScale(
        noun: "an energy", example: "3.5 pJ",
        units: [
            .init("aJ", -18), .init("fJ", -15), .init("pJ", -12), .init("nJ", -9), .init("uJ", -6),
            .init("µJ", -6, isPrinted: false), .init("mJ", -3), .init("J", 0), .init("kJ", 3),
        ])

    public init(parsing text: String) throws(QuantityError) { self.init(joules: try Self.scale.real(text)) }
    public var description: String { Self.scale.text(joules) }
}

/// Energy per time, in watts.
public struct Power: Sendable, Hashable, Comparable {
    public var watts: Double
    public init(watts: Double) { self.watts = watts }
    public static func < (a: Power, b: Power) -> Bool { a.watts < b.watts }
}

extension Power: Quantity {
    public static let scale = UnitScale(
        noun: "a power", example: "250 mW",
        units: [
            .init("pW", -12), .init("nW", -9), .init("uW", -6), .init("µW", -6, isPrinted: false), .init("mW", -3),
            .init("W", 0), .init("kW", 3), .init("MW", 6),
        ])

    public init(parsing text: String) throws(QuantityError) { self.init(watts: try Self.scale.real(text)) }
    public var description: String { Self.scale.text(watts) }
}
