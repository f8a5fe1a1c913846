import Exploration
import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("A sweep's files")
struct SweepDocumentTests {
    private static let results = SyntheticSweep.results(300)

    private func read(_ text: String) throws -> SweepResults { try SweepDocument.results(Data(text.utf8), file: "sweep.json") }

    @Test func theJSONReadsBackAsTheSameSweep() throws {
        #expect(try read(SweepDocument.text(of: SweepReport(Self.results))) == Self.results)
        #expect(try read(SweepDocument.text(of: Self.results)) == Self.results)
        var large = Self.results
        large.seed = .max
        #expect(try read(SweepDocument.text(of: large)).seed == .max)
        #expect(try read(String(decoding: try JSONEncoder().encode(Self.results), as: UTF8.self)) == Self.results)
    }

    /// What is not a number has no place in JSON: an objective comes back as none, a figure goes.
    @Test func valuesThatAreNotFiniteSurvive() throws {
        var results = Self.results
        let index = try #require(results.points.firstIndex { $0.status == .finished })
        results.points[index].objectives[0] = .infinity
        results.points[index].figures[1].value = .nan
        let back = try read(SweepDocument.text(of: results))
        #expect(back.points[index].objectives[0].isNaN && back.points[index][figure: results.points[index].figures[1].name] == nil)
        // And the report does not stumble over them.
        let page = try SweepPage.text(of: SweepReport(back))
        #expect(!page.contains("nan") && !page.contains("inf,"))
    }

    @Test func theTableHasEveryNumber() throws {
        let report = SweepReport(Self.results)
        let rows = SweepTables.points(report).split(separator: "\n").map { Self.cells(String($0)) }
        let head = try #require(rows.first), figures = ["cycles", "seconds", "macs", "energy", "area"]
        #expect(rows.count == 301 && rows.allSatisfy { $0.count == head.count })
        #expect(head.prefix(5) == ["number", "status", "reason", "front", "parameter.rows"])
        for (row, point) in zip(rows.dropFirst(), Self.results.points) {
            let cells = Dictionary(zip(head, row), uniquingKeysWith: { first, _ in first })
            #expect(cells["number"] == String(point.number) && cells["reason"] == point.reason && cells["status"] == point.status.rawValue)
            for (index, parameter) in Self.results.parameters.enumerated() {
                #expect(cells["parameter." + parameter.name] == Self.results.value(index, at: point).description)
            }
            for figure in figures { #expect(cells["figure." + figure].flatMap(Double.init) == point[figure: figure]) }
            for (objective, value) in zip(Self.results.objectives, point.objectives) { #expect(cells["objective." + objective.name].flatMap(Double.init) == value) }
        }
        let front = rows.dropFirst().enumerated().filter { $0.element[3] == "1" }.map(\.offset)
        #expect(front == report.front.sorted() && Set(front) == Set(Self.results.paretoFront([0, 1, 2])))
    }

    /// A row of RFC 4180, read by hand.
    private static func cells(_ line: String) -> [String] {
        var cells = [""], isQuoted = false
        for character in line {
            if character == "\"" { isQuoted.toggle() } else if character == ",", !isQuoted { cells.append("") } else { cells[cells.count - 1].append(character) }
        }
        return cells
    }

    @Test func sensitivitiesAreInTheTable() throws {
        let text = SweepTables.sensitivity(SweepReport(SyntheticSweep.grid([4, 5]) { 3 * $0[0] + $0[1] }))
        let cells = Self.cells(String(try #require(text.split(separator: "\n").dropFirst().first)))
        #expect(text.hasPrefix("objective,parameter,share,logarithmicShare,chance,value,points,mean,least,most\n"))
        #expect(cells.prefix(2) == ["y", "x0"] && abs((Double(cells[2]) ?? 0) - 9 * 1.25 / (9 * 1.25 + 2)) < 1e-12)
        // Of the value 0 five points, from 0 to 4; a logarithm there is none.
        #expect(cells[3].isEmpty && cells[5...] == ["0", "5", "2", "0", "4"])
    }

    // MARK: Files that are wrong

    @Test(arguments: [
        ("nothing", "{", "is not JSON"),
        ("another kind", #"{"kind": "cyclewright-comparison", "schemaVersion": 1}"#, "is not a sweep"),
        ("another version", #"{"kind": "cyclewright-sweep", "schemaVersion": 7}"#, "version 7 of the format, and this is version 1"),
        ("no version", #"{"kind": "cyclewright-sweep"}"#, "version – of the format"),
        ("a run", #"{"schemaVersion": 1, "cycles": 3}"#, "is not a sweep"),
        ("other JSON", #"{"name": 3}"#, "sweep.json: "),
    ] as [(String, String, String)])
    func filesThatAreNoSweeps(_ what: String, _ text: String, _ message: String) {
        let error = #expect(throws: SweepFileError.self, "\(what)") { try read(text) }
        #expect(error?.description.contains(message) == true, "\(what): \(error?.description ?? "")")
    }

    @Test func sweepsThatContradictThemselves() throws {
        func refused(_ change: (inout SweepResults) -> Void, _ message: String) throws {
            var results = Self.results
            change(&results)
            let text = SweepDocument.text(of: results)
            let error = #expect(throws: SweepFileError.self) { try read(text) }
            #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        }
        try refused({ $0.points = [] }, "has no points yet")
        try refused({ $0.points[3].point.choices.removeLast() }, "point 3: has 5 choices for 6 parameters")
        try refused({ $0.points[3].point.choices[0] = 6 }, "choice 6 of \"rows\", which has 6 values")
        try refused({ $0.points[3].point.choices[0] = -1 }, "choice -1")
        try refused({ $0.parameters[2].values = [] }, "\"buffer\" has no values")
        let finished = try #require(Self.results.points.firstIndex { $0.status == .finished })
        try refused({ $0.points[finished].objectives = [1] }, "has 1 values for 3 objectives")
    }

    // MARK: The folder

    private func written(_ report: SweepReport, _ body: (String, ReportFolder.SweepFiles) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "/sweep-report-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder, try ReportFolder.write(report, to: folder))
    }

    @Test func theFolderHasEveryFormAndTheSameBytesAgain() throws {
        try written(SweepReport(Self.results)) { folder, files in
            let names = files.documents.map { ($0 as NSString).lastPathComponent }
            #expect(names == ["report.html", "report.md", "sweep.json", "points.csv", "sensitivity.csv"])
            let plots = files.plots.map { ($0 as NSString).lastPathComponent }
            for plot in [
                "plot-front-latency-energy", "plot-front-latency-throughput-per-area", "plot-parallel", "plot-sensitivity", "plot-values-energy",
                "plot-hypervolume", "plot-best-latency", "plot-area-breakdown", "plot-energy-breakdown", "plot-area-map",
            ] { #expect(plots.contains(plot + ".svg"), "\(plot) of \(plots)") }
            let first = try (files.documents + files.plots).map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
            // Drawings of an earlier report go.
            try Data().write(to: URL(fileURLWithPath: folder + "/plots/plot-old.svg"))
            try Data().write(to: URL(fileURLWithPath: folder + "/plots/plot-parallel.png"))
            try ReportFolder.write(SweepReport(Self.results), to: folder)
            let second = try (files.documents + files.plots).map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
            #expect(first == second)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder + "/plots").sorted()
            #expect(left == plots.sorted())
        }
    }

    @Test func drawingsForPapersStandAlone() throws {
        try written(SweepReport(Self.results)) { _, files in
            for path in files.plots {
                let data = try Data(contentsOf: URL(fileURLWithPath: path)), text = String(decoding: data, as: UTF8.self)
                #expect(XMLParser(data: data).parse(), "\(path) is not XML")
                #expect(!text.contains("var(") && !text.contains("http://") || text.components(separatedBy: "http").count == 2, "\(path) depends on something else")
                #expect(!text.contains("nan") && !text.contains(">inf"), "\(path)")
            }
        }
    }

    @Test func thePageCarriesItsDataAndNoWayOut() throws {
        var results = Self.results
        results.name = "</script><script>alert(1)</script>"
        results.points[0].reason = "</script>"
        results.points[0].status = .failed
        let page = try SweepPage.text(of: SweepReport(results, runPages: [1: "../runs/1/report.html"]))
        #expect(page.components(separatedBy: "</script>").count == 3, "only the page's own two script elements end")
        #expect(page.contains(#""runs": {"1": "../runs/1/report.html"}"#))
        #expect(!page.contains("src=") && !page.contains("@import") && !page.contains("https:"))
        #expect(page.contains("default-src 'none'"))
    }

    /// The drawing's points on the front are those of `paretoFront`, for each pair.
    @Test func frontsDrawnAreFrontsComputed() throws {
        let results = Self.results
        try written(SweepReport(results)) { folder, _ in
            for (first, second, name) in [(0, 1, "latency-energy"), (0, 2, "latency-throughput-per-area"), (1, 2, "energy-throughput-per-area")] {
                let text = try String(contentsOfFile: "\(folder)/plots/plot-front-\(name).svg", encoding: .utf8)
                let numbers = text.components(separatedBy: "<title>Point ").dropFirst().map { Int($0.prefix { $0 != ":" }) }
                #expect(numbers == results.paretoFront([first, second]).map { results.points[$0].number })
            }
        }
    }

    @Test func smallSweepsHaveReportsToo() throws {
        var one = SyntheticSweep.grid([1]) { _ in 3 }
        try written(SweepReport(one)) { _, files in #expect(files.documents.count == 5) }
        one.points[0] = EvaluatedPoint(number: 0, point: DesignPoint(choices: [0]), status: .failed, reason: "no")
        try written(SweepReport(one)) { folder, _ in
            let text = try String(contentsOfFile: folder + "/report.md", encoding: .utf8)
            #expect(text.contains("No point is feasible."))
        }
        var bare = SyntheticSweep.grid([2, 2]) { $0[0] }
        bare.objectives = []
        for index in bare.points.indices { bare.points[index].objectives = [] }
        try written(SweepReport(bare)) { _, files in #expect(files.documents.count == 5) }
    }

    @Test func commandsAreQuotedForTheShell() {
        var results = SyntheticSweep.grid([2]) { $0[0] }
        results.workloads = [.init(name: "a net"), .init(name: "b")]
        results.parameters[0] = SpaceParameter(name: "x", targets: ["engines.a.rows", "note"], values: [.integer(1), .text("it's 4 KiB")])
        let text = SweepMarkdown.text(of: SweepReport(results), plots: [])
        #expect(text.contains("it's 4 KiB"))
        #expect(RunRecipe(results).commands(results.points[1]) == [
            "cyclewright simulate none 'a net' --set 'engines.a.rows=it'\\''s 4 KiB' --set 'note=it'\\''s 4 KiB'",
            "cyclewright simulate none b --set 'engines.a.rows=it'\\''s 4 KiB' --set 'note=it'\\''s 4 KiB'",
        ])
    }
}
