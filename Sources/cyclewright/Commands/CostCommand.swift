import ArgumentParser

/// Says what an architecture costs.
struct CostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost",
        abstract: "Say what an architecture costs: area by component, energy of every action, with sources.",
        usage: "cyclewright cost ARCHITECTURE [OPTIONS]",
        discussion: """
            EXAMPLES
              cyclewright cost tpu-v1
              cyclewright cost gemmini --set technology.node=7nm --set technology.voltage=0.7V
              cyclewright cost gemmini --costs my-library.yaml --json
              cyclewright cost gemmini --write-ert ERT.yaml --write-art ART.yaml
              cyclewright cost gemmini --ert ERT.yaml --art ART.yaml
              cyclewright cost --sram-table
            """)

    @Argument(help: "An architecture file, or the name of a shipped one.", completion: InputCompletion.of([.architecture]))
    var architecture: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Print how far the SRAM model is from CACTI 7, over all arrays that it was held against.")
    var sramTable = false

    @Option(name: .long, help: ArgumentHelp("Write the energies as Accelergy's energy reference table, for Timeloop.", valueName: "file"), completion: .file())
    var writeErt: String?

    @Option(name: .long, help: ArgumentHelp("Write the areas as Accelergy's area reference table.", valueName: "file"), completion: .file())
    var writeArt: String?

    @OptionGroup var prices: PriceOptions
    @OptionGroup var settings: SettingOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if sramTable, architecture != nil { throw ValidationError("--sram-table is about the SRAM model and takes no architecture.") }
        if writeErt == "" { throw ValidationError("--write-ert needs the name of a file.") }
        if writeArt == "" { throw ValidationError("--write-art needs the name of a file.") }
    }

    func run() throws {
        try CostSession(self).run()
    }
}
