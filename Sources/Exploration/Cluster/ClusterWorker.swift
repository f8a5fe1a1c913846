import Foundation

/// A task of a cluster: takes shards from the shared folder, evaluates their points, and leaves what became of them there, until the head
/// says stop, or is gone.
public struct ClusterWorker {
    private let folder: SharedFolder
    private let run: String
    private let sweep: String
    private let task: String
    private let space: any SweptSpace
    private let evaluator: any PointEvaluator
    /// Seconds without a beat of the head's heart after which it is taken to be gone. Its own clock alone is looked at: machines differ.
    private static let patience = 120.0

    /// - Parameters:
    ///   - run: the head's; a task of another one ends.
    ///   - sweep: the header's hash, which goes with every result.
    ///   - task: of the scheduler, "4711_3".
    public init(folder: String, run: String, sweep: String, task: String, space: any SweptSpace, evaluator: any PointEvaluator) {
        self.folder = SharedFolder(path: folder)
        self.run = run; self.sweep = sweep; self.task = task; self.space = space; self.evaluator = evaluator
    }

    public func work() throws {
        // A task that the scheduler begins anew leaves what it had taken to whoever comes first.
        for name in folder.names("taken") where name.hasSuffix("@" + task) {
            _ = folder.move("taken/" + name, "todo/" + name.dropLast(task.count + 1))
        }
        var heart = Heart()
        var pause = 20_000 as UInt32
        while heart.beats(folder, run) {
            guard let name = take() else {
                usleep(pause)
                pause = min(500_000, pause * 2)
                continue
            }
            pause = 20_000
            try evaluate("taken/" + name, &heart)
        }
    }

    /// The name of a shard that is this task's from now on.
    private func take() -> String? {
        for name in folder.names("todo") {
            let taken = name + "@" + task
            if folder.move("todo/" + name, "taken/" + taken) { return taken }
        }
        return nil
    }

    private func evaluate(_ name: String, _ heart: inout Heart) throws {
        guard let shard = folder.read(SharedFolder.Shard.self, name) else { return folder.delete(name) }
        for point in shard.points {
            guard heart.beats(folder, run) else { return }
            let done = "done/\(point.number)"
            // Of a task that was lost after it had finished the point.
            if folder.exists(done) { continue }
            let design = DesignPoint(choices: point.choices)
            let request = PointRequest(number: point.number, point: design, settings: space.settings(of: design))
            let outcome: PointOutcome
            do throws(PointFailure) { outcome = .success(try evaluator.evaluate(request.settings)) } catch { outcome = .failure(error) }
            try folder.write(SharedFolder.Outcome(sweep: sweep, request, outcome), as: done)
        }
        folder.delete(name)
    }

    /// Whether the head lives, from what is seen of it.
    private struct Heart {
        private var last = ""
        private var seen = ContinuousClock.now

        mutating func beats(_ folder: SharedFolder, _ run: String) -> Bool {
            if folder.exists("stop") { return false }
            let text = folder.text("heart") ?? ""
            // A file that cannot be read for a moment is as good as one that stands still.
            if !text.isEmpty, !text.hasPrefix(run + " ") { return false }
            if !text.isEmpty, text != last {
                last = text
                seen = .now
            }
            return ContinuousClock.now - seen < .seconds(ClusterWorker.patience)
        }
    }
}
