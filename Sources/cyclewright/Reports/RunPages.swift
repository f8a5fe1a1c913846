import Foundation

/// Links from a report to the pages of single runs.
package enum RunPages {
    /// The page of each point that has one: `folder/NUMBER/report.html`, seen from `output`.
    ///
    /// - Parameter numbers: of the points, by index.
    static func links(_ numbers: [Int], in folder: String, from output: String) -> [Int: String] {
        guard ShippedFiles.isFolder(folder) else { return [:] }
        var links: [Int: String] = [:]
        for (index, number) in numbers.enumerated() {
            let page = "\(folder)/\(number)/report.html"
            if FileManager.default.fileExists(atPath: page) { links[index] = link(to: page, from: output) }
        }
        return links
    }

    /// The path to `file` as a page in `folder` writes it: relative, so that both can be moved together, and escaped for an address.
    package static func link(to file: String, from folder: String, current: String = FileManager.default.currentDirectoryPath) -> String {
        let target = components(file, current), base = components(folder, current)
        let common = zip(target, base).prefix { $0 == $1 }.count
        let parts = [String](repeating: "..", count: base.count - common) + target[common...]
        return parts.map { part in part.addingPercentEncoding(withAllowedCharacters: allowed) ?? part }.joined(separator: "/")
    }

    /// What stands for itself in one component of an address, RFC 3986.
    private static let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=@")

    /// The components of an absolute path without "." and "..".
    private static func components(_ path: String, _ current: String) -> [String] {
        var result: [String] = []
        for part in (path.hasPrefix("/") ? path : current + "/" + path).split(separator: "/") where part != "." {
            if part == ".." { _ = result.popLast() } else { result.append(String(part)) }
        }
        return result
    }
}
