import Foundation
import Reporting
import Simulation

/// Folders and files that the command line writes.
enum OutputFolder {
    /// Finds out before a long run whether `folder` can be made and written to.
    ///
    /// - Throws: `.cannotCreate` with the reason.
    static func check(_ folder: String) throws(CommandFailure) {
        var existing = folder, missing = ""
        while !existing.isEmpty, existing != "/", !FileManager.default.fileExists(atPath: existing) {
            missing = existing
            existing = FilePath.folder(existing)
        }
        let path = existing.isEmpty ? "." : existing
        guard ShippedFiles.isFolder(path) else { throw failure(folder, "\(path) is a file, not a folder") }
        if missing.isEmpty {
            guard access(path, W_OK | X_OK) == 0 else { throw failure(folder, String(cString: strerror(errno))) }
        } else {
            // Only making a folder tells whether it can be made.
            guard mkdir(missing, 0o777) == 0 else { throw failure(folder, String(cString: strerror(errno))) }
            rmdir(missing)
        }
    }

    private static func failure(_ folder: String, _ reason: String) -> CommandFailure {
        CommandFailure(ReportError.cannotWrite(path: folder, reason: reason))
    }

    /// Writes a text file, which appears when it is complete.
    static func write(_ text: String, to path: String) throws(CommandFailure) {
        try write(to: path) { (sink) throws(ReportError) in
            try sink.write(text)
            return true
        }
    }

    /// Writes an order of service, piece by piece.
    static func write(_ order: ServiceOrder, to path: String) throws(CommandFailure) {
        try write(to: path) { (sink) throws(ReportError) in
            try order.write { (piece) throws(ReportError) in try sink.write(piece) }
            return true
        }
    }

    /// Writes a file in pieces. It appears when `body` returns true, and not at all when it returns false.
    static func write(to path: String, _ body: (inout FileSink) throws(ReportError) -> Bool) throws(CommandFailure) {
        let parent = FilePath.folder(path), name = FilePath.name(path)
        let folder = parent.isEmpty ? "." : parent
        guard !name.isEmpty, name != "/", !path.hasSuffix("/") else { throw failure(path, "names a folder") }
        do throws(ReportError) {
            try Interruption.shared.protect(folder) { () throws(ReportError) in
                let files = try StagedFiles(folder: folder)
                var isComplete = false
                try files.write(name) { (sink) throws(ReportError) in isComplete = try body(&sink) }
                if isComplete { try files.commit() }
            }
        } catch {
            throw CommandFailure(error)
        }
    }
}
