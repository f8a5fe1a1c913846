import ArgumentParser
import Reporting

/// Writes the report of a sweep, or of runs as if they were one.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show a sweep, or runs, as pages, tables and plots.",
        usage: "cyclewright report SWEEP|RUN... [OPTIONS]",
        discussion: """
            Reads a sweep (its database, or the sweep.json of an earlier report), or the folders of runs that `cyclewright simulate` \
            wrote, and writes report.html with Pareto fronts, parallel coordinates, sensitivities, convergence and the best \
            configurations; beside it report.md, sweep.json, points.csv, sensitivity.csv and each plot as SVG in plots/.

            EXAMPLES
              cyclewright report sweeps/arrays.sqlite
              cyclewright report sweeps/arrays.sqlite --output paper --png
              cyclewright report runs/small runs/medium runs/large --output reports/sizes

            The files are described in Documentation/sweep-reports.md.
            """)

    @Argument(help: "One sweep, or folders of runs (or their summary.json).", completion: .file())
    var inputs: [String]

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder for the report. (default: reports/sweep-NAME)", valueName: "dir"), completion: .directory)
    var output: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Folder with the reports of single points, NUMBER/report.html each. (default: runs beside the sweep)", valueName: "dir"),
        completion: .directory)
    var runs: String?

    @Flag(name: .long, help: "Write each plot as PNG too, with rsvg-convert or Chromium.")
    var png = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if output == "" { throw ValidationError("--output needs the name of a folder.") }
        if runs == "" { throw ValidationError("--runs needs the name of a folder.") }
    }

    func run() throws { try ReportSession(self).run() }
}
