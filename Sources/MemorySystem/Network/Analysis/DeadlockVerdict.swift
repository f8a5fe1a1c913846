/// Whether packets of a network can ever wait for each other in a circle, and why not.
public struct DeadlockVerdict: Hashable, Sendable {
    public var isFree: Bool
    /// One sentence without its full stop.
    public var argument: String

    public init(isFree: Bool, argument: String) {
        self.isFree = isFree
        self.argument = argument
    }

    /// Deterministic routing whose channel dependency graph was searched.
    static func deterministic(routing: String, channels: Int, classes: Int, dependencies: Int) -> DeadlockVerdict {
        guard channels > 0 else {
            return DeadlockVerdict(isFree: true, argument: "there is one router, so that no packet holds a channel while it waits for another")
        }
        let kinds = classes > 1 ? "\(channels) channels of \(classes) classes, changed where a ring closes," : "\(channels) channels"
        return DeadlockVerdict(
            isFree: true,
            argument: "the \(dependencies) dependencies between the \(kinds) under \(routing) routing form no cycle (Dally and Seitz 1987)")
    }

    static func adaptive(dependencies: Int) -> DeadlockVerdict {
        DeadlockVerdict(
            isFree: true,
            argument: "the \(dependencies) dependencies between channels on all shortest paths together form no cycle (Dally and Seitz 1987)")
    }

    static func escape(classes: Int, dependencies: Int?) -> DeadlockVerdict {
        let channels = "\(classes) virtual channel\(classes == 1 ? "" : "s") of each port \(classes == 1 ? "is" : "are") set aside for escape"
        guard let dependencies else {
            return DeadlockVerdict(
                isFree: true,
                argument: "\(channels) by dimension order, which is free of cycles by construction (Duato 1993); too large to be examined channel by channel")
        }
        return DeadlockVerdict(
            isFree: true,
            argument: "\(channels), and their \(dependencies) direct and indirect dependencies form no cycle (Duato 1993)")
    }

    static func possible(_ cycle: [String]) -> DeadlockVerdict {
        DeadlockVerdict(
            isFree: false,
            argument: "channels can wait for each other in a circle: \(NetworkError.circle(cycle)); a watchdog ends the run when nothing can move")
    }
}
