import Foundation
import GraphImport
import ONNXSchema
import OperatorGraph
import Testing

@Suite("Damaged ONNX files")
struct ONNXDamageTests {
    /// Models that together hold every message of the format and the operators with the most attributes.
    static func corpus() throws -> [Data] {
        let function = ONNXFunctionProto.with {
            $0.name = "Twice"
            $0.domain = "local"
            $0.input = ["a"]
            $0.output = ["b"]
            $0.opsetImport = [Build.operatorSet("", 17)]
            $0.node = [Build.node("Add", ["a", "a"], ["b"])]
        }
        let network = Build.model(
            nodes: [
                Build.node("Conv", ["image", "w", "bias"], ["a"], name: "conv", [
                    Build.ints("pads", [1, 1, 1, 1]), Build.ints("strides", [2, 2]), Build.int("group", 1)]),
                Build.node("Twice", ["a"], ["b"], domain: "local"),
                Build.node("MaxPool", ["b"], ["c"], [Build.ints("kernel_shape", [2, 2]), Build.string("auto_pad", "SAME_UPPER")]),
                Build.node("Pad", ["c", "pads"], ["d"]),
                Build.node("Shape", ["d"], ["e"]),
                Build.node("Slice", ["e", "starts", "ends"], ["f"]),
                Build.node("Concat", ["f", "rest"], ["g"], [Build.int("axis", 0)]),
                Build.node("Reshape", ["d", "g"], ["h"]),
                Build.node("Softmax", ["h"], ["y"], [Build.int("axis", -1)]),
            ],
            inputs: [Build.value("image", ["batch", 3, 8, .unknown])], outputs: [Build.value("y", ["batch", "n"])],
            initializers: [
                Build.shapeOnly("w", [4, 3, 3, 3]), Build.floats("bias", [4], [0, 1, 2, 3]),
                Build.integers("pads", [8], [0, 0, 1, 1, 0, 0, 1, 1]), Build.integers("starts", [1], [0]),
                Build.integers("ends", [1], [1]), Build.raw("rest", [1], .int64, Array(repeating: 0xff, count: 8)),
            ], functions: [function], domains: ["local": 1])
        let constants = Build.model(
            nodes: [
                Build.node("Constant", [], ["shape"], [Build.ints("value_ints", [2, 3])]),
                Build.node("ConstantOfShape", ["shape"], ["a"], [Build.tensor("value", Build.floats("", [1], [2]))]),
                Build.node("Expand", ["a", "shape"], ["b"]), Build.node("Tile", ["b", "repeats"], ["c"]),
                Build.node("Gather", ["c", "index"], ["d"], [Build.int("axis", 1)]),
                Build.node("Add", ["d", "x"], ["e"]),
                Build.node("Split", ["e"], ["f", "g"], [Build.int("axis", 0)]),
                Build.node("Transpose", ["f"], ["h"], [Build.ints("perm", [1, 0])]),
                Build.node("Cast", ["h"], ["y"], [Build.int("to", 6)]),
            ],
            inputs: [Build.value("x", [4, 2])], outputs: [Build.value("y", [2, 2], .int32), Build.value("g", [2, 2])],
            initializers: [Build.integers("repeats", [2], [2, 1]), Build.integers("index", [2], [0, 2])])
        return try [Build.bytes(network), Build.bytes(constants)]
    }

    @Test("the corpus itself imports")
    func importsCorpus() throws {
        let sizes = [["batch": 1, "image.3": 8], [:]]
        for (bytes, sizes) in zip(try Self.corpus(), sizes) {
            let graph = try Build.load(bytes, options: ImportOptions(dimensions: sizes))
            #expect(ImporterFuzz.isConsistent(graph))
        }
    }

    @Test("a file cut off anywhere is refused, or was complete up to there")
    func refusesEveryPrefix() throws {
        for bytes in try Self.corpus() {
            var refused = 0
            for length in 0..<bytes.count {
                do throws(ImportError) {
                    let options = ImportOptions(dimensions: ["batch": 1, "image.3": 8])
                    #expect(ImporterFuzz.isConsistent(try Build.load(Data(bytes.prefix(length)), options: options)))
                } catch {
                    refused += 1
                }
            }
            // A cut between two top-level fields leaves a well-formed file, as protocol buffers go.
            #expect(refused >= bytes.count - 4)
        }
    }

    @Test("a truncated file is reported with the byte at which the broken field starts")
    func namesTheByte() throws {
        let bytes = try Self.corpus()[1]
        let error = #expect(throws: ImportError.self) { try Build.load(Data(bytes.prefix(bytes.count / 2))) }
        #expect(error?.place.hasPrefix("byte ") == true)
        #expect(error?.message.contains("runs past the end of the file") == true)
    }

    @Test("random damage gives a graph or an error")
    func survivesDamage() throws {
        let count = 4000
        let tally = ImporterFuzz(corpus: try Self.corpus()).run(0..<count)
        #expect(tally.imported + tally.refused == count)
        // Damage that always or never matters would test nothing.
        #expect(tally.imported > count / 50 && tally.refused > count / 4, "\(tally)")
    }

    /// `CYCLEWRIGHT_FUZZ=100000 swift test -c release --filter campaign` tries as many inputs, made from
    /// the shipped workloads and, where they were written, the conformance cases. The number of the
    /// input in work is in the file that CYCLEWRIGHT_FUZZ_LOG names; CYCLEWRIGHT_FUZZ_FIRST starts there.
    @Test("campaign", .enabled(if: ProcessInfo.processInfo.environment["CYCLEWRIGHT_FUZZ"] != nil))
    func campaign() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = Int(environment["CYCLEWRIGHT_FUZZ"] ?? "") ?? 0
        let first = Int(environment["CYCLEWRIGHT_FUZZ_FIRST"] ?? "") ?? 0
        let corpus = try Self.corpus() + FuzzCorpus.workloads() + FuzzCorpus.conformanceCases()
        var fuzz = ImporterFuzz(corpus: corpus)
        if let log = environment["CYCLEWRIGHT_FUZZ_LOG"] {
            fuzz.announce = { try? Data("\($0)\n".utf8).write(to: URL(fileURLWithPath: log)) }
        }
        let tally = fuzz.run(first..<first + count)
        print(
            "fuzz: \(corpus.count) files, \(tally.imported) imported, \(tally.refused) refused,",
            "input \(tally.slowest) took longest, \(tally.longest)")
        #expect(tally.imported + tally.refused == count)
    }
}
