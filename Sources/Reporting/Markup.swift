import Mustache

/// Text made safe for HTML and SVG, as content and as attribute value.
///
/// Works scalar by scalar: Swift's `Character` joins a quote with a combining mark behind it into one that equals neither, so
/// escaping by characters lets such a quote through.
package enum Markup {
    package static func escape(_ text: String) -> String {
        // Nearly all text is names and numbers that need nothing.
        if text.utf8.allSatisfy(isPlain) { return text }
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result += " "
            default: result.unicodeScalars.append(isAllowed(scalar.value) ? scalar : "\u{FFFD}")
            }
        }
        return result
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
        default: (0x20...0x7E).contains(byte)
        }
    }

    /// Control characters and noncharacters may not occur in HTML or XML at all.
    private static func isAllowed(_ value: UInt32) -> Bool {
        !(value < 0x20 || (0x7F...0x9F).contains(value) || (0xFDD0...0xFDEF).contains(value) || value & 0xFFFE == 0xFFFE)
    }
}

/// Makes Mustache escape with `Markup.escape`.
struct MarkupContentType: MustacheContentType {
    /// The templates name it in their first line: `{{% CONTENT_TYPE: MARKUP}}`.
    static let name = "MARKUP"
    func escapeText(_ text: String) -> String { Markup.escape(text) }
}
