import Reporting
import Testing

@Suite struct OperatorRowsTests {
    @Test func fewOperatorsKeepTheirOrder() {
        let record = SyntheticRun.record(layers: SyntheticRun.resnet50, workload: "r", traced: false)
        let rows = OperatorRows(record.operators).rows
        #expect(rows.map(\.label) == record.operators.map(\.name))
    }

    @Test func layersThatRepeatAreAddedUp() {
        let record = SyntheticRun.record(layers: SyntheticRun.repeated(2000), workload: "r", traced: false)
        let rows = OperatorRows(record.operators).rows
        #expect(rows.count == 11)
        #expect(rows.contains { $0.label == "model.layers.∗.down" && $0.count == 181 })
        Self.expectWhole(rows, of: record.cycles, count: 2000)
    }

    @Test(arguments: [60, 61, 5000])
    func theRestIsOneRow(count: Int) {
        let record = SyntheticRun.record(layers: SyntheticRun.distinct(count), workload: "r", traced: false)
        let rows = OperatorRows(record.operators).rows
        #expect(rows.count == OperatorRows.limit)
        #expect(rows.filter(\.isRest).count == (count > OperatorRows.limit ? 1 : 0))
        Self.expectWhole(rows, of: record.cycles, count: count)
    }

    private static func expectWhole(_ rows: [OperatorRows.Row], of cycles: Int, count: Int) {
        #expect(rows.reduce(0) { $0 + $1.cycles } == cycles)
        #expect(rows.reduce(0) { $0 + $1.activity.total } == cycles)
        #expect(rows.reduce(0) { $0 + $1.count } == count)
    }
}
