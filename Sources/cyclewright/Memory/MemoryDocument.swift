import Architecture
import MemorySystem
import Reporting

/// The figures of a memory run for programs: exact numbers, keys and columns that do not change their meaning.
enum MemoryDocument {
    /// Raised when a key changes its meaning or goes away; new keys do not raise it.
    static let schemaVersion = 1

    // MARK: JSON

    static func json(_ figures: MemoryFigures) -> String {
        let total = figures.total, organization = figures.standard.organization
        var members: [(String, JSONValue)] = [
            ("schemaVersion", .integer(schemaVersion)),
            ("standard", .string(figures.standard.name)),
            ("source", .string(figures.standard.source)),
            ("traffic", .string(figures.traffic)),
            ("mapping", .string(figures.mapping.scheme)),
            ("channels", .integer(figures.mapping.channels)),
            ("pseudoChannels", .integer(organization.pseudoChannels)),
            ("ranks", .integer(organization.ranks)),
            ("banks", .integer(organization.banks)),
            ("capacityBytes", .integer(figures.mapping.capacity)),
            ("controller", .object(DRAMControllerConfiguration.settings.map { ($0.name, .string($0.value(figures.configuration))) })),
            ("clock", .string("command clock (CK)")),
            ("clockFemtoseconds", .integer(figures.standard.clockPeriod)),
            ("requestBytes", .integer(figures.accessBytes)),
            ("requests", .integer(figures.requests)),
            ("reads", .integer(total.reads)),
            ("writes", .integer(total.writes)),
            ("forwardedReads", .integer(total.forwardedReads)),
            ("coalescedWrites", .integer(total.coalescedWrites)),
            ("cycles", .integer(figures.cycles)),
            ("seconds", .number(figures.seconds)),
            ("cyclesPerRequest", .number(figures.cyclesPerRequest)),
            ("transferredBytes", .integer(figures.transferredBytes)),
            ("bytesPerSecond", .number(figures.bandwidth)),
            ("peakBytesPerSecond", .number(figures.peakBandwidth)),
            ("utilization", .number(figures.utilization)),
            ("boundCyclesPerRequest", bounds(figures)),
            ("rowHits", .integer(total.rowHits)),
            ("rowMisses", .integer(total.rowMisses)),
            ("rowConflicts", .integer(total.rowConflicts)),
            ("rowHitRate", .number(total.rowHitRate)),
            ("readLatencyCycles", latency(total.readLatency)),
            ("writeLatencyCycles", latency(total.writeLatency)),
            ("refreshes", .integer(total.refreshes)),
            ("commands", .object(MemoryFigures.commands(total).map { ($0.command.abbreviation, .integer($0.count)) })),
            ("stallCycles", .integer(total.stallCycles)),
            ("stalls", .object(total.stalls.map { ($0.name, .integer($0.cycles)) })),
        ]
        if let energy = figures.energy {
            members.append(("energyFemtojoules", .integer(energy.total)))
            members.append(("energyParts", .object(DRAMEnergy.Part.allCases.map { ($0.rawValue, .integer(energy[$0])) })))
            members.append(("picojoulesPerBit", .number(figures.picojoulesPerBit ?? .nan)))
            members.append(("averageWatts", .number(figures.averagePower ?? .nan)))
            members.append(("energySources", .array(figures.energySources.map(JSONValue.string))))
        }
        if let checked = figures.checkedCommands { members.append(("checkedCommands", .integer(checked))) }
        members.append(("perChannel", .array(figures.channels.map { channel($0, figures) })))
        return JSONValue.object(members).document
    }

    /// Closed forms of one channel, with refresh of all banks.
    private static func bounds(_ figures: MemoryFigures) -> JSONValue {
        let bounds = DRAMBounds(figures.standard)
        return .object([
            ("stream", .number(bounds.stream.cycles)), ("streamWithinBankGroup", .number(bounds.streamWithinBankGroup.cycles)),
            ("randomRead", .number(bounds.randomRead.cycles)), ("sameBankRead", .number(bounds.sameBankRead.cycles)),
        ])
    }

    private static func latency(_ histogram: LatencyHistogram) -> JSONValue {
        .object([
            ("count", .integer(histogram.count)), ("mean", .number(histogram.average)), ("p50", .integer(histogram.percentile(0.5))),
            ("p90", .integer(histogram.percentile(0.9))), ("p99", .integer(histogram.percentile(0.99))), ("max", .integer(histogram.maximum)),
        ])
    }

    private static func channel(_ channel: DRAMStatistics, _ figures: MemoryFigures) -> JSONValue {
        .object([
            ("reads", .integer(channel.reads)), ("writes", .integer(channel.writes)), ("bytesPerSecond", .number(figures.bandwidth(channel))),
            ("rowHitRate", .number(channel.rowHitRate)), ("meanReadLatencyCycles", .number(channel.readLatency.average)),
            ("refreshes", .integer(channel.refreshes)), ("stallCycles", .integer(channel.stallCycles)),
        ])
    }

    // MARK: CSV

    /// A header and one line (RFC 4180), so that the lines of many runs can be put below each other.
    static func csv(_ figures: MemoryFigures) -> String {
        let total = figures.total
        var fields: [(String, String)] = [
            ("standard", figures.standard.name), ("traffic", figures.traffic), ("mapping", figures.mapping.scheme),
            ("channels", "\(figures.mapping.channels)"), ("clockFemtoseconds", "\(figures.standard.clockPeriod)"),
            ("requestBytes", "\(figures.accessBytes)"), ("reads", "\(total.reads)"), ("writes", "\(total.writes)"),
            ("cycles", "\(figures.cycles)"), ("seconds", figures.seconds.description),
            ("cyclesPerRequest", figures.cyclesPerRequest.description), ("bytesPerSecond", figures.bandwidth.description),
            ("peakBytesPerSecond", figures.peakBandwidth.description), ("utilization", figures.utilization.description),
            ("rowHits", "\(total.rowHits)"), ("rowMisses", "\(total.rowMisses)"), ("rowConflicts", "\(total.rowConflicts)"),
        ]
        for (name, histogram) in [("read", total.readLatency), ("write", total.writeLatency)] {
            fields += [
                (name + "LatencyMean", histogram.average.description), (name + "LatencyP50", "\(histogram.percentile(0.5))"),
                (name + "LatencyP90", "\(histogram.percentile(0.9))"), (name + "LatencyP99", "\(histogram.percentile(0.99))"),
                (name + "LatencyMax", "\(histogram.maximum)"),
            ]
        }
        for command in DRAMCommand.allCases { fields.append((command.abbreviation, "\(total.count(of: command))")) }
        fields.append(("stallCycles", "\(total.stallCycles)"))
        // Empty where the standard has no currents.
        fields.append(("energyFemtojoules", figures.energy.map { "\($0.total)" } ?? ""))
        fields.append(("picojoulesPerBit", figures.picojoulesPerBit?.description ?? ""))
        return line(fields.map(\.0)) + line(fields.map(\.1))
    }

    private static func line(_ fields: [String]) -> String { fields.map(OperatorTable.quoted).joined(separator: ",") + "\r\n" }
}
