import ArgumentParser
import Reporting

/// How a command prints its figures, and where to.
struct FigureOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument { case table, json, csv }

    @Option(name: .long, help: "How to print the figures: table, json, csv.")
    var format: Format = .table

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write the figures to a file instead of the output.", valueName: "file"), completion: .file())
    var output: String?

    func validate() throws {
        if output == "" { throw ValidationError("--output needs the name of a file.") }
    }

    /// The figures in the format that was asked for.
    func text(table: (TerminalStyle) -> String, json: () -> String, csv: () -> String, terminal: Terminal = .output) -> String {
        switch format {
        case .table: table(output == nil ? terminal.style : .plain)
        case .json: json()
        case .csv: csv()
        }
    }

    func write(_ text: String) throws(CommandFailure) {
        if let output { try OutputFolder.write(text, to: output) } else { try Console.write(text) }
    }
}
