import NumberFormats
import ONNXSchema

/// The element formats of ONNX in our terms.
package enum ONNXElementType {
    /// Our format of an ONNX data type; `nil` for text, complex numbers and the formats without a hardware
    /// counterpart here (the FNUZ variants of FP8 and the bare exponent E8M0).
    package static func element(_ dataType: Int32) -> ElementType? {
        switch ONNXTensorProto.DataType(rawValue: Int(dataType)) {
        case .float: .fp32
        case .uint8: .uint8
        case .int8: .int8
        case .uint16: .uint16
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .bool: .bool
        case .float16: .fp16
        case .double: .fp64
        case .uint32: .uint32
        case .uint64: .uint64
        case .bfloat16: .bf16
        case .float8E4M3Fn: .fp8E4M3
        case .float8E5M2: .fp8E5M2
        case .uint4: .uint4
        case .int4: .int4
        case .float4E2M1: .fp4E2M1
        case .uint2: .uint2
        case .int2: .int2
        default: nil
        }
    }

    /// The name that the specification gives a data type, for messages.
    package static func name(_ dataType: Int32) -> String {
        switch ONNXTensorProto.DataType(rawValue: Int(dataType)) {
        case .undefined: "an undefined type"
        case .string: "text"
        case .complex64: "complex64"
        case .complex128: "complex128"
        case .float8E4M3Fnuz: "float8e4m3fnuz"
        case .float8E5M2Fnuz: "float8e5m2fnuz"
        case .float8E8M0: "float8e8m0"
        case .float6E2M3: "float6e2m3"
        case .float6E3M2: "float6e3m2"
        default: element(dataType)?.rawValue ?? "data type \(dataType)"
        }
    }

    /// The data type of text.
    package static var text: Int32 { Int32(ONNXTensorProto.DataType.string.rawValue) }
}
