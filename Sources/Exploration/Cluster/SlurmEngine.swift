import Foundation

/// Evaluates points by an array job of Slurm: its tasks pull shards of the batch from a shared folder, and what becomes of points is merged
/// from there. Tasks live as long as the sweep; shards of those that are lost or preempted go back, and new tasks are submitted for them.
public struct SlurmEngine: PointEngine {
    public struct Options: Sendable {
        /// A folder that all machines of the cluster see under the same path.
        public var folder: String
        /// Tasks of the array at most.
        public var tasks: Int
        /// The command of a task, to which the folder, the run and the sweep's hash are added.
        public var command: [String]
        /// For sbatch.
        public var options: [String]
        /// `SweepHeader.hash`.
        public var sweep: String

        public init(folder: String, tasks: Int, command: [String], options: [String], sweep: String) {
            self.folder = folder; self.tasks = tasks; self.command = command; self.options = options; self.sweep = sweep
        }
    }

    /// Submissions in a row, none of which brought a result, after which the cluster is given up.
    private static let patience = 4
    /// Between looks into the folder, in microseconds, and looks at the scheduler.
    private static let pause = 50_000 as UInt32
    private static let pollInterval = Duration.seconds(1)
    /// Answers of the scheduler that may fail in a row, one a second.
    private static let silence = 300
    /// Looks in a row that find no trace of a point, after which it is shared anew.
    private static let delay = 30

    private let options: Options
    private let folder: SharedFolder
    private let run: String
    private let scheduler: SlurmScheduler
    private let note: @Sendable (String) -> Void
    private var beats = 0
    private var shards = 0
    private var isStarted = false
    private var submissions = 0
    private var unanswered = 0
    private var vanished = 0
    private var isComplete = false

    /// - Parameter note: takes what is going on, for a line of progress.
    public init(_ options: Options, note: @escaping @Sendable (String) -> Void = { _ in }) {
        self.options = options
        self.note = note
        folder = SharedFolder(path: options.folder)
        run = "\(getpid())-\(UInt64(Date().timeIntervalSince1970 * 1e6))"
        scheduler = SlurmScheduler(jobName: "cyclewright-\(run)", options: options.options)
    }

    public mutating func evaluate(
        _ requests: [PointRequest], goesOn: () -> Bool, deliver: ([(index: Int, outcome: PointOutcome)]) throws -> Void
    ) throws {
        try start()
        isComplete = false
        var open: [Int: Int] = [:]
        for (index, request) in requests.enumerated() { open[request.number] = index }
        // Points that an earlier head of this sweep had evaluated, and did not live to store.
        try collect(&open, requests, deliver)
        let missing = requests.filter { open[$0.number] != nil }
        try share(missing)
        var lastPoll: ContinuousClock.Instant?
        while !open.isEmpty {
            guard goesOn() else { return }
            try beat()
            if try collect(&open, requests, deliver) {
                submissions = 0
                continue
            }
            if lastPoll.map({ ContinuousClock.now - $0 >= Self.pollInterval }) ?? true {
                try tend(open, requests)
                lastPoll = .now
            }
            usleep(Self.pause)
        }
        isComplete = true
    }

    public mutating func finish() {
        guard isStarted else { return }
        isStarted = false
        try? folder.write("", "stop")
        scheduler.cancel()
        // What is still being written would bring the folder back.
        for _ in 0..<50 {
            guard let tasks = try? scheduler.tasks(), !tasks.isEmpty else { break }
            usleep(200_000)
        }
        // Results that were not stored are for the next run.
        if isComplete || folder.names("done").isEmpty { folder.remove() }
    }

    private mutating func start() throws {
        guard !isStarted else { return }
        try folder.create()
        folder.delete("stop")
        for part in ["todo", "taken"] {
            for name in folder.names(part) { folder.delete("\(part)/\(name)") }
        }
        isStarted = true
        try beat()
        let words = options.command + [options.folder, run, options.sweep]
        let script = "#!/bin/sh\nexec " + words.map(Self.quoted).joined(separator: " ") + "\n"
        try folder.write(script, "task.sh")
    }

    private static func quoted(_ word: String) -> String { "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'" }

    private mutating func beat() throws {
        beats += 1
        try folder.write("\(run) \(beats)", "heart")
    }

    /// Cuts points into shards: several for each task, so that a slow one holds up little.
    private mutating func share(_ requests: [PointRequest]) throws {
        let size = max(1, requests.count / (4 * options.tasks))
        for start in stride(from: 0, to: requests.count, by: size) {
            let points = requests[start..<min(start + size, requests.count)].map { SharedFolder.Shard.Point(number: $0.number, choices: $0.point.choices) }
            let number = String(shards)
            // Names in the order of numbers.
            try folder.write(SharedFolder.Shard(points: points), as: "todo/" + String(repeating: "0", count: max(0, 9 - number.count)) + number)
            shards += 1
        }
    }

    /// Hands over what tasks have finished.
    @discardableResult
    private func collect(
        _ open: inout [Int: Int], _ requests: [PointRequest], _ deliver: ([(index: Int, outcome: PointOutcome)]) throws -> Void
    ) throws -> Bool {
        var found: [(index: Int, outcome: PointOutcome)] = []
        var names: [String] = []
        for name in folder.names("done") {
            guard let number = Int(name) else { continue }
            guard let index = open[number] else {
                // Stored already, or of a later batch of an earlier head: only the first is of no use.
                if number < (requests.first?.number ?? 0) { folder.delete("done/" + name) }
                continue
            }
            guard let result = folder.read(SharedFolder.Outcome.self, "done/" + name), result.sweep == options.sweep, result.number == number,
                result.choices == requests[index].point.choices, let outcome = result.outcome
            else {
                // Of another sweep: it has to be done here.
                folder.delete("done/" + name)
                continue
            }
            found.append((index, outcome))
            names.append(name)
            open[number] = nil
        }
        guard !found.isEmpty else { return false }
        try deliver(found)
        // Only once they are stored.
        for name in names { folder.delete("done/" + name) }
        return true
    }

    /// Gives back what lost tasks had taken, and submits tasks where there are too few.
    private mutating func tend(_ open: [Int: Int], _ requests: [PointRequest]) throws {
        // Before the scheduler is asked: a task that takes a shard afterwards is none that is missing in the answer.
        let taken = folder.names("taken")
        guard let tasks = try scheduler.tasks() else {
            unanswered += 1
            if unanswered > Self.silence { throw SweepError.cluster("squeue has failed for \(Self.silence) s; what was finished is stored, and the same command goes on") }
            return
        }
        unanswered = 0
        var held = 0
        for name in taken {
            guard let mark = name.lastIndex(of: "@") else { continue }
            if case .running? = tasks[String(name[name.index(after: mark)...])] {
                held += 1
            } else {
                _ = folder.move("taken/" + name, "todo/" + name[..<mark])
            }
        }
        let waiting = folder.names("todo").count
        // Points that are neither waiting nor taken nor done for long were lost with a file. A network's view of a folder may be late.
        let isLost = waiting == 0 && held == 0 && folder.names("taken").isEmpty && folder.names("done").isEmpty
        vanished = isLost ? vanished + 1 : 0
        if vanished > Self.delay {
            vanished = 0
            try share(requests.filter { open[$0.number] != nil })
        }
        let running = tasks.values.count { $0 == .running }
        note("\(running) of \(tasks.count) tasks running, \(open.count) points of the batch left")
        let missing = min(options.tasks, waiting + held) - tasks.count
        guard missing > 0 else { return }
        guard submissions < Self.patience else {
            throw SweepError.cluster(
                "tasks end without a result: \(lastWords); what was finished is stored, and the same command goes on. Logs are in \(options.folder)/log")
        }
        submissions += 1
        try scheduler.submit(missing, script: options.folder + "/task.sh", log: options.folder + "/log")
    }

    /// The last line that a task wrote.
    private var lastWords: String {
        for name in folder.names("log").reversed() {
            if let line = folder.text("log/" + name)?.split(whereSeparator: \.isNewline).last { return String(line.prefix(300)) }
        }
        return "none has said why"
    }
}
