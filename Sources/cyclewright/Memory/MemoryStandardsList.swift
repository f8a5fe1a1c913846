import MemorySystem
import Reporting

/// What `cyclewright memory --list` prints.
enum MemoryStandardsList {
    /// Name, organisation of one channel, peak bandwidth and source of every shipped standard.
    static func text(style: TerminalStyle) -> String {
        var table = TerminalTable([
            .init(title: "STANDARD", role: .accent), .init(title: "CHANNEL"), .init(title: "CAPACITY", isRight: true),
            .init(title: "ACCESS", isRight: true), .init(title: "PEAK", isRight: true), .init(title: "SOURCE", isFlexible: true),
        ])
        for name in DRAMStandard.shippedNames {
            guard let standard = try? DRAMStandard(named: name) else { continue }
            let organization = standard.organization
            table.rows.append([
                name, channel(organization), QuantityText.bytes(organization.channelBytes), "\(organization.accessBytes) B",
                QuantityText.bandwidth(bytesPerSecond: DRAMBounds(standard).peakBandwidth), standard.source,
            ])
        }
        return table.lines(style).joined(separator: "\n") + "\n"
    }

    /// "2 × 64 bit, 16 banks": pseudo-channels, their width, ranks and banks.
    static func channel(_ organization: DRAMOrganization) -> String {
        let pseudoChannels = organization.pseudoChannels > 1 ? "\(organization.pseudoChannels) × " : ""
        let ranks = organization.ranks > 1 ? "\(organization.ranks) ranks, " : ""
        let banks = organization.bankGroups > 1 ? "\(organization.bankGroups)×\(organization.banksPerGroup) banks" : "\(organization.banks) banks"
        return "\(pseudoChannels)\(organization.dataWidth) bit, \(ranks)\(banks)"
    }
}
