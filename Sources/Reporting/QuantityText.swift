/// Numbers as people read them: three significant digits, a unit prefix, thousands separators.
///
/// The only place in which a figure of a report becomes text for people (JSON and CSV print exact numbers). Independent of
/// the locale; a value that is not finite prints as "–", never as "nan".
public enum QuantityText {
    /// Stands for a figure that does not exist, such as a ratio over zero.
    public static let missing = "–"

    /// `value` with exactly `decimals` digits after the point and commas between thousands.
    public static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return missing }
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (abs(value) * Double(scale)).rounded()
        // Beyond 2^53 a double has no digits after the point that mean anything.
        guard scaled < 9.0e15 else { return value.description }
        let whole = Int(scaled)
        let sign = value < 0 && whole != 0 ? "−" : ""
        guard decimals > 0 else { return sign + integer(whole) }
        let fraction = String(whole % scale)
        return sign + integer(whole / scale) + "." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    /// `value` with three significant digits: "1.23", "12.3", "123", "1,230".
    public static func significant(_ value: Double) -> String {
        guard value.isFinite else { return missing }
        let magnitude = abs(value)
        if magnitude == 0 { return "0" }
        if magnitude >= 99.95 { return fixed(value, decimals: 0) }
        if magnitude >= 9.995 { return fixed(value, decimals: 1) }
        if magnitude >= 0.9995 { return fixed(value, decimals: 2) }
        if magnitude >= 0.09995 { return fixed(value, decimals: 3) }
        if magnitude >= 0.0005 { return fixed(value, decimals: 4) }
        return value.description
    }

    /// A whole number with commas between thousands.
    public static func integer(_ value: Int) -> String {
        let digits = Array(String(value.magnitude).utf8)
        var text = value < 0 ? "−" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return text
    }

    /// A duration: "1.23 ms".
    public static func time(seconds: Double) -> String {
        seconds == 0 ? "0 s" : scaled(seconds, unit: "s", prefixes: smallPrefixes)
    }

    /// A number of bytes in binary units: "24.0 MiB", and plain bytes below 1 KiB.
    public static func bytes(_ count: Int) -> String {
        if abs(count) < 1024 { return "\(count) B" }
        var value = Double(count), index = 0
        while abs(value) >= 1023.5, index < binaryUnits.count - 1 {
            value /= 1024
            index += 1
        }
        return "\(significant(value)) \(binaryUnits[index])"
    }

    /// A data rate in decimal units, as data sheets give it: "34.1 GB/s".
    public static func bandwidth(bytesPerSecond: Double) -> String {
        scaled(bytesPerSecond, unit: "B/s", prefixes: largePrefixes)
    }

    /// Arithmetic throughput: "31.4 TOPS". A multiply-accumulate counts as two operations.
    public static func operationRate(perSecond: Double) -> String {
        scaled(perSecond, unit: "OPS", prefixes: largePrefixes)
    }

    /// Events per second without a prefix, as it is compared with other machines: "1,230".
    public static func rate(perSecond: Double) -> String { significant(perSecond) }

    /// A large count in short: "25.6 M".
    public static func count(_ value: Int) -> String {
        abs(value) < 10_000 ? integer(value) : scaled(Double(value), unit: "", prefixes: countPrefixes)
    }

    /// An energy: "2.78 mJ".
    public static func energy(joules: Double) -> String {
        joules == 0 ? "0 J" : scaled(joules, unit: "J", prefixes: smallPrefixes)
    }

    public static func frequency(hertz: Double) -> String { scaled(hertz, unit: "Hz", prefixes: largePrefixes) }

    /// A share of one: "34.5 %".
    public static func percent(_ share: Double) -> String {
        guard share.isFinite else { return missing }
        // A share that exists does not print as nothing.
        if share > 0 && share < 0.0005 { return "<0.1 %" }
        return fixed(share * 100, decimals: 1) + " %"
    }

    /// `text` of a quantity without zeros at the end of its fraction, for round values on axes: "1 ms", not "1.00 ms".
    static func round(_ text: String) -> String {
        guard let point = text.firstIndex(of: ".") else { return text }
        let end = text[point...].firstIndex(of: " ") ?? text.endIndex
        var number = text[..<end]
        while number.last == "0" { number.removeLast() }
        if number.last == "." { number.removeLast() }
        return String(number + text[end...])
    }

    private static let binaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    private static let largePrefixes: [(Double, String)] = [
        (1, ""), (1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T"), (1e15, "P"), (1e18, "E"),
    ]
    private static let countPrefixes = largePrefixes
    private static let smallPrefixes: [(Double, String)] = [
        (1e-15, "f"), (1e-12, "p"), (1e-9, "n"), (1e-6, "µ"), (1e-3, "m"), (1, ""),
    ]

    /// Picks the largest prefix that leaves at least one digit before the point, after rounding.
    private static func scaled(_ value: Double, unit: String, prefixes: [(Double, String)]) -> String {
        guard value.isFinite else { return missing }
        let chosen = prefixes.last { abs(value) >= $0.0 * 0.9995 } ?? prefixes[0]
        let symbol = chosen.1 + unit
        return significant(value / chosen.0) + (symbol.isEmpty ? "" : " " + symbol)
    }
}
