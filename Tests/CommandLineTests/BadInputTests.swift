import Foundation
import Testing

@Suite("Bad input")
struct BadInputTests {
    /// Writes `content` under `name` and runs `line`, in which `FILE` stands for the path.
    private func run(_ line: String, _ name: String, _ content: Data) throws -> Tool.Result {
        try TemporaryFolder.with { folder in
            try content.write(to: URL(fileURLWithPath: folder + "/" + name))
            return try Tool.run(line.replacingOccurrences(of: "FILE", with: name), in: folder)
        }
    }

    @Test(arguments: ["simulate nowhere.yaml resnet18", "simulate tpu-v1 nowhere.onnx", "describe nowhere.json", "simulate tpu-v1 some/where.csv"])
    func missingFiles(_ line: String) throws {
        expectFailure(try Tool.run(line), status: 66, mentions: "there is no such file")
    }

    @Test func misspeltNamesAreCorrected() throws {
        expectFailure(try Tool.run("simulate tpu-v2 resnet18"), status: 66, mentions: "did you mean \"tpu-v1\"?")
        expectFailure(try Tool.run("simulate tpu-v1 resnet5-int8"), status: 66, mentions: "did you mean \"resnet50-int8\"?")
        expectFailure(try Tool.run("describe zzzzzzzzzz"), status: 66, mentions: "cyclewright list")
    }

    @Test func swappedArgumentsAreRecognised() throws {
        expectFailure(try Tool.run("simulate resnet18 tpu-v1"), status: 64, mentions: "the architecture comes first")
        let path = Tool.repository + "/Workloads/resnet18.onnx"
        expectFailure(try Tool.run("simulate \(path) tpu-v1"), status: 64, mentions: "the architecture comes first")
    }

    @Test func foldersAreNoFiles() throws {
        expectFailure(try Tool.run("simulate . resnet18"), status: 66, mentions: "is a folder")
        expectFailure(try Tool.run("simulate tpu-v1 /tmp"), status: 66, mentions: "is a folder")
        try TemporaryFolder.with { folder in
            try FileManager.default.createDirectory(atPath: folder + "/model.onnx", withIntermediateDirectories: false)
            expectFailure(try Tool.run("describe model.onnx", in: folder), status: 66, mentions: "is a folder")
        }
    }

    @Test(arguments: ["a.yaml", "a.cfg"])
    func emptyArchitectures(_ name: String) throws {
        expectFailure(try run("simulate FILE resnet18", name, Data()), status: 65, mentions: name)
    }

    @Test(arguments: ["m.onnx", "m.json", "m.csv"])
    func emptyWorkloads(_ name: String) throws {
        expectFailure(try run("simulate tpu-v1 FILE", name, Data()), status: 65, mentions: name)
    }

    @Test func truncatedModel() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: Tool.repository + "/Workloads/resnet18.onnx"))
        for length in [1, 100, 1000, whole.count - 1] {
            expectFailure(try run("describe FILE", "cut.onnx", whole.prefix(length)), status: 65, mentions: "cut.onnx")
        }
    }

    @Test(arguments: ["{", "architecture: [", "- 1\n- 2\n", "architecture: x\nclock: fast\n", "\u{0}\u{1}\u{2}", "a: &a [*a]", "just words"])
    func garbageArchitecture(_ text: String) throws {
        let result = try run("simulate FILE resnet18", "garbage.yaml", Data(text.utf8))
        expectFailure(result, status: 65, mentions: "garbage.yaml:")
        #expect(result.errorLines.allSatisfy { $0.hasPrefix("cyclewright: error: ") })
    }

    @Test func anErrorNamesLineAndPathAndSuggests() throws {
        let text = try String(contentsOfFile: Tool.repository + "/Architectures/tpu-v1.yaml", encoding: .utf8)
        let wrong = text.replacingOccurrences(of: "dataflow: weight-stationary", with: "dataflow: weigth-stationary")
        let line = try #require(wrong.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("weigth") }) + 1
        let result = try run("describe FILE", "wrong.yaml", Data(wrong.utf8))
        #expect(result.errorLines.count == 1)
        expectFailure(
            result, status: 65,
            mentions: "wrong.yaml:\(line): engines.mxu.dataflow:", "did you mean \"weight-stationary\"?")
    }

    @Test func invalidJSONAndTopologies() throws {
        expectFailure(try run("describe FILE", "m.json", Data("{\"model_type\": \"llama\", ".utf8)), status: 65, mentions: "m.json")
        expectFailure(try run("describe FILE", "m.json", Data("{\"model_type\": \"unheard-of\"}".utf8)), status: 65, mentions: "m.json")
        expectFailure(try run("describe FILE", "m.csv", Data("Layer name, a, b\nx, y, z\n".utf8)), status: 65, mentions: "m.csv")
    }

    @Test func unknownExtension() throws {
        expectFailure(try run("describe FILE", "m.txt", Data("x".utf8)), status: 64, mentions: ".onnx", ".yaml")
    }

    @Test func namesWithControlCharactersStayOnOneLine() throws {
        let result = try Tool.run(["describe", "no\u{1B}[31m\nsuch"])
        expectFailure(result, status: 66)
        #expect(!result.errors.contains("\u{1B}"))
    }
}
