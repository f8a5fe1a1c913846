import GRDB

/// Why a database cannot be used, and what to do about it.
public struct SweepDatabaseError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        /// No such file.
        case missing
        /// Cannot be opened, made or written: permissions, a folder in the way.
        case inaccessible
        /// Something else than results of a sweep.
        case foreign
        /// Of a later version of the tool.
        case newer
        /// SQLite finds it damaged.
        case damaged
        /// Another process works on it.
        case inUse
        /// It holds another sweep.
        case otherSweep
        /// The disk is full, or the file may not grow.
        case full
    }

    public var kind: Kind
    public var path: String
    public var message: String

    public init(_ kind: Kind, path: String, _ message: String) {
        self.kind = kind; self.path = path; self.message = message
    }

    /// "results.sqlite: is in use by process 4711; …"
    public var description: String { "\(path): \(message)" }
}

extension SweepDatabaseError {
    /// What SQLite says, in terms of the sweep.
    init(_ error: any Error, path: String) {
        if let error = error as? SweepDatabaseError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.inaccessible, path: path, "\(error)")
            return
        }
        let text = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.full, path: path, "cannot grow: the disk is full; every finished point before this one is kept: free some space and run the same command again")
        case .SQLITE_IOERR:
            self.init(
                .full, path: path,
                "cannot be written (\(text)): the disk or a limit on the size of files may be full; every finished point before this one is kept: make room and run the same command again")
        case .SQLITE_CORRUPT:
            self.init(.damaged, path: path, "is damaged (\(text)); it was left as it is: restore a copy, or write to another file")
        case .SQLITE_NOTADB:
            self.init(.foreign, path: path, "is not a database of a sweep; it was left as it is: write to another file")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.inUse, path: path, "is being changed by another program; wait until it has ended")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN:
            self.init(.inaccessible, path: path, "cannot be opened for writing (\(text)); check the permissions of the file and its folder")
        default:
            self.init(.inaccessible, path: path, "SQLite: \(text)")
        }
    }
}
