import Architecture
import Lowering
import Mapping
import OperatorGraph
import Testing

/// Mapping files: what lowering decided, written, read and followed again; and every way in which a file can be wrong.
@Suite struct MappingFileTests {
    private static func lower(_ machine: String, _ workload: String, _ mapping: WorkloadMapping? = nil, seed: Int? = nil) throws -> (LoweredWorkload, Graph, Architecture) {
        let architecture = try MappingTrafficTests.architecture(machine)
        let graph = try MappingTrafficTests.workload(workload)
        var options = LoweringOptions(mapping: mapping)
        if let seed { options.mapper = RandomMapper(seed: seed) }
        return (try Lowering.lower(graph, to: architecture, options: options), graph, architecture)
    }

    @Test(arguments: [("tpu-v1", "resnet50-int8.onnx"), ("gemmini", "resnet18-int8.onnx"), ("tpu-v4-core", "bert-large-products.csv"), ("eyeriss", "alexnet.onnx"), ("tpu-v1", "gpt2.onnx")])
    func aWrittenMappingGivesTheSameProgram(_ machine: String, _ workload: String) throws {
        for seed in [nil, 3] {
            let (lowered, graph, architecture) = try Self.lower(machine, workload, seed: seed)
            let text = lowered.mapping(of: graph, on: architecture).text
            let read = try WorkloadMapping(text: text, file: "mapping.yaml")
            #expect(read.text == text)
            #expect(read.operators.count > 5)
            let (again, _, _) = try Self.lower(machine, workload, read)
            #expect(again.program.text == lowered.program.text)
            #expect(!again.products.contains { !$0.isGiven })
        }
    }

    @Test func tensorsGoWhereTheFileSays() throws {
        let (lowered, graph, architecture) = try Self.lower("tpu-v1", "resnet18-int8.onnx")
        var mapping = lowered.mapping(of: graph, on: architecture)
        let onChip = mapping.tensors.indices.filter { mapping.tensors[$0].place == .onChip }
        #expect(onChip.count > 10)
        mapping.tensors[onChip[4]].place = .offChip
        mapping.operators = []
        let (moved, _, _) = try Self.lower("tpu-v1", "resnet18-int8.onnx", mapping)
        let name = mapping.tensors[onChip[4]].name
        #expect(lowered.program.tensors.first { $0.name == name }?.memory == "unified")
        #expect(moved.program.tensors.first { $0.name == name }?.memory == "weights")
        #expect(moved.tensors == mapping.tensors)
    }

    // MARK: Bad files

    private static let head = "mapping: 1\narchitecture: tpu-v1\nworkload: resnet18-int8\n"
    private static let tile = "tile: { m: 112, k: 147, n: 64 }"

    /// Text of a file, and what the message has to say.
    private static let unreadable: [(String, String)] = [
        ("", "is empty; a mapping begins with \"mapping: 1\""),
        ("- 1\n", "is a list; a mapping begins with"),
        ("mapping: 2\n", "m.yaml:1: mapping: is version \"2\"; this program reads version 1"),
        ("architecture: a\nworkload: b\noperators: {}\n", "mapping: is missing"),
        ("mapping: 1\n", "operators: is missing; name operators and their tiles, or constraints"),
        ("mapping: 1\nworkload: b\noperators: {}\n", "architecture: is missing; write the name of the architecture"),
        (head + "operatrs: {}\n", "m.yaml:4: operatrs: is not part of the format; did you mean \"operators\"?"),
        (head + "operators: [a]\n", "operators: is a list where names"),
        (head + "operators:\n  a: 1\n", "m.yaml:5: operators.a: is a single value where a group of product, tile, order, left, right and split belongs"),
        (head + "operators:\n  a: { order: \"n, m, k\" }\n", "operators.a.tile: is missing; write tile: { m: 64, k: 64, n: 64 }"),
        (head + "operators:\n  a:\n    tile: { m: 0, k: 1, n: 1 }\n", "m.yaml:6: operators.a.tile.m: \"0\" is not a whole number from 1 on"),
        (head + "operators:\n  a:\n    tile: { m: 1, k: 1 }\n", "operators.a.tile.n: is missing"),
        (head + "operators:\n  a:\n    tile: { m: 1, k: 1, n: 99999999999999999999 }\n", "is not a whole number from 1 on"),
        (head + "operators:\n  a:\n    \(tile)\n    order: k, m, n\n", "m.yaml:7: operators.a.order: \"k, m, n\" is not an order of loops"),
        (head + "operators:\n  a:\n    \(tile)\n    left: hold\n", "operators.a.left: \"hold\" is not how long an operand stays; did you mean \"held\"?"),
        (head + "operators:\n  a:\n    \(tile)\n    split: diagonal\n", "there are \"columns\" and \"rows\""),
        (head + "operators:\n  a:\n    \(tile)\n  a:\n    \(tile)\n", "given twice"),
        (head + "tensors:\n  t: chip\n", "tensors.t: \"chip\" is not a place for a tensor"),
        (head + "operators:\n  a: &x {}\n  b: *x\n", "anchors and aliases"),
        (head + "constraints:\n  operators:\n    a:\n      tile: { m: \"5..2\" }\n", "m.yaml:7: constraints.operators.a.tile.m: \"5..2\" is no size; write 64, 16..64, 16.. or ..64"),
        (head + "constraints:\n  operators:\n    a:\n      colour: red\n", "constraints.operators.a.colour: is not part of the format"),
    ]

    @Test(arguments: unreadable) func unreadableFiles(_ text: String, _ message: String) throws {
        let error = try #require(throws: ArchitectureError.self) { try WorkloadMapping(text: text, file: "m.yaml") }
        #expect(error.description.contains(message), "\(error.description)")
    }

    /// Files that can be read and do not suit ResNet-18 on the first TPU, whose first convolution has 112 rows of 112 pixels.
    private static let unsuited: [(String, String)] = [
        ("mapping: 1\narchitecture: gemmini\nworkload: resnet18-int8\noperators: {}\n", "m.yaml: architecture: the mapping is for gemmini, and this is tpu-v1"),
        ("mapping: 1\narchitecture: tpu-v1\nworkload: alexnet\noperators: {}\n", "m.yaml: workload: the mapping is for alexnet, and this is resnet18-int8"),
        (head + "checks: { architecture: \"00\", workload: \"00\" }\noperators: {}\n", "was made for a tpu-v1 with other cores, engines or memory sizes"),
        (head + "operators:\n  NAMEE:\n    \(tile)\n", "m.yaml:5: operators: the workload has no operator \"NAMEE\"; did you mean \"NAME\"?"),
        (head + "operators:\n  nothing like it:\n    \(tile)\n", "products are operators such as"),
        (head + "operators:\n  NAME:\n    product: { batch: 1, m: 12, k: 147, n: 64 }\n    \(tile)\n", "operators.NAME.product: the mapping is for a product of 12 × 147 × 64 (m × k × n), and the operator's is 12544 × 147 × 64"),
        (head + "operators:\n  NAME:\n    tile: { m: 112, k: 147, n: 65 }\n", "operators.NAME.tile.n: a tile of 65 is larger than the dimension, which is 64; write at most 64"),
        (head + "operators:\n  NAME:\n    tile: { m: 100, k: 147, n: 64 }\n", "operators.NAME.tile.m: a tile of 100 is no multiple of 112"),
        (head + "operators:\n  NAME:\n    tile: { m: 112, k: 50, n: 64 }\ntensors:\n  image_quantized: off-chip\n", "operators.NAME.tile.k: a tile of 50 is no multiple of 49"),
        (head + "operators:\n  NAME:\n    tile: { m: 112, k: 98, n: 64 }\ntensors:\n  image_quantized: off-chip\n", "operators.NAME.tile.k: tiles of 98 do not divide 147"),
        (head + "operators:\n  NAME:\n    tile: { m: 12544, k: 147, n: 64 }\n", "its tiles do not fit: sums (6422528) take 6422528 bytes of accumulators, which has 4194304 for them"),
        (head + "tensors:\n  nowhere: on-chip\n", "m.yaml:5: tensors: the workload has no tensor \"nowhere\""),
        (head + "tensors:\n  INPUT: on-chip\n", "tensors.INPUT: the tensor has no place to choose: it is an input"),
        (head + "tensors:\n  OUTPUT: on-chip\n", "tensors.OUTPUT: the tensor cannot stay on chip: it is a result of the workload"),
    ]

    @Test(arguments: unsuited) func unsuitedFiles(_ text: String, _ message: String) throws {
        let (lowered, graph, _) = try Self.lower("tpu-v1", "resnet18-int8.onnx")
        let name = try #require(lowered.products.first?.request.operatorName)
        func filled(_ text: String) -> String {
            text.replacing("NAME", with: name).replacing("INPUT", with: graph.values[graph.inputs[0]].name)
                .replacing("OUTPUT", with: lowered.graph.values[lowered.graph.outputs[0]].name)
        }
        let mapping = try WorkloadMapping(text: filled(text), file: "m.yaml")
        let error = try #require(throws: LoweringError.self) { try Self.lower("tpu-v1", "resnet18-int8.onnx", mapping) }
        #expect(error.description.contains(filled(message)), "\(error.description)")
        #expect(error.isAboutMapping)
    }

    @Test func aTensorThatDoesNotFitIsRefusedInBytes() throws {
        // The image of 3 × 224 × 224 takes 150,528 bytes, Gemmini has 128 KiB for tensors.
        let (lowered, graph, architecture) = try Self.lower("gemmini", "resnet18-int8.onnx")
        var mapping = lowered.mapping(of: graph, on: architecture)
        mapping.tensors[0].place = .onChip
        let error = try #require(throws: LoweringError.self) { try Self.lower("gemmini", "resnet18-int8.onnx", mapping) }
        #expect(error.description.contains("the tensor cannot stay on chip: it takes 150528 bytes of scratchpad, where tensors have 131072 in all"), "\(error.description)")
    }

    @Test func constraintsAreReadAndWritten() throws {
        let text = """
            mapping: 1
            constraints:
              operators:
                "*":
                  left: not held
                conv1:
                  tile: { m: 112, n: 16..64, k: ..147 }
                  order: m,n,k
                  split: rows
              tensors:
                relu1: on-chip
            """
        let read = try WorkloadMapping(text: text, file: "c.yaml")
        #expect(read.constraints.constraints(of: "conv1").flatMap(\.requirements).map(\.text) == [
            "left: streamed", "tile.m: 112", "tile.n: 16..64", "tile.k: ..147", "order: m, n, k", "split: rows",
        ])
        #expect(read.constraints.tensors == [PlacedTensor(name: "relu1", place: .onChip)])
    }
}
