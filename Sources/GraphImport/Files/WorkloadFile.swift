import Foundation

/// The content of a workload file, mapped into memory after its size was checked.
package struct WorkloadFile: Sendable {
    /// Path as the user gave it.
    package let path: String
    package let bytes: Data

    /// Folder that holds the file: what relative paths inside it start from.
    package var folder: String { (path as NSString).deletingLastPathComponent }

    /// Reads a regular file of at most `limit` bytes.
    package init(path: String, limit: Int) throws(ImportError) {
        self.path = path
        let size = try Self.size(path: path)
        if size > limit {
            throw ImportError(
                file: path, message: "the file has \(size) bytes, over the limit of \(limit)",
                suggestion: "keep the weights in external data files, or leave them out")
        }
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw ImportError(
                file: path, message: "cannot be read", suggestion: "check its permissions", category: .unreadable)
        }
        if bytes.count > limit {
            throw ImportError(file: path, message: "the file grew over the limit of \(limit) bytes while it was read")
        }
    }

    package init(path: String, bytes: Data) {
        self.path = path
        self.bytes = bytes
    }

    /// Size in bytes; refuses what is not a regular file (a device would never end).
    package static func size(path: String) throws(ImportError) -> Int {
        let attributes: [FileAttributeKey: Any]
        do {
            let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            attributes = try FileManager.default.attributesOfItem(atPath: resolved)
        } catch {
            throw ImportError(
                file: path, message: "no such file, or not permitted to look at it", suggestion: "check the path",
                category: .unreadable)
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular,
            let size = (attributes[.size] as? NSNumber)?.intValue
        else {
            throw ImportError(file: path, message: "not a file", suggestion: "name a file", category: .unreadable)
        }
        return size
    }
}
