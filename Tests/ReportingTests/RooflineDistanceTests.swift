import Foundation
import Reporting
import Simulation
import Testing

@Suite struct RooflineDistanceTests {
    /// An operator on the first of four arrays of 16 × 16; the time is divided by hand below.
    static func record(macs: Int, bytes: Int, cycles: Int, activity: Activity, start: Int = 0, spans: [Span], vectors: Int, columns: Int = 16) -> ExecutionRecord {
        let idle = Activity(busy: 0)
        return ExecutionRecord(
            architecture: "a", workload: "w", fidelity: .event, clockPeriodFemtoseconds: 1_000_000, cycles: start + cycles, macs: macs,
            peakMacsPerCycle: 1024,
            units: (0..<4).map { index in
                var unit = UnitRecord(name: "mxu\(index)", kind: .systolicArray, activity: index == 0 ? activity : idle, commands: 1, macs: macs)
                (unit.rows, unit.columns) = (16, 16)
                return unit
            },
            memories: [
                MemoryRecord(
                    name: "dram", kind: .dram, capacityBytes: 1 << 30, allocatedBytes: 0, readBytes: bytes, writeBytes: 0, peakBytesPerSecond: 8e9)
            ],
            operators: [
                OperatorRecord(
                    name: "o", type: "MatMul", unit: "mxu0", start: 0, end: start + cycles, cycles: cycles, activity: activity, macs: macs,
                    readBytes: [bytes], writeBytes: [0], notes: [], vectorOperations: 0, vectors: vectors, vectorRows: vectors * 16,
                    vectorColumns: vectors * columns)
            ], spans: spans, trace: [])
    }

    static func distance(_ record: ExecutionRecord) throws -> RooflineDistance {
        let report = RunReport(record: record, architecture: SyntheticRun.architecture, workload: RunReportTests.workload)
        return try #require(report.operators[0].roofline)
    }

    /// 1000 cycles of one of four arrays, of which 800 took a vector, each in half of the columns: 400 · 256 multiply-accumulates. At
    /// peak, four arrays need 100 cycles. Of 4000 array cycles 400 were full, 400 half empty, 200 without a vector, 3000 idle.
    @Test("Cycles of one array among four are divided by hand")
    func arithmetic() throws {
        let distance = try Self.distance(
            Self.record(
                macs: 400 * 256, bytes: 0, cycles: 1000, activity: Activity(busy: 1000),
                spans: [Span(unit: 0, operatorIndex: 0, start: 0, end: 1000, busy: 1000)], vectors: 800, columns: 8))
        #expect(distance.bound == .compute)
        #expect(distance.roofCycles == 100)
        #expect(distance.attained == 0.1)
        #expect(distance[.arithmetic] == 0)
        #expect(distance[.arrayShape] == 100)
        #expect(distance[.arrayFill] == 50)
        #expect(distance[.arraysIdle] == 750)
        #expect(distance.lostCycles.reduce(0, +) == 900)
        #expect(distance.reason == "arrays without a share of the work (1 of 4 at work) (75.0 %)")
    }

    /// 4000 bytes at 8 a cycle are 500 cycles; 700 of the operator's 1000 were waits for DRAM, 200 more than it needs.
    @Test("Waits for DRAM beyond what the bytes need are its distance")
    func bandwidth() throws {
        var activity = Activity(busy: 250)
        activity[.dram] = 700
        activity[.bufferFree] = 50
        let distance = try Self.distance(
            Self.record(
                macs: 64 * 256, bytes: 4000, cycles: 1000, activity: activity, start: 100,
                spans: [Span(unit: 0, operatorIndex: 0, start: 100, end: 1100, busy: 250)], vectors: 64))
        #expect(distance.bound == .memory)
        #expect(distance.cycles == 1100)
        #expect(distance.roofCycles == 500)
        #expect(distance[.dram] == 200)
        #expect(distance[.overlap] == 100)
        #expect(distance[.bufferFree] == 50)
        #expect(distance[.arithmetic] + distance[.arrayFill] + distance[.arraysIdle] == 250)
        #expect(distance.reason == "waits for DRAM: its latency, or its turn (18.2 %)")
    }

    @Test("Whole numbers in a proportion add up to the whole", arguments: 0..<50)
    func proportions(_ seed: Int) {
        var random = SeededNumbers(seed)
        let weights = (0..<random.next(1...9)).map { _ in random.next(0...3) == 0 ? 0 : random.next(0...Int.max >> 8) }
        let total = random.next(0...1 << 40)
        let parts = total.divided(by: weights)
        #expect(parts.reduce(0, +) == total)
        #expect(parts.allSatisfy { $0 >= 0 })
        let sum = weights.reduce(0) { $0 + Double($1) }
        guard sum > 0 else { return }
        for (part, weight) in zip(parts, weights) { #expect(abs(Double(part) - Double(total) * Double(weight) / sum) <= 2 + Double(total) * 1e-12) }
    }

    @Test("Parts add up to the distance, in runs of every kind", arguments: ["resnet50", "repeated", "distinct", "nasty"])
    func sums(_ kind: String) throws {
        let report = SyntheticRun.report(layers: HTMLReportTests.layers(kind))
        for (operation, figures) in zip(report.record.operators, report.operators) {
            guard let distance = figures.roofline else {
                #expect(operation.macs == 0)
                continue
            }
            #expect(distance.lostCycles.reduce(0, +) == max(0, distance.cycles - distance.roofCycles))
            #expect(distance.lostCycles.allSatisfy { $0 >= 0 })
        }
    }
}

/// A short sequence of numbers that looks random.
struct SeededNumbers {
    private var state: UInt64
    init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next(_ range: ClosedRange<Int>) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return range.lowerBound + Int((state >> 16) % UInt64(range.upperBound - range.lowerBound + 1))
    }
}
