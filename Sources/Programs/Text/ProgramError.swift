/// What is wrong with a program, where, and what would be right.
public struct ProgramError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file as it was named to the parser; the program's name when it came from no file.
    public var file: String
    /// From 1; `nil` when the program came from no text.
    public var line: Int?
    /// In characters from 1; `nil` when the whole line is meant.
    public var column: Int?
    public var message: String
    /// What to write instead.
    public var suggestion: String?

    public init(file: String, line: Int? = nil, column: Int? = nil, message: String, suggestion: String? = nil) {
        self.file = file; self.line = line; self.column = column; self.message = message; self.suggestion = suggestion
    }

    /// One line: `gemm.program:7:13: no semaphore "fre"; did you mean "free"?`
    public var description: String {
        let place = [line, column].prefix { $0 != nil }.compactMap { $0 }.map { "\($0):" }.joined()
        return "\(file):\(place) \(message)" + (suggestion.map { "; \($0)" } ?? "")
    }
}

/// Lines of a text in which the parts of a program begin, so that a check of the program can point into the text.
struct SourceLines: Sendable {
    var operators: [Int] = []
    var tensors: [Int] = []
    var functions: [Int] = []
    var semaphores: [Int] = []
    var streams: [Int] = []
    /// Every statement of every stream, outer ones before those inside of them.
    var statements: [Int] = []
}
