import Architecture
import Foundation

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
            if let actual = InputKind.declared(inFile: argument), actual != kind { throw wrongKind(argument, actual, kind) }
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
            if kind == .architecture { kind = InputKind.declared(inFile: argument) ?? kind }
            return (argument, kind)
        }
        let matches = InputKind.allCases.flatMap { kind in shipped.matches(argument, kind).map { ($0, kind) } }
        if matches.count > 1 { throw ambiguous(argument, matches.map { $0.0.name }) }
        if let match = matches.first { return (match.0.path, match.1) }
        if ShippedFiles.isFolder(argument) { throw CommandFailure(.noInput, "\(argument): is a folder; name a file in it") }
        throw missing(argument, InputKind.allCases)
    }

    /// The kind of the file or shipped name that `argument` is; `nil` where it is neither.
    package func kind(of argument: String) -> InputKind? {
        do throws(CommandFailure) {
            return try path(ofAnyKind: argument).kind
        } catch {
            return nil
        }
    }

    private func exists(_ path: String) -> Bool { !path.isEmpty && FileManager.default.fileExists(atPath: path) }

    private func checkReadable(_ path: String) throws(CommandFailure) {
        guard access(path, R_OK) == 0 else {
            throw CommandFailure(.noInput, "\(path): cannot be read: \(String(cString: strerror(errno)))")
        }
    }

    private func wrongKind(_ argument: String, _ actual: InputKind, _ wanted: InputKind) -> CommandFailure {
        let pair: Set<InputKind> = [actual, wanted]
        let advice = pair == [.architecture, .workload] ? "the architecture comes first, then the workload" : actual.advice
        return CommandFailure(.usage, "\(argument): is \(actual.article), not \(wanted.article); \(advice)")
    }

    private func ambiguous(_ argument: String, _ names: [String]) -> CommandFailure {
        CommandFailure(.usage, "\(argument): may be \(names.joined(separator: " or ")); write one of them")
    }

    /// - Parameter others: names that would be understood as well.
    package func missing(_ argument: String, _ kinds: [InputKind], others: [String] = []) -> CommandFailure {
        let entries = kinds.flatMap(shipped.entries)
        let isPath = argument.contains("/") || InputKind(path: argument) != nil
        if let standard = MemoryInputs.shippedName(argument) {
            return CommandFailure(.usage, "\(standard): is a memory standard, not \(wordList(kinds.map(\.article))); `cyclewright memory` simulates one")
        }
        var candidates = others + entries.map(\.name) + entries.map { FilePath.stem($0.path) }
        if isPath { candidates += siblings(of: argument, kinds) + entries.map(\.path) + entries.map { FilePath.name($0.path) } }
        let what = isPath ? "there is no such file" : "is neither a file nor a shipped \(wordList(kinds.map { $0 == .tiers ? $0.article : $0.rawValue }))"
        let lists = wordList(kinds.map { "`cyclewright list \($0.plural)`" }, conjunction: "and")
        let advice = Suggestion.closest(to: argument, among: candidates).map { "did you mean \"\($0)\"?" }
            ?? "\(lists) print\(kinds.count == 1 ? "s" : "") the shipped ones"
        return CommandFailure(.noInput, "\(argument.prefix(200)): \(what); \(advice)")
    }

    /// Files beside the one that is missing.
    private func siblings(of path: String, _ kinds: [InputKind]) -> [String] {
        let folder = FilePath.folder(path)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        let known = names.sorted().filter { name in kinds.contains { $0.extensions.contains(FilePath.suffix(name)) } }
        return known.prefix(1000).map { folder.isEmpty ? $0 : folder + "/" + $0 }
    }
}
