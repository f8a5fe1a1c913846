import GraphImport
import NumberFormats
import ONNXSchema
import OperatorGraph
import Testing

@Suite("ONNX tensors")
struct ONNXTensorTests {
    private func decode(_ tensor: ONNXTensorProto) throws -> Tensor {
        var decoder = ONNXTensorDecoder(file: "test.onnx")
        return try decoder.tensor(tensor, place: "tensor")
    }

    /// Each element type by its bytes, and what they stand for.
    static let patterns: [(ONNXTensorProto.DataType, [Int64], [UInt8], ElementType, [Double])] = [
        (.float, [2], [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], .fp32, [1, -2]),
        (.double, [1], [0, 0, 0, 0, 0, 0, 0xf0, 0x3f], .fp64, [1]),
        (.float16, [2], [0, 0x3c, 0, 0xc0], .fp16, [1, -2]),
        (.bfloat16, [2], [0x80, 0x3f, 0, 0xc0], .bf16, [1, -2]),
        (.float8E4M3Fn, [2], [0x38, 0xc0], .fp8E4M3, [1, -2]),
        (.float8E5M2, [2], [0x3c, 0xc0], .fp8E5M2, [1, -2]),
        (.float4E2M1, [3], [0xc2, 0x07], .fp4E2M1, [1, -2, 6]),
        (.int8, [2], [1, 0xff], .int8, [1, -1]), (.uint8, [2], [1, 0xff], .uint8, [1, 255]),
        (.int16, [1], [0xfe, 0xff], .int16, [-2]), (.uint16, [1], [0xfe, 0xff], .uint16, [65534]),
        (.int32, [1], [0xfe, 0xff, 0xff, 0xff], .int32, [-2]),
        (.uint32, [1], [0xfe, 0xff, 0xff, 0xff], .uint32, [4_294_967_294]),
        (.int64, [1], [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], .int64, [-2]),
        (.uint64, [1], [2, 0, 0, 0, 0, 0, 0, 0], .uint64, [2]),
        (.bool, [3], [0, 1, 2], .bool, [0, 1, 1]),
        (.int4, [3], [0xf1, 0x08], .int4, [1, -1, -8]), (.uint4, [3], [0xf1, 0x08], .uint4, [1, 15, 8]),
        (.int2, [5], [0b11_10_01_00, 1], .int2, [0, 1, -2, -1, 1]),
        (.uint2, [5], [0b11_10_01_00, 1], .uint2, [0, 1, 2, 3, 1]),
    ]

    @Test("raw data of every element type", arguments: patterns.indices)
    func decodesRawData(index: Int) throws {
        let (type, shape, bytes, element, values) = Self.patterns[index]
        let tensor = try decode(Build.raw("t", shape, type, bytes))
        #expect(tensor.type == TensorType(element, shape.map { Int($0) }))
        #expect(tensor.doubleValues == values)
    }

    @Test("one number an entry gives the same as raw data", arguments: patterns.indices)
    func decodesTypedFields(index: Int) throws {
        let (type, shape, bytes, element, values) = Self.patterns[index]
        var proto = Build.shapeOnly("t", shape, type)
        switch element {
        case .fp32: proto.floatData = values.map { Float($0) }
        case .fp64: proto.doubleData = values
        case .int64: proto.int64Data = values.map { Int64($0) }
        case .uint64, .uint32: proto.uint64Data = values.map { UInt64($0) }
        case .fp16, .bf16:
            proto.int32Data = stride(from: 0, to: bytes.count, by: 2).map { Int32(bytes[$0]) | Int32(bytes[$0 + 1]) << 8 }
        case .int8, .int16, .uint16, .int32: proto.int32Data = values.map { Int32($0) }
        default: proto.int32Data = bytes.map { Int32($0) }
        }
        #expect(try decode(proto) == decode(Build.raw("t", shape, type, bytes)))
    }

    @Test("a tensor whose values do not match its type is refused", arguments: [
        (Build.raw("t", [2], .float, [0, 0, 0, 0]), "raw data has 4 bytes, fp32[2] takes 8"),
        (Build.floats("t", [3], [1, 2]), "float_data has 2 entries, the shape asks for 3"),
        (Build.integers("t", [-1], [1]), "a dimension of -1"),
        (Build.integers("t", [1 << 62, 4], [1]), "over the limit"),
        (Build.integers("t", [1 << 31, 1 << 31, 1 << 31], [1]), "more elements than can be counted"),
        (Build.integers("t", [1 << 40], [1]), "over the limit"),
        (Build.shapeOnly("t", [1], .complex64), "complex64 is not supported"),
        (Build.shapeOnly("t", [1], .undefined), "an undefined type"),
        (ONNXTensorProto.with { $0.dataType = 3; $0.dims = [1]; $0.int32Data = [300] }, "300 does not fit"),
        (ONNXTensorProto.with { $0.dataType = 99; $0.dims = [1]; $0.int32Data = [3] }, "data type 99"),
    ])
    func refuses(tensor: ONNXTensorProto, message: String) {
        let error = #expect(throws: ImportError.self) { try decode(tensor) }
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test("sparse constants are written out, with linear indices and with coordinates")
    func decodesSparseTensors() throws {
        for indices in [Build.integers("", [2], [1, 5]), Build.integers("", [2, 2], [0, 1, 1, 2])] {
            let sparse = ONNXSparseTensorProto.with {
                $0.values = Build.floats("w", [2], [7, 8])
                $0.indices = indices
                $0.dims = [2, 3]
            }
            var model = Build.model(
                nodes: [Build.node("Add", ["x", "w"], ["y"])], inputs: [Build.value("x", [2, 3])],
                outputs: [Build.value("y", [2, 3])])
            model.graph.sparseInitializer = [sparse]
            #expect(try Build.load(model).value(named: "w")?.data == Tensor(.fp32, [2, 3], .float([0, 7, 0, 0, 0, 8])))
        }
    }
}
