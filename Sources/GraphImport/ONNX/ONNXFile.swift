import Foundation
import ONNXSchema
import SwiftProtobuf

/// Decodes a model file, with the place of the first fault when it is damaged.
package enum ONNXFile {
    /// The model in the file at `path`.
    package static func model(
        path: String, limits: ONNXLimits = .standard
    ) throws(ImportError) -> ONNXModelProto {
        try model(WorkloadFile(path: path, limit: limits.fileBytes), limits: limits)
    }

    package static func model(
        _ file: WorkloadFile, limits: ONNXLimits = .standard
    ) throws(ImportError) -> ONNXModelProto {
        if file.bytes.isEmpty {
            throw ImportError(file: file.path, message: "the file is empty", suggestion: "copy or export it again")
        }
        let model: ONNXModelProto = try decode(file, as: .model, limits: limits)
        guard model.hasGraph else {
            throw ImportError(
                file: file.path, message: "the file holds no graph", suggestion: "check that it is an ONNX model")
        }
        return model
    }

    /// A tensor that stands alone in a file, as the ONNX project ships its test data.
    package static func tensor(path: String) throws(ImportError) -> ONNXTensorProto {
        let limits = ONNXLimits.standard
        return try decode(WorkloadFile(path: path, limit: limits.fileBytes), as: .tensor, limits: limits)
    }

    private static func decode<M: Message>(
        _ file: WorkloadFile, as message: ONNXWireSchema.Message, limits: ONNXLimits
    ) throws(ImportError) -> M {
        let failure: ONNXWireScan.Failure? = file.bytes.withUnsafeBytes { bytes in
            do throws(ONNXWireScan.Failure) {
                try ONNXWireScan.check(bytes, as: message, limits: limits)
                return nil
            } catch { return error }
        }
        if let failure {
            throw ImportError(
                file: file.path, place: "byte \(failure.offset)", message: failure.message,
                suggestion: "the file is damaged or no ONNX model; copy or export it again")
        }
        var options = BinaryDecodingOptions()
        options.discardUnknownFields = true
        options.messageDepthLimit = limits.messageDepth + 1
        do {
            return try M(serializedBytes: file.bytes, options: options)
        } catch {
            throw ImportError(
                file: file.path, message: "the file does not decode as an ONNX model (\(error))",
                suggestion: "copy or export it again")
        }
    }
}
