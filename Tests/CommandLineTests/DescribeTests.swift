import Foundation
import Testing

@Suite("Descriptions")
struct DescribeTests {
    @Test func architectureShowsUnitsPeakAndSources() throws {
        let result = try Tool.run("describe tpu-v1")
        #expect(result.status == 0)
        for part in ["91.75 TOPS", "256 × 256", "engines.mxu.rows", "ISCA 2017"] { #expect(result.output.contains(part), "\(part)") }
    }

    @Test func settingsOfAnArchitectureApply() throws {
        let result = try Tool.run("describe tpu-v1 --set engines.mxu.rows=128 --set engines.mxu.columns=64")
        #expect(result.output.contains("128 × 64"))
    }

    @Test func workloadShowsOperatorsMACsAndParameters() throws {
        let result = try Tool.run("describe resnet50")
        #expect(result.status == 0)
        for part in ["4,089,184,256", "25,530,472", "fp32[1,3,224,224]", "Conv", "fp32[1,1000]"] {
            #expect(result.output.contains(part), "\(part)")
        }
    }

    @Test func settingsOfALanguageModelApply() throws {
        let decode = try Tool.run("describe llama-3.1-8b --set phase=decode --set context=128 --set batch=3")
        #expect(decode.status == 0)
        #expect(decode.output.contains("[3,1]"))
        #expect(decode.output.contains("8,030,261,248"))
    }

    @Test func topologiesAreDescribed() throws {
        let result = try Tool.run("describe alexnet-layers")
        #expect(result.status == 0)
        #expect(result.output.contains("layers stand alone"))
    }

    @Test func schemaIsJSONAndKnowsTheEngines() throws {
        let result = try Tool.run("describe --schema")
        #expect(result.status == 0)
        let parsed = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        #expect(parsed?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        #expect(result.output.contains("systolic-array"))
    }

    @Test func unsupportedOperatorsAreListedAllAtOnce() throws {
        try TemporaryFolder.with { folder in
            let path = folder + "/strange.onnx"
            try Data(ONNXBytes.model(operators: ["Frobnicate", "Relu", "Defenestrate", "Frobnicate"])).write(to: URL(fileURLWithPath: path))
            let result = try Tool.run(["describe", path])
            expectFailure(result, status: 65, mentions: "2 operators are not supported")
            let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(lines.contains(["Frobnicate", "17", "ai.onnx", "2", "node0"]), "\(result.output)")
            #expect(lines.contains(["Defenestrate", "17", "ai.onnx", "1", "node2"]), "\(result.output)")
        }
    }

    @Test func aNameOfTwoFilesIsAmbiguous() throws {
        let result = try Tool.run("describe gpt2")
        expectFailure(result, status: 64, mentions: "gpt2.onnx", "gpt2.json")
        #expect(try Tool.run("describe gpt2.json").status == 0)
    }
}
