import Reporting

extension QuantityText {
    /// A small number with two significant digits and a power of ten: "1.2e-07".
    package static func significantPower(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : "∞" }
        guard value > 0 else { return "0" }
        var exponent = 0
        var mantissa = value
        while mantissa < 1 { mantissa *= 10; exponent -= 1 }
        while mantissa >= 10 { mantissa /= 10; exponent += 1 }
        var digits = Int((mantissa * 10).rounded())
        if digits == 100 { digits = 10; exponent += 1 }
        return "\(digits / 10).\(digits % 10)e\(exponent)"
    }
}
