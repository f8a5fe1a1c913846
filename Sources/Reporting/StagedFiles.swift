import Foundation

/// Files that appear in a folder together, or not at all.
///
/// Each is written under a temporary name in the same folder (`.summary.json.<process>.partial`); `commit` moves all into place
/// after the last byte of the last one was accepted. What was not committed is removed when the value goes away, and what a
/// killed process left behind is removed by the next one that stages files there.
package final class StagedFiles {
    private let folder: String
    private var staged: [(temporary: String, final: String)] = []

    /// Makes `folder` and the folders above it when they are missing.
    package init(folder: String) throws(ReportError) {
        self.folder = folder
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
            let reason = exists && !isFolder.boolValue ? "a file of that name is in the way" : StagedFiles.reason(of: error)
            throw .cannotWrite(path: folder, reason: reason)
        }
        removeLeftovers()
    }

    deinit {
        for file in staged { unlink(file.temporary) }
    }

    /// Writes `name` with what `body` hands to the sink, in as many pieces as it likes.
    package func write(_ name: String, body: (inout FileSink) throws(ReportError) -> Void) throws(ReportError) {
        let final = folder + "/" + name
        let temporary = folder + "/." + name + ".\(getpid()).partial"
        // A name that a stranger may have prepared as a link is not followed: the file is made anew or not at all.
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .cannotWrite(path: final, reason: String(cString: strerror(errno))) }
        var sink = FileSink(descriptor: descriptor, path: final)
        staged.append((temporary, final))
        do throws(ReportError) {
            try body(&sink)
            try sink.finish()
        } catch {
            sink.abandon()
            throw error
        }
    }

    /// Moves every file into place, then removes the files named `obsolete`. Fails before it moves one if a folder is in the way
    /// of any.
    package func commit(removing obsolete: [String] = []) throws(ReportError) {
        for file in staged {
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: file.final, isDirectory: &isFolder), isFolder.boolValue {
                throw .cannotWrite(path: file.final, reason: "a folder of that name is in the way")
            }
        }
        while let file = staged.first {
            guard rename(file.temporary, file.final) == 0 else {
                throw .cannotWrite(path: file.final, reason: String(cString: strerror(errno)))
            }
            staged.removeFirst()
        }
        for name in obsolete { unlink(folder + "/" + name) }
    }

    /// Removes temporary files of processes that are no longer there.
    private func removeLeftovers() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(".") && name.hasSuffix(".partial") {
            let parts = name.split(separator: ".")
            guard parts.count >= 3, let process = pid_t(parts[parts.count - 2]), process > 0 else { continue }
            if kill(process, 0) != 0 && errno == ESRCH { unlink(folder + "/" + name) }
        }
    }

    private static func reason(of error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        let code = underlying ?? (error as NSError)
        return code.domain == NSPOSIXErrorDomain ? String(cString: strerror(Int32(code.code))) : error.localizedDescription
    }
}

/// A file that is open for writing, with a buffer.
package struct FileSink {
    private let path: String
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private static let capacity = 1 << 16

    /// Takes over `descriptor`, which is open for writing; errors name `path`.
    package init(descriptor: Int32, path: String) {
        self.path = path
        self.descriptor = descriptor
        buffer.reserveCapacity(FileSink.capacity)
    }

    package mutating func write(_ text: String) throws(ReportError) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= FileSink.capacity { try flush() }
    }

    private mutating func flush() throws(ReportError) {
        var offset = 0
        while offset < buffer.count {
            let written = buffer.withUnsafeBytes { bytes in
                Foundation.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
            if written < 0 {
                if errno == EINTR { continue }
                throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
            }
            offset += written
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Some file systems report a full disk only here.
    package mutating func finish() throws(ReportError) {
        try flush()
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0 else { throw .cannotWrite(path: path, reason: String(cString: strerror(errno))) }
    }

    package mutating func abandon() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}
