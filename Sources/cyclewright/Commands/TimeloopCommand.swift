import ArgumentParser
import MappingSearch

/// Evaluates a mapping of a loop nest on a memory hierarchy, or finds the best one.
struct TimeloopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeloop",
        abstract: "Evaluate a mapping given in Timeloop's files, or find the best one and prove it.",
        usage: "cyclewright timeloop FILE ... [OPTIONS]",
        discussion: """
            Each FILE is YAML in Timeloop's format 0.4, as its front end writes it: architecture, problem, ERT (energies) and ART (areas), \
            and a mapping or constraints, in one file or several. With a mapping, counts its accesses, cycles and energy in every level. Without \
            one, or with --search, searches all mappings whose factors divide the dimensions, and says whether the one found is proved optimal among \
            them. With --imperfect looks further for mappings whose last rounds are only partly filled, with a bound for all that there are.

            EXAMPLES
              cyclewright timeloop parsed-processed-input.yaml
              cyclewright timeloop architecture.yaml problem.yaml ERT.yaml --search --objective energy -o best.map.yaml
              cyclewright timeloop architecture.yaml problem.yaml ERT.yaml best.map.yaml
            """)

    @Argument(help: "Files in Timeloop's format (.yaml).", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    @Option(
        name: .long,
        help: ArgumentHelp("What the search makes small: edp, energy, cycles (or delay) or traffic. (default: the files' optimization_metrics, or edp)", valueName: "objective"),
        completion: .list(MappingObjective.allCases.map(\.rawValue)))
    var objective: String?

    @Flag(name: .long, help: "Search even though the files have a mapping.")
    var search = false

    @Flag(name: .long, help: "Search also for factors that do not divide the dimensions; the last rounds compute on zeros then.")
    var imperfect = false

    @Option(
        name: .long, help: ArgumentHelp("Partial loop nests that the search may make, its limit of work.", valueName: "number"))
    var limit: Int = 60_000_000

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write the mapping to a file, in Timeloop's format.", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var output: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if output == "" { throw ValidationError("--output needs the name of a file.") }
        if !(1...2_000_000_000).contains(limit) { throw ValidationError("--limit \(limit): give from 1 to 2000000000.") }
        _ = try chosenObjective()
    }

    /// `nil` for what the files ask for.
    func chosenObjective() throws -> MappingObjective? {
        guard let objective else { return nil }
        guard let chosen = MappingObjective(timeloopName: objective) else {
            throw ValidationError("--objective: \"\(objective.prefix(40))\" is none of edp, energy, cycles and traffic")
        }
        return chosen
    }

    func run() throws {
        try TimeloopSession(self, objective: chosenObjective()).run()
    }
}
