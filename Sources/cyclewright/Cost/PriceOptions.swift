import Architecture
import ArgumentParser
import Cost

/// Tables that a user brings, for every command that prices something.
struct PriceOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Component table whose entries go before the shipped ones; entries named for a part (scratchpad, mesh.macs) replace its price.", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var costs: [String] = []

    @Option(name: .long, help: ArgumentHelp("Energies from Accelergy's energy reference table, by the parts' names.", valueName: "file"), completion: .file(extensions: ["yaml"]))
    var ert: String?

    @Option(name: .long, help: ArgumentHelp("Areas from Accelergy's area reference table, by the parts' names.", valueName: "file"), completion: .file(extensions: ["yaml"]))
    var art: String?

    /// The shipped prices, with what the user brings in front.
    func book() throws(CommandFailure) -> PriceBook {
        if costs.isEmpty, ert == nil, art == nil { return .shipped }
        for path in costs + [ert, art].compactMap({ $0 }) where !ShippedFiles.exists(path) || ShippedFiles.isFolder(path) {
            throw CommandFailure(.noInput, "\(path.prefix(200)): there is no such file")
        }
        do throws(ArchitectureError) {
            var table = ComponentTable.shipped
            // The last one given is asked first.
            for path in costs { table = try table.overridden(byFile: path) }
            return PriceBook(
                components: table, energyTable: try ert.map { (path) throws(ArchitectureError) in try AccelergyEnergyTable.load(path: path) },
                areaTable: try art.map { (path) throws(ArchitectureError) in try AccelergyAreaTable.load(path: path) })
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension CommandFailure {
    init(_ error: CostError, of architecture: String) { self.init(.data, "\(architecture): \(error)") }
}
