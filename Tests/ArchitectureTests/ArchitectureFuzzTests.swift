import Architecture
import Foundation
import OperatorGraph
import Testing

/// Mutates files at random: whatever comes out must be an architecture or an error that can be read.
///
/// A few thousand inputs run with the suite; `CYCLEWRIGHT_FUZZ=100000 swift test --filter ArchitectureFuzzTests` runs as many
/// as it says. The sequence depends on the seed alone.
@Suite("Fuzzing of architecture files") struct ArchitectureFuzzTests {
    static let count = ProcessInfo.processInfo.environment["CYCLEWRIGHT_FUZZ"].flatMap(Int.init) ?? 1_500

    /// Texts that have broken readers before.
    static let fragments = [
        "[", "]", "{", "}", ":", ": ", "- ", "? ", "\"", "'", "#", "\n", "\t", "&a", "*a", "!!binary ", "%YAML 1.1\n", "---\n", "...\n", "|", ">", "~",
        "null", "NaN", ".inf", "-1", "0", "99999999999999999999", "1e308", "1e-400", "4611686018427387904", "0x10", "1_000", "\u{0}", "\u{FEFF}", "\u{202E}",
        "é", "🚀", "reads: [spad, spad]", "rows: {value: 1}", "count: 1024", "cores: 1024", "kind: dma", "source: x", "links:", "5 kB/s", "1 YHz", "\r\n",
        "<<: ", "memories.", "1048576 TiB", "0 B",
    ]

    func mutated(_ seed: [UInt8], _ corpus: [[UInt8]], _ random: inout SplitMix64) -> [UInt8] {
        var text = seed
        for _ in 0..<(1 + random.next() % 4) {
            func index(_ count: Int, _ random: inout SplitMix64) -> Int { count == 0 ? 0 : Int(random.next() % UInt64(count)) }
            let at = index(text.count + 1, &random)
            switch random.next() % 7 {
            case 0: if at < text.count { text[at] = UInt8(truncatingIfNeeded: random.next()) }
            case 1: text.insert(contentsOf: Array(Self.fragments[index(Self.fragments.count, &random)].utf8), at: at)
            case 2: text.removeSubrange(at..<min(text.count, at + index(40, &random)))
            case 3:
                // A piece of another file.
                let other = corpus[index(corpus.count, &random)]
                let from = index(other.count, &random)
                text.insert(contentsOf: other[from..<min(other.count, from + index(200, &random))], at: at)
            case 4:
                // A line twice, or moved.
                let end = text[at...].firstIndex(of: 10) ?? text.count
                text.insert(contentsOf: Array(text[at..<end]) + [10], at: index(text.count + 1, &random))
            case 5: text.removeSubrange(at...)
            default:
                let fragment = Array(Self.fragments[index(Self.fragments.count, &random)].utf8)
                for _ in 0..<(1 + random.next() % 60) { text.insert(contentsOf: fragment, at: min(at, text.count)) }
            }
        }
        return text
    }

    @Test("YAML: an architecture or a readable error", arguments: [1, 2] as [UInt64])
    func yaml(seed: UInt64) throws {
        var corpus = [Array(smallMachine.utf8)]
        for name in shippedArchitectures { corpus.append(Array(try String(contentsOfFile: repositoryFile("Architectures/\(name).yaml"), encoding: .utf8).utf8)) }
        try run(corpus, file: "f.yaml", seed: seed, accepted: 3)
    }

    @Test("SCALE-Sim: an architecture or a readable error") func scaleSim() throws {
        try run([Array(SCALESimConfigurationTests.google.utf8)], file: "f.cfg", seed: 3, accepted: 3)
    }

    func run(_ corpus: [[UInt8]], file: String, seed: UInt64, accepted minimum: Int) throws {
        var random = SplitMix64(state: seed)
        var accepted = 0
        for iteration in 0..<Self.count {
            let start = corpus[Int(random.next() % UInt64(corpus.count))]
            let text = String(decoding: mutated(start, corpus, &random), as: UTF8.self)
            let clock = ContinuousClock()
            let begin = clock.now
            do {
                let architecture = try Architecture.decode(text: text, file: file)
                accepted += 1
                // What is accepted must be usable: nothing here may trap.
                _ = ArchitectureDescription(architecture).text
                #expect(!architecture.engines.isEmpty && !architecture.memories.isEmpty)
                #expect(architecture.clock.period.femtoseconds > 0)
            } catch {
                #expect(!error.problems.isEmpty && error.problems.count <= ArchitectureError.limit)
                for problem in error.problems {
                    let line = problem.description
                    let isReadable = line.count < 2_000 && !line.unicodeScalars.contains { $0.value < 0x20 }
                    #expect(isReadable, "iteration \(iteration): \(line)")
                }
            }
            // Two seconds are forty times what the slowest shipped file takes in a debug build.
            #expect(clock.now - begin < .seconds(2), "iteration \(iteration) took \(clock.now - begin)")
        }
        #expect(accepted >= minimum, "only \(accepted) of \(Self.count) inputs were architectures: the mutations are too coarse to test what follows decoding")
    }
}
