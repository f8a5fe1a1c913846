/// Why a workload file was refused: which file, where in it, what is wrong and what to do.
public struct ImportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is, which decides the exit code of the command line.
    public enum Category: Sendable, Hashable {
        /// The file's content is at fault.
        case data
        /// The file cannot be read: missing, a folder, not permitted.
        case unreadable
        /// The request is at fault: an option is missing or wrong, or the format is not known.
        case usage
    }

    /// Path as the user gave it.
    public var file: String
    /// Where in the file: "byte 1234", "line 7", "field hidden_size", "node \"conv1\" (Conv, opset 17)"; "" for the whole file.
    public var place: String
    /// What is wrong, without a full stop.
    public var message: String
    /// What the user can do; `nil` where nothing sensible can be said.
    public var suggestion: String?
    public var category: Category

    public init(
        file: String, place: String = "", message: String, suggestion: String? = nil, category: Category = .data
    ) {
        self.file = file; self.place = place; self.message = message; self.suggestion = suggestion
        self.category = category
    }

    /// Exit code by sysexits.h: 65 (`EX_DATAERR`) for faulty content, 1 for everything else.
    public var exitCode: Int32 { category == .data ? 65 : 1 }

    /// One line: `model.onnx: node "conv1" (Conv, opset 17): weights have 5 dimensions; …`.
    ///
    /// Names from the file may hold anything: line breaks and other control characters are printed as spaces,
    /// and what is too long to read is cut.
    public var description: String {
        var text = file
        if !place.isEmpty { text += ": " + place }
        text += ": " + message
        if let suggestion { text += "; " + suggestion }
        var line = String()
        var length = 0
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
            line.unicodeScalars.append(isControl ? " " : scalar)
            length += 1
            if length == Self.longestLine { return line + "…" }
        }
        return line
    }

    private static let longestLine = 2000
}
