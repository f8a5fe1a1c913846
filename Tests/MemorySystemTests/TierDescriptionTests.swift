import Architecture
import Foundation
import MemorySystem
import Testing

/// Tiers as files, and streams of accesses against times that are worked out by hand.
@Suite struct TierDescriptionTests {
    /// 1 GB/s without latency: a nanosecond a byte; and a hundred times as fast.
    static let memories = """
        tiers: t
        memories:
          fast: { kind: memory, capacity: 10 kB, bandwidth: 100 GB/s, latency: 0 ns, interleave: 100 B, access: 1 B }
          slow: { kind: memory, capacity: 1 MB, bandwidth: 1 GB/s, latency: 0 ns, interleave: 100 B, access: 1 B }
        tensors:
          a: { size: 4 kB, count: 8, in: slow }
          b: { size: 1 kB, in: fast }

        """

    private func decode(_ accesses: String, _ head: String = memories) throws -> TierDescription {
        let lines = accesses.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n")
        return try TierDescription.decode(text: head + "accesses: |\n" + lines + "\n", file: "t.yaml")
    }

    private func failure(_ accesses: String, _ head: String = memories) -> String {
        do {
            _ = try decode(accesses, head).run()
            return "accepted"
        } catch { return "\(error)" }
    }

    static let nanosecond = 1_000_000

    @Test("Reads take their tier's time; copies make them fast; every femtosecond is accounted for")
    func times() throws {
        let ns = Self.nanosecond
        let read = try decode("read a.0").run()
        #expect(read.duration == 4000 * ns && read.reading == read.duration)
        #expect(read.tiers[1].bytesRead == 4000 && read.tiers[1].reads == 1 && read.tiers[1].readBytes == 4000 && read.tiers[0].reads == 0)
        // In one piece: 4 µs to read it and 40 ns to write it, then 40 ns for each read.
        let copied = try decode("copy a.0 fast\nread a.0\nread a.0\ncompute 1 us").run()
        #expect(copied.copying == 4040 * ns && copied.reading == 80 * ns && copied.computing == 1000 * ns && copied.waiting == 0)
        #expect(copied.duration == 5120 * ns && copied.accesses == 4)
        #expect(copied.tiers[0].readBytes == 8000 && copied.tiers[0].bytesWritten == 4000 && copied.tiers[1].bytesRead == 4000)
        #expect(copied.tiers[0].peakBytes == 5000 && copied.tiers[1].peakBytes == 32_000)
        // In the background it costs what is not hidden behind the computation.
        let hidden = try decode("copy a.0 fast &\ncompute 3 us\nread a.0\nwrite b").run()
        // The read does not wait: the slow tier still has it.
        #expect(hidden.reading > 0 && hidden.tiers[1].reads == 1)
        let waited = try decode("copy a.0 fast &\ncompute 3 us\nwait a.0\nread a.0").run()
        #expect(waited.waiting == 1040 * ns && waited.duration == 4080 * ns && waited.tiers[0].reads == 1)
        let written = try decode("write b\nwrite a.1").run()
        #expect(written.writing == 4010 * ns && written.duration == written.writing)
    }

    @Test("Repetitions number tensors and wrap around; the stream is as long as written out")
    func repetitions() throws {
        let short = try decode("copy a.0 fast\nrepeat 8\n  copy a.@+1 fast &\n  read a.@\n  compute 5 us\n  drop a.@ fast\nend")
        var lines = ["copy a.0 fast"]
        for index in 0..<8 { lines += ["copy a.\((index + 1) % 8) fast &", "read a.\(index)", "compute 5 us", "drop a.\(index) fast"] }
        let long = try decode(lines.joined(separator: "\n"))
        #expect(short.accesses.count == 33 && long.accesses.count == 33)
        let a = try short.run(), b = try long.run()
        #expect(a.duration == b.duration && a.tiers == b.tiers && a.waiting == b.waiting)
        // All but the first copy lie behind the computation.
        #expect(a.copying == 4040 * Self.nanosecond && a.duration < (8 * 5100 + 4100) * Self.nanosecond)
        #expect(a.tiers[0].reads == 8)
        let nested = try decode("repeat 3\n  repeat 4\n    read a.@\n  end\n  read a.@-1\nend").run()
        #expect(nested.accesses == 15 && nested.tiers[1].reads == 15)
        #expect(a.duration == a.reading + a.writing + a.copying + a.computing + a.waiting)
    }

    @Test("Flash is slower by its pages; the shipped file decodes and its parts add up")
    func shipped() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
        let description = try TierDescription.load(path: folder + "/Tiers/layers-from-flash.yaml")
        let figures = try description.run()
        #expect(figures.duration == figures.reading + figures.writing + figures.copying + figures.computing + figures.waiting)
        let flash = try #require(figures.tiers.last)
        // Each layer leaves the flash once a token, and one at the start.
        #expect(flash.bytesRead == 65 * 416 << 20 && flash.reads == 0)
        #expect(figures.tiers[1].reads == 128 && figures.tiers[0].reads == 64)
        // Not faster than the flash's own bandwidth.
        #expect(Double(flash.bytesRead) / (Double(figures.duration) * 1e-15) <= 16 * 1.2e9)
        let faster = try TierDescription.load(path: folder + "/Tiers/layers-from-flash.yaml", overrides: ["memories.flash.channels": "32"]).run()
        #expect(faster.duration < figures.duration)
    }

    @Test(
        "Mistakes in accesses are named with their line",
        arguments: [
            ("reed a.0", "t.yaml:9: accesses: \"reed\" is not an access; did you mean \"read\"?"),
            ("read b\nread c", "t.yaml:10: accesses: there is no tensor \"c\""), ("read a", "there are 8 of a; write a.0"),
            ("read a.8", "there are a.0 to a.7, and no a.8"), ("read a.@", "there is none around it"), ("read b 3", "write \"read TENSOR\""),
            ("copy a.0", "write \"copy TENSOR TIER\""), ("copy a.0 fats", "did you mean \"fast\"?"), ("read b &", "\"&\" is for copy and move"),
            ("repeat x\nend", "write how often"), ("repeat 2\nread b", "t.yaml:9: accesses: \"repeat\" without an \"end\""), ("end", "without a \"repeat\""),
            ("repeat 2000000\nread b\nend", "write how often"), ("repeat 2000\nrepeat 2000\nread b\nend\nend", "times in all"), ("# nothing", "has no access"),
            ("compute fast", "compute: \"fast\""), ("copy a.0 slow", "a.0 is in slow already"), ("drop a.0 fast", "a.0 is not in fast"),
            ("copy a.0 fast\ncopy a.1 fast\ncopy a.2 fast", "t.yaml:11: accesses: a.2 takes 4000 bytes in fast, which has 1000 free"),
            ("drop b fast\nread b", "t.yaml:10: accesses: b is in no tier"), ("repeat 3\ncompute 500 s\nend", "longer than a thousand seconds"),
        ])
    func mistakes(_ accesses: String, _ message: String) {
        let found = failure(accesses)
        #expect(found.contains(message), "\(found)")
    }

    @Test(
        "Mistakes in files are named with line and path",
        arguments: [
            ("bandwidth: 100 GB/s", "bandwith: 100 GB/s", "memories.fast.bandwith: is not a parameter of \"memory\"; did you mean \"bandwidth\"?"),
            ("kind: memory, capacity: 10 kB", "kind: memroy, capacity: 10 kB", "did you mean \"memory\"?"),
            ("in: fast", "in: fest", "t.yaml:7: tensors.b.in: \"fest\" is not a tier; did you mean \"fast\"?"),
            ("1 kB, in: fast", "11 kB, in: fast", "t.yaml:7: tensors.b: b takes 11000 bytes in fast, which has 10000 free"),
            ("size: 1 kB", "size: 1 KB", "tensors.b.size"), ("capacity: 10 kB", "capacity: 0 B", "memories.fast.capacity: 0 B is outside of 1 B"),
            ("interleave: 100 B, access: 1 B }\n  slow", "interleave: 100 B, access: 30 B }\n  slow", "memories.fast: interleave is 100; it must be a multiple"),
            ("tensors:", "tensor:", "did you mean \"tensors\"?"), ("fast:", "fa st:", "\"fa st\" is not a name"),
        ])
    func badFiles(_ part: String, _ replacement: String, _ message: String) {
        let found = failure("read b", Self.memories.replacingOccurrences(of: part, with: replacement))
        #expect(found.contains(message), "\(found)")
    }
}
