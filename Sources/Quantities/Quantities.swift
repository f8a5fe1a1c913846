/// A length of simulated time, in whole femtoseconds.
public struct Time: Sendable, Hashable, Comparable {
    public var femtoseconds: Int
    public init(femtoseconds: Int) { self.femtoseconds = femtoseconds }
    public static func < (a: Time, b: Time) -> Bool { a.femtoseconds < b.femtoseconds }
    public var seconds: Double { Double(femtoseconds) * 1e-15 }
}

/// Cycles per second.
public struct Frequency: Sendable, Hashable {
    public var hertz: Double
    public init(hertz: Double) { self.hertz = hertz }
    /// One period, rounded to a whole femtosecond: the simulator's clocks are integers.
    public var period: Time { Time(femtoseconds: Int((1e15 / hertz).rounded())) }
}

/// A number of bytes.
public struct Bytes: Sendable, Hashable, Comparable {
    public var count: Int
    public init(_ count: Int) { self.count = count }
    public static func < (a: Bytes, b: Bytes) -> Bool { a.count < b.count }
}

/// Bytes per second.
public struct Bandwidth: Sendable, Hashable {
    public var bytesPerSecond: Double
    public init(bytesPerSecond: Double) { self.bytesPerSecond = bytesPerSecond }
}
