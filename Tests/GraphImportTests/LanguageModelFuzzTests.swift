import Foundation
import GraphImport
import OperatorGraph
import Testing

/// Damaged configurations give a graph or an `ImportError`; anything else (a trap, a hang) ends the test run.
@Suite struct LanguageModelFuzzTests {
    static let hostile = [
        "0", "-1", "1", "2", "3", "4611686018427387904", "9223372036854775807", "9223372036854775808", "1e999", "-0", "1.5", "null",
        "true", "[]", "{}", "\"\"", "\"a\"", "[[[[[[[[[[[[", "{\"a\":{\"a\":", "\\u0000", "\\uD83D", "\"", ",", "}", "262144",
        "1024", "NaN", "\"llama\"", "\"gemma2\"", "\"mixtral\"", "\"phi3\"",
    ]

    @Test func damagedConfigurationsAreRefusedOrRead() throws {
        let folder = workload("language-models")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
        let originals = try names.map { Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)"))) }
        var mutations = ImportMutations(seed: 0x5EED, hostile: Self.hostile)
        var accepted = 0
        var refused = 0
        for index in 0..<ImportMutations.count {
            let bytes = mutations.mutate(originals[index % originals.count])
            let isDecode = index.isMultiple(of: 2)
            do throws(ImportError) {
                let graph = try LanguageModelImport.graph(
                    bytes, file: "config.json",
                    settings: isDecode ? ["phase": "decode", "layers": "1"] : ["prompt": "3", "layers": "1"])
                #expect(!graph.nodes.isEmpty && GraphSummary.parameterCount(graph) > 0)
                accepted += 1
            } catch {
                #expect(!error.message.isEmpty && !error.description.contains(where: \.isNewline))
                refused += 1
            }
        }
        #expect(accepted > ImportMutations.count / 100 && refused > ImportMutations.count / 10)
    }
}
