import MemorySystem
import Reporting

/// The figures of a memory run as lines of text for a terminal, a pipe or a log.
enum MemoryTable {
    /// Rules in the list of stalls.
    private static let stallCount = 12
    /// Channels in their list; JSON has all.
    private static let channelCount = 32

    static func text(of figures: MemoryFigures, style: TerminalStyle) -> String {
        let title = "\(figures.standard.name) under \(figures.traffic)"
        var lines = [style.paint(TerminalText.visible(title), .heading), ""]
        lines += facts(figures, style).lines(style)
        lines += ["", style.paint("Latency", .heading) + style.paint(" (from the offer to the end of the data, in cycles)", .dim)]
        lines += latencies(figures).lines(style)
        if figures.channels.count > 1 {
            lines += ["", style.paint("Channels", .heading)] + channels(figures).lines(style)
        }
        lines += ["", style.paint("Commands", .heading)] + commands(figures).lines(style)
        let stalls = figures.total.stalls
        if !stalls.isEmpty {
            lines += ["", style.paint("What requests waited for", .heading) + style.paint(" (cycles of a channel without a command)", .dim)]
            lines += table(of: stalls, figures, style).lines(style)
        }
        lines += ["", style.paint("Energy", .heading)] + energy(figures, style)
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Sections

    private static func facts(_ figures: MemoryFigures, _ style: TerminalStyle) -> TerminalTable {
        let organization = figures.standard.organization, total = figures.total, count = figures.mapping.channels
        let hertz = QuantityText.frequency(hertz: figures.clockHertz), period = QuantityText.time(seconds: figures.clockSeconds)
        var rows = [
            [
                "Memory",
                "\(count) channel\(count == 1 ? "" : "s") of \(MemoryStandardsList.channel(organization)), \(QuantityText.bytes(figures.mapping.capacity))",
            ],
            ["Source", figures.standard.source],
            ["Clock", "command clock (CK), \(hertz): cycles of \(period)"],
            ["Request", "\(figures.accessBytes) bytes: \(organization.burstLength) transfers of \(organization.dataWidth) bits"],
            ["Mapping", figures.mapping.scheme],
            ["Controller", controller(figures)],
            ["Time", QuantityText.time(seconds: figures.seconds)],
            ["Cycles", "\(QuantityText.integer(figures.cycles)), \(QuantityText.significant(figures.cyclesPerRequest)) per request"],
            [
                "Bandwidth",
                "\(QuantityText.bandwidth(bytesPerSecond: figures.bandwidth)) of \(QuantityText.bandwidth(bytesPerSecond: figures.peakBandwidth)) peak (\(QuantityText.percent(figures.utilization)))",
            ],
            ["At best", bounds(figures)],
            ["Requests", requests(total)],
            ["Data", "\(QuantityText.bytes(figures.transferredBytes)) over the data bus\(count == 1 ? "" : "es")"],
            ["Row buffer", rows(total)],
            ["Refreshes", QuantityText.integer(total.refreshes)],
        ]
        if total.managements > 0 { rows.append(["Management", "\(QuantityText.integer(total.managements)) RFM commands"]) }
        if let checked = figures.checkedCommands { rows.append(["Checked", "\(QuantityText.integer(checked)) commands: no rule is broken"]) }
        var table = TerminalTable([.init(title: "", role: .dim), .init(title: "", isFlexible: true)])
        for row in rows {
            for (index, line) in TerminalText.wrapped(row[1], columns: style.width - 18).enumerated() {
                table.rows.append([index == 0 ? row[0] : "", line])
            }
        }
        return table
    }

    private static func controller(_ figures: MemoryFigures) -> String {
        let configuration = figures.configuration
        let text = "\(configuration.scheduling.rawValue), \(configuration.pagePolicy.rawValue) page, queues of \(configuration.readQueueSize) reads "
            + "and \(configuration.writeQueueSize) writes, refresh \(configuration.refresh.rawValue)"
        let changed = figures.changedSettings
        return changed.isEmpty ? text : text + "; changed: " + changed.joined(separator: ", ")
    }

    /// What no controller can exceed, by kind of traffic.
    private static func bounds(_ figures: MemoryFigures) -> String {
        let bounds = DRAMBounds(figures.standard)
        let kinds = [("a stream", bounds.stream), ("random rows", bounds.randomRead), ("rows of one bank", bounds.sameBankRead)]
        let texts = kinds.map { name, floor in
            "\(name) \(QuantityText.bandwidth(bytesPerSecond: bounds.bandwidth(cyclesPerAccess: floor.cycles) * Double(figures.mapping.channels))) (\(floor.rule))"
        }
        return "reads of " + texts.joined(separator: ", of ")
    }

    private static func requests(_ total: DRAMStatistics) -> String {
        var text = "\(QuantityText.integer(total.reads)) reads, \(QuantityText.integer(total.writes)) writes"
        if total.forwardedReads > 0 { text += "; \(QuantityText.integer(total.forwardedReads)) reads answered from the write queue" }
        if total.coalescedWrites > 0 { text += "; \(QuantityText.integer(total.coalescedWrites)) writes replaced a waiting one" }
        return text
    }

    private static func rows(_ total: DRAMStatistics) -> String {
        let all = Double(total.rowHits + total.rowMisses + total.rowConflicts)
        func part(_ count: Int) -> String { QuantityText.percent(all == 0 ? .nan : Double(count) / all) }
        return "\(part(total.rowHits)) hits, \(part(total.rowMisses)) misses, \(part(total.rowConflicts)) conflicts"
    }

    private static func latencies(_ figures: MemoryFigures) -> TerminalTable {
        let titles = ["mean", "p50", "p90", "p99", "max"]
        var table = TerminalTable([.init(title: "")] + titles.map { .init(title: $0, isRight: true) } + [.init(title: "mean time", isRight: true)])
        for (name, histogram) in [("reads", figures.total.readLatency), ("writes", figures.total.writeLatency)] where histogram.count > 0 {
            table.rows.append(
                [name, QuantityText.fixed(histogram.average, decimals: 1)]
                    + [0.5, 0.9, 0.99].map { QuantityText.integer(histogram.percentile($0)) }
                    + [QuantityText.integer(histogram.maximum), QuantityText.time(seconds: histogram.average * figures.clockSeconds)])
        }
        return table
    }

    private static func channels(_ figures: MemoryFigures) -> TerminalTable {
        var table = TerminalTable([
            .init(title: "channel", isRight: true), .init(title: "requests", isRight: true), .init(title: "bandwidth", isRight: true),
            .init(title: "of peak", isRight: true), .init(title: "row hits", isRight: true), .init(title: "mean read latency", isRight: true),
        ])
        let peak = figures.peakBandwidth / Double(figures.channels.count)
        for (number, channel) in figures.channels.prefix(channelCount).enumerated() {
            let bandwidth = figures.bandwidth(channel)
            table.rows.append([
                "\(number)", QuantityText.integer(channel.reads + channel.writes), QuantityText.bandwidth(bytesPerSecond: bandwidth),
                QuantityText.percent(bandwidth / peak), QuantityText.percent(channel.rowHitRate),
                QuantityText.fixed(channel.readLatency.average, decimals: 1),
            ])
        }
        let rest = figures.channels.count - channelCount
        if rest > 0 { table.rows.append(["\(rest) more", "", "", "", "", ""]) }
        return table
    }

    private static func commands(_ figures: MemoryFigures) -> TerminalTable {
        var table = TerminalTable([.init(title: "", role: .accent), .init(title: "", isRight: true)])
        for (command, count) in MemoryFigures.commands(figures.total) { table.rows.append([command.abbreviation, QuantityText.integer(count)]) }
        return table
    }

    private static func table(of stalls: [(name: String, cycles: Int)], _ figures: MemoryFigures, _ style: TerminalStyle) -> TerminalTable {
        var table = TerminalTable([
            .init(title: ""), .init(title: "", isRight: true), .init(title: "", isRight: true, role: .dim), .init(title: "", role: .accent),
        ])
        let whole = Double(figures.total.cycles * figures.channels.count)
        func row(_ name: String, _ cycles: Int) -> [String] {
            let share = Double(cycles) / whole
            return [name, QuantityText.percent(share), QuantityText.integer(cycles), TerminalText.bar(share, columns: max(10, min(40, style.width - 60)))]
        }
        for stall in stalls.prefix(stallCount) { table.rows.append(row(stall.name, stall.cycles)) }
        let rest = stalls.dropFirst(stallCount).reduce(0) { $0 + $1.cycles }
        if rest > 0 { table.rows.append(row("\(stalls.count - stallCount) more", rest)) }
        return table
    }

    private static func energy(_ figures: MemoryFigures, _ style: TerminalStyle) -> [String] {
        guard let energy = figures.energy, let perBit = figures.picojoulesPerBit, let power = figures.averagePower else {
            return ["  \(figures.standard.name) has no published currents: no energy"]
        }
        var table = TerminalTable([
            .init(title: ""), .init(title: "", isRight: true), .init(title: "", isRight: true, role: .dim), .init(title: "", role: .accent),
        ])
        for part in DRAMEnergy.Part.allCases where energy[part] > 0 {
            let share = Double(energy[part]) / Double(max(1, energy.total))
            table.rows.append([
                part.rawValue, MemoryText.energy(femtojoules: energy[part]), QuantityText.percent(share),
                TerminalText.bar(share, columns: max(10, min(40, style.width - 60))),
            ])
        }
        table.rows.append(["total", MemoryText.energy(femtojoules: energy.total), "", ""])
        var lines = table.lines(style)
        lines.append("  \(QuantityText.significant(perBit)) pJ/bit, \(QuantityText.significant(power)) W on average")
        for source in figures.energySources {
            lines += TerminalText.wrapped("Currents: \(TerminalText.visible(source))", columns: style.width - 2).map { "  " + style.paint($0, .dim) }
        }
        return lines
    }
}

/// Quantities that only memories print.
enum MemoryText {
    /// "12.3 mJ".
    static func energy(femtojoules: Int) -> String {
        let units = [(1e15, "J"), (1e12, "mJ"), (1e9, "µJ"), (1e6, "nJ"), (1e3, "pJ")]
        let value = Double(femtojoules)
        let chosen = units.first { value >= $0.0 * 0.9995 } ?? (1, "fJ")
        return "\(QuantityText.significant(value / chosen.0)) \(chosen.1)"
    }
}
