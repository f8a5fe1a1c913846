import Quantities

/// Amounts that add up exactly, whatever the order: whole numbers of a unit far below anything that is priced. Parts equal their whole to the
/// last digit, which sums of floating-point numbers do not.
public protocol ExactAmount: Sendable, Hashable, Comparable {
    var units: Int128 { get }
    init(units: Int128)
}

extension ExactAmount {
    public static var zero: Self { Self(units: 0) }
    public static func < (a: Self, b: Self) -> Bool { a.units < b.units }

    /// - Throws: `CostError` when 128 bits do not hold the sum.
    public func adding(_ other: Self) throws(CostError) -> Self {
        let (sum, isOver) = units.addingReportingOverflow(other.units)
        guard !isOver else { throw CostError(.overflow, "a sum of costs", "does not fit into 128 bits", accepted: "price a shorter run or a smaller machine") }
        return Self(units: sum)
    }

    /// - Throws: `CostError` when 128 bits do not hold the product.
    public func times(_ count: Int) throws(CostError) -> Self {
        let (product, isOver) = units.multipliedReportingOverflow(by: Int128(count))
        guard !isOver else { throw CostError(.overflow, "\(count) times a cost", "does not fit into 128 bits", accepted: "price a shorter run or a smaller machine") }
        return Self(units: product)
    }

    static func units(_ value: Double, per scale: Double) throws(CostError) -> Int128 {
        guard value >= 0, let units = Int128(exactly: (value * scale).rounded()) else {
            throw CostError(.outOfRange, "a cost of \(value)", "is negative, not a number or too large", accepted: "give a price from zero")
        }
        return units
    }
}

/// Energy in quectojoules (10⁻³⁰ J): femtowatts for a femtosecond. Up to 170 MJ.
public struct ExactEnergy: ExactAmount {
    public var units: Int128
    public init(units: Int128) { self.units = units }
    public init(_ energy: Energy) throws(CostError) { units = try Self.units(energy.joules, per: 1e30) }
    public var energy: Energy { Energy(joules: Double(units) * 1e-30) }

    /// What a power takes in a time: leakage times duration, exactly.
    public init(_ power: ExactPower, during time: Time) throws(CostError) {
        self.init(units: try power.times(time.femtoseconds).units)
    }
}

/// Power in femtowatts.
public struct ExactPower: ExactAmount {
    public var units: Int128
    public init(units: Int128) { self.units = units }
    public init(_ power: Power) throws(CostError) { units = try Self.units(power.watts, per: 1e15) }
    public var power: Power { Power(watts: Double(units) * 1e-15) }
}

/// Area in square picometres.
public struct ExactArea: ExactAmount {
    public var units: Int128
    public init(units: Int128) { self.units = units }
    public init(_ area: Area) throws(CostError) { units = try Self.units(area.squareMillimetres, per: 1e18) }
    public var area: Area { Area(squareMillimetres: Double(units) * 1e-18) }
}
