/// A number of bytes.
public struct Bytes: Sendable, Hashable, Comparable {
    public var count: Int
    public init(_ count: Int) { self.count = count }
    public static func < (a: Bytes, b: Bytes) -> Bool { a.count < b.count }
}

extension Bytes: Quantity {
    /// Decimal prefixes count in thousands, binary ones (IEC 80000-13) in 1024s.
    public static let scale = UnitScale(
        noun: "a number of bytes", example: "24 MiB",
        units: [
            .init("B", 0), .init("kB", 3), .init("KiB", 0, binary: 10), .init("MB", 6), .init("MiB", 0, binary: 20),
            .init("GB", 9), .init("GiB", 0, binary: 30), .init("TB", 12), .init("TiB", 0, binary: 40), .init("PB", 15),
            .init("PiB", 0, binary: 50), .init("EB", 18), .init("EiB", 0, binary: 60),
        ])

    public init(parsing text: String) throws(QuantityError) {
        self.init(try Self.scale.integer(text, baseUnit: "bytes"))
    }

    public var description: String { Self.scale.text(count) }
}

/// Bytes per second.
public struct Bandwidth: Sendable, Hashable {
    public var bytesPerSecond: Double
    public init(bytesPerSecond: Double) { self.bytesPerSecond = bytesPerSecond }
}

extension Bandwidth: Quantity {
    public static let scale = UnitScale(
        noun: "a bandwidth", example: "34 GB/s",
        units: [
            .init("B/s", 0), .init("kB/s", 3), .init("KiB/s", 0, binary: 10), .init("MB/s", 6), .init("MiB/s", 0, binary: 20),
            .init("GB/s", 9), .init("GiB/s", 0, binary: 30), .init("TB/s", 12), .init("TiB/s", 0, binary: 40),
            .init("PB/s", 15), .init("EB/s", 18),
        ])

    public init(parsing text: String) throws(QuantityError) {
        let value = try Self.scale.real(text)
        guard value > 0 else { throw Self.scale.error(text, "lets nothing through") }
        self.init(bytesPerSecond: value)
    }

    public var description: String { Self.scale.text(bytesPerSecond) }
}
