import GraphImport
import OperatorGraph
import Testing

/// Damaged topologies give a graph or an `ImportError`; anything else (a trap, a hang) ends the test run.
@Suite struct SCALESimFuzzTests {
    static let hostile = [
        "0", "-1", "1", "16777216", "16777217", "4611686018427387904", "9223372036854775808", "1e9", "2:4", "1:1", ":", "0:0", ",",
        "\n", "\r", "#", "\"", "DP", "NaN", "", ",,,,", "\u{FEFF}", "+3", "٣",
    ]
    static let originals = [
        SCALESimTopologyTests.titles + "Conv1,224,224,7,7,3,64,2,\nConv2_DP,56,56,3,3,64,1,1,\nFC,1,1,1,1,512,1000,1,\n",
        "Layer, M, N, K, Sparsity,\nQKT,1024,1024,64,1:1,\nFF,1024,3072,1600,1:1,\n",
        "a,9,9,3,3,2,4,1,2,\nb,9,9,3,3,2,4,1,2,\n",
    ].map { Array($0.utf8) }

    @Test func damagedTopologiesAreRefusedOrRead() {
        var mutations = ImportMutations(seed: 0xCA5E, hostile: Self.hostile)
        var accepted = 0
        var refused = 0
        for index in 0..<ImportMutations.count {
            let bytes = mutations.mutate(Self.originals[index % Self.originals.count])
            do throws(ImportError) {
                let graph = try SCALESimImport.graph(
                    text: String(decoding: bytes, as: UTF8.self), file: "list.csv",
                    settings: index.isMultiple(of: 2) ? ["depthwise": "layers"] : [:])
                // Sizes are such that counting does not overflow.
                for value in graph.values { #expect(value.type.count > 0 && value.type.bytes > 0) }
                accepted += 1
            } catch {
                #expect(!error.message.isEmpty && !error.description.contains(where: \.isNewline))
                refused += 1
            }
        }
        #expect(accepted > ImportMutations.count / 100 && refused > ImportMutations.count / 10)
    }
}
