import Foundation
import Reporting
import Testing

@Suite struct ReportFolderTests {
    @Test func writesTheFilesAndNothingElse() throws {
        try Self.inFolder { folder in
            let report = SyntheticRun.report(layers: SyntheticRun.resnet50, traced: true)
            let written = try ReportFolder.write(report, to: folder + "/a/b", trace: true)
            let names = ["operators.csv", "report.html", "summary.json", "trace.json"]
            #expect(try Self.names(in: folder + "/a/b") == names)
            #expect(written == ["summary.json", "operators.csv", "report.html", "trace.json"].map { folder + "/a/b/" + $0 })
            #expect(try Self.text(folder + "/a/b/summary.json") == SummaryDocument.text(of: report))
            // A second run without a trace replaces the files and leaves no trace of another run.
            try ReportFolder.write(SyntheticRun.report(layers: []), to: folder + "/a/b")
            #expect(try Self.names(in: folder + "/a/b") == ["operators.csv", "report.html", "summary.json"])
        }
    }

    @Test func aFailureKeepsTheOldFiles() throws {
        try Self.inFolder { folder in
            let files = try StagedFiles(folder: folder)
            try files.write("one") { (sink) throws(ReportError) in try sink.write("old") }
            try files.commit()
            let failure = ReportError.cannotWrite(path: "two", reason: "made up")
            #expect(throws: failure) {
                let files = try StagedFiles(folder: folder)
                try files.write("one") { (sink) throws(ReportError) in try sink.write("new") }
                try files.write("two") { (sink) throws(ReportError) in
                    try sink.write("half")
                    throw failure
                }
                try files.commit()
            }
            #expect(try Self.names(in: folder) == ["one"])
            #expect(try Self.text(folder + "/one") == "old")
        }
    }

    #if os(Linux)
    @Test(arguments: [10, 1_000_000])
    func aFullDiskIsAnError(count: Int) throws {
        let full = open("/dev/full", O_WRONLY)
        try #require(full >= 0)
        var sink = FileSink(descriptor: full, path: "summary.json")
        defer { sink.abandon() }
        #expect(throws: ReportError.cannotWrite(path: "summary.json", reason: "No space left on device")) {
            try sink.write(String(repeating: "x", count: count))
            try sink.finish()
        }
    }
    #endif

    @Test func aFileInTheWayIsNamed() throws {
        try Self.inFolder { folder in
            let path = folder + "/report"
            try "x".write(toFile: path, atomically: false, encoding: .utf8)
            #expect(throws: ReportError.cannotWrite(path: path, reason: "a file of that name is in the way")) {
                try ReportFolder.write(SyntheticRun.report(layers: []), to: path)
            }
        }
    }

    @Test func aFolderInTheWayOfAFileChangesNothing() throws {
        try Self.inFolder { folder in
            try FileManager.default.createDirectory(atPath: folder + "/report.html", withIntermediateDirectories: true)
            #expect(throws: ReportError.self) { try ReportFolder.write(SyntheticRun.report(layers: []), to: folder) }
            #expect(try Self.names(in: folder) == ["report.html"])
        }
    }

    @Test func whatAKilledRunLeftBehindGoesAway() throws {
        try Self.inFolder { folder in
            // No process has a number as large as this; that of the test itself is alive.
            let alive = ".summary.json.\(ProcessInfo.processInfo.processIdentifier).partial"
            for name in [".summary.json.2147483647.partial", ".note.partial", alive] {
                try "x".write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
            }
            let files = try StagedFiles(folder: folder)
            try files.write("one") { (sink) throws(ReportError) in try sink.write("new") }
            try files.commit()
            #expect(try Self.names(in: folder) == [".note.partial", alive, "one"])
        }
    }

    static func inFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "/cyclewright-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    static func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
}
