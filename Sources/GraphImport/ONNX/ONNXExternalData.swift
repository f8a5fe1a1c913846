import Foundation
import ONNXSchema

/// Tensor values that a model keeps in files beside it, addressed by location, offset and length.
///
/// A location is a path relative to the model's folder. Paths that lead outside of it, by `..`, an absolute
/// path or a symbolic link, are refused: a model must not be able to read other files.
package struct ONNXExternalData {
    private let model: String
    private let folder: String
    private var files: [String: Data] = [:]

    package init(model: String) {
        self.model = model
        let folder = (model as NSString).deletingLastPathComponent
        self.folder = folder.isEmpty ? "." : folder
    }

    /// The bytes of a tensor, as many as `expected`.
    package mutating func bytes(
        of entries: [ONNXStringStringEntryProto], expected: Int, place: String
    ) throws(ImportError) -> Data {
        var values: [String: String] = [:]
        for entry in entries {
            if values.updateValue(entry.value, forKey: entry.key) != nil {
                throw ImportError(file: model, place: place, message: "external data names \"\(entry.key)\" twice")
            }
        }
        guard let location = values["location"], !location.isEmpty else {
            throw ImportError(file: model, place: place, message: "external data has no location")
        }
        let offset = try number(values["offset"], "offset", place) ?? 0
        if let length = try number(values["length"], "length", place), length != expected {
            throw ImportError(
                file: model, place: place,
                message: "external data has \(length) bytes, its shape and type ask for \(expected)")
        }
        let content = try file(at: location, place)
        guard offset <= content.count, expected <= content.count - offset else {
            throw ImportError(
                file: model, place: place,
                message: "external data at byte \(offset) of \"\(location)\" needs \(expected) bytes, the file has \(content.count)",
                suggestion: "copy the external data file again")
        }
        let start = content.startIndex + offset
        return content[start..<start + expected]
    }

    private func number(_ text: String?, _ key: String, _ place: String) throws(ImportError) -> Int? {
        guard let text, !text.isEmpty else { return nil }
        guard let value = Int(text), value >= 0 else {
            throw ImportError(file: model, place: place, message: "external data \(key) \"\(text)\" is not a count of bytes")
        }
        return value
    }

    private mutating func file(at location: String, _ place: String) throws(ImportError) -> Data {
        if let content = files[location] { return content }
        let parts = location.split(separator: "/", omittingEmptySubsequences: false)
        if location.hasPrefix("/") || location.contains("\0") || location.contains("\\") || parts.contains("..") {
            throw outside(location, place)
        }
        let path = (folder as NSString).appendingPathComponent(location)
        let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard target.hasPrefix(root == "/" ? root : root + "/") else { throw outside(location, place) }
        let content: Data
        do {
            content = try WorkloadFile(path: path, limit: ONNXLimits.standard.valueBytes).bytes
        } catch {
            throw ImportError(
                file: model, place: place, message: "external data \"\(location)\": \(error.message)",
                suggestion: "put the external data file beside the model", category: error.category)
        }
        files[location] = content
        return content
    }

    private func outside(_ location: String, _ place: String) -> ImportError {
        ImportError(
            file: model, place: place, message: "external data \"\(location)\" is outside of the model's folder",
            suggestion: "keep external data files in the folder of the model")
    }
}
