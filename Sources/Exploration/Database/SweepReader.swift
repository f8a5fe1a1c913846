import Foundation
import GRDB

/// Reads the results of a sweep, finished or still running, without keeping anyone from going on with it.
public struct SweepReader {
    public let path: String
    public let header: SweepHeader
    private let queue: DatabaseQueue

    /// - Throws: `SweepDatabaseError` when there is no such file, or it is none of a sweep.
    public init(path: String) throws(SweepDatabaseError) {
        self.path = path
        guard try DatabaseFile.content(of: path) == .sweep else {
            throw SweepDatabaseError(.missing, path: path, "there is no such file; `cyclewright sweep` writes one")
        }
        do {
            var configuration = Configuration()
            // Only who may write removes the files of the log when it is the last one to close.
            configuration.readonly = access(path, W_OK) != 0
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA query_only = 1") }
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
            if version > DatabaseSchema.version { try queue.read { try DatabaseSchema.migrate($0, path: path) } }
            header = try queue.read { try SweepDatabase.header($0, path: path) }
            self.queue = queue
        } catch {
            throw SweepDatabaseError(error, path: path)
        }
    }

    /// Lets go of the file at once, rather than when the reader goes away.
    public func close() { try? queue.close() }

    /// Every evaluated point by number, one at a time.
    public func forEachPoint(_ body: (EvaluatedPoint) throws -> Void) throws {
        try queue.read { try SweepDatabase.forEachPoint($0, path: path, body) }
    }

    /// The whole sweep.
    ///
    /// - Parameter keepsFigures: whether points bring everything that was measured, which is most of their memory.
    public func results(keepsFigures: Bool = true) throws(SweepDatabaseError) -> SweepResults {
        var points: [EvaluatedPoint] = []
        do {
            try forEachPoint { point in
                points.append(point)
                if !keepsFigures { points[points.count - 1].figures = [] }
            }
        } catch {
            throw SweepDatabaseError(error, path: path)
        }
        return header.results(points)
    }
}

extension SweepResults {
    /// The sweep in a database of `cyclewright sweep`.
    public init(database path: String) throws(SweepDatabaseError) { self = try SweepReader(path: path).results() }
}
