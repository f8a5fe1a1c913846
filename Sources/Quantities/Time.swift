/// A length of simulated time, in whole femtoseconds.
public struct Time: Sendable, Hashable, Comparable {
    public var femtoseconds: Int
    public init(femtoseconds: Int) { self.femtoseconds = femtoseconds }
    public static func < (a: Time, b: Time) -> Bool { a.femtoseconds < b.femtoseconds }
    public var seconds: Double { Double(femtoseconds) * 1e-15 }
}

extension Time: Quantity {
    public static let scale = UnitScale(
        noun: "a time", example: "100 ns",
        units: [
            .init("fs", 0), .init("ps", 3), .init("ns", 6), .init("us", 9), .init("µs", 9, isPrinted: false), .init("ms", 12),
            .init("s", 15),
        ])

    public init(parsing text: String) throws(QuantityError) {
        self.init(femtoseconds: try Self.scale.integer(text, baseUnit: "femtoseconds"))
    }

    public var description: String { Self.scale.text(femtoseconds) }
}
