import Cost
import Foundation
import Testing

struct SRAMReportTests {
    @Test("The table in Reports/ is the one that the model makes now")
    func isCurrent() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Reports/sram-model.md")
        #expect(try SRAMComparison().markdown == String(contentsOf: file, encoding: .utf8), "run `make reports`")
    }

    @Test("The table counts every array once in its technology and once in all")
    func counts() throws {
        let rows = try SRAMComparison().rows
        let all = rows.filter { $0.group == "all" }
        #expect(all.count == 5 && all.allSatisfy { $0.count == CACTIGrid.shipped.points.count })
        for figure in CACTIGrid.figureNames {
            let own = rows.filter { $0.figure == figure && $0.group != "all" }
            #expect(own.count == 6 && own.reduce(0) { $0 + $1.count } == 414)
            #expect(own.map(\.worst).max() == all.first { $0.figure == figure }?.worst)
        }
    }
}
