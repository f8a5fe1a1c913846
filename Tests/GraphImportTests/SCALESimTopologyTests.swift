import GraphImport
import OperatorGraph
import Testing

@Suite struct SCALESimTopologyTests {
    static let titles = "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\n"

    private func graph(_ text: String, _ settings: [String: String] = [:]) throws -> Graph {
        try SCALESimImport.graph(text: text, file: "list.csv", settings: settings)
    }

    /// Output extents of a Conv node by ONNX's rule: the quotient is rounded down.
    private func outputByONNX(_ graph: Graph, _ node: Graph.Node) -> [Int]? {
        guard node.operation == "Conv", case .ints(let pads)? = node.attributes["pads"],
            case .ints(let strides)? = node.attributes["strides"], let input = node.inputs[0], let weight = node.inputs[1]
        else { return nil }
        let (shape, filter) = (graph.values[input].type.shape, graph.values[weight].type.shape)
        return [1, filter[0]]
            + (0..<2).map { (shape[2 + $0] + pads[$0] + pads[2 + $0] - filter[2 + $0]) / strides[$0] + 1 }
    }

    private func shapes(_ graph: Graph, _ node: Graph.Node) -> [[Int]] {
        (node.inputs + node.outputs).compactMap { $0 }.map { graph.values[$0].type.shape }
    }

    private func multiplications(_ graph: Graph) -> Int {
        graph.nodes.reduce(0) { sum, node in
            let all = shapes(graph, node)
            let depth = node.operation == "Conv" ? all[1].dropFirst().reduce(1, *) : all[0][1]
            return sum + all[2].reduce(1, *) * depth
        }
    }

    @Test func aConvolutionBecomesOneNode() throws {
        let graph = try graph(Self.titles + "Conv1,224,224,7,7,3,64,2,\n")
        let node = try #require(graph.nodes.first)
        #expect(graph.isLayerList)
        #expect(node.name == "Conv1")
        // ceil((224 − 7 + 2) / 2) = 110: one row more than ONNX computes without padding.
        #expect(shapes(graph, node) == [[1, 3, 224, 224], [64, 3, 7, 7], [1, 64, 110, 110]])
        #expect(node.attributes["pads"] == .ints([0, 0, 1, 1]))
        #expect(graph.values.allSatisfy { $0.type.element == .int8 })
        #expect(graph.inputs == [0] && graph.outputs == [2])
    }

    @Test func aProductBecomesOneNode() throws {
        let graph = try graph("Layer, M, N, K,\nfirst, 256, 128, 64,\n", ["element": "fp16"])
        let node = try #require(graph.nodes.first)
        #expect(node.operation == "MatMul")
        #expect(shapes(graph, node) == [[256, 64], [64, 128], [256, 128]])
        #expect(graph.values.allSatisfy { $0.type.element == .fp16 })
        #expect(graph.values.map(\.kind) == [.input, .parameter, .intermediate])
    }

    @Test func extentsAgreeWithONNXForAllSmallShapes() throws {
        for input in 1...9 {
            for filter in 1...6 {
                for stride in 1...4 where input - filter + stride > 0 {
                    let graph = try graph("c,\(input),\(input + 1),\(filter),1,2,3,\(stride)")
                    let node = graph.nodes[0]
                    let expected = (input - filter + stride + stride - 1) / stride
                    #expect(shapes(graph, node)[2][2] == expected)
                    #expect(outputByONNX(graph, node) == shapes(graph, node)[2])
                }
            }
        }
    }

    @Test func depthwiseIsOneGroupOrOneLayerPerChannel() throws {
        let text = Self.titles + "conv_DP,9,9,3,3,4,2,1,\n"
        let grouped = try graph(text)
        #expect(grouped.nodes.count == 1)
        #expect(grouped.nodes[0].attributes["group"] == .int(4))
        #expect(shapes(grouped, grouped.nodes[0]) == [[1, 4, 9, 9], [8, 1, 3, 3], [1, 8, 7, 7]])
        let layers = try graph(text, ["depthwise": "layers"])
        #expect(layers.nodes.map(\.name) == (0..<4).map { "conv_DPChannel_\($0)" })
        #expect(shapes(layers, layers.nodes[3]) == [[1, 1, 9, 9], [2, 1, 3, 3], [1, 2, 7, 7]])
        #expect(multiplications(grouped) == multiplications(layers))
        // A matrix product has no channels, whatever its name.
        #expect(try graph("DP1, 2, 3, 4").nodes.count == 1)
    }

    @Test func formIsForgiven() throws {
        let plain = try graph("a,8,8,3,3,2,4,1,\nb,8,8,3,3,2,4,2,\n")
        let variants = [
            "\u{FEFF}a,8,8,3,3,2,4,1\r\nb,8,8,3,3,2,4,2",
            "# comment, 1\n\n" + Self.titles + "  a , 8,\t8,3,3,2,4,1,,,\n , ,\nb,8,8,3,3,2,4,2,2",
            "a,8,8,3,3,2,4,1,1:1,\nb,8,8,3,3,2,4,2,dense,\n",
        ]
        for text in variants {
            let other = try graph(text)
            #expect(other.nodes.map(\.name) == plain.nodes.map(\.name))
            #expect(other.nodes.map(\.attributes) == plain.nodes.map(\.attributes))
            #expect(other.values.map(\.type) == plain.values.map(\.type))
        }
    }

    @Test func aStrideOfTheWidthMayDiffer() throws {
        let graph = try graph("a,9,9,3,3,2,4,1,2,")
        #expect(graph.nodes[0].attributes["strides"] == .ints([1, 2]))
        #expect(shapes(graph, graph.nodes[0])[2] == [1, 4, 7, 4])
    }

    static let mistakes: [(text: String, place: String, word: String)] = [
        ("", "", "holds no layers"),
        (titles, "", "holds no layers"),
        ("a,1,2", "line 1", "2 numbers"),
        (titles + "a,8,8,3,3,2,4", "line 2", "6 numbers"),
        (titles + "\na,8,x,3,3,2,4,1,", "line 3", "\"x\" is no input width"),
        ("a,8,8,3,3,2,4,0,", "line 1", "is no stride"),
        ("a,8,8,3,3,-2,4,1,", "line 1", "is no channels"),
        ("a,4611686018427387904,1,1", "line 1", "is no M"),
        ("a,99999999999999999999999,1,1", "line 1", "is no M"),
        ("a,1.5,1,1", "line 1", "\"1.5\" is no M"),
        ("a,2,2,3,3,2,4,1,", "line 1", "does not fit"),
        ("a,8,8,3,3,2,4,1,2:4,", "line 1", "sparsity is not supported yet"),
        ("a,3,5,16,3:4,", "line 1", "sparsity is not supported yet"),
        ("a,3,5,16,4:3,", "line 1", "is not a sparsity"),
        ("a,3,5,16\nb,8,8,3,3,2,4,1,", "line 2", "a convolution among rows of the kind product"),
        ("a,16777216,16777216,1", "line 1", "too large"),
        ("a,16777216,16777216,16777216,16777216,16777216,16777216,1,", "line 1", "too large"),
    ]

    @Test(arguments: mistakes) func mistakesHaveLineAndCure(text: String, place: String, word: String) throws {
        let error = try #require(throws: ImportError.self) { try SCALESimImport.graph(text: text, file: "list.csv") }
        #expect(error.file == "list.csv")
        #expect(error.place == place)
        #expect(error.message.contains(word))
        #expect(error.suggestion != nil)
    }

    @Test func settingsAreChecked() throws {
        for (name, value) in [("element", "int9"), ("depthwise", "yes")] {
            let error = try #require(throws: ImportError.self) { try graph("a,1,1,1", [name: value]) }
            #expect(error.place == "setting \(name)")
        }
    }

    /// Published multiplications of the networks that the shipped topologies describe.
    static let shipped: [(name: String, layers: Int, multiplications: Int)] = [
        ("alexnet-layers", 8, 1_135_256_096), ("vgg16-layers", 16, 15_470_264_320),
        ("mobilenet-v1-layers", 28, 568_740_352), ("resnet50-layers", 54, 4_089_184_256),
        ("gpt2-products", 6, 1024 * (12 * 768 * 768 + 2 * 64 * 1024)),
        ("bert-large-products", 6, 384 * (12 * 1024 * 1024 + 2 * 64 * 384)),
        ("llama-3.1-8b-products", 6, 512 * (4096 * (6144 + 4096 + 3 * 14336) + 4 * 2 * 128 * 512)),
    ]

    @Test(arguments: shipped) func shippedTopologiesAreTheNetworks(name: String, layers: Int, multiplications: Int) throws {
        let graph = try SCALESimImport.load(path: workload("\(name).csv"))
        #expect(graph.name == name)
        #expect(graph.nodes.count == layers)
        #expect(self.multiplications(graph) == multiplications)
    }
}
