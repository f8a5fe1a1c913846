import Architecture
import ArgumentParser
import Foundation

/// Runs one command line and turns what it throws into messages and an exit status.
enum CommandRunner {
    static func run(_ arguments: [String]) -> ExitStatus {
        do {
            try CommandNames.check(arguments)
            var command = try Cyclewright.parseAsRoot(arguments)
            try command.run()
            return .success
        } catch let failure as CommandFailure {
            return report(failure)
        } catch {
            return finish(error)
        }
    }

    /// Help, versions and completion scripts go to the output; mistakes in the arguments to the error stream.
    private static func finish(_ error: any Error) -> ExitStatus {
        let text = Cyclewright.fullMessage(for: error, columns: Terminal.output.width)
        if Cyclewright.exitCode(for: error) == .success {
            do throws(CommandFailure) {
                try Console.write(text.hasSuffix("\n") ? text : text + "\n")
            } catch {
                return report(error)
            }
            return .success
        }
        Console.note(explained(text))
        return .usage
    }

    /// The parser's message, with what to do where it only says what is wrong.
    private static func explained(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.first else { return text }
        if first.contains("Unknown option '"), !first.contains("Did you mean") {
            let option = first.split(separator: "'").dropFirst().first.map(String.init) ?? ""
            if let close = Suggestion.closest(to: option, among: ["--help", "--version"]) { lines[0] += ". Did you mean '\(close)'?" }
        } else if first.contains(" is invalid for '"), first.hasSuffix("<n>'") {
            lines[0] += ". Please provide a whole number, such as 8."
        }
        return lines.joined(separator: "\n")
    }

    private static func report(_ failure: CommandFailure) -> ExitStatus {
        for line in failure.lines { Console.note(CommandFailure.prefix + line) }
        return failure.status
    }

    static func exit(_ status: ExitStatus) -> Never { Foundation.exit(status.rawValue) }
}
