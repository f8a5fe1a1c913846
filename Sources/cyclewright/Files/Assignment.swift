/// One `--set path=value` of a command line.
package struct Assignment: Sendable, Equatable {
    package var path: String
    /// Not empty.
    package var value: String

    /// - Parameter example: an assignment, for messages.
    /// - Throws: `.usage` for text that is no assignment.
    package init(_ text: String, example: String) throws(CommandFailure) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw CommandFailure(.usage, "--set \(text.prefix(200)): is not of the form path=value; write something like \(example)")
        }
        path = String(text[..<equals])
        value = String(text[text.index(after: equals)...])
        if value.isEmpty { throw CommandFailure(.usage, "--set \(path.prefix(200)): has no value; write \(path.prefix(200))=…") }
    }

    /// Several, by path; of two for the same path the later counts.
    package static func values(_ texts: [String], example: String) throws(CommandFailure) -> [String: String] {
        var result: [String: String] = [:]
        for text in texts {
            let assignment = try Assignment(text, example: example)
            result[assignment.path] = assignment.value
        }
        return result
    }
}
