import Foundation

/// Slurm through its commands (`sbatch`, `squeue`, `scancel`), as version 22.05 of Debian 12 has them.
struct SlurmScheduler: Sendable {
    /// Of the jobs, so that they are found again among others.
    let jobName: String
    /// What the user adds for `sbatch`.
    let options: [String]

    /// What a task of an array does.
    enum TaskState: Sendable { case waiting, running }

    /// Submits an array of tasks that each run `script`.
    func submit(_ tasks: Int, script: String, log: String) throws(SweepError) {
        let (status, _, errors) = try run(
            ["sbatch", "--parsable", "--job-name=\(jobName)", "--array=0-\(tasks - 1)", "--ntasks=1", "--output=\(log)/%A_%a.txt"] + options + [script])
        guard status == 0 else {
            throw SweepError.cluster("sbatch refused the tasks: \(Self.line(errors)); give what the cluster asks for by --slurm-option, such as --slurm-option=--partition=NAME")
        }
    }

    /// The tasks that the scheduler knows, "4711_3"; `nil` when it does not answer.
    func tasks() throws(SweepError) -> [String: TaskState]? {
        let (status, output, _) = try run(["squeue", "--noheader", "--array", "--name=\(jobName)", "--format=%F_%K %T"])
        guard status == 0 else { return nil }
        var tasks: [String: TaskState] = [:]
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2 else { continue }
            switch words[1] {
            case "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "SPECIAL_EXIT": tasks[String(words[0])] = .waiting
            case "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "RESIZING", "SIGNALING", "STAGE_OUT": tasks[String(words[0])] = .running
            // Cancelled, failed, timed out, lost with its node.
            default: break
            }
        }
        return tasks
    }

    /// Ends all tasks.
    func cancel() { _ = try? run(["scancel", "--name=\(jobName)"]) }

    private static func line(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: "; ") }

    private func run(_ words: [String]) throws(SweepError) -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardInput = FileHandle.nullDevice
        let output = Pipe(), errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        do { try process.run() } catch { throw SweepError.cluster("\(words[0]) cannot be run: \(error.localizedDescription)") }
        // Errors are a few lines, which a pipe holds while the output is read.
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let problem = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        if process.terminationStatus == 127 {
            throw SweepError.cluster("\(words[0]): there is no such command on this machine; --engine slurm needs the commands of Slurm (Debian: slurm-client)")
        }
        return (process.terminationStatus, text, problem)
    }
}
