import Logging
import MemorySystem
import Reporting

/// One run of `cyclewright memory`, from a standard's name to its figures.
struct MemorySession {
    private let command: MemoryCommand
    private let standardName: String
    private let logger: Logger
    private let progress: ProgressBar

    /// Accesses between two looks at the command log and at the progress.
    private static let stretch = 4096

    init(_ command: MemoryCommand, standard: String) {
        self.command = command
        standardName = standard
        logger = command.common.logger
        progress = ProgressBar(command.common)
    }

    func run() throws(CommandFailure) {
        defer { progress.finish() }
        // A name that is wrong is said before anything else is.
        try MemoryInputs.checkName(standardName)
        let settings = try MemorySettings(command.assignments, controller: try MemoryInputs.controller(preset: command.policy))
        let standard = try MemoryInputs.standard(standardName, overrides: settings.standard)
        try MemoryTraffic.checkIsNamed(command)
        let mapping = try MemoryInputs.mapping(command.mapping, standard.organization, channels: command.channels)
        var driver = try MemoryInputs.driver(
            standard, mapping, settings.controller, recordsCommands: command.check || command.logCommands != nil)
        var traffic = try MemoryTraffic(command, mapping)
        var audit = command.check ? MemoryAudit(driver) : nil
        logger.info("read the standard", metadata: ["standard": "\(standard.name)", "constraints": "\(standard.constraints.count)"])

        progress.begin("simulating")
        try MemoryCommandLog.with(command.logCommands) { (log) throws(CommandFailure) in
            try simulate(&driver, &traffic, &audit, &log)
        }
        logger.info("simulated", metadata: ["accesses": "\(driver.accesses)", "cycles": "\(driver.cycles)"])
        progress.finish()

        let figures = MemoryFigures(driver, traffic: traffic.name, checkedCommands: audit?.commandCount)
        if let audit, audit.violationCount > 0 {
            let lines = audit.violations.joined(separator: "\n")
            throw CommandFailure(
                .software, "\(audit.violationCount) of \(audit.commandCount) commands break a rule of \(standard.name); please report this\n\(lines)")
        }
        try write(figures)
    }

    private func simulate(
        _ driver: inout TrafficDriver, _ traffic: inout MemoryTraffic, _ audit: inout MemoryAudit?, _ log: inout MemoryCommandLog
    ) throws(CommandFailure) {
        if let pattern = traffic.pattern, driver.makeAtOnce(pattern) { return driver.finish() }
        var failure: CommandFailure?
        func take(_ channel: Int, _ records: [DRAMCommandRecord]) {
            audit?.check(channel, records)
            do throws(CommandFailure) {
                try log.append(channel, records)
            } catch {
                failure = failure ?? error
            }
        }
        while driver.accesses != traffic.count, let access = try traffic.next() {
            driver.make(access, commands: take)
            guard driver.accesses % MemorySession.stretch == 0 else { continue }
            driver.takeCommands(take)
            if let failure { throw failure }
            if let count = traffic.count { progress.update(Double(driver.accesses) / Double(count)) }
        }
        guard driver.accesses > 0 else { throw CommandFailure(.data, "\(traffic.name): has no access; write lines like \"LD 0x12345680\"") }
        driver.finish()
        driver.takeCommands(take)
        if let failure { throw failure }
        audit?.finish(cycle: driver.cycles)
    }

    // MARK: Output

    private func write(_ figures: MemoryFigures) throws(CommandFailure) {
        // The log has the output for itself.
        let terminal = command.logCommands == "-" ? Terminal.errors : Terminal.output
        let text = command.figures.text(
            table: { MemoryTable.text(of: figures, style: $0) }, json: { MemoryDocument.json(figures) }, csv: { MemoryDocument.csv(figures) },
            terminal: terminal)
        if command.logCommands == "-", command.figures.output == nil { Console.noteRaw(text) } else { try command.figures.write(text) }
    }
}
