import Architecture
import MemorySystem
import Reporting

/// One run of `cyclewright tiers`, from a file to figures.
struct TiersSession {
    private let command: TiersCommand

    init(_ command: TiersCommand) { self.command = command }

    func run() throws(CommandFailure) {
        let overrides = try NetworkInputs.overrides(command.assignments, example: "memories.hbm.bandwidth=1.2TB/s")
        for path in [command.file] + (command.accesses.map { [$0] } ?? []) {
            if ShippedFiles.isFolder(path) { throw CommandFailure(.noInput, "\(path.prefix(200)): is a folder; name a file in it") }
            guard ShippedFiles.exists(path) else { throw CommandFailure(.noInput, "\(path.prefix(200)): there is no such file") }
        }
        let description: TierDescription, figures: TierFigures
        do throws(ArchitectureError) {
            let stream = try command.accesses.map { path throws(ArchitectureError) in
                (text: try ArchitectureFile.read(path: path, kind: "accesses"), file: path)
            }
            description = try TierDescription.load(path: command.file, overrides: overrides, accesses: stream)
            figures = try description.run()
        } catch {
            throw CommandFailure(error)
        }
        let text =
            switch command.format {
            case .table: TiersText.table(description, figures, style: command.output == nil ? Terminal.output.style : .plain)
            case .json: TiersText.json(description, figures)
            case .csv: TiersText.csv(figures)
            }
        if let path = command.output { try OutputFolder.write(text, to: path) } else { try Console.write(text) }
    }
}
