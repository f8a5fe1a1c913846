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
        /// `nil` where nothing more is known than the results say.
        var recipe: RunRecipe?
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
        if head == databaseHead { return try database(file) }
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

    private static func database(_ file: String) throws(CommandFailure) -> Sweep {
        let sweep: Sweep
        do throws(SweepDatabaseError) {
            let reader = try SweepReader(path: file)
            sweep = Sweep(results: try reader.results(), file: file, recipe: recipe(reader.header))
        } catch {
            throw CommandFailure(error)
        }
        do throws(SweepFileError) { try SweepDocument.check(sweep.results, file: file) } catch { throw CommandFailure(.data, error.description) }
        return sweep
    }

    /// From the space as it was when the sweep began: a parameter may set more than its own value, and some settings are those of all points.
    private static func recipe(_ header: SweepHeader) -> RunRecipe? {
        guard let space = try? DesignSpace.decode(text: header.spaceText, file: header.name), space.parameters == header.parameters else { return nil }
        let own = space.workloads.flatMap { workload in
            workload.settings.map { RunRecipe.Setting(target: "\(workload.name).\($0.target)", value: $0.value.description) }
        }
        return RunRecipe(
            architecture: space.architecture, workloads: space.workloads.map { RunRecipe.Workload(name: $0.name, argument: $0.workload) }
        ) { point in own + space.settings(of: point.point).map { RunRecipe.Setting(target: $0.target, value: $0.value.description) } }
    }
}
