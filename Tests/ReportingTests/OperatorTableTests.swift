import Reporting
import Testing

@Suite struct OperatorTableTests {
    @Test func goldenTable() {
        let expected = [
            "name,type,unit,startCycle,endCycle,cycles,seconds,macs,vectorOperations,utilization,busy,operands,bufferFree,"
                + "bankConflict,dma,dram,dependency,nothingToDo,dramReadBytes,dramWriteBytes,arithmeticIntensity,bound,notes,"
                + "rooflineCycles,roofCycles,attained,lost-overlap,lost-arithmetic,lost-arrayFill,lost-arrayShape,lost-arraysIdle,"
                + "lost-operands,lost-bankConflict,lost-dma,lost-dram,lost-bufferFree,lost-dependency,lost-nothingToDo,reason,joules,joules-leakage,"
                + "joules-arithmetic,joules-registers,joules-memory,joules-wires,joules-network,joules-control,joules-clock,joules-off-chip-memory",
            "\"conv, \"\"1\"\"\",Conv+Relu,mxu,0,6290,6290,8.985711590000001e-06,1000000,2000,0.0024258806140699525,25,522,195,"
                + "261,391,4698,198,0,100000,0,20.0,memory,,6290,2052,0.3262321144674086,0,25,0,0,0,522,261,0,3037,195,198,0,"
                + "\"waits for DRAM: its latency, or its turn (48.3 %)\",,,,,,,,,,",
            "pool,MaxPool,vpu,6290,6530,240,3.4285704e-07,0,51200,0.0,200,3,1,1,2,5,28,0,0,0,,none,on the vector unit,,,,,,,,,,,,,,,,,,,,,,,,,,", "",
        ]
        #expect(OperatorTable.text(of: SummaryDocumentTests.report) == expected.joined(separator: "\r\n"))
    }

    @Test func namesOfEveryKindSurvive() {
        let rows = Self.parse(OperatorTable.text(of: SyntheticRun.report(layers: SyntheticRun.nasty)))
        #expect(rows.count == SyntheticRun.nastyNames.count + 1)
        #expect(rows.allSatisfy { $0.count == OperatorTable.header.count })
        #expect(rows.dropFirst().map { $0[0] } == SyntheticRun.nastyNames)
    }

    @Test func cyclesOfThousandsOfOperatorsAddUp() throws {
        let report = SyntheticRun.report(layers: SyntheticRun.distinct(5000))
        let rows = Self.parse(OperatorTable.text(of: report)).dropFirst()
        let column = try #require(OperatorTable.header.firstIndex(of: "cycles"))
        #expect(rows.reduce(0) { $0 + (Int($1[column]) ?? -1) } == report.record.cycles)
    }

    /// A reader after RFC 4180, by scalars since a carriage return and a line feed are one character in Swift.
    static func parse(_ text: String) -> [[String]] {
        var rows: [[String]] = [], row: [String] = [], field = ""
        var quoted = false, wasQuote = false
        for scalar in text.unicodeScalars {
            if quoted && !wasQuote {
                if scalar == "\"" { wasQuote = true } else { field.unicodeScalars.append(scalar) }
                continue
            }
            if wasQuote && scalar == "\"" {
                field += "\""
                wasQuote = false
                continue
            }
            quoted = quoted && !wasQuote
            wasQuote = false
            switch scalar {
            case "\"": quoted = true
            case ",", "\n":
                row.append(field)
                field = ""
                if scalar == "\n" {
                    rows.append(row)
                    row = []
                }
            case "\r": break
            default: field.unicodeScalars.append(scalar)
            }
        }
        return rows
    }
}
