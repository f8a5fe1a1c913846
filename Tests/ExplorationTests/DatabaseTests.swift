import Exploration
import Foundation
import GRDB
import Testing

@Suite("Databases of sweeps")
struct DatabaseTests {
    private let space = FakeSpace()

    private func outcome(_ number: Int, _ point: DesignPoint, cycles: Double = 7) -> EvaluatedPoint {
        EvaluatedPoint(number: number, point: point, status: .finished, objectives: [cycles, 0.1], figures: [.init("cycles", cycles)])
    }

    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    private func refusal(_ path: String, _ header: SweepHeader) -> SweepDatabaseError? {
        do {
            _ = try SweepDatabase(path: path, header: header)
            return nil
        } catch {
            return error
        }
    }

    @Test func figuresComeBackAsTheyWere() throws {
        let figures: [EvaluatedPoint.Figure] = [
            .init("cycles", 123_456_789_012), .init("seconds", 1.0 / 3), .init("tiny \"\\\n\u{1}é", .leastNonzeroMagnitude), .init("large", 1.7976931348623157e308), .init("minus", -0.1),
            .init("infinite", .infinity), .init("other", -.infinity), .init("", 1e21),
        ]
        #expect(FigureText.figures(FigureText.text(figures)) == figures)
        #expect(FigureText.figures(FigureText.text([EvaluatedPoint.Figure("none", .nan)]))?.first?.value.isNaN == true)
        #expect(FigureText.figures("{}") == [] && FigureText.values("[]") == [])
        for text in ["", "{", "{\"a\"}", "{\"a\":1", "{\"a\":x}", "[1"] { #expect(FigureText.figures(text) == nil && FigureText.values(text) == nil, "\(text)") }
    }

    /// Values of the published test suite (draft-eastlake-fnv, appendix C).
    @Test func hashesAreThoseOfTheStandard() {
        #expect(ContentHash.text("") == "cbf29ce484222325" && ContentHash.text("a") == "af63dc4c8601ec8c" && ContentHash.text("foobar") == "85944171f73967e8")
    }

    /// What a reader of another language finds: the sqlite3 module of Python, or anything else, reads the same.
    @Test func tablesAreReadableWithSQL() throws {
        try withFolder { folder in
            let path = folder + "/a.sqlite"
            let database = try SweepDatabase(path: path, header: space.header())
            let batch = try database.append([DesignPoint(choices: [4, 1])], requested: 4)
            try database.store([outcome(batch.points[0].number, batch.points[0].point, cycles: 96)])
            try database.close()
            let queue = try DatabaseQueue(path: path)
            let row = try #require(try queue.read { try Row.fetchOne($0, sql: "SELECT * FROM results") })
            let (rows, flow, status): (Int, String, String) = (row["rows"], row["flow"], row["status"])
            let (cycles, speed): (Double, Double) = (row["cycles"], row["speed"])
            #expect(rows == 4 && flow == "right, \"quoted\"\n" && status == "finished")
            #expect(cycles == 96 && speed == 0.1)
            #expect(try queue.read { try String.fetchOne($0, sql: "SELECT seed || ' ' || strategy || ' ' || version || space_text FROM sweep") } == "3 fake 1.0space: fake\n")
            #expect(try queue.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
        }
    }

    @Test func anotherSweepIsRefusedWithWhatDiffers() throws {
        try withFolder { folder in
            let path = folder + "/a.sqlite"
            try SweepDatabase(path: path, header: space.header()).close()
            let before = try bytes(path)
            var other = space.header(seed: 4)
            other.parameters[0].values.removeLast()
            other.parameters[1].name = "dataflow"
            other.inputs[0].hash = "0124"
            other.workloads[0].weight = 2
            other.version = "1.1"
            let error = try #require(refusal(path, other))
            #expect(error.kind == .otherSweep)
            for part in [
                "the seed was 3 and is 4", "the parameter rows had the values 0, 1, 2, 3, 4, 5, 6, 7, … (10) and has 0, 1, 2, 3, 4, 5, 6, 7, … (9)",
                "the parameter dataflow is new", "the parameter flow is gone", "machine.yaml has changed", "work × 2", "the tool's version was 1.0 and is 1.1",
            ] { #expect(error.description.contains(part), "\(error) lacks \(part)") }
            #expect(try bytes(path) == before)
            // Comments of the space are no difference.
            var same = space.header()
            same.spaceText = "# more\nspace: fake\n"
            #expect(refusal(path, same) == nil)
            #expect(same.hash == space.header().hash && other.hash != same.hash)
        }
    }

    @Test func foreignNewerAndDamagedFilesAreLeftAsTheyAre() throws {
        try withFolder { folder in
            let path = folder + "/a.sqlite", text = folder + "/text.sqlite", foreign = folder + "/foreign.sqlite"
            try "no database, but long enough for a header: \(String(repeating: "x", count: 200))".write(toFile: text, atomically: true, encoding: .utf8)
            try DatabaseQueue(path: foreign).write { try $0.execute(sql: "CREATE TABLE sweep (id); PRAGMA user_version = 1") }
            try SweepDatabase(path: path, header: space.header()).close()
            try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)") }
            for (file, kind) in [(path, SweepDatabaseError.Kind.newer), (text, .foreign), (foreign, .foreign)] {
                let before = try bytes(file)
                #expect(refusal(file, space.header())?.kind == kind)
                #expect(refusal(file, space.header())?.description.contains("was left as it is") == true)
                #expect(throws: SweepDatabaseError.self) { try SweepReader(path: file) }
                #expect(try bytes(file) == before)
            }
            #expect(refusal(folder, space.header())?.kind == .inaccessible)
            #expect(refusal(folder + "/nowhere/a.sqlite", space.header())?.kind == .inaccessible)
            // Pages after the first are destroyed.
            let damaged = folder + "/damaged.sqlite"
            try SweepDatabase(path: damaged, header: space.header()).close()
            var content = try bytes(damaged)
            content.replaceSubrange(4096..<content.count, with: repeatElement(0xA5, count: content.count - 4096))
            try content.write(to: URL(fileURLWithPath: damaged))
            #expect(refusal(damaged, space.header())?.kind == .damaged)
            // A log without its database is not run over.
            try Data(count: 10).write(to: URL(fileURLWithPath: folder + "/lost.sqlite-wal"))
            #expect(refusal(folder + "/lost.sqlite", space.header())?.description.contains("lost.sqlite-wal") == true)
            #expect(!FileManager.default.fileExists(atPath: folder + "/lost.sqlite"))
        }
    }

    @Test func oneAtATime() throws {
        try withFolder { folder in
            let path = folder + "/a.sqlite"
            var first: SweepDatabase? = try SweepDatabase(path: path, header: space.header())
            let error = try #require(refusal(path, space.header()))
            #expect(error.kind == .inUse && error.description.contains("process \(getpid())"))
            _ = try first?.append([DesignPoint(choices: [1, 1])], requested: 1)
            // Readers are welcome meanwhile.
            #expect(try SweepReader(path: path).results().points.isEmpty)
            first = nil
            // A lock file that a killed process left behind holds nobody up.
            try "4711 elsewhere\n".write(toFile: path + ".lock", atomically: true, encoding: .utf8)
            let second = try SweepDatabase(path: path, header: space.header())
            #expect(second.isResumed && second.pointCount == 1 && second.evaluatedCount == 0)
        }
    }

    /// A file that may not grow: what was stored stays, and with room the sweep goes on.
    @Test func aFullDiskLosesNothing() throws {
        try withFolder { folder in
            let path = folder + "/a.sqlite"
            var wide = FakeSpace()
            wide.parameters[0].values = (0..<1_000).map { .integer($0) }
            let header = wide.header()
            var stored = 0
            do {
                let database = try SweepDatabase(path: path, header: header, pageLimit: 24)
                let error = try #require(throws: SweepDatabaseError.self) {
                    while true {
                        let batch = try database.append([DesignPoint(choices: [stored, 0])], requested: 1)
                        var point = outcome(stored, batch.points[0].point)
                        point.figures = (0..<40).map { .init("figure \($0)", Double($0) / 3) }
                        try database.store([point])
                        stored += 1
                    }
                }
                #expect(error.kind == .full && error.description.contains("the disk is full") && stored > 0)
            }
            #expect(try SweepReader(path: path).results().points.map(\.number) == Array(0..<stored))
            let again = try SweepDatabase(path: path, header: header)
            #expect(again.evaluatedCount == stored)
            let batch = try again.append([DesignPoint(choices: [999, 2])], requested: 1)
            try again.store([outcome(batch.points[0].number, batch.points[0].point)])
            #expect(try SweepReader(path: path).results().points.count == stored + 1)
        }
    }

    /// Peak memory of this process while 100,000 points are read one by one, against what all of them would take.
    @Test func manyPointsAreReadInBoundedMemory() throws {
        try withFolder { folder in
            let path = folder + "/a.sqlite"
            var wide = space
            wide.parameters[0].values = (0..<100_000).map { .integer($0) }
            let database = try SweepDatabase(path: path, header: wide.header())
            for start in stride(from: 0, to: 100_000, by: 10_000) {
                let batch = try database.append((start..<start + 10_000).map { DesignPoint(choices: [$0, 0]) }, requested: 10_000)
                try database.store(batch.points.map { point in
                    var result = outcome(point.number, point.point, cycles: Double(point.number))
                    result.figures = (0..<20).map { .init("some.longer.name.of.figure.\($0)", Double($0) / 7) }
                    return result
                })
            }
            func resident() throws -> Int {
                let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
                return (Int(fields[1]) ?? 0) * 4096
            }
            let before = try resident()
            var count = 0, sum = 0.0, most = 0
            try SweepReader(path: path).forEachPoint { point in
                count += 1
                sum += point.objectives[0]
                if count % 10_000 == 0 { most = max(most, try resident()) }
            }
            #expect(count == 100_000 && sum == 4_999_950_000)
            // Held at once they take more than 170 MB; what is less is other tests, which run in the same process.
            #expect(most - before < 64 << 20, "\(most - before) bytes")
        }
    }
}
