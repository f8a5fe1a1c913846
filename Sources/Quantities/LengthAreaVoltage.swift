/// A length of a structure on a chip, in nanometres.
public struct Length: Sendable, Hashable, Comparable {
    public var nanometres: Double
    public init(nanometres: Double) { self.nanometres = nanometres }
    public static func < (a: Length, b: Length) -> Bool { a.nanometres < b.nanometres }
}

extension Length: Quantity {
    public static let scale = UnitScale(
        noun: "a length", example: "28 nm",
        units: [.init("nm", 0), .init("um", 3), .init("µm", 3, isPrinted: false), .init("mm", 6)])

    public init(parsing text: String) throws(QuantityError) { self.init(nanometres: try Self.scale.real(text)) }
    public var description: String { Self.scale.text(nanometres) }
}

/// An area of silicon, in square millimetres.
public struct Area: Sendable, Hashable, Comparable {
    public var squareMillimetres: Double
    public init(squareMillimetres: Double) { self.squareMillimetres = squareMillimetres }
    public static func < (a: Area, b: Area) -> Bool { a.squareMillimetres < b.squareMillimetres }
}

extension Area: Quantity {
    public static let scale = UnitScale(
        noun: "an area", example: "331 mm²",
        units: [
            .init("nm²", -12), .init("nm2", -12, isPrinted: false), .init("um²", -6), .init("µm²", -6, isPrinted: false),
            .init("um2", -6, isPrinted: false), .init("mm²", 0), .init("mm2", 0, isPrinted: false),
        ])

    public init(parsing text: String) throws(QuantityError) { self.init(squareMillimetres: try Self.scale.real(text)) }
    public var description: String { Self.scale.text(squareMillimetres) }
}

/// An electric potential difference, in volts.
public struct Voltage: Sendable, Hashable, Comparable {
    public var volts: Double
    public init(volts: Double) { self.volts = volts }
    public static func < (a: Voltage, b: Voltage) -> Bool { a.volts < b.volts }
}

extension Voltage: Quantity {
    public static let scale = UnitScale(
        noun: "a voltage", example: "0.9 V", units: [.init("uV", -6), .init("mV", -3), .init("V", 0)])

    public init(parsing text: String) throws(QuantityError) { self.init(volts: try Self.scale.real(text)) }
    public var description: String { Self.scale.text(volts) }
}
