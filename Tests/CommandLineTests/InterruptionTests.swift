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

    /// A rectangle cut into buffers: what is live at once suffices, but is hard to reach.
    private func table(_ count: Int) -> String {
        var state: UInt64 = 88_172_645_463_325_252
        func below(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state >> 33) % bound
        }
        var pieces = [(0..<900, 0..<1_000_003)]
        while pieces.count < count {
            let index = below(pieces.count)
            let (time, bytes) = pieces[index]
            let range = below(2) == 0 ? time : bytes
            guard range.count >= 8 else { continue }
            let cut = range.lowerBound + 1 + below(range.count - 1)
            if range == time {
                pieces[index].0 = time.lowerBound..<cut
                pieces.append((cut..<time.upperBound, bytes))
            } else {
                pieces[index].1 = bytes.lowerBound..<cut
                pieces.append((time, cut..<bytes.upperBound))
            }
        }
        return "id,lower,upper,size\n" + pieces.enumerated().map { "b\($0),\($1.0.lowerBound),\($1.0.upperBound),\($1.1.count)\n" }.joined()
    }

    @Test func allocate() throws {
        try TemporaryFolder.with { folder in
            try table(160).write(toFile: folder + "/buffers.csv", atomically: true, encoding: .utf8)
            let result = try interrupted(["allocate", "buffers.csv", "--output", "placed.csv"], in: folder)
            #expect(result.status == 130 && !result.isSignalled)
            #expect(result.output.contains("the lowest found before it was interrupted; at least 1,000,003 bytes are needed"))
            #expect(result.errors.contains("interrupted: the placement is the lowest that was found so far"))
            // Places that the tool itself takes for good.
            let placed = try String(contentsOfFile: folder + "/placed.csv", encoding: .utf8).split(separator: "\n").dropFirst().map { $0.split(separator: ",").compactMap { Int($0) } }
            #expect(placed.count == 160)
            for (index, a) in placed.enumerated() {
                for b in placed[..<index] where a[0] < b[1] && b[0] < a[1] { #expect(a[3] + a[2] <= b[3] || b[3] + b[2] <= a[3]) }
            }
        }
    }

    @Test func allocateWithinACapacity() throws {
        try TemporaryFolder.with { folder in
            try table(160).write(toFile: folder + "/buffers.csv", atomically: true, encoding: .utf8)
            let result = try interrupted(["allocate", "buffers.csv", "--capacity", "1000003"], in: folder)
            #expect(result.status == 130 && result.output.isEmpty)
            #expect(result.errors.contains("no placement in 1,000,003 bytes was found so far; the lowest that was found takes"))
        }
    }

    @Test func schedule() throws {
        try TemporaryFolder.with { folder in
            let result = try interrupted(["schedule", "gemmini", "densenet121", "--order", "joint", "--capacity", "least", "--output", "schedule.yaml"], in: folder)
            #expect(result.status == 130 && !result.isSignalled)
            #expect(result.output.contains("stopped; not proved, best bound"))
            #expect(result.errors.contains("interrupted: the schedule is the best that was found so far"))
            #expect(FileManager.default.fileExists(atPath: folder + "/schedule.yaml"))
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
