import Architecture
import MemorySystem

/// `summary.json` of a network: the figures for programs. Documented in `Documentation/file-formats.md`.
public enum NetworkSummaryDocument {
    /// Raised when a key changes its meaning or goes away; new keys do not raise it.
    public static let schemaVersion = 1

    public static func text(of report: NetworkReport) -> String {
        let analysis = report.analysis, network = report.network
        return JSONValue.object([
            ("schemaVersion", .integer(schemaVersion)),
            ("network", .string(network.name)),
            ("source", .string(network.source)),
            ("topology", .object([
                ("name", .string(network.topology.name)), ("terminals", .integer(analysis.terminals)), ("routers", .integer(analysis.routers)),
                ("channels", .integer(analysis.channels)), ("largestRadix", .integer(analysis.largestRadix)),
                ("diameter", .integer(analysis.diameter)), ("meanDistance", .number(analysis.meanDistance)),
                ("bisectionChannels", .integer(analysis.bisection.channels)), ("bisectionIsShared", .boolean(analysis.bisection.isShared)),
                ("bisectionIsUpperBound", .boolean(analysis.bisection.isUpperBound)),
            ])),
            ("routing", .string(report.parameters.routing.name)),
            ("deadlockFree", .boolean(analysis.deadlock.isFree)),
            ("deadlockArgument", .string(analysis.deadlock.argument)),
            ("clockHertz", .number(network.clock.hertz)),
            ("flitBytes", .integer(report.parameters.flitBytes)),
            ("pattern", .string(network.patternName)),
            ("packetFlits", .integer(network.experiment.packetFlits)),
            ("seed", .integer(Int(clamping: network.experiment.seed))),
            ("zeroLoadLatency", .object([
                ("mean", .number(analysis.zeroLoadLatency.mean)), ("least", .integer(analysis.zeroLoadLatency.least)),
                ("most", .integer(analysis.zeroLoadLatency.most)),
            ])),
            ("loadBound", .number(analysis.bound?.load ?? .nan)),
            ("loadBoundBy", .string(analysis.bound?.by ?? "")),
            ("saturationLoad", .number(report.curve?.saturation?.load ?? .nan)),
            ("saturationAccepted", .number(report.curve?.saturation?.accepted ?? .nan)),
            ("points", .array((report.curve?.points ?? []).map(point))),
        ]).document
    }

    private static func point(_ point: NetworkMeasurement) -> JSONValue {
        func cycles(_ value: Int?) -> JSONValue { value.map(JSONValue.integer) ?? .number(.nan) }
        return .object([
            ("load", .number(point.load)), ("offered", .number(point.offered)), ("accepted", .number(point.accepted)),
            ("meanLatency", .number(point.meanLatency ?? .nan)), ("medianLatency", cycles(point.medianLatency)),
            ("p99Latency", cycles(point.percentile99Latency)), ("maxLatency", cycles(point.largestLatency)),
            ("meanHops", .number(point.meanHops ?? .nan)), ("packets", .integer(point.packets)), ("saturated", .boolean(point.isSaturated)),
        ])
    }
}

/// `latency-load.csv`: one line for each point of the curve (RFC 4180).
public enum LatencyLoadTable {
    public static let columns = [
        "load", "offered", "accepted", "meanLatency", "medianLatency", "p99Latency", "maxLatency", "meanHops", "packets", "saturated",
    ]

    public static func text(of report: NetworkReport) -> String {
        var lines = [columns.joined(separator: ",")]
        for point in report.curve?.points ?? [] {
            func real(_ value: Double?) -> String { value.map(\.description) ?? "" }
            func cycles(_ value: Int?) -> String { value.map(String.init) ?? "" }
            lines.append(
                [
                    real(point.load), real(point.offered), real(point.accepted), real(point.meanLatency), cycles(point.medianLatency),
                    cycles(point.percentile99Latency), cycles(point.largestLatency), real(point.meanHops), String(point.packets),
                    String(point.isSaturated),
                ].joined(separator: ","))
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}
