/// Writes out the `repeat` blocks of a program's text.
///
/// A block holds declarations, two spaces further in. In the k-th copy, counted from 0, `{12+9}` becomes 12 + 9k.
struct RepeatExpansion {
    /// Bytes of the text written out at most: a short text may not fill the memory.
    static let sizeLimit = 1 << 25

    private(set) var text = ""
    /// Line of the source by line of the text, both from 1; `nil` when they are the same.
    private(set) var sourceLines: [Int]?
    private let file: String

    init(_ source: String, file: String) throws(ProgramError) {
        self.file = file
        guard source.hasPrefix("repeat ") || source.contains("\nrepeat ") else {
            text = source
            return
        }
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        var map = [0]
        var position = 0
        while position < lines.count {
            guard lines[position].hasPrefix("repeat ") else {
                append(lines[position], isLast: position == lines.count - 1)
                map.append(position + 1)
                position += 1
                continue
            }
            let head = position
            let count = try Self.count(lines[head], file: file, line: head + 1)
            position += 1
            while position < lines.count, lines[position].hasPrefix("  ") { position += 1 }
            guard position > head + 1 else {
                throw ProgramError(file: file, line: head + 1, message: "the repeat holds nothing", suggestion: "indent what it repeats by two spaces")
            }
            for iteration in 0..<count {
                for line in (head + 1)..<position {
                    append(try expand(lines[line].dropFirst(2), iteration, line: line + 1)[...], isLast: false)
                    map.append(line + 1)
                }
                guard text.utf8.count <= Self.sizeLimit else {
                    throw ProgramError(
                        file: file, line: head + 1, message: "written out, the repeats are longer than \(Self.sizeLimit >> 20) MiB",
                        suggestion: "repeat less")
                }
            }
        }
        sourceLines = map
    }

    private mutating func append(_ line: Substring, isLast: Bool) {
        text += line
        if !isLast { text += "\n" }
    }

    private static func count(_ line: Substring, file: String, line number: Int) throws(ProgramError) -> Int {
        let word = line.dropFirst("repeat ".count).prefix { $0 != "/" && $0 != "\r" }.filter { $0 != " " }
        guard let count = Int(word), (1...(1 << 20)).contains(count) else {
            throw ProgramError(file: file, line: number, message: "\"\(word)\" repeats", suggestion: "write a number from 1 to \(1 << 20)")
        }
        return count
    }

    private func expand(_ line: Substring, _ iteration: Int, line number: Int) throws(ProgramError) -> String {
        var result = ""
        var rest = line
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}"), let value = Self.value(rest[rest.index(after: open)..<close], iteration) else {
                throw ProgramError(
                    file: file, line: number, message: "\"\(rest[open...].prefix(24))\" is no number that goes up evenly",
                    suggestion: "write {first+step}")
            }
            result += "\(value)"
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    /// `12+9` or `12-9`.
    private static func value(_ text: Substring, _ iteration: Int) -> Int? {
        guard let sign = text.dropFirst().firstIndex(where: { $0 == "+" || $0 == "-" }), let first = Int(text[..<sign]), let step = Int(text[sign...])
        else { return nil }
        let (distance, overflow) = step.multipliedReportingOverflow(by: iteration)
        let (value, carry) = first.addingReportingOverflow(distance)
        return overflow || carry ? nil : value
    }
}
