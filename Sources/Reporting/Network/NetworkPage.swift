import Architecture
import MemorySystem
import Mustache

/// `report.html` of a network: like that of a run, one page without scripts or network access.
public enum NetworkPage {
    public static func text(of report: NetworkReport) throws(ReportError) -> String {
        let library = try ReportTemplates.library.get()
        guard let page = library.render(context(report), withTemplate: "network") else {
            throw .template(name: "network", reason: "it is missing")
        }
        return page
    }

    private static func context(_ report: NetworkReport) -> [String: Any] {
        [
            "title": report.title, "source": report.network.source.isEmpty ? "not given" : report.network.source,
            "light": Palette.light.declarations, "dark": Palette.dark.declarations, "states": [[String: String]](),
            "facts": report.facts.map { ["name": $0.name, "text": $0.text] },
            "tiles": tiles(report).map { ["name": $0, "value": $1, "detail": $2] },
            "plots": plots(report).map { plot in
                [
                    "id": plot.id, "heading": plot.heading, "lead": plot.lead, "hasStates": false,
                    "legend": plot.legend.map { ["style": $0.style, "text": $0.text] },
                    "drawing": plot.drawing.element(id: plot.id, label: plot.heading),
                ] as [String: Any]
            },
            "groups": HTMLReport.parameterGroups(report.network.parameters, unnamed: "network"),
            "points": points(report),
        ]
    }

    private static func plots(_ report: NetworkReport) -> [Plot] {
        guard let curve = report.curve else { return [] }
        return [LatencyLoadPlot.plot(report, curve), AcceptedLoadPlot.plot(report, curve)]
    }

    private static func tiles(_ report: NetworkReport) -> [(String, String, String)] {
        let analysis = report.analysis
        var tiles = [
            (
                "Zero-load latency", "\(QuantityText.fixed(analysis.zeroLoadLatency.mean, decimals: 2)) cycles",
                report.time(analysis.zeroLoadLatency.mean)
            )
        ]
        if let saturation = report.curve?.saturation {
            tiles.append(("Saturation", NetworkReport.load(saturation.load), "flits per terminal and cycle, \(report.bandwidth(saturation.accepted))"))
        }
        if let bound = analysis.bound { tiles.append(("Bound", NetworkReport.load(bound.load), bound.by)) }
        let bisection = Double(analysis.bisection.channels) * report.network.channelBytesPerSecond
        tiles += [
            ("Bisection", report.count(analysis.bisection.channels, "channel"), "\(QuantityText.bandwidth(bytesPerSecond: bisection)) each way"),
            ("Diameter", report.count(analysis.diameter, "channel"), "\(QuantityText.fixed(analysis.meanDistance, decimals: 2)) on average"),
            ("Deadlock", analysis.deadlock.isFree ? "free" : "possible", "see the argument above"),
        ]
        return tiles
    }

    private static func points(_ report: NetworkReport) -> [[String: String]] {
        let all = report.curve?.points ?? []
        let decimals = NetworkReport.decimals(all.map(\.load).min() ?? 1)
        func load(_ value: Double) -> String { QuantityText.fixed(value, decimals: decimals) }
        return all.map { point in
            func cycles(_ value: Int?) -> String { point.isSaturated ? "saturated" : value.map(QuantityText.integer) ?? QuantityText.missing }
            return [
                "load": load(point.load), "offered": load(point.offered), "accepted": load(point.accepted),
                "mean": point.isSaturated ? "saturated" : point.meanLatency.map { QuantityText.fixed($0, decimals: 2) } ?? QuantityText.missing,
                "median": cycles(point.medianLatency), "p99": cycles(point.percentile99Latency), "max": cycles(point.largestLatency),
                "hops": point.meanHops.map { QuantityText.fixed($0, decimals: 2) } ?? QuantityText.missing,
                "packets": QuantityText.integer(point.packets),
            ]
        }
    }
}

extension ReportFolder {
    /// Writes `summary.json`, `latency-load.csv` and `report.html` of a network into `path`, which is made when missing. All appear
    /// together after all are complete.
    ///
    /// - Returns: the paths of the files, in the order above.
    @discardableResult
    public static func write(_ report: NetworkReport, to path: String) throws(ReportError) -> [String] {
        let texts = [
            ("summary.json", NetworkSummaryDocument.text(of: report)), ("latency-load.csv", LatencyLoadTable.text(of: report)),
            ("report.html", try NetworkPage.text(of: report)),
        ]
        let files = try StagedFiles(folder: path)
        for (name, text) in texts { try files.write(name) { (sink) throws(ReportError) in try sink.write(text) } }
        try files.commit()
        return texts.map { path + "/" + $0.0 }
    }
}
