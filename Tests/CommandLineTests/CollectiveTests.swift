import Foundation
import Testing

@Suite("Collective operations")
struct CollectiveTests {
    private static let link = "--link-bandwidth 25GB/s --link-latency 500ns"

    private func figures(_ line: String) throws -> [String: Any] {
        let result = try Tool.run("collective \(line) \(Self.link) --format json")
        #expect(result.status == 0, "\(line): \(result.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }

    private func row(_ figures: [String: Any], _ index: Int = 0) throws -> [String: Any] {
        try #require((figures["sizes"] as? [[String: Any]])?[index])
    }

    /// 25 GB/s and 500 ns: 40,000 fs a byte and 5·10⁸ fs a step.
    @Test(arguments: [2, 4, 8, 16])
    func theRingTakesItsClosedForm(chips: Int) throws {
        let bytes = 1 << 20
        let all = try row(try figures("all-reduce --chips \(chips) --topology ring --bytes 1MiB"))
        let step = 500_000_000 + bytes / chips * 40_000
        #expect(all["femtoseconds"] as? Int == 2 * (chips - 1) * step)
        #expect(all["steps"] as? Int == 2 * (chips - 1))
        let bandwidth = try #require(all["busBytesPerSecond"] as? Double)
        #expect(abs(bandwidth - 2 * Double(chips - 1) / Double(chips) * Double(bytes) / Double(2 * (chips - 1) * step) * 1e15) < 1)
        for name in ["all-gather", "reduce-scatter"] {
            #expect(try row(try figures("\(name) --chips \(chips) --bytes 1MiB"))["femtoseconds"] as? Int == (chips - 1) * step)
        }
    }

    @Test func switchesAndOtherAlgorithms() throws {
        let bytes = 1 << 20, part = bytes / 8 * 40_000
        func time(_ line: String) throws -> Int? { try row(try figures(line + " --chips 8 --topology switch --bytes 1MiB"))["femtoseconds"] as? Int }
        #expect(try time("all-reduce --algorithm halving-doubling") == 6 * 1_000_000_000 + 14 * part)
        #expect(try time("all-reduce --algorithm tree") == 6 * (1_000_000_000 + bytes * 40_000))
        #expect(try time("all-to-all") == 1_000_000_000 + 7 * part)
        #expect(try time("broadcast") == 3 * (1_000_000_000 + bytes * 40_000))
        // Combining at 1 TB/s takes 1,000 fs a byte in each of the reducing steps.
        #expect(try time("all-reduce --reduce-bandwidth 1TB/s") == 14 * (1_000_000_000 + part) + 7 * (bytes / 8) * 1000)
    }

    @Test func packetsAndLineCode() throws {
        let plain = try row(try figures("all-gather --chips 2 --bytes 2MiB"))
        let wrapped = try row(try figures("all-gather --chips 2 --bytes 2MiB --line-code 128/130 --packet-payload 256B --packet-overhead 24B"))
        let a = try #require(plain["femtoseconds"] as? Int) - 500_000_000, b = try #require(wrapped["femtoseconds"] as? Int) - 500_000_000
        #expect(abs(Double(b) / Double(a) - 280.0 / 256 * 130 / 128) < 1e-6)
    }

    @Test func networksOfFilesAreTopologies() throws {
        let tree = try figures("all-to-all --topology fat-tree-64 --bytes 1MiB")
        #expect(tree["chips"] as? Int == 64)
        let torus = try figures("all-to-all --topology \(Tool.repository)/Networks/torus-8x8.yaml --bytes 1MiB")
        #expect(torus["chips"] as? Int == 64 && torus["links"] as? Int == 256)
    }

    @Test func theTableHasARowForEachSize() throws {
        let result = try Tool.run("collective all-reduce --chips 8 --bytes 4KiB,1MiB,1GiB \(Self.link)")
        #expect(result.status == 0, "\(result.errors)")
        for part in ["all-reduce over 8 chips", "ring of 8 routers, 16 links", "25.0 GB/s each, 500 ns", "4.00 KiB", "1.00 GiB", "bus bandwidth", "1.000", "14"] {
            #expect(result.output.contains(part), "\(part)\n\(result.output)")
        }
        #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 100 && !$0.hasSuffix(" ") })
        let csv = try Tool.run("collective all-reduce --chips 8 --bytes 4KiB,1MiB,1GiB \(Self.link) --format csv").output.components(separatedBy: "\r\n")
        #expect(csv.count == 5 && csv[4].isEmpty)
        #expect(Set(csv.dropLast().map { $0.split(separator: ",", omittingEmptySubsequences: false).count }) == [11])
    }

    @Test func figuresCanGoToAFile() throws {
        try TemporaryFolder.with { folder in
            let result = try Tool.run("collective broadcast --chips 4 --bytes 1KiB \(Self.link) --format csv --output sub/b.csv", in: folder)
            #expect(result.status == 0 && result.output.isEmpty)
            #expect(try String(contentsOfFile: folder + "/sub/b.csv", encoding: .utf8).hasPrefix("operation,"))
        }
    }

    @Test(arguments: [
        ("all-reduse --bytes 1MiB", 64, "did you mean \"all-reduce\"?"), ("all-reduce --bytes 1", 64, "--bytes"), ("all-reduce --bytes 0B", 64, "0 elements"),
        ("all-reduce --bytes 1MiB --chips 0", 64, "--chips must be at least 1"), ("all-reduce --bytes 1MiB --chips 6 --algorithm halving-doubling", 64, "power of two"),
        ("all-gather --bytes 1MiB --algorithm tree", 64, "use ring"), ("all-reduce --bytes 1MiB --topology rng", 66, "did you mean \"ring\"?"),
        ("all-reduce --bytes 1MiB --topology switch --chips 100", 64, "at most 64"), ("all-reduce --bytes 1MiB --chips 4000", 64, "messages; at most"),
        ("all-reduce --bytes 1MiB --topology fat-tree-64 --chips 3", 64, "has 64 terminals"), ("all-reduce --bytes 1MiB --line-code 2", 64, "is not a share"),
        ("all-reduce --bytes 1MiB --flows 0", 64, "0 flows"), ("all-reduce --bytes 1MiB --packet-overhead 4B", 64, "needs --packet-payload"),
        ("all-reduce", 64, "--bytes"),
    ])
    func mistakes(_ line: String, _ status: Int32, _ message: String) throws {
        let result = try Tool.run("collective \(line) \(Self.link)")
        expectFailure(result, status: status, mentions: message)
        #expect(result.output.isEmpty)
    }
}
