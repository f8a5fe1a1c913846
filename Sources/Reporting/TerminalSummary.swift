import Architecture
import Simulation

/// The summary of a run as lines of text for a terminal, a pipe or a log.
public enum TerminalSummary {
    /// Operators in the list of the slowest.
    public static let slowestCount = 10

    /// The whole summary, ending in a line feed. Colour only when `style` asks for it.
    public static func text(of report: RunReport, style: TerminalStyle) -> String {
        let title = "\(report.workload.name) on \(report.architecture.name)"
        var lines = [style.paint(TerminalText.visible(title), .heading), ""]
        lines += facts(report, style).lines(style)
        lines += ["", style.paint("Where the time went", .heading) + style.paint(" (cycles of \(HTMLReport.unitNames(report)))", .dim)]
        lines += causes(report, style).lines(style)
        if !report.operators.isEmpty {
            lines += ["", style.paint("Slowest operators", .heading)]
            lines += slowest(report).lines(style)
        }
        let notes = report.groupedNotes
        if !notes.isEmpty {
            lines += ["", style.paint("Notes", .heading)]
            for note in notes.map({ TerminalText.visible(noteText($0)) }) {
                lines += TerminalText.wrapped(note, columns: style.width - 2).map { "  " + style.paint($0, .warning) }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static func noteText(_ entry: (note: String, operators: [String])) -> String {
        switch entry.operators.count {
        case 0: entry.note
        case 1: "\(entry.operators[0]): \(entry.note)"
        default: "\(entry.operators[0]) and \(entry.operators.count - 1) more: \(entry.note)"
        }
    }

    private static func facts(_ report: RunReport, _ style: TerminalStyle) -> TerminalTable {
        let record = report.record
        var table = TerminalTable([.init(title: "", role: .dim), .init(title: "", isFlexible: true)])
        let peak = report.peakDRAMBytesPerSecond
        var dram = QuantityText.bandwidth(bytesPerSecond: report.dramBytesPerSecond)
        if peak > 0 {
            dram += " of \(QuantityText.bandwidth(bytesPerSecond: peak)) (\(QuantityText.percent(report.dramBytesPerSecond / peak)))"
        }
        let head = [
            ["Architecture", ArchitectureText.line(report.architecture)],
            ["Workload", ArchitectureText.line(report.workload, macs: record.macs)],
            ["Fidelity", record.fidelity.rawValue],
        ]
        let mapping = report.mapping.isEmpty ? [] : [["Mapping", TerminalText.visible(report.mapping)]]
        let costs: [[String]] = report.cost.map(CostText.rows) ?? []
        let rows = head + mapping + [
            ["Time", QuantityText.time(seconds: report.seconds)],
            ["Cycles", "\(QuantityText.integer(record.cycles)) at \(QuantityText.frequency(hertz: report.clockHertz))"],
            ["Utilisation", QuantityText.percent(record.utilization)],
            [
                "Throughput",
                QuantityText.operationRate(perSecond: report.operationsPerSecond)
                    + " of \(QuantityText.operationRate(perSecond: report.peakOperationsPerSecond))",
            ],
            ["", "\(QuantityText.rate(perSecond: report.inferencesPerSecond)) inferences/s"],
            [
                "DRAM",
                "\(QuantityText.bytes(report.dramReadBytes)) read, \(QuantityText.bytes(report.dramWriteBytes)) written",
            ],
            ["", dram],
        ] + record.memories.compactMap { memory in memory.dram.map { [memory.name, channels($0)] } }
            + costs
            + MemoryParts.all(of: report).map { part in
                [part.name, "\(part.kind): " + part.figures.map { "\($0.name) \($0.value)" }.joined(separator: "; ")]
            }
        for row in rows {
            for (index, line) in TerminalText.wrapped(row[1], columns: style.width - 18).enumerated() {
                table.rows.append([index == 0 ? row[0] : "", line])
            }
        }
        return table
    }

    /// "HBM2-2000, 16 channels: 71.2% row hits, reads 212 ns (slowest hundredth 480 ns), waits most for tFAW (3.1%)"
    private static func channels(_ dram: DRAMRecord) -> String {
        var text = "\(dram.standard), \(dram.busUtilization.count) channel\(dram.busUtilization.count == 1 ? "" : "s"): \(QuantityText.percent(dram.rowHitRate)) row hits, reads "
        text += "\(QuantityText.time(seconds: dram.readLatency * 1e-9)) (slowest hundredth \(QuantityText.time(seconds: dram.readLatency99 * 1e-9)))"
        if let most = dram.stalls.first, dram.cycles > 0 {
            let share = Double(most.cycles) / Double(dram.cycles * dram.busUtilization.count)
            text += ", waits most for \(most.rule) (\(QuantityText.percent(share)) of the time)"
        }
        let joules = dram.energy.reduce(0) { $0 + $1.joules }
        if joules > 0 { text += ", \(QuantityText.energy(joules: joules))\(dram.isEnergyEstimated ? " (estimate)" : "")" }
        return text
    }

    private static func causes(_ report: RunReport, _ style: TerminalStyle) -> TerminalTable {
        let activity = report.computeActivity
        let total = Double(activity.total)
        let barColumns = max(10, min(40, style.width - 80))
        var table = TerminalTable([
            .init(title: ""), .init(title: "", isRight: true), .init(title: "", isRight: true, role: .dim),
            .init(title: "", role: .accent), .init(title: "", canGo: true, role: .dim),
        ])
        for state in UnitState.allCases {
            let cycles = state.cycles(in: activity)
            let share = ratio(Double(cycles), total)
            let bar = TerminalText.bar(share, columns: barColumns)
            table.rows.append([
                state.name, QuantityText.percent(share), QuantityText.integer(cycles), bar, state.explanation,
            ])
        }
        return table
    }

    private static func slowest(_ report: RunReport) -> TerminalTable {
        var table = TerminalTable([
            .init(title: "operator", isFlexible: true), .init(title: "type", isFlexible: true),
            .init(title: "time", isRight: true), .init(title: "share", isRight: true),
            .init(title: "cycles", isRight: true, canGo: true), .init(title: "utilisation", isRight: true),
            .init(title: "bound by", canGo: true), .init(title: "waits most for", canGo: true),
        ])
        let record = report.record
        let order = record.operators.indices.sorted {
            (-record.operators[$0].cycles, $0) < (-record.operators[$1].cycles, $1)
        }
        for index in order.prefix(slowestCount) {
            let operation = record.operators[index], figures = report.operators[index]
            table.rows.append([
                operation.name, ArchitectureText.arithmetic(ofType: operation.type), QuantityText.time(seconds: figures.seconds),
                QuantityText.percent(figures.timeShare), QuantityText.integer(operation.cycles),
                QuantityText.percent(figures.utilization), figures.bound.text,
                UnitState.mainStall(of: operation.activity)?.name ?? "nothing",
            ])
        }
        return table
    }
}
