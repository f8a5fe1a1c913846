import Foundation
import Testing

@Suite("Memory in tiers")
struct TiersCommandTests {
    private static let file = Tool.repository + "/Tiers/layers-from-flash.yaml"

    @Test func theTableSaysWhatUsersAskFor() throws {
        let result = try Tool.run(["tiers", Self.file])
        #expect(result.status == 0, "\(result.errors)")
        for part in ["layers-from-flash", "Where the time went", "waiting for copies", "hbm", "flash", "peak use", "of all bytes read", "Accesses"] {
            #expect(result.output.contains(part), "\(part)\n\(result.output)")
        }
        #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 110 && !$0.hasSuffix(" ") })
    }

    @Test func figuresForPrograms() throws {
        let result = try Tool.run(["tiers", Self.file, "--format", "json"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let parts = try ["reading", "writing", "copying", "computing", "waiting"].map { try #require(object[$0 + "Femtoseconds"] as? Int) }
        #expect(parts.reduce(0, +) == object["femtoseconds"] as? Int)
        #expect((object["memories"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == ["sram", "hbm", "flash"])
        let csv = try Tool.run(["tiers", Self.file, "--format", "csv"]).output.components(separatedBy: "\r\n")
        #expect(csv.count == 5 && csv[1].hasPrefix("sram,"))
    }

    @Test func accessesComeFromAFileToo() throws {
        try TemporaryFolder.with { folder in
            try "read cache.0\nread cach.1\n".write(toFile: folder + "/run.txt", atomically: true, encoding: .utf8)
            expectFailure(try Tool.run(["tiers", Self.file, "--accesses", "run.txt"], in: folder), status: 65, mentions: "run.txt:2: accesses: there is no tensor \"cach\"; did you mean \"cache\"?")
            try "read cache.0\n".write(toFile: folder + "/run.txt", atomically: true, encoding: .utf8)
            let result = try Tool.run(["tiers", Self.file, "--accesses", "run.txt", "--format", "csv", "--output", "out.csv"], in: folder)
            #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
            #expect(try String(contentsOfFile: folder + "/out.csv", encoding: .utf8).contains("hbm,4294967296,536870912,16777216,0,1,16777216"))
        }
    }

    @Test func mistakes() throws {
        expectFailure(try Tool.run("tiers nowhere.yaml"), status: 66, mentions: "there is no such file")
        expectFailure(try Tool.run("tiers ."), status: 66, mentions: "is a folder")
        expectFailure(try Tool.run(["tiers", Self.file, "--accesses", "nowhere.txt"]), status: 66, mentions: "nowhere.txt: there is no such file")
        expectFailure(try Tool.run(["tiers", Self.file, "--set", "memories.hmb.bandwidth=1TB/s"]), status: 64, mentions: "did you mean \"hbm\"?")
        expectFailure(try Tool.run(["tiers", Self.file, "--set", "memories.hbm.capacity=1MiB"]), status: 65, mentions: "takes 16777216 bytes in hbm")
        expectFailure(try Tool.run(["tiers", Self.file, "--set", "memories.hbm.bandwidth=fast"]), status: 64, mentions: "--set memories.hbm.bandwidth")
        expectFailure(try Tool.run(["tiers", Tool.repository + "/Networks/bus-8.yaml"]), status: 64, mentions: "bus-8.yaml", "is a network")
    }
}
