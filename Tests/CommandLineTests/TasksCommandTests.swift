import Foundation
import Testing

@Suite("Scheduling task graphs")
struct TasksCommandTests {
    private static let examples = Tool.repository + "/Examples/task-graphs/"

    @Test func theCanonicalGraphIsScheduledAndProved() throws {
        try TemporaryFolder.with { folder in
            let heft = try Tool.run("tasks \(Self.examples)canonical.yaml --format json", in: folder)
            #expect(heft.status == 0 && heft.output.contains("\"makespan\": 80"), "\(heft.errors)")
            let exact = try Tool.run("tasks \(Self.examples)canonical.yaml --scheduler exact --proof p.smt2 --gantt g.svg", in: folder)
            #expect(exact.status == 0, "\(exact.errors)")
            for part in ["73", "no schedule has a smaller makespan: proved", "T10", "P3"] { #expect(exact.output.contains(part), "\(part)") }
            #expect(try String(contentsOfFile: folder + "/p.smt2", encoding: .utf8).contains("(assert "))
            let drawing = try String(contentsOfFile: folder + "/g.svg", encoding: .utf8)
            #expect(drawing.hasPrefix("<svg ") && drawing.components(separatedBy: "<title>").count == 11)
        }
    }

    @Test func schedulersStandSideBySide() throws {
        let result = try Tool.run("tasks \(Self.examples)arrivals.yaml --scheduler all")
        #expect(result.status == 0, "\(result.errors)")
        for name in ["heft", "heft-committed", "cpop", "etf", "met", "200 tasks of 20 jobs"] { #expect(result.output.contains(name)) }
        let csv = try Tool.run("tasks \(Self.examples)soc.yaml --format csv")
        #expect(csv.output.hasPrefix("scheduler,job,task,processor,start,end\nheft,0,0.sample,") && csv.output.split(separator: "\n").count == 14)
    }

    @Test func mistakesAreExplained() throws {
        expectFailure(try Tool.run("tasks none.yaml"), status: 66, mentions: "no such file")
        expectFailure(try Tool.run("tasks \(Tool.repository)/Architectures/gemmini.yaml"), status: 65, mentions: "is not known here")
        for line in ["tasks", "tasks x.yaml --scheduler best", "tasks x.yaml --proof p", "tasks x.yaml --resources 0", "tasks x.yaml --scheduler all --gantt g.svg"] {
            #expect(try Tool.run(line).status == 64, "\(line)")
        }
        expectFailure(
            try Tool.run("tasks \(Self.examples)arrivals.yaml --scheduler exact --resources 1000 --proof p.smt2"), status: 65, mentions: "no question was refuted")
    }
}
