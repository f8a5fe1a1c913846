/// Cycles per second.
public struct Frequency: Sendable, Hashable {
    public var hertz: Double
    public init(hertz: Double) { self.hertz = hertz }
    /// One period, rounded to a whole femtosecond: the simulator's clocks are integers.
    public var period: Time { Time(femtoseconds: Int((1e15 / hertz).rounded())) }
}

extension Frequency: Quantity {
    public static let scale = UnitScale(
        noun: "a frequency", example: "700 MHz",
        units: [.init("Hz", 0), .init("kHz", 3), .init("MHz", 6), .init("GHz", 9), .init("THz", 12)])

    public init(parsing text: String) throws(QuantityError) {
        let hertz = try Self.scale.real(text)
        guard hertz > 0 else { throw Self.scale.error(text, "is a clock that never ticks") }
        self.init(hertz: hertz)
    }

    public var description: String { Self.scale.text(hertz) }
}
