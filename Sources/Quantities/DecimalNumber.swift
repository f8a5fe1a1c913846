/// A decimal number as it is written: `digits × 10^exponent`.
///
/// Numbers stay decimal until the unit is known, so that no prefix costs a rounding.
struct DecimalNumber {
    var isNegative: Bool
    /// Without leading zeros, "0" for zero, and without trailing zeros.
    var digits: String
    var exponent: Int

    /// Reads the longest number at the start of a text: digits, point, digits, exponent.
    static func prefix(of text: String) -> (number: DecimalNumber, rest: Substring)? {
        var rest = Substring(text)
        var isNegative = false
        if let sign = rest.first, sign == "-" || sign == "+" {
            isNegative = sign == "-"
            rest.removeFirst()
        }
        let whole = rest.prefix(while: \.isASCIIDigit)
        rest = rest.dropFirst(whole.count)
        var fraction = Substring()
        if rest.first == "." {
            fraction = rest.dropFirst().prefix(while: \.isASCIIDigit)
            rest = rest.dropFirst(1 + fraction.count)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        var exponent = 0
        if let mark = rest.first, mark == "e" || mark == "E" {
            var after = rest.dropFirst()
            var sign = ""
            if let character = after.first, character == "-" || character == "+" {
                sign = String(character)
                after = after.dropFirst()
            }
            let written = after.prefix(while: \.isASCIIDigit)
            // Without digits the "e" belongs to the unit.
            if !written.isEmpty {
                // Nine digits hold every exponent that any type here can represent.
                guard written.count <= 9, let value = Int(sign + written) else { return nil }
                exponent = value
                rest = after.dropFirst(written.count)
            }
        }
        return (
            DecimalNumber(isNegative: isNegative, digits: String(whole + fraction), exponent: exponent - fraction.count)
                .normalized, rest
        )
    }

    init(isNegative: Bool, digits: String, exponent: Int) {
        self.isNegative = isNegative
        self.digits = digits
        self.exponent = exponent
    }

    init(_ value: Int) {
        self = DecimalNumber(isNegative: value < 0, digits: String(value.magnitude), exponent: 0).normalized
    }

    /// The shortest digits that read back as the same finite double.
    init(_ value: Double) {
        let text = value.description
        self = DecimalNumber.prefix(of: text)?.number ?? DecimalNumber(isNegative: false, digits: "0", exponent: 0)
    }

    private var normalized: DecimalNumber {
        var number = self
        let significant = digits.drop { $0 == "0" }
        guard let last = significant.lastIndex(where: { $0 != "0" }) else {
            return DecimalNumber(isNegative: isNegative, digits: "0", exponent: 0)
        }
        number.digits = String(significant[...last])
        number.exponent += significant.count - number.digits.count
        return number
    }

    func shifted(by places: Int) -> DecimalNumber {
        digits == "0" ? self : DecimalNumber(isNegative: isNegative, digits: digits, exponent: exponent + places)
    }

    var isAtLeastOne: Bool { digits != "0" && digits.count + exponent > 0 }

    /// The number without an exponent where that stays readable, with one otherwise.
    var plainText: String {
        let sign = isNegative ? "-" : ""
        if exponent >= 0 {
            return exponent <= 18 ? sign + digits + String(repeating: "0", count: exponent) : sign + digits + "e\(exponent)"
        }
        let places = -exponent
        if digits.count > places {
            return sign + digits.dropLast(places) + "." + digits.suffix(places)
        }
        return places <= 18
            ? sign + "0." + String(repeating: "0", count: places - digits.count) + digits : sign + digits + "e\(exponent)"
    }
}

extension Character {
    /// ASCII only: `isNumber` also accepts digits of other scripts.
    var isASCIIDigit: Bool { ("0"..."9").contains(self) && isASCII }
}
