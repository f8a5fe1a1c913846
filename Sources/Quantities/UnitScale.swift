/// The units in which one kind of quantity is written.
public struct UnitScale: Sendable {
    /// One unit: its symbol and its size in the base unit, which is `10^decimalExponent × 2^binaryExponent`.
    public struct Unit: Sendable {
        public var symbol: String
        public var decimalExponent: Int
        public var binaryExponent: Int
        /// False for a second spelling that is read but never printed: "us" for "µs".
        public var isPrinted: Bool

        init(_ symbol: String, _ decimalExponent: Int, binary: Int = 0, isPrinted: Bool = true) {
            self.symbol = symbol
            self.decimalExponent = decimalExponent
            self.binaryExponent = binary
            self.isPrinted = isPrinted
        }
    }

    /// "a frequency", for messages.
    public var noun: String
    /// A text that would be accepted.
    public var example: String
    /// From the smallest to the largest. The base unit has exponents of zero.
    public var units: [Unit]

    /// The symbols in the order of their size: "Hz, kHz, MHz, GHz, THz".
    public var symbols: String { units.filter(\.isPrinted).map(\.symbol).joined(separator: ", ") }

    /// The sentence that tells a user what to write.
    public var accepted: String { "write \(noun) such as \"\(example)\" (units: \(symbols))" }

    /// Splits a text into number and unit.
    func split(_ text: String) throws(QuantityError) -> (number: DecimalNumber, unit: Unit) {
        let trimmed = text.trimmed
        guard !trimmed.isEmpty else { throw error(text, "is empty") }
        switch trimmed.lowercased() {
        case "nan", ".nan", "inf", "+inf", "-inf", ".inf", "+.inf", "-.inf", "infinity", "-infinity":
            throw error(text, "is not a finite number")
        default: break
        }
        guard let (number, rest) = DecimalNumber.prefix(of: trimmed) else { throw error(text, "is not a number with a unit") }
        if number.isNegative && number.digits != "0" { throw error(text, "is negative") }
        let symbol = rest.trimmed
        guard !symbol.isEmpty else { throw error(text, "has no unit") }
        guard let unit = units.first(where: { $0.symbol == symbol }) else {
            throw QuantityError(
                text: text, problem: "has an unknown unit",
                accepted: misspelling(of: symbol).map { "did you mean \($0)?" } ?? accepted)
        }
        return (number, unit)
    }

    /// Units that differ from `symbol` in case only, or by the missing "i" of a binary prefix.
    private func misspelling(of symbol: String) -> String? {
        // "KB" is read as 1000 by some and as 1024 by others: make the user choose.
        let wanted = symbol.lowercased()
        let close = units.filter {
            let candidate = $0.symbol.lowercased()
            return candidate == wanted || (wanted.hasPrefix("k") && candidate == "ki" + wanted.dropFirst())
        }
        guard !close.isEmpty else { return nil }
        return close.map { "\"\($0.symbol)\"" }.joined(separator: " or ")
    }

    func error(_ text: String, _ problem: String) -> QuantityError {
        QuantityError(text: text, problem: problem, accepted: accepted)
    }
}

extension StringProtocol {
    /// The text without spaces and tabs at either end.
    var trimmed: String {
        func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(self[first...last])
    }
}

extension UnitScale {
    /// Reads a quantity kept in floating point, in the base unit.
    ///
    /// Decimal prefixes are added to the exponent of the text, so that "700 MHz" is the double nearest to 700·10⁶.
    func real(_ text: String) throws(QuantityError) -> Double {
        let (number, unit) = try split(text)
        guard let exponent = number.exponent.adding(unit.decimalExponent),
            let decimal = Double("\(number.digits)e\(exponent)"), decimal.isFinite
        else { throw error(text, "is too large") }
        let value = decimal * Double(1 << unit.binaryExponent)
        guard value.isFinite else { throw error(text, "is too large") }
        if value == 0 && number.digits != "0" { throw error(text, "is too small") }
        return value
    }

    /// Reads a quantity kept as a whole number of base units.
    func integer(_ text: String, baseUnit: String) throws(QuantityError) -> Int {
        let (number, unit) = try split(text)
        if number.digits == "0" { return 0 }
        guard let exponent = number.exponent.adding(unit.decimalExponent) else { throw error(text, "is too large") }
        guard var value = Int(number.digits) else { throw error(text, "is too large") }
        // Binary factors first: 0.5 KiB is a whole number of bytes.
        let scaled = value.multipliedReportingOverflow(by: 1 << unit.binaryExponent)
        guard !scaled.overflow else { throw error(text, "is too large") }
        value = scaled.partialValue
        for _ in 0..<min(abs(exponent), 40) {
            if exponent > 0 {
                let product = value.multipliedReportingOverflow(by: 10)
                guard !product.overflow else { throw error(text, "is too large") }
                value = product.partialValue
            } else {
                guard value % 10 == 0 else { throw error(text, "is not a whole number of \(baseUnit)") }
                value /= 10
            }
        }
        return value
    }

    /// The shortest text for a value in the base unit; of texts of the same length the one with the largest unit.
    func text(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        return shortest { unit in
            let scaled = value / Double(1 << unit.binaryExponent)
            return DecimalNumber(scaled).shifted(by: -unit.decimalExponent)
        }
    }

    /// As `text(_: Double)`, exact for every integer.
    func text(_ value: Int) -> String {
        shortest { unit in
            // Dividing by 2^n gives at most n further decimal digits; only whole results are offered for these units.
            guard value % (1 << unit.binaryExponent) == 0 else { return nil }
            return DecimalNumber(value >> unit.binaryExponent).shifted(by: -unit.decimalExponent)
        }
    }

    private func shortest(_ number: (Unit) -> DecimalNumber?) -> String {
        var best: String?
        for unit in units where unit.isPrinted {
            guard let candidate = number(unit) else { continue }
            let isBase = unit.decimalExponent == 0 && unit.binaryExponent == 0
            // Below one, a smaller unit reads better; zero is written in the base unit.
            guard candidate.isAtLeastOne || (isBase && candidate.digits == "0") else { continue }
            let text = "\(candidate.plainText) \(unit.symbol)"
            if best == nil || text.count <= (best?.count ?? 0) { best = text }
        }
        if let best { return best }
        // Smaller than one of the smallest unit.
        guard let smallest = units.first, let candidate = number(smallest) else { return "0" }
        return "\(candidate.plainText) \(smallest.symbol)"
    }
}

extension Int {
    /// The sum, or `nil` on overflow.
    fileprivate func adding(_ other: Int) -> Int? {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? nil : sum
    }
}
