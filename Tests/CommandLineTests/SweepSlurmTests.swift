import Exploration
import Foundation
import Testing

/// Against a real Slurm of one node, which the test starts and ends. Without root or Slurm it says so and ends.
@Suite("Sweeps on Slurm", .serialized)
struct SweepSlurmTests {
    /// Enough work that tasks can be killed in its middle.
    private static let space = """
        space: clustered
        architecture: gemmini
        workload: large.csv
        set: { memories.scratchpad.capacity: 512 KiB, memories.accumulator.capacity: 128 KiB }
        parameters:
          rows: { sets: engines.mesh.rows, values: [4, 8, 16, 32] }
          columns: { sets: engines.mesh.columns, values: [8, 16, 32] }
          bandwidth: { sets: engines.load.width, values: [8 B, 16 B, 32 B, 64 B] }
        objectives: [cycles, { maximize: utilization }]
        strategy: { name: random, batch: 12, seed: 2 }

        """

    private func shell(_ script: String, _ arguments: [String], environment: [String: String] = [:]) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", script, "bash"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let output = Pipe(), errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let problems = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text, problems)
    }

    /// Runs `body` with a cluster: given a folder and the environment of its commands.
    private func withCluster(_ body: (String, [String: String]) throws -> Void) throws {
        try TemporaryFolder.with { (folder: String) throws -> Void in
            let scripts = Tool.repository + "/Tests/Slurm"
            // The daemons outlive the script, and would keep its pipes open.
            let start = try shell("\"$1\"/start.sh \"$2\" > \"$2/start.out\" 2> \"$2/start.err\"", [scripts, folder])
            defer { _ = try? shell("\"$1\"/stop.sh \"$2\"", [scripts, folder]) }
            let output = try String(contentsOfFile: folder + "/start.out", encoding: .utf8)
            let errors = try String(contentsOfFile: folder + "/start.err", encoding: .utf8)
            guard start.status != 77 else {
                FileHandle.standardError.write(Data(errors.utf8))
                return
            }
            let configuration = try #require(output.firstRange(of: "SLURM_CONF=").map { output[$0.upperBound...].trimmingCharacters(in: .whitespacesAndNewlines) }, "\(errors)")
            try Self.space.write(toFile: folder + "/space.yaml", atomically: true, encoding: .utf8)
            try "Layer, M, N, K,\nfirst, 384, 384, 384,\nsecond, 320, 512, 320,\n".write(toFile: folder + "/large.csv", atomically: true, encoding: .utf8)
            try body(folder, ["SLURM_CONF": configuration, "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"])
        }
    }

    private func start(_ folder: String, _ environment: [String: String], _ arguments: [String] = []) throws -> Process {
        let process = Tool.process(["sweep", "space.yaml", "--engine", "slurm", "--jobs", "2", "--verbose"] + arguments, in: folder, environment: environment)
        _ = FileManager.default.createFile(atPath: folder + "/.log", contents: nil)
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/.log"))
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func log(_ folder: String) -> String { (try? String(contentsOfFile: folder + "/.log", encoding: .utf8)) ?? "" }

    private func stored(_ folder: String) throws -> Int {
        log(folder).split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { line in
            line.range(of: "points=").flatMap { Int(line[$0.upperBound...]) }
        }.last ?? 0
    }

    /// Waits for a condition; a cluster that does nothing fails the test instead of hanging it.
    private func wait(_ process: Process? = nil, seconds: Double = 60, _ condition: () throws -> Bool) throws {
        let end = Date().addingTimeInterval(seconds)
        while try !condition(), process?.isRunning ?? true {
            try #require(Date() < end, "waited for \(seconds) s")
            usleep(20_000)
        }
    }

    @Test func tasksThatAreKilledOrPreemptedLoseNothing() throws {
        try withCluster { folder, environment in
            let process = try start(folder, environment)
            var struck = 0
            func strike(_ command: String) throws {
                let running = try shell("squeue --noheader --array --states=RUNNING --format=%F_%K", [], environment: environment).output.split(separator: "\n")
                guard let task = running.first else { return }
                if try shell(command + " \(task)", [], environment: environment).status == 0 { struck += 1 }
            }
            try wait(process) { try stored(folder) >= 3 }
            try strike("scancel --signal=KILL")
            try wait(process) { try stored(folder) >= 14 }
            try strike("scancel")
            try wait(process) { try stored(folder) >= 26 }
            try strike("scontrol requeue")
            try wait(process, seconds: 120) { false }
            process.waitUntilExit()
            #expect(process.terminationStatus == 0 && struck == 3, "struck \(struck) times\n\(log(folder))")
            #expect(!FileManager.default.fileExists(atPath: folder + "/clustered.sqlite.slurm"))
            let left = try shell("squeue --noheader --states=RUNNING,PENDING", [], environment: environment)
            #expect(left.status == 0 && left.output.isEmpty, "\(left.output)")
            try SweepFixture.sweep(["--output", "local.sqlite"], in: folder)
            let local = try SweepFixture.results(folder + "/local.sqlite")
            #expect(local.points.count == 48)
            #expect(try SweepFixture.results(folder + "/clustered.sqlite") == local)
        }
    }

    /// The head is killed; the next one ends its tasks' work, takes their results and goes on.
    @Test func aHeadThatIsKilledIsFollowedByAnother() throws {
        try withCluster { folder, environment in
            let first = try start(folder, environment, ["--output", "clustered.sqlite"])
            try wait(first) { try stored(folder) >= 10 }
            kill(first.processIdentifier, SIGKILL)
            first.waitUntilExit()
            let before = try SweepFixture.results(folder + "/clustered.sqlite")
            let second = try start(folder, environment)
            try wait(second) { try stored(folder) >= before.points.count + 6 }
            kill(second.processIdentifier, SIGINT)
            try wait(second) { false }
            #expect(second.terminationStatus == 130, "\(log(folder))")
            let third = try start(folder, environment)
            try wait(third, seconds: 120) { false }
            #expect(third.terminationStatus == 0, "\(log(folder))")
            try SweepFixture.sweep(["--output", "local.sqlite"], in: folder)
            let whole = try SweepFixture.results(folder + "/clustered.sqlite")
            #expect(try SweepFixture.results(folder + "/local.sqlite") == whole)
            #expect(Set(before.points).isSubset(of: Set(whole.points)) && before.points.count >= 10)
        }
    }

    @Test func aClusterThatCannotDoItsPartIsSaid() throws {
        try withCluster { folder, environment in
            let result = try Tool.run(
                ["sweep", "space.yaml", "--engine", "slurm", "--slurm-option=--partition=nowhere"], in: folder, environment: environment)
            expectFailure(result, status: 74, mentions: "sbatch refused the tasks", "nowhere", "--slurm-option")
            // Tasks that see another workload than the head has.
            try SweepFixture.products.write(toFile: folder + "/products.csv", atomically: true, encoding: .utf8)
            try SweepFixture.space.write(toFile: folder + "/other.yaml", atomically: true, encoding: .utf8)
            let process = Tool.process(["sweep", "other.yaml", "--engine", "slurm", "--slurm-option=--chdir=/"], in: folder, environment: environment)
            let script = "while [ ! -e \"$1\"/small-arrays.sqlite.slurm/task.sh ]; do sleep 0.01; done; sed -i 's/64, 64, 64/64, 64, 63/' \"$1\"/products.csv"
            let errors = folder + "/.errors"
            _ = FileManager.default.createFile(atPath: errors, contents: nil)
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            _ = try shell(script, [folder])
            try wait(process, seconds: 60) { false }
            let text = try String(contentsOfFile: errors, encoding: .utf8)
            #expect(process.terminationStatus == 74 && text.contains("tasks end without a result") && text.contains("this machine sees another space"), "\(text)")
        }
    }

    @Test func withoutSlurmTheCommandIsNamed() throws {
        try SweepFixture.with { folder in
            // A folder of programs without those of Slurm.
            try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: true)
            let result = try Tool.run(["sweep", "space.yaml", "--engine", "slurm"], in: folder, environment: ["PATH": folder + "/bin"])
            expectFailure(result, status: 74, mentions: "squeue: there is no such command", "Debian: slurm-client")
        }
    }
}
