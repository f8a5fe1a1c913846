import Architecture
import Quantities

extension StandardDecoder {
    func join(_ path: String, _ name: String) -> String { path.isEmpty ? name.excerpt : "\(path).\(name.excerpt)" }

    mutating func required(_ key: String, in node: DocumentNode, path: String) -> DocumentNode? {
        if let value = node[key] { return value }
        diagnostics.report(path.isEmpty ? nil : node.origin, join(path, key), "is missing; \(StandardDecoder.help(key))")
        return nil
    }

    /// What to write for a key that is missing.
    private static func help(_ key: String) -> String {
        switch key {
        case "standard": "write the standard's name, such as \"DDR4-3200\""
        case "source": "name the datasheet or paper that the values come from, or say that they are estimates"
        case "clock": "write the frequency of the command clock, such as \"1600 MHz\""
        case "transfers-per-clock": "write transfers of data per command clock: 2 for double data rate"
        case "rounding": "write \(quotedList(CycleRounding.Rule.allCases.map(\.rawValue)))"
        case "organization": "write the group of ranks, banks, rows, columns and widths"
        case "timing": "write the group of timing parameters"
        case "constraints": "write names of rule files, or rows of name, level, preceding, following and latency"
        case "columns": "write the columns of a row, each as wide as the data bus"
        case "voltage": "write a voltage such as \"1.2 V\""
        default: key.hasPrefix("IDD") ? "write a current such as \"57 mA\"" : "write a value"
        }
    }

    mutating func scalar(_ node: DocumentNode, path: String) -> String? {
        guard let text = node.scalar else {
            diagnostics.report(node.origin, path, "is \(node.kindDescription) where a single value belongs")
            return nil
        }
        guard !text.isEmpty else {
            diagnostics.report(node.origin, path, "has no value")
            return nil
        }
        return text
    }

    /// A line of prose.
    mutating func text(_ key: String, in node: DocumentNode, path: String) -> String? {
        guard let value = required(key, in: node, path: path), let text = scalar(value, path: join(path, key)) else { return nil }
        guard text.unicodeScalars.count <= 1_000, !text.hasControlCharacters else {
            diagnostics.report(value.origin, join(path, key), "is longer than 1000 characters or has control characters")
            return nil
        }
        return text
    }

    mutating func integer(_ key: String, in node: DocumentNode, path: String, _ range: ClosedRange<Int>) -> Int? {
        guard let value = required(key, in: node, path: path), let text = scalar(value, path: join(path, key)) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            diagnostics.report(
                value.origin, join(path, key), "\"\(text.excerpt)\" is not a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    mutating func powerOfTwo(_ key: String, in node: DocumentNode, path: String, _ range: ClosedRange<Int>) -> Int? {
        guard let number = integer(key, in: node, path: path, range) else { return nil }
        guard number & (number - 1) == 0 else {
            let below = 1 << (Int.bitWidth - 1 - number.leadingZeroBitCount)
            diagnostics.report(
                node[key]?.origin, join(path, key),
                "\(number) is not a power of two, so that it would not be a field of an address; write \(below) or \(2 * below)")
            return nil
        }
        return number
    }

    /// Absent means no.
    mutating func boolean(_ key: String, in node: DocumentNode, path: String) -> Bool? {
        guard let value = node[key] else { return false }
        guard let text = scalar(value, path: join(path, key)) else { return nil }
        guard ["true", "false"].contains(text) else {
            diagnostics.report(value.origin, join(path, key), "\"\(text.excerpt)\" is neither \"true\" nor \"false\"")
            return nil
        }
        return text == "true"
    }

    mutating func reportUnknownKeys(of node: DocumentNode, known: [String], path: String) {
        for entry in node.entries ?? [] where !known.contains(entry.key) {
            let suggestion = Suggestion.closest(to: entry.key, among: known)
            diagnostics.report(
                entry.origin, join(path, entry.key),
                "is not known here" + (suggestion == nil ? "; write \(quotedList(known))" : ""), suggestion: suggestion)
        }
    }

    mutating func reportUnknown(
        _ word: String, _ noun: String, _ words: [String], _ origin: DocumentNode.Origin?, _ path: String
    ) {
        let suggestion = Suggestion.closest(to: word, among: words)
        diagnostics.report(
            origin, path, "\"\(word.excerpt)\" is not \(noun)" + (suggestion == nil ? "; write \(quotedList(words))" : ""),
            suggestion: suggestion)
    }
}
