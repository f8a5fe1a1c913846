import Testing
import cyclewright

@Suite("Progress")
struct ProgressBarTests {
    @Test func linesFitTheirColumns() {
        for columns in [0, 1, 10, 20, 40, 80, 200] {
            for share in [nil, -1, 0, 0.004, 0.5, 1, 7, Double.nan] as [Double?] {
                #expect(ProgressBar.line("simulating", share, columns: columns).count <= columns)
            }
        }
    }

    @Test func barsFillUp() {
        #expect(ProgressBar.line("run", 0, columns: 30) == "run " + String(repeating: "░", count: 19) + "   0 %")
        #expect(ProgressBar.line("run", 1, columns: 30) == "run " + String(repeating: "█", count: 19) + " 100 %")
        #expect(ProgressBar.line("run", nil, columns: 30) == "run …")
    }
}
