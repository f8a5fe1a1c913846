/// How text may look on the device it goes to.
public struct TerminalStyle: Sendable {
    /// True for a terminal: escape sequences for colour are then used.
    public var isColoured: Bool
    /// Columns of the device.
    public var width: Int

    public init(isColoured: Bool, width: Int) {
        self.isColoured = isColoured
        self.width = max(40, width)
    }

    /// For files and pipes: no escape sequences, 100 columns.
    public static let plain = TerminalStyle(isColoured: false, width: 100)

    /// Select Graphic Rendition parameters (ECMA-48) of the roles that text has in a report.
    package enum Role: String, Sendable { case heading = "1", dim = "2", good = "32", warning = "33", bad = "31", accent = "36" }

    package func paint(_ text: String, _ role: Role) -> String {
        isColoured && !text.isEmpty ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
    }
}

/// Text measured and cut in columns of a terminal.
package enum TerminalText {
    /// Columns that `text` takes: two for wide characters, by the blocks of Unicode that hold them.
    package static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

    private static func width(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.properties.isEmojiPresentation { return 2 }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    /// `text` without control characters, which would let a name in a file steer the terminal.
    package static func visible(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            result.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
        }
        return result
    }

    /// `text` in at most `columns`, with "…" in the middle where something is left out: names differ at their ends.
    static func fitted(_ text: String, columns: Int) -> String {
        guard width(text) > columns else { return text }
        guard columns > 1 else { return columns == 1 ? "…" : "" }
        var head = "", tail = "", used = 1
        var front = text.startIndex, back = text.endIndex
        var fromFront = true
        while front < back {
            let before = text.index(before: back)
            let next = fromFront ? text[front] : text[before]
            guard used + width(next) <= columns else { break }
            used += width(next)
            if fromFront {
                head.append(next)
                front = text.index(after: front)
            } else {
                tail.insert(next, at: tail.startIndex)
                back = before
            }
            fromFront.toggle()
        }
        return head + "…" + tail
    }

    /// `text` in lines of at most `columns`, broken at spaces; a longer word is cut in its middle.
    package static func wrapped(_ text: String, columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ").map({ fitted(String($0), columns: columns) }) {
            if !line.isEmpty && width(line) + 1 + width(word) > columns {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? word : " " + word
        }
        return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
    }

    /// A horizontal bar for `share` of `columns`, in eighths of a column.
    package static func bar(_ share: Double, columns: Int) -> String {
        guard share.isFinite, share > 0 else { return "" }
        let eighths = max(1, Int((min(1, share) * Double(columns) * 8).rounded()))
        let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + partial[eighths % 8]
    }
}
