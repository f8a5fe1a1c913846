import Architecture
import ArgumentParser

/// The names of commands, told apart from whatever else stands first on a command line.
enum CommandNames {
    static let all = Cyclewright.configuration.subcommands.compactMap { $0.configuration.commandName }

    /// Refuses a first word that is no command: the parser would only count it among arguments that it did not expect.
    static func check(_ arguments: [String]) throws(CommandFailure) {
        guard let first = arguments.first, !first.hasPrefix("-") else { return }
        guard first == "help" else { return try check(first) }
        if arguments.count > 1, !arguments[1].hasPrefix("-"), arguments[1] != "help" { try check(arguments[1]) }
    }

    private static func check(_ word: String) throws(CommandFailure) {
        guard !all.contains(word) else { return }
        var advice = "there are \(all.joined(separator: ", ")); `cyclewright --help` explains them"
        if let close = Suggestion.closest(to: word, among: all) {
            advice = "did you mean \"\(close)\"?"
        } else if let kind = InputResolver().kind(of: word) {
            advice = "it is \(kind.article), and \(kind.advice)"
        }
        throw CommandFailure(.usage, "\(word.prefix(80)): is not a command; \(advice)")
    }
}
