import Foundation
import NumberFormats
import OperatorGraph

/// Reads SCALE-Sim topologies (`.csv`): lists of convolutions and matrix products that stand alone.
///
/// Every layer becomes one `Conv` or `MatMul` node with an input, a parameter and an output of its own, and
/// `Graph.isLayerList` is true. Setting `element` names the format of all tensors (default `int8`: SCALE-Sim's
/// word is one byte). As in SCALE-Sim the output has the input's format and nothing is requantised.
///
/// - A convolution's output extent is `ceil((input − filter + stride) / stride)`; where that is one more than
///   ONNX gives, the node pads the end of the input with the zeros that are missing.
/// - A convolution whose name contains `DP` is depthwise. SCALE-Sim replaces it by one layer per channel, each
///   with one channel and the row's number of filters. By default it becomes one `Conv` whose `group` is the
///   number of channels, with the same multiplications and the same weights; setting `depthwise=layers` gives
///   SCALE-Sim's list of layers.
public enum SCALESimImport {
    static let largestFile = 16 << 20
    static let largestLayerCount = 1 << 18

    /// Settings that are read from `ImportOptions.settings`.
    public static let settings = [
        ImportSetting(
            name: "element", defaultValue: "int8", help: "number format of every tensor, such as int8, fp16 or fp32"),
        ImportSetting(
            name: "depthwise", defaultValue: "group",
            help: "group: a layer named DP becomes one grouped convolution; layers: one layer per channel, as in SCALE-Sim"),
    ]

    /// The layers of the topology at `path`. The graph's name is the file's name without its extension.
    public static func load(path: String, options: ImportOptions = ImportOptions()) throws(ImportError) -> Graph {
        let file = try WorkloadFile(path: path, limit: largestFile)
        return try graph(text: String(decoding: file.bytes, as: UTF8.self), file: path, settings: options.settings)
    }

    /// The layers of a topology that is in memory; `file` is its name in errors.
    package static func graph(
        text: String, file: String, settings: [String: String] = [:]
    ) throws(ImportError) -> Graph {
        let element = try self.element(settings["element"], file: file)
        let expands: Bool
        switch settings["depthwise"] {
        case nil, "group": expands = false
        case "layers": expands = true
        case let other?:
            throw ImportError(
                file: file, place: "setting depthwise", message: "\"\(other)\" is not known",
                suggestion: "write group or layers", category: .usage)
        }
        var list = LayerList(element: element)
        for row in try TopologyFile.rows(of: text, file: file) {
            switch row.shape {
            case .product(let m, let n, let k):
                list.appendProduct(name: row.name, m: m, n: n, k: k)
            case .convolution(let convolution) where row.isDepthwise && expands:
                if list.graph.nodes.count + convolution.channels > largestLayerCount {
                    throw ImportError(
                        file: file, place: "line \(row.line)",
                        message: "depthwise=layers gives more than \(largestLayerCount) layers",
                        suggestion: "leave the setting out")
                }
                for channel in 0..<convolution.channels {
                    var single = convolution
                    single.channels = 1
                    list.appendConvolution(name: "\(row.name)Channel_\(channel)", single, group: 1)
                }
            case .convolution(let convolution):
                list.appendConvolution(name: row.name, convolution, group: row.isDepthwise ? convolution.channels : 1)
            }
        }
        list.graph.name = ((file as NSString).lastPathComponent as NSString).deletingPathExtension
        return list.graph
    }

    private static func element(_ name: String?, file: String) throws(ImportError) -> ElementType {
        guard let name else { return .int8 }
        guard let element = ElementType(rawValue: name), element != .bool else {
            throw ImportError(
                file: file, place: "setting element", message: "\"\(name)\" is not a number format",
                suggestion: "write one of " + ElementType.allCases.filter { $0 != .bool }.map(\.rawValue).joined(separator: ", "),
                category: .usage)
        }
        return element
    }
}

/// A graph of operators that stand alone, growing one layer at a time.
struct LayerList {
    var graph = Graph(name: "", origin: "SCALE-Sim topology", isLayerList: true)
    let element: ElementType

    init(element: ElementType) { self.element = element }

    /// `[m, k] × [k, n] → [m, n]`.
    mutating func appendProduct(name: String, m: Int, n: Int, k: Int) {
        append(name: name, operation: "MatMul", input: [m, k], parameter: [k, n], output: [m, n], attributes: [:])
    }

    /// `[1, channels, height, width]` by `[group · filters, channels / group, …]`, where a group of more than one
    /// has `filters` filters for each channel.
    mutating func appendConvolution(name: String, _ shape: TopologyRow.Convolution, group: Int) {
        let outputChannels = group == 1 ? shape.filters : group * shape.filters
        let padding = shape.endPadding
        append(
            name: name, operation: "Conv", input: [1, shape.channels, shape.inputHeight, shape.inputWidth],
            parameter: [outputChannels, shape.channels / group, shape.filterHeight, shape.filterWidth],
            output: [1, outputChannels, shape.outputHeight, shape.outputWidth],
            attributes: [
                "kernel_shape": .ints([shape.filterHeight, shape.filterWidth]),
                "strides": .ints([shape.strideHeight, shape.strideWidth]),
                "pads": .ints([0, 0, padding.height, padding.width]),
                "group": .int(group),
            ])
    }

    private mutating func append(
        name: String, operation: String, input: [Int], parameter: [Int], output: [Int], attributes: [String: Attribute]
    ) {
        // Layer names of a topology need not differ; the names of values carry the position as well.
        let prefix = "\(graph.nodes.count).\(name)"
        let first = graph.values.count
        graph.values.append(.init(name: prefix + ".input", type: .init(element, input), kind: .input))
        graph.values.append(.init(name: prefix + ".weight", type: .init(element, parameter), kind: .parameter))
        graph.values.append(.init(name: prefix + ".output", type: .init(element, output), kind: .intermediate))
        graph.inputs.append(first)
        graph.outputs.append(first + 2)
        graph.nodes.append(
            .init(
                name: name, operation: operation, version: operation == "Conv" ? 11 : 13, inputs: [first, first + 1],
                outputs: [first + 2], attributes: attributes))
    }
}
