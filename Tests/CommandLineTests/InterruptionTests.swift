import Foundation
import Testing

@Suite("Control-C gives the best found so far")
struct InterruptionTests {
    /// Runs the tool and interrupts it once it has worked for some time of its own, which is long after it has read its files.
    private func interrupted(_ arguments: [String], in folder: String, after seconds: Double = 1) throws -> Tool.Result {
        let process = Tool.process(arguments, in: folder)
        for name in ["/.output", "/.errors"] { _ = FileManager.default.createFile(atPath: folder + name, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/.output"))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/.errors"))
        try process.run()
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        while process.isRunning {
            let fields = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/stat", encoding: .utf8))?.split(separator: " ") ?? []
            if fields.count > 14, let used = Double(fields[13]), used / ticks >= seconds { break }
            usleep(10_000)
        }
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        return Tool.Result(
            status: process.terminationStatus, isSignalled: process.terminationReason == .uncaughtSignal,
            output: try String(contentsOfFile: folder + "/.output", encoding: .utf8), errors: try String(contentsOfFile: folder + "/.errors", encoding: .utf8))
    }

    /// Short-lived buffers, and fillers that make every time as full as the fullest: hardly ever to be placed in what is live at once,
    /// and hard to prove so.
    ///
    /// - Parameter largest: of a filler; what is missing more is made up of several.
    private func table(largest: Int = .max) -> (text: String, live: Int) {
        var state: UInt64 = 88_172_645_463_325_252
        func below(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state >> 33) % bound
        }
        let time = 60
        var rows = (0..<120).map { _ in
            let start = below(time), length = 1 + below(10)
            return (start: start, end: min(time, start + length), size: 1 + below(5))
        }
        let live = (0..<time).map { step in rows.reduce(0) { $0 + ($1.start <= step && step < $1.end ? $1.size : 0) } }
        let most = live.max() ?? 0
        for step in 0..<time {
            var missing = most - live[step]
            while missing > 0 {
                rows.append((step, step + 1, min(largest, missing)))
                missing -= min(largest, missing)
            }
        }
        return ("id,lower,upper,size\n" + rows.enumerated().map { "b\($0),\($1.start),\($1.end),\($1.size)\n" }.joined(), most)
    }

    @Test func allocate() throws {
        try TemporaryFolder.with { folder in
            let (text, live) = table()
            try text.write(toFile: folder + "/buffers.csv", atomically: true, encoding: .utf8)
            let result = try interrupted(["allocate", "buffers.csv", "--output", "placed.csv"], in: folder)
            #expect(result.status == 130 && !result.isSignalled)
            #expect(result.output.contains("the lowest found before it was interrupted; at least \(live) bytes are needed"), "\(result.output)")
            #expect(result.errors.contains("interrupted: the placement is the lowest that was found so far"), "\(result.errors)")
            let placed = try String(contentsOfFile: folder + "/placed.csv", encoding: .utf8).split(separator: "\n").dropFirst().map { $0.split(separator: ",").compactMap { Int($0) } }
            #expect(placed.count == text.split(separator: "\n").count - 1)
            for (index, a) in placed.enumerated() {
                for b in placed[..<index] where a[0] < b[1] && b[0] < a[1] { #expect(a[3] + a[2] <= b[3] || b[3] + b[2] <= a[3]) }
            }
        }
    }

    @Test func allocateWithinACapacity() throws {
        try TemporaryFolder.with { folder in
            let (text, live) = table()
            try text.write(toFile: folder + "/buffers.csv", atomically: true, encoding: .utf8)
            let result = try interrupted(["allocate", "buffers.csv", "--capacity", "\(live)"], in: folder)
            #expect(result.status == 130 && result.output.isEmpty)
            #expect(result.errors.contains("no placement in \(live) bytes was found so far; the lowest that was found takes"), "\(result.errors)")
        }
    }

    /// Banks are for Z3, which is in the middle of one long check.
    @Test func allocateInBanks() throws {
        try TemporaryFolder.with { folder in
            let (text, live) = table(largest: 5)
            try text.write(toFile: folder + "/buffers.csv", atomically: true, encoding: .utf8)
            let begin = Date()
            let result = try interrupted(["allocate", "buffers.csv", "--capacity", "\((live + 3) / 2 * 2)", "--banks", "2"], in: folder)
            #expect(result.status == 130 && result.output.isEmpty)
            #expect(result.errors.contains("no placement in"), "\(result.errors)")
            // Unasked it takes minutes.
            #expect(Date().timeIntervalSince(begin) < 60)
        }
    }

    /// 2,052 operators at the least capacity: a search that goes on for a long time.
    @Test func schedule() throws {
        try TemporaryFolder.with { folder in
            let result = try interrupted(
                ["schedule", "tpu-v1", "mixtral-8x7b", "--capacity", "least", "--limit", "1000000000", "--output", "schedule.yaml"], in: folder, after: 0.7)
            #expect(result.status == 130 && !result.isSignalled)
            #expect(result.output.contains("stopped; not proved, best bound"), "\(result.output.prefix(600))")
            #expect(result.errors.contains("interrupted: the schedule is the best that was found so far"), "\(result.errors)")
            let lines = try String(contentsOfFile: folder + "/schedule.yaml", encoding: .utf8).split(separator: "\n")
            func number(_ key: String) throws -> Int { try #require(lines.first { $0.hasPrefix(key + ": ") }.flatMap { Int($0.dropFirst(key.count + 2)) }) }
            #expect(lines.contains("proved-optimal: false"))
            #expect(try number("lower-bound") < number("off-chip-bytes"))
            // All of it, and not a part.
            let operators = lines.count { $0.hasPrefix("  - operator: ") }
            #expect(result.output.filter { $0 != "," }.contains(" \(operators) operators"))
        }
    }

    @Test func map() throws {
        try TemporaryFolder.with { folder in
            let result = try interrupted(["map", "tpu-v4-core", "inception-v3", "--output", "mapping.yaml"], in: folder, after: 0.5)
            #expect(result.status == 130 && !result.isSignalled)
            #expect(result.errors.contains("interrupted: the mapping is the best that was found so far"))
            #expect(try String(contentsOfFile: folder + "/mapping.yaml", encoding: .utf8).contains("reached: \"interrupted"))
        }
    }
}
