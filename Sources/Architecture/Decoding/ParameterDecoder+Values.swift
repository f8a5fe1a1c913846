import NumberFormats
import Quantities

/// Reading single values.
extension ParameterDecoder {
    /// Reads one value of the declared type and checks its range.
    mutating func value(of node: DocumentNode, _ parameter: ParameterSchema, path: String, source: String?) -> ParameterValue? {
        switch parameter.type {
        case .memories(let counts): return names(of: node, counts, path: path).map(ParameterValue.names)
        case .operationCosts: return costs(of: node, path: path, source: source).map(ParameterValue.costs)
        default: break
        }
        guard case .scalar(let text) = node.content else {
            diagnostics.report(node.origin, path, "is \(node.kindDescription) where a single value belongs (\(parameter.unit))")
            return nil
        }
        guard !text.isEmpty else {
            diagnostics.report(node.origin, path, "has no value (\(parameter.unit))")
            return nil
        }
        switch parameter.type {
        case .text: return self.text(of: node, path: path, limit: 128).map(ParameterValue.text)
        case .choice(let words, let noun):
            if words.contains(text) { return .text(text) }
            reportUnknown(text, noun, words, node.origin, path)
            return nil
        case .elementType:
            let formats = ElementType.allCases.filter { $0 != .bool }
            if let format = formats.first(where: { $0.rawValue == text }) { return .elementType(format) }
            reportUnknown(text, "a number format", formats.map(\.rawValue), node.origin, path)
            return nil
        case .memory:
            guard isMemory(text, node.origin, path) else { return nil }
            return .names([text])
        case .component:
            if memoryNames.contains(text) || engineNames.contains(text) { return .text(text) }
            reportUnknown(text, "a memory or an engine of this file", memoryNames + engineNames, node.origin, path)
            return nil
        default: break
        }
        do {
            let value = try ParameterDecoder.scalarValue(text, parameter.type)
            guard parameter.range.contains(value, of: parameter.type) else {
                diagnostics.report(node.origin, path, "\(value) is outside of \(parameter.range.description)")
                return nil
            }
            return value
        } catch {
            diagnostics.report(node.origin, path, error.description)
            return nil
        }
    }

    /// Reads a number or a quantity.
    static func scalarValue(_ text: String, _ type: ParameterType) throws(QuantityError) -> ParameterValue {
        switch type {
        case .integer(let unit):
            guard let value = Int(text) else {
                let digits = text.drop { $0 == "-" || $0 == "+" }
                let isWhole = !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isWholeNumber }
                throw QuantityError(
                    text: text, problem: isWhole ? "is too large" : "is not a whole number", accepted: "write a number of \(unit), without a unit")
            }
            return .integer(value)
        case .share:
            guard let value = Double(text), value.isFinite else {
                throw QuantityError(text: text, problem: "is not a number", accepted: "write a part of 1 such as 0.8")
            }
            return .share(value)
        case .frequency: return .frequency(try Frequency(parsing: text))
        case .bytes: return .bytes(try Bytes(parsing: text))
        case .bandwidth: return .bandwidth(try Bandwidth(parsing: text))
        case .time: return .time(try Time(parsing: text))
        case .length: return .length(try Length(parsing: text))
        case .voltage: return .voltage(try Voltage(parsing: text))
        case .text, .choice, .elementType, .memory, .memories, .component, .operationCosts:
            preconditionFailure("only numbers and quantities are read here")
        }
    }

    /// The value of a default, which is written in our own tables.
    static func trusted(_ text: String, _ parameter: ParameterSchema) -> ParameterValue {
        switch parameter.type {
        case .text, .choice: return .text(text)
        case .elementType:
            guard let format = ElementType(rawValue: text) else { preconditionFailure("\(parameter.name): no such default") }
            return .elementType(format)
        default:
            guard let value = try? scalarValue(text, parameter.type) else { preconditionFailure("\(parameter.name): no such default") }
            return value
        }
    }

    package mutating func text(of node: DocumentNode, path: String, limit: Int) -> String? {
        guard case .scalar(let text) = node.content else {
            diagnostics.report(node.origin, path, "is \(node.kindDescription) where a text belongs")
            return nil
        }
        guard !text.isEmpty, text.unicodeScalars.count <= limit else {
            diagnostics.report(node.origin, path, text.isEmpty ? "has no value (text)" : "is longer than \(limit) characters")
            return nil
        }
        guard !text.hasControlCharacters else {
            diagnostics.report(node.origin, path, "\"\(text.excerpt)\" has control characters or more than one line")
            return nil
        }
        return text
    }

    private mutating func names(of node: DocumentNode, _ counts: ClosedRange<Int>, path: String) -> [String]? {
        var items: [DocumentNode]
        switch node.content {
        case .scalar: items = [node]
        case .sequence(let list): items = list
        case .mapping:
            diagnostics.report(node.origin, path, "is a group where a list of memories belongs")
            return nil
        }
        guard counts.contains(items.count) else {
            let accepted = counts.lowerBound == counts.upperBound ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
            diagnostics.report(
                node.origin, path, "has \(items.count) memories where \(accepted) belong\(counts.upperBound == 1 ? "s" : "")")
            return nil
        }
        var names: [String] = []
        for item in items {
            guard case .scalar(let name) = item.content, !name.isEmpty else {
                diagnostics.report(item.origin, path, "has an entry that is \(item.kindDescription) where the name of a memory belongs")
                return nil
            }
            guard isMemory(name, item.origin, path) else { return nil }
            guard !names.contains(name) else {
                diagnostics.report(item.origin, path, "names \"\(name)\" twice")
                return nil
            }
            names.append(name)
        }
        return names
    }

    private mutating func isMemory(_ name: String, _ origin: DocumentNode.Origin, _ path: String) -> Bool {
        if memoryNames.contains(name) { return true }
        if cacheNames.contains(name) {
            diagnostics.report(origin, path, "\"\(name)\" is a cache; name the memory behind it, whose requests go through it: \(quotedList(memoryNames))")
            return false
        }
        if engineNames.contains(name) {
            diagnostics.report(origin, path, "\"\(name)\" is an engine; a memory belongs here: \(quotedList(memoryNames))")
        } else {
            reportUnknown(name, "a memory of this file", memoryNames, origin, path)
        }
        return false
    }

    /// Reports a word that is not in a list.
    package mutating func reportUnknown(
        _ word: String, _ noun: String, _ words: [String], _ origin: DocumentNode.Origin, _ path: String
    ) {
        let suggestion = Suggestion.closest(to: word, among: words)
        let listed = words.count > 24 ? quotedList(words.prefix(24)) + ", …" : quotedList(words)
        diagnostics.report(
            origin, path, "\"\(word.excerpt)\" is not \(noun)" + (suggestion == nil ? "; write \(listed)" : ""),
            suggestion: suggestion)
    }
}

extension ParameterRange {
    func contains(_ value: ParameterValue, of type: ParameterType) -> Bool {
        switch self {
        case .named: return true
        case .integers(let range):
            guard case .integer(let number) = value else { return false }
            return range.contains(number)
        case .quantities(let from, let to):
            guard let magnitude = value.magnitude,
                let low = try? ParameterDecoder.scalarValue(from, type).magnitude,
                let high = try? ParameterDecoder.scalarValue(to, type).magnitude
            else { return false }
            return (low...high).contains(magnitude)
        }
    }
}

extension String {
    /// Line breaks and other characters that would garble a line of a report.
    package var hasControlCharacters: Bool {
        unicodeScalars.contains {
            $0.value < 0x20 || (0x7F...0x9F).contains($0.value)
                || [.lineSeparator, .paragraphSeparator, .format].contains($0.properties.generalCategory)
        }
    }
}
