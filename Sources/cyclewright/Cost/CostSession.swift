import Architecture
import Cost
import Reporting

/// One run of `cyclewright cost`.
struct CostSession {
    private let command: CostCommand

    init(_ command: CostCommand) { self.command = command }

    func run() throws(CommandFailure) {
        if command.sramTable {
            let comparison: SRAMComparison
            do throws(CostError) { comparison = try SRAMComparison() } catch { throw CommandFailure(error, of: "SRAM model") }
            return try write(comparison.markdown)
        }
        guard let name = command.architecture else {
            throw CommandFailure(.usage, "name an architecture, or write --sram-table; `cyclewright list architectures` prints the shipped ones")
        }
        let settings = try Settings(command.settings.assignments)
        if let unknown = settings.workload.keys.min() {
            throw CommandFailure(.usage, "--set \(unknown.prefix(200)): an architecture has no such parameter; write the path of one, such as technology.node")
        }
        let architecture = try InputFiles.architecture(InputResolver().path(name, .architecture), settings)
        let book = try command.prices.book()
        let machine: MachineCost
        let text: String
        do throws(CostError) {
            machine = try MachineCost(of: architecture, prices: book)
            text = command.json ? CostDocument.machine(machine).document : try CostText(machine, style: Terminal.output.style).text()
        } catch {
            throw CommandFailure(error, of: architecture.name)
        }
        if let path = command.writeErt { try OutputFolder.write(machine.energyTable(clockHertz: architecture.clock.hertz).yaml, to: path) }
        if let path = command.writeArt { try OutputFolder.write(machine.areaTable().yaml, to: path) }
        try write(text)
    }

    private func write(_ text: String) throws(CommandFailure) { try Console.write(text) }
}
