import Architecture
import MemorySystem
import Reporting

/// The figures of a collective operation for people and for programs.
enum CollectiveText {
    /// Raised when a key changes its meaning or goes away; new keys do not raise it.
    static let schemaVersion = 1

    // MARK: For people

    static func table(_ figures: CollectiveFigures, style: TerminalStyle) -> String {
        let system = figures.system, count = system.chips
        let title = "\(figures.operation.name) over \(count) chip\(count == 1 ? "" : "s")"
        var facts = TerminalTable([.init(title: "", role: .dim), .init(title: "", isFlexible: true)])
        facts.rows = [
            ["Topology", topology(system)], ["Links", links(figures)],
            ["Algorithm", "\(figures.operation.algorithmName)\(figures.flows > 1 ? ", \(figures.flows) flows" : "")"],
        ]
        var table = TerminalTable([
            .init(title: "size", isRight: true, role: .accent), .init(title: "time", isRight: true), .init(title: "alg. bandwidth", isRight: true),
            .init(title: "bus bandwidth", isRight: true), .init(title: "steps", isRight: true), .init(title: "busiest link", isRight: true, canGo: true),
            .init(title: "unshared", isRight: true), .init(title: "ratio", isRight: true),
        ])
        for row in figures.rows {
            let ratio = row.contentionFree.map { $0 > 0 ? Double(row.duration) / Double($0) : .nan }
            table.rows.append([
                QuantityText.bytes(row.bytes), time(row.duration), QuantityText.bandwidth(bytesPerSecond: row.algorithmBandwidth),
                QuantityText.bandwidth(bytesPerSecond: row.busBandwidth), QuantityText.integer(row.steps), QuantityText.percent(row.peakLinkUse),
                row.contentionFree.map(time) ?? QuantityText.missing, ratio.map { QuantityText.fixed($0, decimals: 3) } ?? QuantityText.missing,
            ])
        }
        let note = "Algorithm bandwidth is size over time; bus bandwidth \(QuantityText.significant(figures.operation.busFactor(ranks: count))) times that. "
            + "Unshared: the closed form for partners that are next to each other and links that nobody else uses."
        return ([style.paint(title, .heading), ""] + facts.lines(style) + [""] + table.lines(style) + [""]
            + TerminalText.wrapped(note, columns: style.width - 2).map { "  " + style.paint($0, .dim) }).joined(separator: "\n") + "\n"
    }

    private static func topology(_ system: CollectiveSystem) -> String {
        system.topology.name + ", \(QuantityText.integer(system.links)) links in one direction"
            + (system.hasTerminalLinks ? ", those between chips and switches among them" : "")
    }

    private static func links(_ figures: CollectiveFigures) -> String {
        let link = figures.link
        var text = "\(QuantityText.bandwidth(bytesPerSecond: link.bytesPerSecond)) each, \(time(link.latency))"
        if link.packetPayload > 0 { text += ", packets of \(QuantityText.bytes(link.packetPayload)) and \(QuantityText.bytes(link.packetOverhead)) on top" }
        if link.protocolEfficiency < 1 { text += "; \(QuantityText.percent(link.protocolEfficiency)) of the bandwidth is payload" }
        return text
    }

    private static func time(_ femtoseconds: Int) -> String { QuantityText.time(seconds: Double(femtoseconds) * 1e-15) }

    // MARK: For programs

    static func json(_ figures: CollectiveFigures) -> String {
        let link = figures.link, system = figures.system
        return JSONValue.object([
            ("schemaVersion", .integer(schemaVersion)), ("operation", .string(figures.operation.name)),
            ("algorithm", .string(figures.operation.algorithmName)), ("chips", .integer(system.chips)), ("topology", .string(system.topology.name)),
            ("links", .integer(system.links)), ("linkBytesPerSecond", .number(link.bytesPerSecond)),
            ("linkLatencyFemtoseconds", .integer(link.latency)), ("linkEfficiency", .number(link.protocolEfficiency)),
            ("flows", .integer(figures.flows)), ("busFactor", .number(figures.operation.busFactor(ranks: system.chips))),
            ("sizes", .array(figures.rows.map { row in
                .object([
                    ("bytes", .integer(row.bytes)), ("femtoseconds", .integer(row.duration)), ("steps", .integer(row.steps)),
                    ("algorithmBytesPerSecond", .number(row.algorithmBandwidth)), ("busBytesPerSecond", .number(row.busBandwidth)),
                    ("bytesSent", .integer(row.bytesSent)), ("peakLinkUse", .number(row.peakLinkUse)),
                    ("unsharedFemtoseconds", row.contentionFree.map(JSONValue.integer) ?? .number(.nan)),
                ])
            })),
        ]).document
    }

    static func csv(_ figures: CollectiveFigures) -> String {
        var lines = ["operation,algorithm,chips,bytes,femtoseconds,steps,algorithmBytesPerSecond,busBytesPerSecond,bytesSent,peakLinkUse,unsharedFemtoseconds"]
        for row in figures.rows {
            let cells = [
                figures.operation.name, figures.operation.algorithmName, "\(figures.system.chips)", "\(row.bytes)", "\(row.duration)", "\(row.steps)",
                "\(row.algorithmBandwidth)", "\(row.busBandwidth)", "\(row.bytesSent)", "\(row.peakLinkUse)", row.contentionFree.map { "\($0)" } ?? "",
            ]
            lines.append(cells.joined(separator: ","))
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}
