import Foundation
import Testing

@Suite("Verifying programs")
struct VerifyTests {
    @Test func provesAndWritesACertificate() throws {
        try TemporaryFolder.with { folder in
            let result = try Tool.run("verify tpu-v1 alexnet --certificate proof.json --sizes symbolic", in: folder)
            #expect(result.status == 0, "\(result.errors)")
            for part in ["bounds", "order", "for all sizes", "obligations are proved", "Z3"] { #expect(result.output.contains(part), "\(part)\n\(result.output)") }
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/proof.json"))
            let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect(document["proved"] as? Bool == true)
            let obligations = try #require(document["obligations"] as? [[String: Any]])
            #expect(obligations.count > 50)
            #expect(obligations.allSatisfy { $0["verdict"] as? String == "proved" && $0["method"] != nil })
            #expect(try Tool.run("verify tpu-v1 alexnet --operator 2 --quiet", in: folder).output.isEmpty)
        }
    }

    @Test func showsWhereAProgramIsWrong() throws {
        try TemporaryFolder.with { folder in
            #expect(try Tool.run("simulate tpu-v1 alexnet --emit-program=a.txt --quiet -o out", in: folder).status == 0)
            let text = try String(contentsOfFile: folder + "/a.txt", encoding: .utf8)
            let credit = text.replacingOccurrences(of: "semaphore op2.right.free[2] = 1 free", with: "semaphore op2.right.free[2] = 2 free")
            #expect(credit != text)
            try credit.write(toFile: folder + "/b.txt", atomically: true, encoding: .utf8)
            let result = try Tool.run("verify tpu-v1 alexnet --program b.txt --operator 2", in: folder)
            #expect(result.status == 1)
            // A proof of another network's program would say nothing about this one.
            expectFailure(try Tool.run("verify tpu-v1 resnet18-int8 --program a.txt", in: folder), status: 65, mentions: "a.txt: is a program for alexnet")
            for part in ["REFUTED  order, operator 2", "weightFetch, k = 2", "mxu, k = 0"] { #expect(result.output.contains(part), "\(result.output)") }
        }
    }

    @Test func mistakesInUsage() throws {
        expectFailure(try Tool.run("verify tpu-v1 alexnet --operator 400"), status: 64, mentions: "operators 0 to")
        expectFailure(try Tool.run("verify tpu-v1 alexnet --resources 0"), status: 64, mentions: "resources")
        expectFailure(try Tool.run("verify tpu-v1 nothing-of-this-name"), status: 66, mentions: "nothing-of-this-name")
    }
}
