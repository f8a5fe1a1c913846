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
        let rows = OperatorTableTests.parse(OperatorTable.text(of: report)).dropFirst()
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
        let rows = OperatorTableTests.parse(OperatorTable.text(of: report))
        #expect(Set(rows.map(\.count)) == [OperatorTable.header.count])
    }
}
