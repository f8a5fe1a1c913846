/// Typed access to the members of a `config.json`; every error names the field and its line.
package struct ConfigurationFields: Sendable {
    package let file: String
    private let members: [String: JSONValue.Member]
    /// "rope_scaling." for the fields of a nested object.
    private let prefix: String

    package init(_ value: JSONValue, file: String, prefix: String = "") throws(ImportError) {
        guard case .object(let members) = value else {
            throw ImportError(
                file: file, message: "\(value.kind) instead of an object",
                suggestion: "a language model's config.json is an object that starts with {")
        }
        self.file = file
        self.prefix = prefix
        self.members = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0) })
    }

    package func error(_ field: String, _ message: String, suggestion: String? = nil) -> ImportError {
        var place = "field \(prefix)\(field)"
        if let line = members[field]?.line { place = "line \(line): " + place }
        return ImportError(file: file, place: place, message: message, suggestion: suggestion)
    }

    /// True when the field is there, even when it is null: null switches some features off that a missing field leaves on.
    package func states(_ field: String) -> Bool { members[field] != nil }

    /// True when the field is there and not null.
    package func has(_ field: String) -> Bool {
        guard let member = members[field] else { return false }
        if case .null = member.value { return false }
        return true
    }

    private func value(_ field: String) -> JSONValue? { has(field) ? members[field]?.value : nil }

    /// An integer within `range`; a missing or null field takes `fallback`, and without one is an error.
    package func integer(_ field: String, in range: ClosedRange<Int>, default fallback: Int? = nil) throws(ImportError) -> Int {
        guard let value = value(field) else {
            if let fallback { return fallback }
            throw error(field, "is missing", suggestion: "add an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        if case .integer(let number) = value, range.contains(number) { return number }
        throw error(
            field, "\(value.kind) is out of range",
            suggestion: "write an integer from \(range.lowerBound) to \(range.upperBound)")
    }

    /// A finite number above zero.
    package func positive(_ field: String, default fallback: Double? = nil) throws(ImportError) -> Double {
        switch value(field) {
        case nil:
            if let fallback { return fallback }
            throw error(field, "is missing", suggestion: "add a number above 0")
        case .integer(let number)? where number > 0: return Double(number)
        case .real(let number)? where number > 0 && number.isFinite: return number
        case let other?: throw error(field, "\(other.kind) is out of range", suggestion: "write a number above 0")
        }
    }

    package func boolean(_ field: String, default fallback: Bool) throws(ImportError) -> Bool {
        switch value(field) {
        case nil: return fallback
        case .bool(let flag)?: return flag
        case let other?: throw error(field, "\(other.kind) is neither true nor false")
        }
    }

    package func text(_ field: String) throws(ImportError) -> String? {
        switch value(field) {
        case nil: return nil
        case .string(let text)?: return text
        case let other?: throw error(field, "\(other.kind) is not a text", suggestion: "put it in quotes")
        }
    }

    /// Numbers above zero, exactly `count` of them.
    package func positives(_ field: String, count: Int) throws(ImportError) -> [Double] {
        guard case .array(let elements)? = value(field) else {
            throw error(field, "is not an array", suggestion: "write \(count) numbers in brackets")
        }
        if elements.count != count { throw error(field, "has \(elements.count) numbers, not \(count)") }
        var numbers: [Double] = []
        for element in elements {
            switch element {
            case .integer(let number) where number > 0: numbers.append(Double(number))
            case .real(let number) where number > 0 && number.isFinite: numbers.append(number)
            default: throw error(field, "\(element.kind) is not a number above 0")
            }
        }
        return numbers
    }

    /// The fields of a nested object; `nil` when it is missing or null.
    package func object(_ field: String) throws(ImportError) -> ConfigurationFields? {
        guard let value = value(field) else { return nil }
        guard case .object = value else { throw error(field, "\(value.kind) instead of an object") }
        return try ConfigurationFields(value, file: file, prefix: prefix + field + ".")
    }
}
