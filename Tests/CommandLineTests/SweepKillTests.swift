import Exploration
import Foundation
import GRDB
import Testing

@Suite("Sweeps that are killed")
struct SweepKillTests {
    /// Times that look random and are the same in every run.
    private struct Times {
        var state: UInt64
        mutating func next(_ range: ClosedRange<UInt64>) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound + (state >> 33) % (range.upperBound - range.lowerBound + 1)
        }
    }

    private func start(_ arguments: [String], in folder: String) throws -> Process {
        let process = Tool.process(["sweep", "space.yaml"] + arguments, in: folder)
        _ = FileManager.default.createFile(atPath: folder + "/.log", contents: nil)
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/.log"))
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Points that the process had said to be stored.
    private func stored(_ folder: String) throws -> Int {
        let lines = try String(contentsOfFile: folder + "/.log", encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return lines.compactMap { line in line.range(of: "points=").flatMap { Int(line[$0.upperBound...]) } }.last ?? 0
    }

    /// Fifty times: what was said to be stored is there, nothing is there twice, the file is whole, and in the end it holds what one run gives.
    @Test func killedFiftyTimes() throws {
        let text = SweepFixture.space.replacing("random, points: 300", with: "random, points: 600")
        try SweepFixture.with(text) { folder in
            try SweepFixture.sweep(["--output", "whole.sqlite", "--jobs", "2"], in: folder)
            let whole = try SweepFixture.results(folder + "/whole.sqlite")
            let path = folder + "/killed.sqlite"
            var times = Times(state: 20_261_122), kills = 0, last: SweepResults?, advanced = 0
            for _ in 0..<50 {
                let process = try start(["--output", "killed.sqlite", "--jobs", "2", "--verbose"], in: folder)
                // From before the file is there to the middle of a batch.
                let before = try? stored(folder)
                let wanted = times.next(0...12), delay = times.next(0...6_000)
                if wanted > 0 {
                    // Once it has stored something, since how long it takes to begin depends on the machine.
                    let first = max(before ?? 0, last?.points.count ?? 0)
                    while process.isRunning, try stored(folder) < first + Int(wanted) { usleep(500) }
                }
                usleep(UInt32(delay))
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                if process.terminationReason == .uncaughtSignal { kills += 1 }
                guard FileManager.default.fileExists(atPath: path) else { continue }
                let said = try stored(folder)
                let part = try SweepFixture.results(path)
                #expect(part.points.count >= said)
                #expect(Set(part.points.map(\.number)).count == part.points.count && Set(part.points.map(\.point)).count == part.points.count)
                if let last { #expect(Set(last.points).isSubset(of: Set(part.points))) }
                if part.points.count > last?.points.count ?? 0 { advanced += 1 }
                last = part
                let check = try DatabaseQueue(path: path).read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
                #expect(check == ["ok"])
            }
            #expect(kills == 50 && advanced > 20)
            try SweepFixture.sweep(["--output", "killed.sqlite", "--jobs", "2"], in: folder)
            #expect(try SweepFixture.results(path) == whole)
            // The tables as well, down to the batches.
            func dump(_ path: String) throws -> [String] {
                try DatabaseQueue(path: path).read { database in
                    try ["sweep", "points", "batches", "asked"].flatMap { try Row.fetchAll(database, sql: "SELECT * FROM \($0)").map(\.description) }
                }
            }
            let (killed, expected) = (try dump(path), try dump(folder + "/whole.sqlite"))
            #expect(killed == expected)
        }
    }

    @Test func controlCStopsCleanlyAndSaysHowToGoOn() throws {
        try SweepFixture.with { folder in
            let process = try start(["--verbose"], in: folder)
            while process.isRunning, try stored(folder) < 20 { usleep(500) }
            kill(process.processIdentifier, SIGINT)
            process.waitUntilExit()
            let errors = try String(contentsOfFile: folder + "/.log", encoding: .utf8)
            #expect(process.terminationReason == .exit && process.terminationStatus == 130, "\(errors)")
            #expect(errors.contains("interrupted: what was finished is in small-arrays.sqlite; the same command goes on from there"), "\(errors)")
            let part = try SweepFixture.results(folder + "/small-arrays.sqlite")
            let said = try stored(folder)
            #expect(part.points.count == said && said < 300)
            #expect(!FileManager.default.fileExists(atPath: folder + "/small-arrays.sqlite.lock"))
            try SweepFixture.sweep(in: folder)
            try SweepFixture.sweep(["--output", "whole.sqlite"], in: folder)
            #expect(try SweepFixture.results(folder + "/small-arrays.sqlite") == SweepFixture.results(folder + "/whole.sqlite"))
        }
    }

    @Test func twoProcessesOnOneFile() throws {
        try SweepFixture.with(SweepFixture.space.replacing("points: 300", with: "points: 600")) { folder in
            let first = try start(["--jobs", "1", "--verbose", "--no-memoisation"], in: folder)
            defer { first.waitUntilExit() }
            while first.isRunning, try stored(folder) < 1 { usleep(500) }
            // While it stands still it cannot come to its end meanwhile.
            kill(first.processIdentifier, SIGSTOP)
            defer { kill(first.processIdentifier, SIGKILL) }
            let second = try Tool.run(["sweep", "space.yaml"], in: folder)
            expectFailure(second, status: 73, mentions: "small-arrays.sqlite: is in use by process \(first.processIdentifier)", "--output")
            kill(first.processIdentifier, SIGKILL)
            first.waitUntilExit()
            try SweepFixture.sweep(in: folder)
            #expect(try SweepFixture.results(folder + "/small-arrays.sqlite").points.count == 600)
        }
    }
}
