/// What a memory did, as far as energy depends on it.
public struct DRAMActivity: Hashable, Sendable {
    /// Commands by `DRAMCommand.rawValue`, of all ranks and pseudo-channels.
    public var commandCounts: [Int]
    // Cycles by state, summed over ranks and pseudo-channels: the five of one rank add up to its cycles.
    /// At least one row open.
    public var activeStandby: Int
    /// All rows closed.
    public var prechargeStandby: Int
    public var activePowerDown: Int
    public var prechargePowerDown: Int
    public var selfRefresh: Int

    public init(
        commandCounts: [Int] = Array(repeating: 0, count: DRAMCommand.allCases.count), activeStandby: Int = 0,
        prechargeStandby: Int = 0, activePowerDown: Int = 0, prechargePowerDown: Int = 0, selfRefresh: Int = 0
    ) {
        precondition(commandCounts.count == DRAMCommand.allCases.count, "one count for each command")
        self.commandCounts = commandCounts
        self.activeStandby = activeStandby
        self.prechargeStandby = prechargeStandby
        self.activePowerDown = activePowerDown
        self.prechargePowerDown = prechargePowerDown
        self.selfRefresh = selfRefresh
    }

    public subscript(command: DRAMCommand) -> Int {
        get { commandCounts[Int(command.rawValue)] }
        set { commandCounts[Int(command.rawValue)] = newValue }
    }

    public static func + (a: DRAMActivity, b: DRAMActivity) -> DRAMActivity {
        DRAMActivity(
            commandCounts: zip(a.commandCounts, b.commandCounts).map { $0 + $1 }, activeStandby: a.activeStandby + b.activeStandby,
            prechargeStandby: a.prechargeStandby + b.prechargeStandby, activePowerDown: a.activePowerDown + b.activePowerDown,
            prechargePowerDown: a.prechargePowerDown + b.prechargePowerDown, selfRefresh: a.selfRefresh + b.selfRefresh)
    }
}

/// Energy by what it went into, in whole femtojoules: the parts add up to the whole exactly, and so do the energies of two
/// stretches of time.
public struct DRAMEnergy: Hashable, Sendable {
    public enum Part: String, CaseIterable, Sendable {
        case activate = "activate and precharge"
        case read
        case write
        case refresh
        case interface
        case activeStandby = "active standby"
        case prechargeStandby = "precharge standby"
        case activePowerDown = "active power-down"
        case prechargePowerDown = "precharge power-down"
        case selfRefresh = "self-refresh"
    }

    private var parts: [Int]

    public init() { parts = Array(repeating: 0, count: Part.allCases.count) }

    /// Femtojoules.
    public subscript(part: Part) -> Int {
        get { parts[Self.index(part)] }
        set { parts[Self.index(part)] = newValue }
    }

    /// Femtojoules.
    public var total: Int { parts.reduce(0, +) }
    public var joules: Double { Double(total) * 1e-15 }

    /// Femtojoules that are spent whether or not anything is accessed.
    public var background: Int {
        self[.activeStandby] + self[.prechargeStandby] + self[.activePowerDown] + self[.prechargePowerDown] + self[.selfRefresh]
    }

    public static func + (a: DRAMEnergy, b: DRAMEnergy) -> DRAMEnergy {
        var sum = a
        for index in sum.parts.indices { sum.parts[index] += b.parts[index] }
        return sum
    }

    private static func index(_ part: Part) -> Int {
        switch part {
        case .activate: 0
        case .read: 1
        case .write: 2
        case .refresh: 3
        case .interface: 4
        case .activeStandby: 5
        case .prechargeStandby: 6
        case .activePowerDown: 7
        case .prechargePowerDown: 8
        case .selfRefresh: 9
        }
    }
}
