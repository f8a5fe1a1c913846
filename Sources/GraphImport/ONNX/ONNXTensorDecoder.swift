import Foundation
import NumberFormats
import ONNXSchema
import OperatorGraph

/// Turns ONNX tensors into ours: types first, checked against the limits, then values from whichever
/// field or file holds them.
package struct ONNXTensorDecoder {
    private let file: String
    private let limits: ONNXLimits
    private var external: ONNXExternalData
    /// Bytes of values decoded so far.
    private var valueBytes = 0

    package init(file: String, limits: ONNXLimits = .standard) {
        self.file = file
        self.limits = limits
        external = ONNXExternalData(model: file)
    }

    /// Element format and shape. Text has no element format: it is typed `uint8` and held as strings.
    package func type(of tensor: ONNXTensorProto, place: String) throws(ImportError) -> TensorType {
        let element: ElementType
        if tensor.dataType == ONNXElementType.text {
            element = .uint8
        } else if let known = ONNXElementType.element(tensor.dataType) {
            element = known
        } else {
            throw failure(place, "the element type \(ONNXElementType.name(tensor.dataType)) is not supported")
        }
        let type = TensorType(element, tensor.dims.map { Int($0) })
        if let objection = GraphLimits.standard.objection(to: type) { throw failure(place, objection) }
        return type
    }

    /// True where the file holds the tensor's values; a tensor with extents alone stands for any values.
    package static func hasValues(_ tensor: ONNXTensorProto) -> Bool {
        tensor.dataLocation == .external || tensor.hasRawData || !tensor.floatData.isEmpty || !tensor.int32Data.isEmpty
            || !tensor.int64Data.isEmpty || !tensor.doubleData.isEmpty || !tensor.uint64Data.isEmpty
            || !tensor.stringData.isEmpty || tensor.dims.contains(0)
    }

    /// The tensor with its values.
    package mutating func tensor(_ tensor: ONNXTensorProto, place: String) throws(ImportError) -> Tensor {
        let type = try type(of: tensor, place: place)
        if tensor.hasSegment { throw failure(place, "tensors in segments are not supported") }
        let (bytes, overflow) = type.count.multipliedReportingOverflow(by: 8)
        valueBytes += overflow ? limits.valueBytes : bytes
        if valueBytes > limits.valueBytes {
            throw failure(place, "the model's values take more than \(limits.valueBytes) bytes")
        }
        if tensor.dataType == ONNXElementType.text {
            return try text(tensor, type, place)
        }
        if tensor.dataLocation == .external {
            let data = try external.bytes(of: tensor.externalData, expected: type.bytes, place: place)
            return data.withUnsafeBytes { ONNXRawValues.tensor(type, $0) }
        }
        if tensor.hasRawData {
            if tensor.rawData.count != type.bytes {
                throw failure(
                    place, "raw data has \(tensor.rawData.count) bytes, \(type.text) takes \(type.bytes)")
            }
            return tensor.rawData.withUnsafeBytes { ONNXRawValues.tensor(type, $0) }
        }
        return try typed(tensor, type, place)
    }

    private func text(_ tensor: ONNXTensorProto, _ type: TensorType, _ place: String) throws(ImportError) -> Tensor {
        try check(tensor.stringData.count, type.count, "string_data", place)
        var strings: [String] = []
        for data in tensor.stringData {
            guard let string = String(validating: data, as: UTF8.self) else { throw failure(place, "the text is not UTF-8") }
            strings.append(string)
        }
        return Tensor(type.element, type.shape, .string(strings))
    }

    /// Values from the fields that hold one number an entry.
    private func typed(_ tensor: ONNXTensorProto, _ type: TensorType, _ place: String) throws(ImportError) -> Tensor {
        let count = type.count
        switch type.element {
        case .fp32:
            try check(tensor.floatData.count, count, "float_data", place)
            return Tensor(.fp32, type.shape, .float(tensor.floatData))
        case .fp64:
            try check(tensor.doubleData.count, count, "double_data", place)
            return Tensor(.fp64, type.shape, .double(tensor.doubleData))
        case .int64:
            try check(tensor.int64Data.count, count, "int64_data", place)
            return Tensor(.int64, type.shape, .int64(tensor.int64Data))
        case .uint64:
            try check(tensor.uint64Data.count, count, "uint64_data", place)
            return Tensor(.uint64, type.shape, .uint64(tensor.uint64Data))
        case .uint32:
            try check(tensor.uint64Data.count, count, "uint64_data", place)
            return Tensor(.uint32, type.shape, .uint32(try narrowed(tensor.uint64Data, place)))
        case .int32:
            try check(tensor.int32Data.count, count, "int32_data", place)
            return Tensor(.int32, type.shape, .int32(tensor.int32Data))
        case .int16:
            try check(tensor.int32Data.count, count, "int32_data", place)
            return Tensor(.int16, type.shape, .int16(try narrowed(tensor.int32Data, place)))
        case .uint16:
            try check(tensor.int32Data.count, count, "int32_data", place)
            return Tensor(.uint16, type.shape, .uint16(try narrowed(tensor.int32Data, place)))
        case .int8:
            try check(tensor.int32Data.count, count, "int32_data", place)
            return Tensor(.int8, type.shape, .int8(try narrowed(tensor.int32Data, place)))
        case .fp16, .bf16:
            try check(tensor.int32Data.count, count, "int32_data", place)
            let patterns: [UInt16] = try narrowed(tensor.int32Data, place)
            return patterns.withUnsafeBytes { ONNXRawValues.tensor(type, $0) }
        default:
            // A byte an entry: whole elements, or several packed ones below a byte.
            try check(tensor.int32Data.count, type.bytes, "int32_data", place)
            let bytes = tensor.int32Data.map { UInt8(truncatingIfNeeded: $0) }
            return bytes.withUnsafeBytes { ONNXRawValues.tensor(type, $0) }
        }
    }

    private func check(_ count: Int, _ expected: Int, _ field: String, _ place: String) throws(ImportError) {
        if count != expected { throw failure(place, "\(field) has \(count) entries, the shape asks for \(expected)") }
    }

    private func narrowed<Wide: BinaryInteger, Narrow: FixedWidthInteger>(
        _ values: [Wide], _ place: String
    ) throws(ImportError) -> [Narrow] {
        var result: [Narrow] = []
        result.reserveCapacity(values.count)
        for value in values {
            guard let narrow = Narrow(exactly: value) else {
                throw failure(place, "the value \(value) does not fit the element type")
            }
            result.append(narrow)
        }
        return result
    }

    /// An error at a tensor of this file.
    func failure(_ place: String, _ message: String) -> ImportError {
        ImportError(file: file, place: place, message: message)
    }
}
