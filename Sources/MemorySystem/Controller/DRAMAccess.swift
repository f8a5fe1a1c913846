/// One access (burst) that a controller is asked for.
public struct DRAMAccess: Hashable, Sendable {
    public var coordinates: DRAMCoordinates
    public var isWrite: Bool
    /// Comes back with the completion.
    public var tag: Int

    public init(coordinates: DRAMCoordinates, isWrite: Bool, tag: Int = 0) {
        self.coordinates = coordinates
        self.isWrite = isWrite
        self.tag = tag
    }
}

/// A served access. Accesses are served out of order.
public struct DRAMCompletion: Hashable, Sendable {
    public var tag: Int
    /// Just after the last data on the bus.
    public var cycle: Int

    public init(tag: Int, cycle: Int) {
        self.tag = tag
        self.cycle = cycle
    }
}

/// What to keep beside the statistics. Both grow with the number of accesses.
public struct DRAMRecording: Hashable, Sendable {
    public var commands: Bool
    public var completions: Bool

    public init(commands: Bool = false, completions: Bool = false) {
        self.commands = commands
        self.completions = completions
    }
}
