import ArgumentParser
import MappingSearch
import Quantities

/// Places buffers in a scratchpad.
struct AllocateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allocate",
        abstract: "Place buffers with known lifetimes in a scratchpad.",
        usage: "cyclewright allocate FILE [--capacity BYTES] [OPTIONS]",
        discussion: """
            FILE is a table in MiniMalloc's format: id,lower,upper,size. A buffer is live from lower up to, and not including, upper. Finds \
            an offset for each, or proves that there are none; without --capacity, the least capacity that suffices. Writes the table \
            with the offsets as its last column.

            EXAMPLES
              cyclewright allocate buffers.csv --capacity 1MiB --output placed.csv
              cyclewright allocate buffers.csv
              cyclewright allocate buffers.csv --capacity 1MiB --banks 4

            FURTHER COLUMNS, where a buffer needs them
              alignment       the offset is a multiple of this
              offset          where the buffer has to be
              hint            where it would be welcome
              gaps            times at which it holds nothing: 12-18 20-24
              alias           ids of buffers that have the same offset and may overlap it
              apart           ids of buffers that have to be in another bank
            """)

    @Argument(help: "A table of buffers (.csv).", completion: .file(extensions: ["csv"]))
    var file: String

    @Option(name: .long, help: ArgumentHelp("Bytes of the scratchpad: 1048576, 1MiB. (default: as few as suffice)", valueName: "bytes"))
    var capacity: String?

    @Option(name: .long, help: ArgumentHelp("Equal banks that it is made of; no buffer lies in two of them.", valueName: "number"))
    var banks: Int = 1

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Write the table with offsets to a file. (default: the output)", valueName: "file"),
        completion: .file(extensions: ["csv"]))
    var output: String?

    @Flag(name: .shortAndLong, help: "Print no summary.")
    var quiet = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if output == "" { throw ValidationError("--output needs the name of a file.") }
        if banks != 1 && capacity == nil { throw ValidationError("--banks needs --capacity.") }
        if !(1...4096).contains(banks) { throw ValidationError("--banks \(banks): give from 1 to 4096.") }
        _ = try chosenCapacity()
    }

    /// In bytes; `nil` for the least that suffices.
    func chosenCapacity() throws -> Int? {
        guard let capacity else { return nil }
        let bytes: Int?
        if let number = Int(capacity) { bytes = number } else { bytes = (try? Bytes(parsing: capacity))?.count }
        guard let bytes, bytes >= 1, bytes <= PlacementProblem.maximumValue else {
            throw ValidationError("--capacity: \"\(capacity.prefix(40))\" is not a number of bytes from 1 on; write 1048576 or 1MiB")
        }
        return bytes
    }

    func run() throws {
        try AllocationSession(self, capacity: chosenCapacity()).run()
    }
}
