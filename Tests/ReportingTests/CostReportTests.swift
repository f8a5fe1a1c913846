import Cost
import Reporting
import Simulation
import Testing

@Suite struct CostReportTests {
    private static func report(_ count: Int) throws -> RunReport {
        let bare = SyntheticRun.report(layers: SyntheticRun.repeated(count))
        return RunReport(
            record: bare.record, architecture: bare.architecture, workload: bare.workload, cost: try RunCost(bare.record, bare.architecture))
    }

    @Test func operatorsOfTheTableAddUpToTheRun() throws {
        let report = try Self.report(7)
        let cost = try #require(report.cost)
        let column = try #require(OperatorTable.header.firstIndex(of: "joules"))
        let rows = OperatorTable.text(of: report).split(separator: "\r\n").dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(rows.allSatisfy { $0.count == OperatorTable.header.count })
        let sum = rows.reduce(0.0) { $0 + (Double($1[column]) ?? .nan) }
        #expect(abs(sum / cost.joules - 1) < 1e-9 && cost.joules > 0)
        // Its own parts make each operator.
        for row in rows {
            let parts = row[(column + 1)...].reduce(0.0) { $0 + (Double($1) ?? .nan) }
            #expect(abs(parts / (Double(row[column]) ?? .nan) - 1) < 1e-9)
        }
    }

    @Test func summaryAndPageHaveTheCost() throws {
        let report = try Self.report(50)
        let text = TerminalSummary.text(of: report, style: .plain)
        for word in ["Energy", "Power", "TOPS/W", "EDP", "mm²"] { #expect(text.contains(word), "\(word)") }
        let page = try HTMLReport.text(of: report)
        for id in ["plot-energy-components", "plot-energy-operators", "plot-power", "plot-area"] { #expect(page.contains("id=\"\(id)\""), "\(id)") }
        #expect(page.contains("The 40 dearest of 50 operators") && page.contains("id=\"cost\""))
        #expect(SummaryDocument.text(of: report).contains("\"quectojoules\": \"\(report.cost?.total.units ?? 0)\""))
    }

    @Test func withoutACostThereIsNothingOfIt() throws {
        let report = SyntheticRun.report(layers: SyntheticRun.repeated(3))
        #expect(!TerminalSummary.text(of: report, style: .plain).contains("TOPS/W"))
        #expect(try !HTMLReport.text(of: report).contains("plot-energy"))
        #expect(!SummaryDocument.text(of: report).contains("\"cost\""))
        let rows = OperatorTable.text(of: report).split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
        #expect(Set(rows) == [OperatorTable.header.count])
    }

    @Test(arguments: [[1.0], [5, 3, 1], [100, 50, 50, 20, 3, 1, 0.5, 0.01], Array(repeating: 1.0, count: 37)])
    func tilesAreToScaleAndDoNotOverlap(_ values: [Double]) {
        let tiles = TileLayout.tiles(values, width: 1080, height: 420)
        let whole = values.reduce(0, +)
        #expect(tiles.count == values.count)
        for (tile, value) in zip(tiles, values) {
            #expect(abs(tile.width * tile.height / (1080 * 420) - value / whole) < 1e-9)
            #expect(tile.x >= -1e-6 && tile.y >= -1e-6 && tile.x + tile.width <= 1080 + 1e-6 && tile.y + tile.height <= 420 + 1e-6)
        }
        for (index, a) in tiles.enumerated() {
            for b in tiles[(index + 1)...] {
                let wide = min(a.x + a.width, b.x + b.width) - max(a.x, b.x), high = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
                #expect(wide < 1e-6 || high < 1e-6)
            }
        }
    }
}
