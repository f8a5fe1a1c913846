import Reporting
import Simulation
import Testing

@Suite struct RunReportTests {
    @Test(arguments: [1, 7, 500])
    func sharesAddUpToOne(count: Int) {
        let report = SyntheticRun.report(layers: SyntheticRun.repeated(count))
        let activity = report.computeActivity
        #expect(activity.total == report.record.cycles)
        let shares = UnitState.allCases.map { Double($0.cycles(in: activity)) / Double(activity.total) }
        #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
        #expect(abs(report.operators.reduce(0) { $0 + $1.timeShare } - 1) < 1e-12)
        #expect(Set(UnitState.allCases.compactMap(\.cause)) == Set(StallCause.allCases))
    }

    @Test func derivedFiguresOfOneOperator() {
        // 6,400 MACs a cycle of 65,536 at 700 MHz: written out by hand below.
        let record = Self.record(cycles: 1000, macs: 6_400_000, read: 2_000_000, spans: [])
        let report = RunReport(
            record: record, architecture: SyntheticRun.architecture,
            workload: WorkloadFacts(name: "w", origin: "", parameterCount: 0, operatorCount: 1, inferences: 4))
        let seconds = 1000 * 1.428571e-6 * 1e-3
        #expect(abs(report.seconds / seconds - 1) < 1e-12)
        #expect(abs(report.operationsPerSecond / (2 * 6_400_000 / seconds) - 1) < 1e-12)
        #expect(abs(report.inferencesPerSecond / (4 / seconds) - 1) < 1e-12)
        #expect(report.dramBytes == 2_000_000)
        #expect(report.arithmeticIntensity == 6.4)
        #expect(report.operators[0].utilization == 6_400_000 / (1000.0 * 65_536))
        #expect(report.operators[0].bound == .memory)
    }

    @Test func theRidgePartsMemoryFromCompute() {
        // 91.75 TOPS over 34.128 GB/s is a ridge at 2,688.4 operations a byte.
        for (read, bound) in [(1000, OperatorFigures.Bound.compute), (1001, .memory)] {
            let record = Self.record(cycles: 1000, macs: 1_344_800, read: read, spans: [])
            let report = RunReport(record: record, architecture: SyntheticRun.architecture, workload: Self.workload)
            #expect(report.operators[0].bound == bound, "\(read) bytes")
        }
    }

    @Test func anOperatorThatOverlapsOthersIsNotAboveItsPeak() {
        // It pushed the end out by 10 cycles only, but the array had worked on it for 1,000.
        let record = Self.record(
            cycles: 10, macs: 32_768_000, read: 0, spans: [Span(unit: 0, operatorIndex: 0, start: 0, end: 1000, busy: 600)])
        let report = RunReport(record: record, architecture: SyntheticRun.architecture, workload: Self.workload)
        #expect(report.operators[0].arrayCycles == 1000)
        #expect(report.operators[0].utilization == 0.5)
        #expect(report.operators[0].arithmeticIntensity == nil)
        #expect(report.operators[0].bound == .compute)
    }

    @Test func anEmptyRunHasFiniteFigures() {
        let report = SyntheticRun.report(layers: [])
        let figures = [
            report.seconds, report.operationsPerSecond, report.inferencesPerSecond, report.dramBytesPerSecond, report.record.utilization,
        ]
        #expect(figures.allSatisfy { $0 == 0 })
        #expect(report.operators.isEmpty && report.arithmeticIntensity == nil)
    }

    @Test func notesAreGroupedByTextInOrder() {
        let layers = ["b", "a", "b"].enumerated().map { index, note in
            SyntheticRun.Layer(name: "n\(index)", type: "T", macs: 1, input: 1, weights: 1, output: 1, notes: [note])
        }
        let notes = SyntheticRun.report(layers: layers, notes: ["run"]).groupedNotes
        #expect(notes.map(\.note) == ["run", "b", "a"])
        #expect(notes.map(\.operators) == [[], ["n0", "n2"], ["n1"]])
    }

    static let workload = WorkloadFacts(name: "w", origin: "", parameterCount: 0, operatorCount: 1)

    /// A run of one operator on one array.
    static func record(cycles: Int, macs: Int, read: Int, spans: [Span]) -> ExecutionRecord {
        let activity = Activity(busy: cycles)
        return ExecutionRecord(
            architecture: "tpu-v1", workload: "w", fidelity: .event, clockPeriodFemtoseconds: 1_428_571, cycles: cycles, macs: macs,
            peakMacsPerCycle: 65_536,
            units: [UnitRecord(name: "mxu", kind: .systolicArray, activity: activity, commands: 1, macs: macs)],
            memories: [
                MemoryRecord(
                    name: "weights", kind: .dram, capacityBytes: 1 << 30, allocatedBytes: read, readBytes: read, writeBytes: 0,
                    peakBytesPerSecond: 34.128e9)
            ],
            operators: [
                OperatorRecord(
                    name: "o", type: "Gemm", unit: "mxu", start: 0, end: cycles, cycles: cycles, activity: activity, macs: macs,
                    readBytes: [read], writeBytes: [0], notes: [], vectorOperations: 0)
            ], spans: spans, trace: [])
    }
}
