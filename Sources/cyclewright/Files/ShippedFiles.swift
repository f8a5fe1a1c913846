import Foundation

/// The architectures, workloads and networks that come with Cyclewright, by the names that users type.
package struct ShippedFiles: Sendable {
    /// One shipped file.
    package struct Entry: Sendable, Equatable {
        /// Path below the folder of its kind: "language-models/gpt2.json".
        package var relativePath: String
        /// Path to open it with.
        package var path: String
        /// The shortest name that means this file and no other.
        package var name: String
    }

    /// Folders that may hold `Architectures/`, `Workloads/` and `Networks/`; of two files of the same name the earlier folder's counts.
    private let roots: [String]

    package init(roots: [String]) { self.roots = roots }

    /// The current folder, `$CYCLEWRIGHT_HOME`, and the checkout that the running program lies in.
    package static func standard() -> ShippedFiles {
        var roots = [""]
        if let home = ProcessInfo.processInfo.environment["CYCLEWRIGHT_HOME"], !home.isEmpty { roots.append(home + "/") }
        if let program = Bundle.main.executableURL?.resolvingSymlinksInPath().path, let root = checkout(of: program) {
            roots.append(root + "/")
        }
        return ShippedFiles(roots: roots)
    }

    /// The nearest folder above `program` that has the folders of shipped files.
    private static func checkout(of program: String) -> String? {
        var folder = FilePath.folder(program)
        while folder.count > 1 {
            if InputKind.allCases.allSatisfy({ isFolder(folder + "/" + $0.folder) }) { return folder }
            folder = FilePath.folder(folder)
        }
        return nil
    }

    /// All files of a kind, by relative path.
    package func entries(_ kind: InputKind) -> [Entry] {
        var found: [String: String] = [:]
        for root in roots {
            for relative in ShippedFiles.files(in: root + kind.folder, extensions: kind.extensions) where found[relative] == nil {
                found[relative] = root + kind.folder + "/" + relative
            }
        }
        let paths = found.keys.sorted()
        let uses = Dictionary(grouping: paths.flatMap { Array(Set(ShippedFiles.names(of: $0))) }, by: { $0 }).mapValues(\.count)
        return paths.map { relative in
            let name = ShippedFiles.names(of: relative).first { uses[$0] == 1 } ?? relative
            return Entry(relativePath: relative, path: found[relative] ?? relative, name: name)
        }
    }

    /// The files that `name` may mean: one, unless it is unknown or ambiguous.
    package func matches(_ name: String, _ kind: InputKind) -> [Entry] {
        entries(kind).filter { ShippedFiles.names(of: $0.relativePath).contains(name) }
    }

    /// Names of one file, the shortest first.
    private static func names(of relativePath: String) -> [String] {
        let folder = relativePath.lastIndex(of: "/").map { String(relativePath[...$0]) } ?? ""
        return [FilePath.stem(relativePath), FilePath.name(relativePath), folder + FilePath.stem(relativePath), relativePath]
    }

    /// Relative paths of the files below `folder`, at most one folder deep.
    private static func files(in folder: String, extensions: [String]) -> [String] {
        func list(_ path: String) -> [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
        var result: [String] = []
        for name in list(folder) where !name.hasPrefix(".") {
            if isFolder(folder + "/" + name) {
                result += list(folder + "/" + name).map { name + "/" + $0 }
            } else {
                result.append(name)
            }
        }
        return result.filter { extensions.contains(FilePath.suffix($0)) && !FilePath.name($0).hasPrefix(".") }
    }

    static func exists(_ path: String) -> Bool { !path.isEmpty && FileManager.default.fileExists(atPath: path) }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
