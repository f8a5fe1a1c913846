/// Parts of paths, as text: no file system is asked.
package enum FilePath {
    /// What stands before the last component: "a/b" of "a/b/c" and of "a/b/c/", "" of "c", "/" of "/c" and of "/".
    package static func folder(_ path: String) -> String {
        var rest = path[...]
        while rest.count > 1, rest.last == "/" { rest.removeLast() }
        guard let slash = rest.lastIndex(of: "/") else { return "" }
        rest = rest[..<slash]
        while rest.last == "/" { rest.removeLast() }
        return rest.isEmpty ? "/" : String(rest)
    }

    /// What follows the last slash.
    package static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The name without its extension.
    package static func stem(_ path: String) -> String {
        let name = name(path)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// The extension in lower case, without the dot; "" for none.
    package static func suffix(_ path: String) -> String {
        let name = name(path)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// `text` as part of a file name: letters, digits, dots, hyphens and underscores stay, everything else becomes a hyphen.
    package static func safe(_ text: String) -> String {
        let parts = text.prefix(80).map { character in
            character.isLetter || character.isNumber || character == "." || character == "-" || character == "_" ? character : "-"
        }
        let trimmed = String(parts).drop { $0 == "." || $0 == "-" }
        return trimmed.isEmpty ? "unnamed" : String(trimmed)
    }
}
