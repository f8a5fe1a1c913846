import MemorySystem
import Reporting

/// What `cyclewright memory --list` prints.
enum MemoryStandardsList {
    /// Name, organisation of one channel and peak bandwidth of every shipped standard, and below it the source.
    static func text(style: TerminalStyle) -> String {
        var table = TerminalTable([
            .init(title: "STANDARD", role: .accent), .init(title: "ONE CHANNEL"), .init(title: "CAPACITY", isRight: true),
            .init(title: "REQUEST", isRight: true), .init(title: "PEAK", isRight: true), .init(title: "CLOCK", isRight: true),
        ])
        var sources: [String] = []
        for name in DRAMStandard.shippedNames {
            guard let standard = try? DRAMStandard(named: name) else { continue }
            let organization = standard.organization
            table.rows.append([
                name, channel(organization), QuantityText.bytes(organization.channelBytes), "\(organization.accessBytes) B",
                QuantityText.bandwidth(bytesPerSecond: DRAMBounds(standard).peakBandwidth),
                QuantityText.frequency(hertz: 1e15 / Double(standard.clockPeriod)),
            ])
            sources.append(standard.source)
        }
        var lines = table.lines(style)
        let header = lines.removeFirst()
        let entries = zip(lines, sources).flatMap { line, source in
            [line] + TerminalText.wrapped(TerminalText.visible(source), columns: style.width - 4).map { "    " + style.paint($0, .dim) }
        }
        return ([header] + entries).joined(separator: "\n") + "\n"
    }

    /// "2 × 64 bit, 16 banks": pseudo-channels, their width, ranks and banks.
    static func channel(_ organization: DRAMOrganization) -> String {
        let pseudoChannels = organization.pseudoChannels > 1 ? "\(organization.pseudoChannels) × " : ""
        let ranks = organization.ranks > 1 ? "\(organization.ranks) ranks, " : ""
        let banks = organization.bankGroups > 1 ? "\(organization.bankGroups)×\(organization.banksPerGroup) banks" : "\(organization.banks) banks"
        return "\(pseudoChannels)\(organization.dataWidth) bit, \(ranks)\(banks)"
    }
}
