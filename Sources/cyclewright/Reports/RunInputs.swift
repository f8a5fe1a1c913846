import Exploration
import Foundation
import Reporting

/// Reads the runs and sweeps that users name.
enum RunInputs {
    static func run(_ path: String) throws(CommandFailure) -> RunSummary {
        do throws(RunFileError) {
            return try RunSummary(path: path)
        } catch {
            throw failure(error)
        }
    }

    static func comparison(_ paths: [String]) throws(CommandFailure) -> RunComparison {
        var runs: [RunSummary] = []
        for path in paths { runs.append(try run(path)) }
        do throws(RunFileError) {
            return try RunComparison(runs)
        } catch {
            throw failure(error)
        }
    }

    private static func failure(_ error: RunFileError) -> CommandFailure { CommandFailure(error.kind == .missing ? .noInput : .data, error.description) }

    /// A sweep and the file that it came from.
    struct Sweep {
        var results: SweepResults
        var file: String
    }

    /// The largest JSON of a sweep that is read: a hundred thousand points with a hundred figures.
    private static let mostBytes = 1 << 30
    /// What every SQLite database begins with.
    private static let databaseHead = Data("SQLite format 3\u{0}".utf8)

    /// - Returns: `nil` when `path` is a run and not a sweep.
    static func sweep(_ path: String) throws(CommandFailure) -> Sweep? {
        guard ShippedFiles.exists(path) else {
            throw CommandFailure(.noInput, "\(path.prefix(200)): there is no such file or folder; name a sweep's database, or the folder of a run")
        }
        var file = path
        if ShippedFiles.isFolder(path) {
            // A report's folder has the sweep in it; a run's folder has not.
            guard let inside = ["sweep.json"].map({ path + "/" + $0 }).first(where: ShippedFiles.exists) else {
                guard ShippedFiles.exists(path + "/summary.json") else {
                    throw CommandFailure(.noInput, "\(path.prefix(200)): has neither a summary.json nor a sweep.json; name a run's folder or a sweep's database")
                }
                return nil
            }
            file = inside
        }
        guard let handle = FileHandle(forReadingAtPath: file) else { throw CommandFailure(.noInput, "\(file.prefix(200)): cannot be read") }
        let head = (try? handle.read(upToCount: databaseHead.count)) ?? Data()
        try? handle.close()
        if head == databaseHead { return Sweep(results: try database(file), file: file) }
        let size = (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
        guard size <= mostBytes else { throw CommandFailure(.data, "\(file): is larger than \(mostBytes >> 20) MiB, which is the most that is read") }
        guard let data = FileManager.default.contents(atPath: file) else { throw CommandFailure(.noInput, "\(file): cannot be read") }
        guard let first = data.first(where: { !" \n\r\t".utf8.contains($0) }), first == UInt8(ascii: "{") else {
            throw CommandFailure(.data, "\(file): is neither a sweep's database nor JSON")
        }
        // A run's summary has operators, which no sweep has.
        if data.range(of: Data("\"operators\":".utf8)) != nil, data.range(of: Data("\"points\":".utf8)) == nil { return nil }
        do throws(SweepFileError) {
            return Sweep(results: try SweepDocument.results(data, file: file), file: file)
        } catch {
            throw CommandFailure(.data, error.description)
        }
    }

    private static func database(_ file: String) throws(CommandFailure) -> SweepResults {
        throw CommandFailure(.data, "\(file): databases cannot be read by this build")
    }
}
