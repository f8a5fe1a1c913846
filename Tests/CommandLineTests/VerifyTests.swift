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
            // How long it took goes to the error stream: the certificate and what is printed are the same on every machine.
            let verbose = try Tool.run("verify tpu-v1 alexnet --operator 2 --verbose", in: folder)
            #expect(verbose.errors.contains("slowest obligation") && !verbose.output.contains(" ms"))
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
            for part in ["REFUTED  order, operator 2", "k = 2:", "k = 0:", "both touch weightFifo@23232 to 72383"] {
                #expect(result.output.contains(part), "\(result.output)")
            }
            // The lines are those of the file.
            let lines = credit.split(separator: "\n", omittingEmptySubsequences: false)
            for (unit, command) in [("weightFetch", "copy #2"), ("mxu", "matmul #2")] {
                let shown = try #require(result.output.firstRange(of: "  \(unit), line "))
                let number = try #require(Int(result.output[shown.upperBound...].prefix { $0.isNumber }))
                #expect(lines[number - 1].drop { $0 == " " }.hasPrefix(command))
            }
        }
    }

    /// The third argument is a mapping, and it is that one which is proved.
    @Test func provesTheProgramOfAMapping() throws {
        try TemporaryFolder.with { folder in
            #expect(try Tool.run("map gemmini resnet18-int8 --effort fast --quiet -o mapping.yaml", in: folder).status == 0)
            for (arguments, name) in [("", "default"), ("mapping.yaml", "mapped")] {
                let result = try Tool.run("verify gemmini resnet18-int8 \(arguments) --certificate \(name).json", in: folder)
                #expect(result.status == 0 && result.output.contains("obligations are proved"), "\(result.errors)\(result.output)")
            }
            func text(_ name: String) throws -> String { try String(contentsOfFile: "\(folder)/\(name).json", encoding: .utf8) }
            #expect(try text("mapped") != text("default"))
            expectFailure(try Tool.run("verify gemmini resnet18 mapping.yaml", in: folder), status: 65, mentions: "the mapping is for resnet18-int8")
            expectFailure(try Tool.run("verify gemmini resnet18 other.yaml", in: folder), status: 66, mentions: "other.yaml")
            expectFailure(try Tool.run("verify gemmini resnet18-int8 mapping.yaml --program a.txt", in: folder), status: 64, mentions: "leave out the mapping")
        }
    }

    @Test func mistakesInUsage() throws {
        expectFailure(try Tool.run("verify tpu-v1 alexnet --operator 400"), status: 64, mentions: "operators 0 to")
        expectFailure(try Tool.run("verify tpu-v1 alexnet --resources 0"), status: 64, mentions: "resources")
        expectFailure(try Tool.run("verify tpu-v1 nothing-of-this-name"), status: 66, mentions: "nothing-of-this-name")
    }
}
