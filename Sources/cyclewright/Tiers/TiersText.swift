import Architecture
import MemorySystem
import Reporting

/// The figures of a run over tiers for people and for programs.
enum TiersText {
    /// Raised when a key changes its meaning or goes away; new keys do not raise it.
    static let schemaVersion = 1

    // MARK: For people

    static func table(_ description: TierDescription, _ figures: TierFigures, style: TerminalStyle) -> String {
        var facts = TerminalTable([.init(title: "", role: .dim), .init(title: "", isFlexible: true)])
        facts.rows = [["Accesses", QuantityText.integer(figures.accesses)], ["Time", time(figures.duration)]]
        if !description.source.isEmpty { facts.rows.insert(["Source", description.source], at: 0) }
        if figures.readBytes > 0, figures.duration > 0 {
            let rate = Double(figures.readBytes) / (Double(figures.duration) * 1e-15)
            facts.rows.append(["Read", "\(QuantityText.bytes(figures.readBytes)), \(QuantityText.bandwidth(bytesPerSecond: rate)) over the whole time"])
        }
        var spent = TerminalTable([
            .init(title: ""), .init(title: "", isRight: true), .init(title: "", isRight: true, role: .dim), .init(title: "", role: .accent),
        ])
        for (name, part) in parts(figures) where part > 0 {
            let share = Double(part) / Double(max(1, figures.duration))
            spent.rows.append([name, QuantityText.percent(share), time(part), TerminalText.bar(share, columns: max(10, min(40, style.width - 60)))])
        }
        var tiers = TerminalTable([
            .init(title: "tier", role: .accent), .init(title: "capacity", isRight: true), .init(title: "peak use", isRight: true),
            .init(title: "read", isRight: true), .init(title: "written", isRight: true), .init(title: "reads served", isRight: true),
            .init(title: "of all bytes read", isRight: true),
        ])
        for tier in figures.tiers {
            tiers.rows.append([
                tier.name, QuantityText.bytes(tier.capacityBytes), QuantityText.bytes(tier.peakBytes), QuantityText.bytes(tier.bytesRead),
                QuantityText.bytes(tier.bytesWritten), QuantityText.integer(tier.reads),
                QuantityText.percent(figures.readBytes > 0 ? Double(tier.readBytes) / Double(figures.readBytes) : .nan),
            ])
        }
        return ([style.paint(TerminalText.visible(description.name), .heading), ""] + facts.lines(style)
            + ["", style.paint("Where the time went", .heading)] + spent.lines(style)
            + ["", style.paint("Tiers", .heading) + style.paint(" (bytes over their buses, copies among them)", .dim)] + tiers.lines(style))
            .joined(separator: "\n") + "\n"
    }

    private static func parts(_ figures: TierFigures) -> [(String, Int)] {
        [
            ("reading", figures.reading), ("writing", figures.writing), ("copying", figures.copying), ("computing", figures.computing),
            ("waiting for copies", figures.waiting),
        ]
    }

    private static func time(_ femtoseconds: Int) -> String { QuantityText.time(seconds: Double(femtoseconds) * 1e-15) }

    // MARK: For programs

    static func json(_ description: TierDescription, _ figures: TierFigures) -> String {
        JSONValue.object([
            ("schemaVersion", .integer(schemaVersion)), ("tiers", .string(description.name)), ("source", .string(description.source)),
            ("accesses", .integer(figures.accesses)), ("femtoseconds", .integer(figures.duration)),
            ("readingFemtoseconds", .integer(figures.reading)), ("writingFemtoseconds", .integer(figures.writing)),
            ("copyingFemtoseconds", .integer(figures.copying)), ("computingFemtoseconds", .integer(figures.computing)),
            ("waitingFemtoseconds", .integer(figures.waiting)),
            ("memories", .array(figures.tiers.map { tier in
                .object([
                    ("name", .string(tier.name)), ("capacityBytes", .integer(tier.capacityBytes)), ("peakBytes", .integer(tier.peakBytes)),
                    ("bytesRead", .integer(tier.bytesRead)), ("bytesWritten", .integer(tier.bytesWritten)), ("reads", .integer(tier.reads)),
                    ("readBytes", .integer(tier.readBytes)),
                ])
            })),
        ]).document
    }

    static func csv(_ figures: TierFigures) -> String {
        var lines = ["tier,capacityBytes,peakBytes,bytesRead,bytesWritten,reads,readBytes"]
        for tier in figures.tiers {
            lines.append("\(tier.name),\(tier.capacityBytes),\(tier.peakBytes),\(tier.bytesRead),\(tier.bytesWritten),\(tier.reads),\(tier.readBytes)")
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}
