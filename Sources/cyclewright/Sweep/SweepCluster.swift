import Exploration
import Foundation

/// The engine of a sweep on a cluster: what its tasks run, and where they meet.
enum SweepCluster {
    /// Tasks where nobody says how many.
    private static let standardTasks = 4

    /// - Parameter note: takes what is going on.
    static func engine(
        _ command: SweepCommand, _ inputs: SweepSetup, header: SweepHeader, database: String, note: @escaping @Sendable (String) -> Void
    ) throws(CommandFailure) -> SlurmEngine {
        let folder = absolute(command.sharedFolder ?? database + ".slurm")
        guard !folder.contains(where: \.isNewline) else { throw CommandFailure(.usage, "--shared-folder has a line break in its name") }
        guard let program = Bundle.main.executableURL?.resolvingSymlinksInPath().path else {
            throw CommandFailure(.software, "this program does not know where it lies, so that no task can run it")
        }
        var words = [program, "sweep", absolute(inputs.spacePath)]
        if command.noMemoisation { words.append("--no-memoisation") }
        // What the command line changes of the strategy is part of the sweep.
        if let strategy = command.strategy { words += ["--strategy", strategy] }
        if let seed = command.seed { words += ["--seed", String(seed)] }
        words.append("--worker")
        return SlurmEngine(
            .init(folder: folder, tasks: command.jobs ?? standardTasks, command: words, options: command.slurmOption, sweep: header.hash), note: note)
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}

/// A task of a cluster that works for a sweep.
struct SweepWorkerSession {
    private let command: SweepCommand

    init(_ command: SweepCommand) { self.command = command }

    func run() throws(CommandFailure) {
        guard command.worker.count == 3 else { throw CommandFailure(.usage, "--worker is for tasks that a sweep itself submits") }
        let inputs = try SweepSetup(command.space, memoises: !command.noMemoisation)
        let header = inputs.header(try SweepSession(command).strategy(inputs.space))
        guard header.hash == command.worker[2] else {
            throw CommandFailure(.data, "\(command.space): this machine sees another space, architecture or workload than the head of the sweep, or another version of Cyclewright")
        }
        let environment = ProcessInfo.processInfo.environment
        let job = environment["SLURM_ARRAY_JOB_ID"] ?? environment["SLURM_JOB_ID"] ?? "0"
        let task = job + "_" + (environment["SLURM_ARRAY_TASK_ID"] ?? "\(getpid())")
        let worker = ClusterWorker(
            folder: command.worker[0], run: command.worker[1], sweep: command.worker[2], task: task, space: inputs.space,
            evaluator: inputs.evaluator)
        do { try worker.work() } catch { throw CommandFailure(.inputOutput, "\(error)") }
    }
}
