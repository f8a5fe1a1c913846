import Foundation
import MemorySystem
import Reporting
import Testing

@Suite struct NetworkReportTests {
    private static func report(_ text: String, loads: [Double]? = [0.1, 0.3, 0.5, 1]) throws -> NetworkReport {
        let network = try NetworkDescription.decode(text: text, file: "n.yaml")
        let analysis = try NetworkAnalysis(network.experiment)
        let curve = try network.experiment.curve(loads: loads, findsSaturation: loads != nil, analysis: analysis) { _ in }
        return NetworkReport(network: network, analysis: analysis, curve: curve)
    }

    private static let mesh = """
        network: "<b>mesh & \\"others\\"</b>"
        source: "made up <here>"
        topology: { kind: mesh, columns: 4, rows: 4 }
        router: { buffer: { value: 6, source: "page 3" } }
        measurement: { warm-up: 200, cycles: 1000, latency-limit: 100 }
        """

    @Test func thePageIsWellFormedAndComplete() throws {
        let report = try Self.report(Self.mesh)
        let page = try NetworkPage.text(of: report)
        try HTMLReportTests.expectWellFormed(page)
        for plot in ["plot-latency-load", "plot-accepted-load"] { #expect(page.contains("<svg id=\"\(plot)\"")) }
        #expect(page.contains("&lt;b&gt;mesh &amp; &quot;others&quot;&lt;/b&gt; under uniform traffic"))
        #expect(page.contains("page 3") && page.contains("<td>buffer</td>") && page.contains("form no cycle"))
        #expect(!page.contains("<script") && !page.contains("NaN") && !page.contains("Optional("))
        for attribute in ["src=", "href=\"http", "url(", "@import"] { #expect(!page.contains(attribute), "\(attribute)") }
        #expect(page == (try NetworkPage.text(of: report)))
    }

    @Test("Curves end where they leave the frame, and every point below is drawn")
    func drawing() throws {
        let report = try Self.report(Self.mesh)
        let page = try NetworkPage.text(of: report)
        let drawn = page.components(separatedBy: "<circle class=\"dot-first\"").count - 1
        // All four accepted loads, and the mean latencies of those points that are not saturated.
        let sound = try #require(report.curve).points.count { !$0.isSaturated }
        #expect(sound < 4 && drawn > 4 && drawn <= 4 + sound)
        let heights = page.matches(of: #/ cy="(-?[0-9.]+)"/#).compactMap { Double($0.output.1) }
        #expect(!heights.isEmpty && heights.allSatisfy { (13.9...344.1).contains($0) })
    }

    @Test func aNetworkThatIsSaturatedAtOnceMakesAPage() throws {
        let text = "network: bus\ntopology: { kind: bus, terminals: 32 }\nmeasurement: { warm-up: 100, cycles: 500, latency-limit: 20 }\n"
        let network = try NetworkDescription.decode(text: text, file: "n.yaml")
        let analysis = try NetworkAnalysis(network.experiment)
        let curve = try network.experiment.curve(loads: [1], findsSaturation: false, analysis: analysis) { _ in }
        let report = NetworkReport(network: network, analysis: analysis, curve: curve)
        let page = try NetworkPage.text(of: report)
        try HTMLReportTests.expectWellFormed(page)
        #expect(page.contains("saturated at every load"))
        #expect(NetworkText.text(of: report, style: .plain).contains("saturated"))
    }

    @Test func theSummaryIsJSONWithTheFigures() throws {
        let report = try Self.report(Self.mesh)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(NetworkSummaryDocument.text(of: report).utf8)) as? [String: Any])
        let topology = try #require(object["topology"] as? [String: Any])
        #expect(topology["terminals"] as? Int == 16 && topology["diameter"] as? Int == 6 && topology["bisectionChannels"] as? Int == 4)
        #expect(object["deadlockFree"] as? Bool == true)
        #expect((object["zeroLoadLatency"] as? [String: Any])?["mean"] as? Double == report.analysis.zeroLoadLatency.mean)
        #expect(object["saturationLoad"] as? Double == report.curve?.saturation?.load)
        let points = try #require(object["points"] as? [[String: Any]])
        #expect(points.compactMap { $0["load"] as? Double } == [0.1, 0.3, 0.5, 1])
        #expect(points.last?["saturated"] as? Bool == true)
        // What there is not is null.
        let described = NetworkReport(network: report.network, analysis: report.analysis)
        #expect(NetworkSummaryDocument.text(of: described).contains("\"saturationLoad\": null"))
    }

    @Test func theTableHasALineForEachPoint() throws {
        let report = try Self.report(Self.mesh)
        let lines = LatencyLoadTable.text(of: report).components(separatedBy: "\r\n")
        #expect(lines.count == 6 && lines[5].isEmpty)
        for line in lines.dropLast() { #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == LatencyLoadTable.columns.count) }
        #expect(lines[1].hasPrefix("0.1,") && lines[1].hasSuffix(",false"))
    }

    @Test func theFolderHoldsTheThreeFiles() throws {
        try ReportFolderTests.inFolder { folder in
            let files = try ReportFolder.write(try Self.report(Self.mesh, loads: [0.2]), to: folder + "/a")
            #expect(files == ["summary.json", "latency-load.csv", "report.html"].map { folder + "/a/" + $0 })
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/a").sorted() == ["latency-load.csv", "report.html", "summary.json"])
        }
    }

    @Test func theTextSaysWhatUsersAskFor() throws {
        let text = NetworkText.text(of: try Self.report(Self.mesh), style: .plain)
        for part in [
            "4×4 mesh: 16 terminals, 16 routers of up to 5 ports, 48 channels", "at most 6 channels", "4 channels each way, 128 GB/s",
            "Deadlock", "free: ", "Zero load", "Saturation", "Bound", "p99", "offered", "made up <here>",
        ] { #expect(text.contains(part), "\(part)\n\(text)") }
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 && !$0.hasSuffix(" ") })
    }
}
