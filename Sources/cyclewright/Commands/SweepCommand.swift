import ArgumentParser
import Foundation

/// Where the points of a sweep are evaluated.
enum SweepEngine: String, ExpressibleByArgument, CaseIterable { case local, slurm }

/// Searches a space of designs.
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Search a space of architectures, workloads and mappings for the best designs.",
        usage: "cyclewright sweep SPACE.yaml [OPTIONS]",
        discussion: """
            SPACE.yaml names an architecture, workloads, parameters with their values, objectives, limits and a strategy. Every point that \
            is finished is kept in an SQLite file, whatever happens to the process: the same command goes on where it stopped. The \
            results are the same for any number of jobs, on this machine and on a cluster.

            EXAMPLES
              cyclewright sweep my-space.yaml
              cyclewright sweep my-space.yaml --jobs 8 --output results.sqlite
              cyclewright sweep my-space.yaml --strategy genetic --points 500 --seed 7
              cyclewright sweep my-space.yaml --export front.csv --export all.json
              cyclewright sweep my-space.yaml --engine slurm --jobs 64 --slurm-option=--partition=long
            """)

    @Argument(help: "A YAML file of the space.", completion: .file(extensions: ["yaml", "yml"]))
    var space: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The SQLite file of the results; where it is there already, the sweep goes on. (default: NAME.sqlite, of the space)", valueName: "file"),
        completion: .file(extensions: ["sqlite"]))
    var output: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Points that are evaluated at the same time. (default: the processors of this machine; 4 tasks with --engine slurm)", valueName: "n"))
    var jobs: Int?

    @Option(name: .long, help: ArgumentHelp("Points to evaluate, those that the file has already included. (default: as the space says)", valueName: "n"))
    var points: Int?

    @Option(name: .long, help: ArgumentHelp("Choose points by this strategy instead of the space's.", valueName: "name"))
    var strategy: String?

    @Option(name: .long, help: ArgumentHelp("Seed of the strategy instead of the space's.", valueName: "n"))
    var seed: UInt64?

    @Option(name: .long, help: "local: threads of this process; slurm: an array job of the cluster.")
    var engine: SweepEngine = .local

    @Option(
        name: .long, parsing: .unconditionalSingleValue,
        help: ArgumentHelp("An option for sbatch, such as --partition=long or --time=8:00:00; may be repeated.", valueName: "option"))
    var slurmOption: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("A folder that the machines of the cluster share. (default: FILE.slurm, beside the results)", valueName: "dir"), completion: .directory)
    var sharedFolder: String?

    @Option(
        name: .long, parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Write all points to a .csv or .json file; may be repeated.", valueName: "file"), completion: .file(extensions: ["csv", "json"]))
    var export: [String] = []

    @Flag(name: .long, help: "Make everything anew for every point. Changes no figure.")
    var noMemoisation = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    /// A task of the cluster: FOLDER and the head's run.
    @Option(name: .long, parsing: .upToNextOption, help: .hidden)
    var worker: [String] = []

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if output == "" { throw ValidationError("--output needs the name of a file.") }
        if let jobs, !(1...100_000).contains(jobs) { throw ValidationError("--jobs takes a number from 1 to 100,000.") }
        if let points, points < 1 { throw ValidationError("--points takes a number from 1.") }
        for path in export where !["csv", "json"].contains(FilePath.suffix(path)) {
            throw ValidationError("--export writes .csv and .json files; \"\(path)\" ends in neither.")
        }
        if engine == .local, !slurmOption.isEmpty || sharedFolder != nil { throw ValidationError("--slurm-option and --shared-folder belong to --engine slurm.") }
    }

    func run() throws {
        if worker.isEmpty { try SweepSession(self).run() } else { try SweepWorkerSession(self).run() }
    }
}
