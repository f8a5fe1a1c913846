import ArgumentParser

/// Runs a stream of accesses over memory in tiers.
struct TiersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tiers",
        abstract: "Run a stream of tensor accesses over memory in tiers: SRAM, HBM, DDR, flash.",
        usage: "cyclewright tiers FILE [OPTIONS]",
        discussion: """
            FILE names the tiers from the fastest to the slowest, the tensors with their size and first place, and the accesses. Nothing \
            moves by itself: tensors are read from the fastest tier to which they have been copied. Prints time, what it was spent \
            on, and for each tier the bytes that it moved and the share of reads that it served.

            EXAMPLES
              cyclewright tiers layers-from-flash
              cyclewright tiers Tiers/layers-from-flash.yaml --set memories.flash.channels=16 --set memories.flash.bus=1.2GB/s
              cyclewright tiers my-tiers.yaml --accesses run.txt --format json

            ACCESSES, one per line; each begins when the one before has ended
              read TENSOR, write TENSOR       all of it, in the fastest tier that has it
              copy TENSOR TIER [&]            & goes on with the next line meanwhile
              move TENSOR TIER [&]            the same, and the old place is free
              drop TENSOR TIER                frees the place once it is no longer in use
              wait TENSOR                     until all its copies have arrived
              compute TIME                    time in which nothing is read: compute 500 us
              repeat N … end                  in it TENSOR.@ is the tensor of the repetition's number, TENSOR.@+1 the next one
            """)

    @Argument(help: "A YAML file of tiers, tensors and accesses, or the name of a shipped one.", completion: InputCompletion.of([.tiers]))
    var file: String

    @Option(
        name: .long, help: ArgumentHelp("Take the accesses from a text file instead of FILE.", valueName: "file"), completion: .file())
    var accesses: String?

    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Set a parameter by its path: memories.hbm.bandwidth=1.2TB/s, tensors.weights.size=1GiB; may be repeated.", valueName: "path=value"))
    var assignments: [String] = []

    @OptionGroup var figures: FigureOptions

    @OptionGroup var common: CommonOptions

    func run() throws {
        try TiersSession(self).run()
    }
}
