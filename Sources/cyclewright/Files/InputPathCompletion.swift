import Foundation

/// Paths that may follow what the user has typed.
package enum InputPathCompletion {
    /// Folders, and files of the given kinds, that begin with `prefix`.
    package static func paths(_ prefix: String, _ kinds: [InputKind]) -> [String] {
        let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        return names.sorted().compactMap { name in
            let path = folder + name
            guard path.hasPrefix(prefix), !name.hasPrefix(".") else { return nil }
            if ShippedFiles.isFolder(path) { return path + "/" }
            return kinds.contains { $0.extensions.contains(FilePath.suffix(name)) } ? path : nil
        }
    }
}
