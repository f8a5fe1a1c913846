import Foundation
import GRDB

/// The results of a sweep in an SQLite file that a killed process leaves as good as a finished one does.
///
/// Every finished point is a transaction of its own, or shares one with others that finished meanwhile. The write-ahead log with
/// `synchronous=NORMAL` keeps what was committed however the process ends; when the machine itself loses power the last few points may have
/// to be run again, and the file stays whole (https://www.sqlite.org/pragma.html#pragma_synchronous). One process writes at a time; any
/// number may read meanwhile.
public final class SweepDatabase {
    /// Points that the strategy asked for together.
    public struct Batch: Sendable, Hashable {
        public var number: Int
        /// How many the strategy was asked for; it may have given fewer.
        public var requested: Int
        /// In the order of the strategy. A point that it asked for before comes with its number of then.
        public var points: [StoredPoint]
    }

    /// A point and, once it was evaluated, what became of it.
    public struct StoredPoint: Sendable, Hashable {
        public var number: Int
        public var point: DesignPoint
        public var outcome: EvaluatedPoint?
    }

    public let path: String
    public let header: SweepHeader
    /// True when the file was there before.
    public let isResumed: Bool
    private let queue: DatabaseQueue
    private let lock: DatabaseLock
    /// Distinct points that the strategy has asked for.
    public private(set) var pointCount: Int
    public private(set) var batchCount: Int
    /// Points that were evaluated, whatever became of them.
    public private(set) var evaluatedCount: Int

    /// Opens the sweep at `path`, or makes a new one.
    ///
    /// - Parameter pageLimit: pages of 4 KiB to which the file may grow, for tests of a full disk.
    /// - Throws: `SweepDatabaseError` when the file is something else, of a later version, in use, or holds a sweep that differs from
    ///   `header`; the file is then as it was.
    public init(path: String, header: SweepHeader, pageLimit: Int? = nil) throws(SweepDatabaseError) {
        self.path = path
        // Before a lock file is made beside what is none of ours.
        _ = try DatabaseFile.content(of: path)
        lock = try DatabaseLock(database: path)
        isResumed = try DatabaseFile.content(of: path) == .sweep
        if !isResumed { try DatabaseFile.create(path, header) }
        do {
            if isResumed { try Self.checkVersion(path) }
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            configuration.prepareDatabase { database in
                _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
                if let pageLimit { _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(pageLimit)") }
            }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            let stored = try queue.writeWithoutTransaction { database in
                try DatabaseSchema.migrate(database, path: path)
                return try Self.header(database, path: path)
            }
            let differences = header.differences(from: stored)
            guard differences.isEmpty else {
                throw SweepDatabaseError(
                    .otherSweep, path: path,
                    "holds another sweep: \(differences.joined(separator: "; ")); it was left as it is: write to another file with --output, or go back to what it was")
            }
            self.header = stored
            (pointCount, batchCount, evaluatedCount) = try queue.read { database in
                (
                    try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM points") ?? 0,
                    try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM batches") ?? 0,
                    try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM points WHERE status IS NOT NULL") ?? 0
                )
            }
        } catch {
            throw SweepDatabaseError(error, path: path)
        }
    }

    /// Refuses a later version before anything, the journal's mode included, is written.
    private static func checkVersion(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        guard version > DatabaseSchema.version else { return }
        try queue.read { try DatabaseSchema.migrate($0, path: path) }
    }

    static func header(_ database: Database, path: String) throws -> SweepHeader {
        guard let text = try String.fetchOne(database, sql: "SELECT header FROM sweep"), let header = SweepHeader(document: text) else {
            throw SweepDatabaseError(.damaged, path: path, "does not say which sweep it holds; it was left as it is: write to another file with --output")
        }
        return header
    }

    // MARK: Writing

    /// Records what the strategy asked for, before any of it is run.
    public func append(_ points: [DesignPoint], requested: Int) throws(SweepDatabaseError) -> Batch {
        let number = batchCount
        var added = 0
        let batch: Batch
        do {
            batch = try queue.write { database in
                try database.execute(sql: "INSERT INTO batches VALUES (?, ?)", arguments: [number, requested])
                var batch = Batch(number: number, requested: requested, points: [])
                for (position, point) in points.enumerated() {
                    let stored: StoredPoint
                    if let known = try Self.point(point, database, path: path) {
                        stored = known
                    } else {
                        stored = StoredPoint(number: pointCount + added, point: point)
                        added += 1
                        let parameters = zip(header.parameters, point.choices).map { (name: $0.name, value: $0.values[$1]) }
                        try database.cachedStatement(sql: "INSERT INTO points (number, choices, parameters) VALUES (?, ?, ?)")
                            .execute(arguments: [stored.number, Self.text(point), FigureText.text(parameters)])
                    }
                    try database.cachedStatement(sql: "INSERT INTO asked VALUES (?, ?, ?)").execute(arguments: [number, position, stored.number])
                    batch.points.append(stored)
                }
                return batch
            }
        } catch {
            throw SweepDatabaseError(error, path: path)
        }
        batchCount += 1
        pointCount += added
        return batch
    }

    /// Stores what became of points. When this returns they are kept, whatever happens to the process.
    public func store(_ points: [EvaluatedPoint]) throws(SweepDatabaseError) {
        do {
            try queue.write { database in
                let statement = try database.cachedStatement(
                    sql: "UPDATE points SET status = ?, reason = ?, objectives = ?, figures = ? WHERE number = ? AND status IS NULL")
                for point in points {
                    try statement.execute(arguments: [
                        point.status.rawValue, point.reason, FigureText.text(point.objectives), FigureText.text(point.figures), point.number,
                    ])
                    precondition(database.changesCount == 1, "a point is stored once")
                }
            }
        } catch {
            throw SweepDatabaseError(error, path: path)
        }
        evaluatedCount += points.count
    }

    // MARK: Going on

    /// The batch of a number, with what is known of its points.
    public func batch(_ number: Int) throws(SweepDatabaseError) -> Batch {
        do {
            return try queue.read { database in
                guard let requested = try Int.fetchOne(database, sql: "SELECT requested FROM batches WHERE number = ?", arguments: [number]) else {
                    throw SweepDatabaseError(.damaged, path: path, "lacks batch \(number); restore a copy, or write to another file")
                }
                let rows = try Row.fetchAll(
                    database, sql: "SELECT points.* FROM asked JOIN points ON points.number = asked.point WHERE asked.batch = ? ORDER BY asked.position",
                    arguments: [number])
                return Batch(number: number, requested: requested, points: try rows.map { try Self.stored($0, path: path) })
            }
        } catch {
            throw SweepDatabaseError(error, path: path)
        }
    }

    private static func point(_ point: DesignPoint, _ database: Database, path: String) throws -> StoredPoint? {
        let statement = try database.cachedStatement(sql: "SELECT * FROM points WHERE choices = ?")
        return try Row.fetchOne(statement, arguments: [text(point)]).map { try stored($0, path: path) }
    }

    // MARK: Reading

    /// Every evaluated point by number, one at a time: a sweep of any size takes the memory of one point.
    public func forEachPoint(_ body: (EvaluatedPoint) throws -> Void) throws {
        try queue.read { try Self.forEachPoint($0, path: path, body) }
    }

    static func forEachPoint(_ database: Database, path: String, _ body: (EvaluatedPoint) throws -> Void) throws {
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM points WHERE status IS NOT NULL ORDER BY number")
        while let row = try rows.next() {
            if let point = try stored(row, path: path).outcome { try body(point) }
        }
    }

    private static func text(_ point: DesignPoint) -> String { point.choices.map(String.init).joined(separator: ",") }

    private static func stored(_ row: Row, path: String) throws -> StoredPoint {
        let number: Int = row["number"], choices: String = row["choices"]
        let point = DesignPoint(choices: choices.split(separator: ",").compactMap { Int($0) })
        var stored = StoredPoint(number: number, point: point)
        guard let word: String = row["status"] else { return stored }
        guard let status = EvaluatedPoint.Status(rawValue: word), let objectives = FigureText.values(row["objectives"]),
            let figures = FigureText.figures(row["figures"])
        else { throw SweepDatabaseError(.damaged, path: path, "has a point \(number) that cannot be read; restore a copy, or write to another file") }
        stored.outcome = EvaluatedPoint(
            number: number, point: point, status: status, reason: row["reason"], objectives: objectives, figures: figures)
        return stored
    }

    /// Folds the log into the file, so that it can be copied alone, and lets go of it.
    public func close() throws(SweepDatabaseError) {
        do {
            _ = try? queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try queue.close()
        } catch {
            throw SweepDatabaseError(error, path: path)
        }
    }
}
