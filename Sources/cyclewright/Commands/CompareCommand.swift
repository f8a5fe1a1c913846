import ArgumentParser
import Reporting

/// Puts runs side by side.
struct CompareCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument { case table, markdown, csv, json }

    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Put runs side by side, with ratios, in total and per operator.",
        usage: "cyclewright compare RUN RUN... [OPTIONS]",
        discussion: """
            Reads what `cyclewright simulate` left in the folders of two or more runs. Ratios are to the first. Operators meet by their \
            names; those that only one run has are listed.

            EXAMPLES
              cyclewright compare reports/alexnet--tpu-v1 reports/alexnet--tpu-v2
              cyclewright compare before after --format markdown
              cyclewright compare small medium large --output reports/sizes
            """)

    @Argument(help: "Folders of runs, or their summary.json; the first is the base.", completion: .file())
    var runs: [String]

    @Option(name: .long, help: "How to print the comparison: table, markdown, csv, json.")
    var format: Format = .table

    @Flag(name: .long, help: "List all operators, not only the thirty that took longest in the first run.")
    var all = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write comparison.html, .md, .csv and .json into a folder too.", valueName: "dir"), completion: .directory)
    var output: String?

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if runs.count < 2 { throw ValidationError("Name two runs or more: the folders that `cyclewright simulate` wrote.") }
        if runs.count > 16 { throw ValidationError("\(runs.count) runs do not fit side by side; at most 16 do. `cyclewright report` takes any number.") }
        if output == "" { throw ValidationError("--output needs the name of a folder.") }
    }

    func run() throws {
        if let output { try OutputFolder.check(output) }
        let comparison = try RunInputs.comparison(runs)
        if let output {
            do throws(ReportError) {
                _ = try Interruption.shared.protect(output) { () throws(ReportError) in try ReportFolder.write(comparison, to: output) }
            } catch {
                throw CommandFailure(error)
            }
        }
        guard !quiet else { return }
        let text =
            switch format {
            case .table: ComparisonText.text(of: comparison, style: Terminal.output.style, most: all ? nil : 30)
            case .markdown: ComparisonText.markdown(of: comparison)
            case .csv: ComparisonDocuments.csv(comparison)
            case .json: ComparisonDocuments.json(comparison)
            }
        try Console.write(text)
        // Only for people: a program that reads the output gets nothing else.
        if let output, format == .table { try Console.write("\nComparison written to \(output)/comparison.html\n") }
    }
}
