import Foundation
import Testing

@Suite("Scheduling a workload")
struct ScheduleCommandTests {
    @Test func saysWhatMovesAndWhetherThatIsProved() throws {
        try TemporaryFolder.with { folder in
            let result = try Tool.run("schedule tpu-v1 vit-b-16 --capacity least -o schedule.yaml", in: folder)
            #expect(result.status == 0, "\(result.errors)")
            // Twelve blocks at the least capacity: what the residual connections keep has to leave.
            for part in ["vit-b-16 on tpu-v1", "151,528 are compulsory", "no schedule moves fewer", "every tensor has its place"] {
                #expect(result.output.contains(part), "\(part)\n\(result.output.prefix(1000))")
            }
            let written = try String(contentsOfFile: folder + "/schedule.yaml", encoding: .utf8)
            for part in ["schedule: 1\n", "proved-optimal: true\n", "placed: true\n", "  - operator: \"", "    read:\n", "offset: "] {
                #expect(written.contains(part), "\(part)")
            }
            let again = try Tool.run("schedule tpu-v1 vit-b-16 --capacity least -o again.yaml --quiet", in: folder)
            #expect(again.output.isEmpty)
            #expect(try String(contentsOfFile: folder + "/again.yaml", encoding: .utf8) == written)
        }
    }

    @Test func moreRoomMovesNoMore() throws {
        func bytes(_ line: String) throws -> Int? {
            try TemporaryFolder.with { folder in
                #expect(try Tool.run("\(line) --quiet -o s.yaml", in: folder).status == 0)
                let text = try String(contentsOfFile: folder + "/s.yaml", encoding: .utf8)
                return text.split(separator: "\n").first { $0.hasPrefix("off-chip-bytes: ") }.flatMap { Int($0.dropFirst(16)) }
            }
        }
        let least = try #require(try bytes("schedule tpu-v1 bert-base --capacity least"))
        let fixed = try #require(try bytes("schedule tpu-v1 bert-base --capacity least --order fixed"))
        let roomy = try #require(try bytes("schedule tpu-v1 bert-base"))
        #expect(roomy < least && least <= fixed)
    }

    @Test func mistakesAreExplained() throws {
        expectFailure(
            try Tool.run("schedule tpu-v1 alexnet --capacity 1KiB"), status: 65, mentions: "bytes on chip at once, and the capacity is 1024")
        expectFailure(try Tool.run("schedule tpu-v1 alexnet-layers"), status: 65, mentions: "its layers are not connected")
        for line in ["schedule tpu-v1 alexnet --capacity lots", "schedule tpu-v1 alexnet --order best", "schedule tpu-v1", "schedule tpu-v1 alexnet --limit 0"] {
            #expect(try Tool.run(line).status == 64, "\(line)")
        }
    }
}
