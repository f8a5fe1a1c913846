import Foundation
import Quantities

extension Architecture {
    /// Reads an architecture from a YAML file, or from a SCALE-Sim configuration (`.cfg`, `.ini`).
    ///
    /// - Parameter overrides: values by path, `["engines.mxu.rows": "64"]`, as `--set` gives them.
    /// - Throws: `ArchitectureError` with up to 20 problems when the file cannot be read, is not an architecture, or
    ///   describes a machine that cannot be.
    public static func load(path: String, overrides: [String: String] = [:]) throws(ArchitectureError) -> Architecture {
        let text = try ArchitectureFile.read(path: path)
        return try decode(text: text, file: path, overrides: overrides)
    }

    /// Reads an architecture from text. `file` is used in messages, and its extension tells the format.
    public static func decode(
        text: String, file: String, overrides: [String: String] = [:]
    ) throws(ArchitectureError) -> Architecture {
        let name = file.lowercased()
        if name.hasSuffix(".cfg") || name.hasSuffix(".ini") {
            return try SCALESimConfiguration.decode(text: text, file: file, overrides: overrides)
        }
        var root = try YAMLDocument.parse(text, file: file)
        try Overrides.apply(overrides, to: &root)
        return try ArchitectureDecoder.decode(root, file: file)
    }
}

/// Reads configuration files without taking more memory than a configuration needs.
package enum ArchitectureFile {
    package static func read(path: String, kind: String = "architecture") throws(ArchitectureError) -> String {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw ArchitectureError(file: path, message: "there is no such file")
        }
        guard !isDirectory.boolValue else { throw ArchitectureError(file: path, message: "is a directory; name \(kind.withArticle) file in it") }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw ArchitectureError(file: path, message: "cannot be read; check its permissions")
        }
        defer { try? handle.close() }
        var data = Data()
        do {
            // Pipes give what they have: read until the end, or until it is too much.
            while data.count <= YAMLDocument.maximumBytes,
                let part = try handle.read(upToCount: YAMLDocument.maximumBytes + 1 - data.count), !part.isEmpty
            {
                data.append(part)
            }
        } catch {
            throw ArchitectureError(file: path, message: "cannot be read: \(error.localizedDescription.excerpt)")
        }
        guard data.count <= YAMLDocument.maximumBytes else {
            throw ArchitectureError(
                file: path, message: "is larger than \(Bytes(YAMLDocument.maximumBytes)), which no \(kind) file needs to be")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ArchitectureError(file: path, message: "is not UTF-8 text")
        }
        return text
    }
}
