import Architecture
import Foundation
import MemorySystem

/// Finds the file that an argument means.
package struct InputResolver: Sendable {
    private let shipped: ShippedFiles

    package init(shipped: ShippedFiles = .standard()) { self.shipped = shipped }

    /// The path of the file for `argument`: the argument itself when it is a file, else a shipped file of that name.
    ///
    /// - Throws: `.noInput` when there is no such file, `.usage` when the name is ambiguous or means a file of the other kind.
    package func path(_ argument: String, _ kind: InputKind) throws(CommandFailure) -> String {
        if exists(argument), !ShippedFiles.isFolder(argument) {
            if let actual = InputKind(path: argument), !kind.extensions.contains(FilePath.suffix(argument)) {
                throw wrongKind(argument, actual, kind)
            }
            try checkReadable(argument)
            return argument
        }
        let matches = shipped.matches(argument, kind)
        if matches.count > 1 { throw ambiguous(argument, matches.map(\.name)) }
        if let match = matches.first { return match.path }
        if ShippedFiles.isFolder(argument) {
            throw CommandFailure(.noInput, "\(argument): is a folder; name \(kind.article) file in it")
        }
        for other in InputKind.allCases where other != kind && !shipped.matches(argument, other).isEmpty {
            throw wrongKind(argument, other, kind)
        }
        throw missing(argument, [kind])
    }

    /// The path and kind of the file for `argument`, of whichever kind it is.
    package func path(ofAnyKind argument: String) throws(CommandFailure) -> (path: String, kind: InputKind) {
        if exists(argument), !ShippedFiles.isFolder(argument) {
            guard var kind = InputKind(path: argument) else {
                let known = InputKind.allCases.map { "\($0.plural) end in .\($0.extensions.joined(separator: ", ."))" }
                throw CommandFailure(.usage, "\(argument): the file name does not tell what it is; \(known.joined(separator: ", "))")
            }
            try checkReadable(argument)
            if kind == .architecture, isNetwork(argument) { kind = .network }
            return (argument, kind)
        }
        let matches = InputKind.allCases.flatMap { kind in shipped.matches(argument, kind).map { ($0, kind) } }
        if matches.count > 1 { throw ambiguous(argument, matches.map { $0.0.name }) }
        if let match = matches.first { return (match.0.path, match.1) }
        if ShippedFiles.isFolder(argument) { throw CommandFailure(.noInput, "\(argument): is a folder; name a file in it") }
        throw missing(argument, InputKind.allCases)
    }

    private func exists(_ path: String) -> Bool { !path.isEmpty && FileManager.default.fileExists(atPath: path) }

    /// Architectures and networks end alike; a network says what it is in its first key.
    private func isNetwork(_ path: String) -> Bool {
        (try? ArchitectureFile.read(path: path)).map(NetworkDescription.isNetwork) ?? false
    }

    private func checkReadable(_ path: String) throws(CommandFailure) {
        guard access(path, R_OK) == 0 else {
            throw CommandFailure(.noInput, "\(path): cannot be read: \(String(cString: strerror(errno)))")
        }
    }

    private func wrongKind(_ argument: String, _ actual: InputKind, _ wanted: InputKind) -> CommandFailure {
        let advice = actual == .network || wanted == .network
            ? "`cyclewright network` takes a network, `cyclewright simulate` an architecture and a workload"
            : "the architecture comes first, then the workload"
        return CommandFailure(.usage, "\(argument): is \(actual.article), not \(wanted.article); \(advice)")
    }

    private func ambiguous(_ argument: String, _ names: [String]) -> CommandFailure {
        CommandFailure(.usage, "\(argument): may be \(names.joined(separator: " or ")); write one of them")
    }

    /// - Parameter others: names that would be understood as well.
    package func missing(_ argument: String, _ kinds: [InputKind], others: [String] = []) -> CommandFailure {
        let entries = kinds.flatMap(shipped.entries)
        let isPath = argument.contains("/") || InputKind(path: argument) != nil
        var candidates = others + entries.map(\.name)
        if isPath { candidates += siblings(of: argument, kinds) + entries.map(\.path) + entries.map { FilePath.name($0.path) } }
        let what = isPath ? "there is no such file" : "is neither a file nor a shipped \(InputResolver.list(kinds.map(\.rawValue), "or"))"
        let lists = InputResolver.list(kinds.map { "`cyclewright list \($0.plural)`" }, "and")
        let advice = Suggestion.closest(to: argument, among: candidates).map { "did you mean \"\($0)\"?" }
            ?? "\(lists) print\(kinds.count == 1 ? "s" : "") the shipped ones"
        return CommandFailure(.noInput, "\(argument.prefix(200)): \(what); \(advice)")
    }

    /// "a, b or c".
    private static func list(_ words: [String], _ conjunction: String) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
    }

    /// Files beside the one that is missing.
    private func siblings(of path: String, _ kinds: [InputKind]) -> [String] {
        let folder = FilePath.folder(path)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        let known = names.sorted().filter { name in kinds.contains { $0.extensions.contains(FilePath.suffix(name)) } }
        return known.prefix(1000).map { folder.isEmpty ? $0 : folder + "/" + $0 }
    }
}
