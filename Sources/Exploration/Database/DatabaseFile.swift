import Foundation
import GRDB

/// The file that a database is in: what it is, before SQLite may change it, and how it comes into being.
enum DatabaseFile {
    /// "CWsw" as SQLite's application ID, which says what an SQLite file is for.
    static let applicationID: UInt32 = 0x4357_7377
    /// What SQLite leaves beside a database.
    private static let companions = ["-wal", "-journal"]

    enum Content { case absent, sweep }

    /// Looks into the file without SQLite, so that a foreign one is never touched.
    static func content(of path: String) throws(SweepDatabaseError) -> Content {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            for companion in companions where size(path + companion) > 0 {
                throw SweepDatabaseError(
                    .damaged, path: path, "is not there, but \(path)\(companion) is, and holds results that belong to it; put the two together, or move that file away")
            }
            return .absent
        }
        guard !isFolder.boolValue else { throw SweepDatabaseError(.inaccessible, path: path, "is a folder; name a file") }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw SweepDatabaseError(.inaccessible, path: path, "cannot be read; check its permissions")
        }
        defer { try? handle.close() }
        // https://www.sqlite.org/fileformat.html, §1.3: a string of 16 bytes, and the application ID at 68.
        let header = [UInt8]((try? handle.read(upToCount: 100)) ?? Data())
        guard header.count == 100, header.starts(with: "SQLite format 3\0".utf8) else {
            throw SweepDatabaseError(.foreign, path: path, "is not a database; it was left as it is: write to another file with --output")
        }
        guard header[68..<72].reduce(0, { $0 << 8 | UInt32($1) }) == applicationID else {
            throw SweepDatabaseError(
                .foreign, path: path, "is an SQLite database, but not one of `cyclewright sweep`; it was left as it is: write to another file with --output")
        }
        return .sweep
    }

    private static func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Makes the database under another name and moves it into place: a file of the name is always complete. Called under the lock, so
    /// that what lies under the other name is of a process that was killed.
    static func create(_ path: String, _ header: SweepHeader) throws(SweepDatabaseError) {
        let staged = path + ".partial"
        func remove() { for suffix in [""] + companions { unlink(staged + suffix) } }
        remove()
        defer { remove() }
        do {
            let queue = try DatabaseQueue(path: staged)
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                try DatabaseSchema.migrate(database)
                try database.inTransaction {
                    try DatabaseSchema.describe(header, database)
                    return .commit
                }
            }
            try queue.close()
        } catch {
            throw SweepDatabaseError(error, path: path)
        }
        guard rename(staged, path) == 0 else {
            throw SweepDatabaseError(.inaccessible, path: path, "cannot be made: \(String(cString: strerror(errno)))")
        }
    }
}
