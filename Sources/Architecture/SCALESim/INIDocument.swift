import Quantities

/// An INI file as SCALE-Sim reads it: sections of `key: value` or `key = value`, comments on lines of their own.
struct INIDocument {
    struct Value {
        var text: String
        var line: Int
        /// The key as it is spelt in the file.
        var key: String
    }

    /// By lower-case section and key, as Python's configparser compares keys; order is that of the file.
    private(set) var sections: [(name: String, line: Int, values: [Value])] = []

    init(parsing text: String, file: String) throws(ArchitectureError) {
        guard text.utf8.count <= YAMLDocument.maximumBytes else {
            throw ArchitectureError(file: file, message: "is larger than \(Bytes(YAMLDocument.maximumBytes)), which no configuration needs to be")
        }
        var number = 0
        for rawLine in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
            number += 1
            let line = String(rawLine).trimmedLine
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasPrefix("[") {
                guard line.hasSuffix("]"), line.count > 2 else {
                    throw ArchitectureError(file: file, line: number, message: "\"\(line.excerpt)\" is not a section; write [name]")
                }
                let name = String(line.dropFirst().dropLast())
                if let other = sections.first(where: { $0.name.lowercased() == name.lowercased() }) {
                    throw ArchitectureError(
                        file: file, line: number, path: name.excerpt, message: "the section is given twice; the first is on line \(other.line)")
                }
                sections.append((name, number, []))
                continue
            }
            guard let separator = line.firstIndex(where: { $0 == ":" || $0 == "=" }) else {
                throw ArchitectureError(file: file, line: number, message: "\"\(line.excerpt)\" is neither a section nor \"key: value\"")
            }
            guard !sections.isEmpty else {
                throw ArchitectureError(file: file, line: number, message: "\"\(line.excerpt)\" stands before the first section; SCALE-Sim files begin with [general]")
            }
            let key = String(line[..<separator]).trimmedLine
            let value = String(line[line.index(after: separator)...]).trimmedLine
            let last = sections.count - 1
            if let other = sections[last].values.first(where: { $0.key.lowercased() == key.lowercased() }) {
                throw ArchitectureError(
                    file: file, line: number, path: "\(sections[last].name.excerpt).\(key.excerpt)",
                    message: "is given twice; the first is on line \(other.line)")
            }
            guard sections[last].values.count < 1_000 else {
                throw ArchitectureError(file: file, line: number, message: "the section has more than 1000 keys")
            }
            sections[last].values.append(Value(text: value.unquoted, line: number, key: key))
        }
    }

    func section(_ name: String) -> (line: Int, values: [Value])? {
        sections.first { $0.name.lowercased() == name.lowercased() }.map { ($0.line, $0.values) }
    }

    func value(_ section: String, _ key: String) -> Value? {
        self.section(section)?.values.first { $0.key.lowercased() == key.lowercased() }
    }
}

extension String {
    /// Without blanks and a carriage return at either end.
    fileprivate var trimmedLine: String {
        func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" || character == "\r" }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(self[first...last])
    }

    /// `"eyeriss"` and `eyeriss` are the same run name.
    fileprivate var unquoted: String {
        count >= 2 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : self
    }
}
