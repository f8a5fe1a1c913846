import Foundation
import GraphImport
import ONNXSchema
import OperatorGraph
import SwiftProtobuf

/// One dimension of a graph input or output.
enum Dimension: Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    case size(Int64)
    case symbol(String)
    case unknown

    init(integerLiteral value: Int64) { self = .size(value) }
    init(stringLiteral value: String) { self = .symbol(value) }
}

/// Builds small models out of the generated messages.
enum Build {
    static func model(
        opset: Int64 = 17, nodes: [ONNXNodeProto], inputs: [ONNXValueInfoProto] = [], outputs: [ONNXValueInfoProto] = [],
        initializers: [ONNXTensorProto] = [], functions: [ONNXFunctionProto] = [], domains: [String: Int64] = [:]
    ) -> ONNXModelProto {
        ONNXModelProto.with { model in
            model.irVersion = 8
            model.opsetImport = [operatorSet("", opset)] + domains.sorted { $0.key < $1.key }.map { operatorSet($0.key, $0.value) }
            model.functions = functions
            model.graph = ONNXGraphProto.with {
                $0.name = "test"
                $0.node = nodes
                $0.input = inputs
                $0.output = outputs
                $0.initializer = initializers
            }
        }
    }

    static func operatorSet(_ domain: String, _ version: Int64) -> ONNXOperatorSetIdProto {
        ONNXOperatorSetIdProto.with { $0.domain = domain; $0.version = version }
    }

    static func node(
        _ operation: String, _ inputs: [String], _ outputs: [String], name: String = "", domain: String = "",
        _ attributes: [ONNXAttributeProto] = []
    ) -> ONNXNodeProto {
        ONNXNodeProto.with {
            $0.opType = operation
            $0.input = inputs
            $0.output = outputs
            $0.name = name
            $0.domain = domain
            $0.attribute = attributes
        }
    }

    static func int(_ name: String, _ value: Int64) -> ONNXAttributeProto {
        ONNXAttributeProto.with { $0.name = name; $0.type = .int; $0.i = value }
    }

    static func ints(_ name: String, _ values: [Int64]) -> ONNXAttributeProto {
        ONNXAttributeProto.with { $0.name = name; $0.type = .ints; $0.ints = values }
    }

    static func float(_ name: String, _ value: Float) -> ONNXAttributeProto {
        ONNXAttributeProto.with { $0.name = name; $0.type = .float; $0.f = value }
    }

    static func string(_ name: String, _ value: String) -> ONNXAttributeProto {
        ONNXAttributeProto.with { $0.name = name; $0.type = .string; $0.s = Data(value.utf8) }
    }

    static func tensor(_ name: String, _ value: ONNXTensorProto) -> ONNXAttributeProto {
        ONNXAttributeProto.with { $0.name = name; $0.type = .tensor; $0.t = value }
    }

    static func reference(_ name: String, to outer: String, _ type: ONNXAttributeProto.AttributeType) -> ONNXAttributeProto {
        ONNXAttributeProto.with { $0.name = name; $0.type = type; $0.refAttrName = outer }
    }

    /// A graph input or output.
    static func value(
        _ name: String, _ dimensions: [Dimension], _ type: ONNXTensorProto.DataType = .float
    ) -> ONNXValueInfoProto {
        ONNXValueInfoProto.with { value in
            value.name = name
            value.type.tensorType.elemType = Int32(type.rawValue)
            value.type.tensorType.shape.dim = dimensions.map { dimension in
                ONNXTensorShapeProto.Dimension.with {
                    switch dimension {
                    case .size(let size): $0.dimValue = size
                    case .symbol(let symbol): $0.dimParam = symbol
                    case .unknown: break
                    }
                }
            }
        }
    }

    static func floats(_ name: String, _ shape: [Int64], _ values: [Float]) -> ONNXTensorProto {
        ONNXTensorProto.with {
            $0.name = name
            $0.dims = shape
            $0.dataType = Int32(ONNXTensorProto.DataType.float.rawValue)
            $0.floatData = values
        }
    }

    static func integers(_ name: String, _ shape: [Int64], _ values: [Int64]) -> ONNXTensorProto {
        ONNXTensorProto.with {
            $0.name = name
            $0.dims = shape
            $0.dataType = Int32(ONNXTensorProto.DataType.int64.rawValue)
            $0.int64Data = values
        }
    }

    /// Dimensions without values.
    static func shapeOnly(_ name: String, _ shape: [Int64], _ type: ONNXTensorProto.DataType = .float) -> ONNXTensorProto {
        ONNXTensorProto.with { $0.name = name; $0.dims = shape; $0.dataType = Int32(type.rawValue) }
    }

    static func raw(_ name: String, _ shape: [Int64], _ type: ONNXTensorProto.DataType, _ bytes: [UInt8]) -> ONNXTensorProto {
        ONNXTensorProto.with {
            $0.name = name
            $0.dims = shape
            $0.dataType = Int32(type.rawValue)
            $0.rawData = Data(bytes)
        }
    }

    static func bytes(_ model: ONNXModelProto) throws -> Data {
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        return try model.serializedBytes(options: options)
    }

    /// Decodes and imports as a file of these bytes would be.
    static func load(_ bytes: Data, options: ImportOptions = ImportOptions()) throws(ImportError) -> Graph {
        let model = try ONNXFile.model(WorkloadFile(path: "test.onnx", bytes: bytes))
        return try ONNXImport.graph(model, file: "test.onnx", options: options)
    }

    static func load(_ model: ONNXModelProto, _ dimensions: [String: Int] = [:]) throws -> Graph {
        try load(bytes(model), options: ImportOptions(dimensions: dimensions))
    }

    /// The message with which a model is refused; `nil` when it loads.
    static func refusal(_ model: ONNXModelProto, _ dimensions: [String: Int] = [:]) throws -> ImportError? {
        let bytes = try bytes(model)
        do throws(ImportError) {
            _ = try load(bytes, options: ImportOptions(dimensions: dimensions))
            return nil
        } catch {
            return error
        }
    }
}

extension Graph {
    func value(named name: String) -> Value? { values.first { $0.name == name } }
    var operations: [String] { nodes.map(\.operation) }
}

/// A folder that is removed with its last reference.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("cyclewright-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: Data) throws -> String {
        let file = "\(path)/\(name)"
        try bytes.write(to: URL(fileURLWithPath: file))
        return file
    }
}
