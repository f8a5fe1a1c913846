/// Values of one measure as people read them: three digits, the prefix that fits, the unit.
///
/// The page's script (`Templates/sweepdata.js`) writes numbers by the same rules.
package struct MeasureText: Sendable {
    /// "s", "cycles", "mm²", "%" for a share of one, `whole` for a count without a prefix; empty for a bare number.
    package var unit: String

    package init(unit: String) { self.unit = unit }

    /// Stands for no unit: a count that is always written out.
    static let whole = "#"

    /// Units that take a metric prefix in front of them.
    static let prefixed: Set<String> = ["s", "J", "W", "Hz", "B/s", "J·s", "OPS", "OPS/W", "V"]
    private static let prefixes: [(factor: Double, symbol: String)] = [
        (1e-15, "f"), (1e-12, "p"), (1e-9, "n"), (1e-6, "µ"), (1e-3, "m"), (1, ""), (1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T"),
        (1e15, "P"), (1e18, "E"),
    ]

    package func callAsFunction(_ value: Double) -> String {
        guard value.isFinite else { return QuantityText.missing }
        if unit == "%" { return QuantityText.percent(value) }
        if unit == Self.whole, abs(value) < 9e15 { return QuantityText.integer(Int(value.rounded())) }
        if unit == "B", value == value.rounded(), abs(value) < 9e15 { return QuantityText.bytes(Int(value)) }
        let isPrefixed = Self.prefixed.contains(unit)
        guard value != 0, isPrefixed || abs(value) >= 9_999.5 else { return joined(QuantityText.significant(value), unit) }
        // Without a unit that takes them, prefixes only shorten large numbers: "1.23 M cycles".
        let choices = isPrefixed ? Self.prefixes : Self.prefixes.filter { $0.factor >= 1 }
        guard let prefix = choices.last(where: { abs(value) >= $0.factor * 0.9995 }) ?? choices.first else { return QuantityText.missing }
        let number = QuantityText.significant(value / prefix.factor)
        return isPrefixed ? joined(number, prefix.symbol + unit) : joined(joined(number, prefix.symbol), unit)
    }

    /// For an axis: no zeros at the end of the fraction, and no unit where the axis has it.
    func tick(_ value: Double) -> String {
        let text = QuantityText.round(self(value))
        guard !Self.prefixed.contains(unit), unit != "%", unit != "B", text.hasSuffix(" " + unit) else { return text }
        return String(text.dropLast(unit.count + 1))
    }

    private func joined(_ number: String, _ symbol: String) -> String { symbol.isEmpty ? number : number + " " + symbol }

    /// The unit that a figure's name tells: energy in joules, area in square millimetres, time in seconds.
    ///
    /// - Parameter name: "resnet18.energy", "area.mesh", "dramReadBytes".
    package static func unit(ofFigure name: String) -> String {
        // The last part that says anything: "resnet18.area.mesh" is an area, whatever "mesh" is.
        for part in name.split(separator: ".").reversed() {
            let word = part.lowercased()
            if let known = units.first(where: { word.hasSuffix($0.word) || (word.hasPrefix($0.word) && $0.isPrefixToo) }) { return known.unit }
        }
        return ""
    }

    private static let units: [(word: String, unit: String, isPrefixToo: Bool)] = [
        ("jouleseconds", "J·s", false), ("teraoperationsperjoule", "TOPS/W", false), ("teraoperationspersecondandsquaremillimetre", "TOPS/mm²", false),
        ("topsperwatt", "TOPS/W", false), ("bytespersecond", "B/s", false), ("inferencespersecond", "/s", false),
        ("operationspersecond", "OPS", false),
        ("utilization", "%", false), ("hitrate", "%", false), ("cycles", "cycles", false), ("seconds", "s", false), ("latency", "s", false),
        ("time", "s", false), ("edp", "J·s", true), ("energydelayproduct", "J·s", false), ("energy", "J", true), ("joules", "J", false),
        ("area", "mm²", true), ("squaremillimetres", "mm²", false), ("power", "W", true), ("watts", "W", false), ("bytes", "B", false),
        ("hertz", "Hz", false),
    ]

    /// The unit as it stands in labels: files may write "mm2".
    static func normalized(_ unit: String) -> String {
        switch unit {
        case "mm2", "mm^2": "mm²"
        case "J*s", "Js": "J·s"
        case "us": "µs"
        default: unit
        }
    }
}
