import Foundation
import GraphImport
import OperatorGraph
import Testing

/// Folder of the shipped workloads.
func workload(_ path: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Workloads/\(path)")
        .standardizedFileURL.path
}

@Suite struct LanguageModelParameterTests {
    /// Parameters that are published for each model: the count that the hub shows for its weights, equal to what
    /// transformers 5.23 counts for the same configuration (Scripts/workloads/count_parameters.py).
    static let published: [(String, Int)] = [
        ("gpt2", 124_439_808),
        ("gpt2-medium", 354_823_168),
        ("gpt2-large", 774_030_080),
        ("gpt2-xl", 1_557_611_200),
        ("opt-125m", 125_239_296),
        ("opt-1.3b", 1_315_758_080),
        ("opt-6.7b", 6_658_473_984),
        ("llama-2-7b", 6_738_415_616),
        ("llama-2-13b", 13_015_864_320),
        ("llama-2-70b", 68_976_648_192),
        ("llama-3.1-8b", 8_030_261_248),
        ("llama-3.1-70b", 70_553_706_496),
        ("llama-3.2-1b", 1_235_814_400),
        ("mistral-7b-v0.1", 7_241_732_096),
        ("mixtral-8x7b", 46_702_792_704),
        ("qwen2.5-0.5b", 494_032_768),
        ("qwen2.5-7b", 7_615_616_512),
        ("qwen3-0.6b", 596_049_920),
        ("qwen3-8b", 8_190_735_360),
        ("qwen3-30b-a3b", 30_532_122_624),
        ("phi-2", 2_779_683_840),
        ("phi-3-mini-4k", 3_821_079_552),
        ("gemma-2b", 2_506_172_416),
        ("gemma-7b", 8_537_680_896),
        ("gemma-2-2b", 2_614_341_888),
    ]

    @Test(arguments: published) func countEqualsThePublishedOne(model: String, parameters: Int) throws {
        for phase in ["prefill", "decode"] {
            let graph = try LanguageModelImport.load(
                path: workload("language-models/\(model).json"),
                options: ImportOptions(settings: ["phase": phase, "prompt": "16", "context": "16"]))
            #expect(GraphSummary.parameterCount(graph) == parameters)
            #expect(graph.name == model)
        }
    }

    @Test func everyShippedConfigurationIsChecked() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: workload("language-models"))
        let models = Set(files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) })
        #expect(models == Set(Self.published.map(\.0)))
    }

    @Test func fewerLayersHaveFewerParameters() throws {
        func count(_ layers: String) throws -> Int {
            GraphSummary.parameterCount(
                try LanguageModelImport.load(
                    path: workload("language-models/gpt2.json"),
                    options: ImportOptions(settings: ["prompt": "4", "layers": layers])))
        }
        // One block of GPT-2: 12 · 768² weights, 13 · 768 biases and scales.
        #expect(try count("3") - count("2") == 12 * 768 * 768 + 13 * 768)
    }
}
