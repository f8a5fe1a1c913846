import NumberFormats
import OperatorGraph

/// The value of a `Constant` node, in whichever of its attributes it is.
enum ONNXConstant {
    static func tensor(_ node: Graph.Node, file: String) throws(ImportError) -> Tensor {
        guard node.attributes.count == 1, let (name, attribute) = node.attributes.first else {
            throw failure(node, file, "a Constant has exactly one value attribute, this one has \(node.attributes.count)")
        }
        switch (name, attribute) {
        case ("value", .tensor(let tensor)), ("sparse_value", .tensor(let tensor)): return tensor
        case ("value_int", .int(let value)): return Tensor(.int64, [], .int64([Int64(value)]))
        case ("value_ints", .ints(let values)): return Tensor(.int64, [values.count], .int64(values.map { Int64($0) }))
        case ("value_float", .float(let value)): return Tensor(.fp32, [], .float([value]))
        case ("value_floats", .floats(let values)): return Tensor(.fp32, [values.count], .float(values))
        case ("value_string", .string(let value)): return Tensor(.uint8, [], .string([value]))
        case ("value_strings", .strings(let values)): return Tensor(.uint8, [values.count], .string(values))
        default: throw failure(node, file, "\(name) is not a value of a Constant")
        }
    }

    private static func failure(_ node: Graph.Node, _ file: String, _ message: String) -> ImportError {
        ImportError(file: file, place: ONNXFlattener.place(of: node), message: message)
    }
}
