import Architecture
import Quantities

/// A stream of accesses to tensors in tiers: lines of text, with repetitions.
///
///     repeat 32
///       copy weights.@+1 hbm &     # the next layer, in the background
///       wait weights.@
///       read weights.@
///       compute 500 us
///       drop weights.@ hbm
///     end
///
/// `@` is the number of the repetition around it, from 0; `@+1` and `@-1` its neighbours. Numbers wrap around at the tensor's count.
public struct TierAccessStream: Sendable {
    enum Operation: Sendable, Hashable {
        case read, write
        /// The number of the tier.
        case copy(tier: Int, isBackground: Bool)
        case move(tier: Int, isBackground: Bool)
        case drop(tier: Int)
        case wait
        /// Femtoseconds.
        case compute(Int)
        /// Repetitions, and the statements behind this one that are repeated.
        case repetition(Int, statements: Int)
    }

    struct Statement: Sendable {
        var operation: Operation
        var line: Int
        var tensor = 0
        /// Number of the tensor, plus that of the innermost repetition if it has one.
        var index = 0
        var followsRepetition = false
    }

    /// Accesses of the whole stream at most.
    public static let limit = 1_000_000

    private(set) var statements: [Statement] = []
    private(set) var file = ""
    /// Accesses with all repetitions.
    public private(set) var count = 0

    init() {}

    /// - Parameters:
    ///   - file: for messages, in which the text begins on `firstLine`.
    /// - Throws: `ArchitectureError` with the line of the first mistake.
    init(
        parsing text: String, file: String, firstLine: Int, tensors: [TierDescription.Tensor], tiers: [String]
    ) throws(ArchitectureError) {
        self.file = file
        var open: [(statement: Int, repetitions: Int)] = []
        var times = 1
        for (offset, content) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = firstLine + offset
            let code = content.prefix { $0 != "#" }
            var words = code.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let verb = words.first else { continue }
            words.removeFirst()
            func fail(_ message: String, _ suggestion: String? = nil) -> ArchitectureError {
                ArchitectureError(file: file, line: line, path: "accesses", message: message, suggestion: suggestion)
            }
            if verb == "end" {
                guard words.isEmpty else { throw fail("\"end\" stands alone") }
                guard let last = open.popLast() else { throw fail("\"end\" without a \"repeat\"") }
                statements[last.statement].operation = .repetition(last.repetitions, statements: statements.count - last.statement - 1)
                times /= last.repetitions
                continue
            }
            if verb == "repeat" {
                guard words.count == 1, let repetitions = Int(words[0]), (1...Self.limit).contains(repetitions) else {
                    throw fail("write how often: repeat 32")
                }
                guard open.count < 8 else { throw fail("is nested more than 8 deep") }
                open.append((statements.count, repetitions))
                statements.append(Statement(operation: .repetition(repetitions, statements: 0), line: line))
                let (product, overflow) = times.multipliedReportingOverflow(by: repetitions)
                guard !overflow, product <= Self.limit else { throw fail("repeats more than \(Self.limit) times in all") }
                times = product
                continue
            }
            var isBackground = false
            if words.last == "&" {
                guard ["copy", "move"].contains(verb) else { throw fail("\"&\" is for copy and move: everything else is waited for") }
                words.removeLast()
                isBackground = true
            }
            if verb == "compute" {
                do throws(QuantityError) {
                    statements.append(Statement(operation: .compute(try Time(parsing: words.joined(separator: " ")).femtoseconds), line: line))
                } catch { throw fail("compute: \(error)") }
            } else {
                let verbs = ["read", "write", "copy", "move", "drop", "wait", "compute", "repeat", "end"]
                guard verbs.contains(verb) else {
                    let suggestion = Suggestion.closest(to: verb, among: verbs)
                    throw fail("\"\(verb.excerpt)\" is not an access" + (suggestion == nil ? "; write \(quotedList(verbs))" : ""), suggestion)
                }
                let needsTier = ["copy", "move", "drop"].contains(verb)
                guard words.count == (needsTier ? 2 : 1) else {
                    throw fail("write \"\(verb) TENSOR\(needsTier ? " TIER" : "")\(["copy", "move"].contains(verb) ? "\", with \"&\" behind it to go on meanwhile" : "\"")")
                }
                var tier = 0
                if needsTier {
                    guard let found = tiers.firstIndex(of: words[1]) else {
                        let suggestion = Suggestion.closest(to: words[1], among: tiers)
                        throw fail("\"\(words[1].excerpt)\" is not a tier" + (suggestion == nil ? "; there are \(quotedList(tiers, conjunction: "and"))" : ""), suggestion)
                    }
                    tier = found
                }
                let operation: Operation =
                    switch verb {
                    case "read": .read
                    case "write": .write
                    case "copy": .copy(tier: tier, isBackground: isBackground)
                    case "move": .move(tier: tier, isBackground: isBackground)
                    case "drop": .drop(tier: tier)
                    default: .wait
                    }
                var statement = Statement(operation: operation, line: line)
                if let mistake = statement.setTensor(words[0], tensors, isRepeated: !open.isEmpty) { throw fail(mistake.message, mistake.suggestion) }
                statements.append(statement)
            }
            count += times
            guard count <= Self.limit else { throw fail("there are more than \(Self.limit) accesses") }
        }
        if let last = open.last {
            throw ArchitectureError(file: file, line: statements[last.statement].line, path: "accesses", message: "\"repeat\" without an \"end\"")
        }
        guard count > 0 else { throw ArchitectureError(file: file, line: firstLine, path: "accesses", message: "has no access; write lines such as \"read NAME\"") }
    }
}

extension TierAccessStream.Statement {
    /// Reads "weights", "weights.3", "weights.@", "weights.@+1". Returns what is wrong with it.
    mutating func setTensor(
        _ text: String, _ tensors: [TierDescription.Tensor], isRepeated: Bool
    ) -> (message: String, suggestion: String?)? {
        let dot = text.firstIndex(of: ".")
        let name = String(text[..<(dot ?? text.endIndex)])
        guard let found = tensors.firstIndex(where: { $0.name == name }) else {
            let suggestion = Suggestion.closest(to: name, among: tensors.map(\.name))
            return ("there is no tensor \"\(name.excerpt)\"" + (suggestion == nil ? "; there are \(quotedList(tensors.map(\.name), conjunction: "and"))" : ""), suggestion)
        }
        tensor = found
        let count = tensors[found].count
        guard let dot else {
            return count == 1 ? nil : ("there are \(count) of \(name); write \(name).0 or, in a repetition, \(name).@", nil)
        }
        var number = text[text.index(after: dot)...]
        if number.hasPrefix("@") {
            guard isRepeated else { return ("\"@\" is the number of a repetition, and there is none around it", nil) }
            followsRepetition = true
            number.removeFirst()
            if number.isEmpty { return nil }
            guard number.hasPrefix("+") || number.hasPrefix("-") else { return ("\"\(text.excerpt)\" is not a tensor; write \(name).@, \(name).@+1 or \(name).@-1", nil) }
        }
        guard let value = Int(number), abs(value) <= 65_536 else { return ("\"\(text.excerpt)\" is not a tensor; write \(name).0 or \(name).@+1", nil) }
        if !followsRepetition && !(0..<count).contains(value) { return ("there are \(name).0 to \(name).\(count - 1), and no \(text.excerpt)", nil) }
        index = value
        return nil
    }
}
