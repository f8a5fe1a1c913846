import ArgumentParser
import Foundation

/// Runs one command line and turns what it throws into messages and an exit status.
enum CommandRunner {
    static func run(_ arguments: [String]) -> ExitStatus {
        do {
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
        Console.note(text)
        return .usage
    }

    private static func report(_ failure: CommandFailure) -> ExitStatus {
        for line in failure.lines { Console.note(CommandFailure.prefix + line) }
        return failure.status
    }

    static func exit(_ status: ExitStatus) -> Never { Foundation.exit(status.rawValue) }
}
