import Foundation
import Reporting
import Simulation
import Testing

@Suite struct SummaryDocumentTests {
    static let layers: [SyntheticRun.Layer] = [
        .init(name: "conv, \"1\"", type: "Conv+Relu", macs: 1_000_000, input: 1000, weights: 100_000, output: 2000),
        .init(name: "pool", type: "MaxPool", macs: 0, input: 2000, weights: 0, output: 51_200, notes: ["on the vector unit"]),
    ]
    static let report = SyntheticRun.report(layers: layers, workload: "tiny", notes: ["whole run"])

    @Test func goldenDocument() {
        let expected = """
            {
              "schemaVersion": 1,
              "architecture": "tpu-v1",
              "workload": "tiny",
              "fidelity": "event",
              "cycles": 6530,
              "seconds": 9.32856863e-06,
              "macs": 1000000,
              "utilization": 0.0023367211428024504,
              "dramReadBytes": 100000,
              "dramWriteBytes": 0,
              "units": [
                {"name": "mxu", "kind": "systolic-array", "commands": 2, "macs": 1000000, "busy": 25, "stalls": {"operands": 522, "bufferFree": 195, "bankConflict": 261, "dma": 391, "dram": 4698, "dependency": 198, "nothingToDo": 240}},
                {"name": "vpu", "kind": "vector", "commands": 2, "macs": 0, "busy": 207, "stalls": {"operands": 3, "bufferFree": 1, "bankConflict": 1, "dma": 2, "dram": 5, "dependency": 3169, "nothingToDo": 3142}},
                {"name": "dma-weights", "kind": "dma", "commands": 2, "macs": 0, "busy": 6250, "stalls": {"operands": 0, "bufferFree": 0, "bankConflict": 0, "dma": 0, "dram": 0, "dependency": 140, "nothingToDo": 140}, "requests": {"entered": 0, "stayCycles": 0, "occupancyCycles": 0, "remaining": 0, "outstanding": 0}}
              ],
              "memories": [
                {"name": "weights", "kind": "dram", "capacityBytes": 8589934592, "allocatedBytes": 100000, "readBytes": 100000, "writeBytes": 0, "peakBytesPerSecond": 34128000000.0},
                {"name": "unified", "kind": "sram", "capacityBytes": 25165824, "allocatedBytes": 5242880, "readBytes": 3000, "writeBytes": 53200, "peakBytesPerSecond": 0.0},
                {"name": "accumulators", "kind": "sram", "capacityBytes": 4194304, "allocatedBytes": 2097152, "readBytes": 8000, "writeBytes": 8000, "peakBytesPerSecond": 0.0}
              ],
              "notes": [
                {"note": "whole run", "operators": []},
                {"note": "on the vector unit", "operators": ["pool"]}
              ],
              "operators": [
                {"name": "conv, \\"1\\"", "type": "Conv+Relu", "unit": "mxu", "start": 0, "end": 6290, "cycles": 6290, "macs": 1000000, "vectorOperations": 2000, "utilization": 0.0024258806140699525, "dramReadBytes": 100000, "dramWriteBytes": 0, "busy": 25, "stalls": {"operands": 522, "bufferFree": 195, "bankConflict": 261, "dma": 391, "dram": 4698, "dependency": 198, "nothingToDo": 0}, "transferUnit": "", "transferBusy": 0, "transferStalls": {"operands": 0, "bufferFree": 0, "bankConflict": 0, "dma": 0, "dram": 0, "dependency": 0, "nothingToDo": 0}, "notes": [], "roofline": {"bound": "memory", "cycles": 6290, "roofCycles": 2052, "attained": 0.3262321144674086, "reason": "waits for DRAM: its latency, or its turn (48.3 %)", "lost": {"overlap": 0, "arithmetic": 25, "arrayFill": 0, "arrayShape": 0, "arraysIdle": 0, "operands": 522, "bankConflict": 261, "dma": 0, "dram": 3037, "bufferFree": 195, "dependency": 198, "nothingToDo": 0}}},
                {"name": "pool", "type": "MaxPool", "unit": "vpu", "start": 6290, "end": 6530, "cycles": 240, "macs": 0, "vectorOperations": 51200, "utilization": 0.0, "dramReadBytes": 0, "dramWriteBytes": 0, "busy": 200, "stalls": {"operands": 3, "bufferFree": 1, "bankConflict": 1, "dma": 2, "dram": 5, "dependency": 28, "nothingToDo": 0}, "transferUnit": "", "transferBusy": 0, "transferStalls": {"operands": 0, "bufferFree": 0, "bankConflict": 0, "dma": 0, "dram": 0, "dependency": 0, "nothingToDo": 0}, "notes": ["on the vector unit"]}
              ]
            }

            """
        #expect(SummaryDocument.text(of: Self.report) == expected)
    }

    @Test(arguments: [0, 1, 5000])
    func anotherReaderGetsTheSameFigures(count: Int) throws {
        let report = SyntheticRun.report(layers: SyntheticRun.repeated(count))
        let document = try Self.parse(SummaryDocument.text(of: report))
        #expect(document["cycles"] as? Int == report.record.cycles)
        // Foundation's reader is off by the last bit now and then.
        let seconds = try #require(document["seconds"] as? Double)
        #expect(abs(seconds - report.seconds) <= report.seconds.ulp)
        let operators = try #require(document["operators"] as? [[String: Any]])
        #expect(operators.count == count)
        // The operators' cycles are the run's, and each operator's busy and stalled cycles are its own.
        #expect(operators.reduce(0) { $0 + ($1["cycles"] as? Int ?? -1) } == report.record.cycles)
        for operation in operators {
            let stalls = try #require(operation["stalls"] as? [String: Int])
            #expect(stalls.count == StallCause.allCases.count)
            let busy = try #require(operation["busy"] as? Int)
            #expect(stalls.values.reduce(busy, +) == operation["cycles"] as? Int)
        }
    }

    @Test func namesOfEveryKindSurvive() throws {
        let report = SyntheticRun.report(layers: SyntheticRun.nasty)
        let operators = try #require(try Self.parse(SummaryDocument.text(of: report))["operators"] as? [[String: Any]])
        #expect(operators.map { $0["name"] as? String } == SyntheticRun.nastyNames)
    }

    @Test func aFigureThatIsNotFiniteIsNull() throws {
        var record = Self.report.record
        record.memories[0].peakBytesPerSecond = .infinity
        let report = RunReport(record: record, architecture: Self.report.architecture, workload: Self.report.workload)
        let text = SummaryDocument.text(of: report)
        let memories = try #require(try Self.parse(text)["memories"] as? [[String: Any]])
        #expect(memories[0]["peakBytesPerSecond"] is NSNull)
        #expect(!text.contains("inf") && !text.contains("nan"))
    }

    static func parse(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
}
