import Quantities

/// What is wrong with an architecture file, one problem per line.
public struct ArchitectureError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One mistake: where it is, what it is, and what to do about it.
    public struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// The file as it was named, or "--set" for an override.
        public var file: String
        /// Counted from one; `nil` when the problem has no single line.
        public var line: Int?
        /// Dotted path of the parameter: "engines.mxu.rows"; empty for the file as a whole.
        public var path: String
        public var message: String
        /// A text to put in place of what is there.
        public var suggestion: String?

        public init(file: String, line: Int?, path: String, message: String, suggestion: String? = nil) {
            self.file = file; self.line = line; self.path = path; self.message = message; self.suggestion = suggestion
        }

        /// `tpu-v1.yaml:7: engines.mxu.dataflow: "weigth-stationary" is not a dataflow; did you mean "weight-stationary"?`
        public var description: String {
            let place = line.map { "\(file):\($0): " } ?? (file == "--set" ? "\(file) " : "\(file): ")
            let subject = path.isEmpty ? "" : "\(path): "
            return place + subject + message + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
        }
    }

    /// In the order of the file; at least one, at most `limit`.
    public var problems: [Problem]
    /// Problems found beyond the limit.
    public var omitted: Int

    /// Problems that are listed; a file that is wrong throughout should not fill the screen.
    public static let limit = 20

    public init(problems: [Problem], omitted: Int = 0) {
        precondition(!problems.isEmpty, "an error needs a problem")
        self.problems = problems
        self.omitted = omitted
    }

    public init(file: String, line: Int? = nil, path: String = "", message: String, suggestion: String? = nil) {
        self.init(problems: [Problem(file: file, line: line, path: path, message: message, suggestion: suggestion)])
    }

    // The first problem, for callers that show one.
    public var file: String { problems[0].file }
    public var line: Int? { problems[0].line }
    public var path: String { problems[0].path }
    public var message: String { problems[0].message }
    public var suggestion: String? { problems[0].suggestion }

    public var description: String {
        var lines = problems.map(\.description)
        if omitted > 0 { lines.append("\(file): \(omitted) more problem\(omitted == 1 ? "" : "s")") }
        return lines.joined(separator: "\n")
    }
}

/// Collects problems until all checks have run, so that one attempt shows all mistakes.
package struct Diagnostics {
    package let file: String
    package private(set) var problems: [ArchitectureError.Problem] = []
    private var omitted = 0

    package init(file: String) { self.file = file }

    /// Problems so far, those beyond the limit included.
    package var count: Int { problems.count + omitted }

    package mutating func report(_ origin: DocumentNode.Origin?, _ path: String, _ message: String, suggestion: String? = nil) {
        let problem =
            switch origin {
            case .override?:
                ArchitectureError.Problem(file: "--set", line: nil, path: path, message: message, suggestion: suggestion)
            case .line(let line)?:
                ArchitectureError.Problem(file: file, line: line, path: path, message: message, suggestion: suggestion)
            case .other(let other, let line)?:
                ArchitectureError.Problem(file: other, line: line, path: path, message: message, suggestion: suggestion)
            case nil:
                ArchitectureError.Problem(file: file, line: nil, path: path, message: message, suggestion: suggestion)
            }
        if problems.contains(problem) { return }
        if problems.count < ArchitectureError.limit { problems.append(problem) } else { omitted += 1 }
    }

    /// Throws what was collected, in file order.
    package func throwIfAny() throws(ArchitectureError) {
        guard !problems.isEmpty else { return }
        let ordered = problems.enumerated().sorted {
            // Sorting must not change the order of problems on the same line.
            ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset)
        }
        throw ArchitectureError(problems: ordered.map(\.element), omitted: omitted)
    }
}

/// "a, b and c" with quotes, for messages that list what would be accepted.
package func quotedList(_ names: some Sequence<String>, conjunction: String = "or") -> String {
    let quoted = names.map { "\"\($0)\"" }
    return quoted.isEmpty ? "none" : wordList(quoted, conjunction: conjunction)
}

/// `a, b or c`.
package func wordList(_ words: [String], conjunction: String = "or") -> String {
    guard words.count > 1, let last = words.last else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}

extension String {
    /// "an architecture", "a memory standard".
    var withArticle: String { (first.map("aeiou".contains) == true ? "an " : "a ") + self }
}
