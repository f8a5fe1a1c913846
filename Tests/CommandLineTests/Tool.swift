import Foundation
import Testing

/// The built command line tool, run as its users run it.
enum Tool {
    /// What a run left behind.
    struct Result {
        var status: Int32
        /// True when a signal ended the process; `status` is then its number.
        var isSignalled: Bool
        var output: String
        var errors: String

        /// Lines of the error stream.
        var errorLines: [Substring] { errors.split(separator: "\n") }
    }

    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// Beside the test bundle, where the build puts it.
    static let path: String = {
        let folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
        let beside = folder?.appendingPathComponent("cyclewright").path
        let candidates = [beside, repository + "/.build/release/cyclewright", repository + "/.build/debug/cyclewright"]
        return candidates.compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "cyclewright"
    }()

    /// A process that is ready to run: in `folder`, with shipped files found through `CYCLEWRIGHT_HOME`.
    static func process(_ arguments: [String], in folder: String, environment: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ["CYCLEWRIGHT_HOME": repository, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        return process
    }

    static func run(
        _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:], executable: String? = nil
    ) throws -> Result {
        try TemporaryFolder.with { scratch in
            let process = process(arguments, in: folder ?? scratch, environment: environment)
            if let executable { process.executableURL = URL(fileURLWithPath: executable) }
            // Files, since a pipe that nobody empties would stop the process.
            let output = try handle(scratch + "/.output"), errors = try handle(scratch + "/.errors")
            process.standardOutput = output
            process.standardError = errors
            try process.run()
            process.waitUntilExit()
            try output.close()
            try errors.close()
            return Result(
                status: process.terminationStatus, isSignalled: process.terminationReason == .uncaughtSignal,
                output: try String(contentsOfFile: scratch + "/.output", encoding: .utf8),
                errors: try String(contentsOfFile: scratch + "/.errors", encoding: .utf8))
        }
    }

    /// The same with the words of one line, which are not quoted.
    static func run(_ line: String, in folder: String? = nil) throws -> Result {
        try run(line.split(separator: " ").map(String.init), in: folder)
    }

    private static func handle(_ path: String) throws -> FileHandle {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return try #require(FileHandle(forWritingAtPath: path))
    }
}

/// Folders that go away with the test.
enum TemporaryFolder {
    static func with<Result>(_ body: (String) throws -> Result) throws -> Result {
        let path = NSTemporaryDirectory() + "cyclewright-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    }
}

/// Checks of what every failure of the tool looks like.
func expectFailure(
    _ result: Tool.Result, status: Int32, mentions parts: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(result.status == status, "\(result.errors)", sourceLocation: sourceLocation)
    #expect(!result.isSignalled, sourceLocation: sourceLocation)
    #expect(result.errors.hasPrefix("cyclewright: error: "), "\(result.errors)", sourceLocation: sourceLocation)
    #expect(!result.errors.contains("Fatal error"), sourceLocation: sourceLocation)
    for part in parts {
        #expect(result.errors.contains(part), "\(result.errors) lacks \(part)", sourceLocation: sourceLocation)
    }
}
