import Architecture
import MemorySystem
import Reporting

/// One run of `cyclewright tiers`, from a file to figures.
struct TiersSession {
    private let command: TiersCommand

    init(_ command: TiersCommand) { self.command = command }

    func run() throws(CommandFailure) {
        let overrides = try Assignment.values(command.assignments, example: "memories.hbm.bandwidth=1.2TB/s")
        let file = try InputResolver().path(command.file, .tiers)
        if let path = command.accesses {
            if ShippedFiles.isFolder(path) { throw CommandFailure(.noInput, "\(path.prefix(200)): is a folder; name a file in it") }
            guard ShippedFiles.exists(path) else {
                throw CommandFailure(.noInput, "--accesses \(path.prefix(200)): there is no such file; it holds one access per line, such as \"read weights.0\"")
            }
        }
        let description: TierDescription, figures: TierFigures
        do throws(ArchitectureError) {
            let stream = try command.accesses.map { path throws(ArchitectureError) in
                (text: try ArchitectureFile.read(path: path, kind: "accesses"), file: path)
            }
            description = try TierDescription.load(path: file, overrides: overrides, accesses: stream)
            figures = try description.run()
        } catch {
            throw CommandFailure(error)
        }
        let (tiers, result) = (description, figures)
        try command.figures.write(
            command.figures.text(
                table: { TiersText.table(tiers, result, style: $0) }, json: { TiersText.json(tiers, result) }, csv: { TiersText.csv(result) }))
    }
}
