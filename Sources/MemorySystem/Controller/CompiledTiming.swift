/// A standard's constraints turned round: for each command, which cycles it moves when it issues.
///
/// Cycles from which on commands may issue are kept in one table, a row of `stride` commands for each instance of each level;
/// an *effect* raises one of them. Levels that coincide (the channel, its only pseudo-channel and its only rank) are merged,
/// commands that the configuration never issues are left out, and of several rules for one pair the strictest stays.
struct CompiledTiming: Sendable {
    static let stride = 16

    /// Raises the cycle of a command, by its place in the row.
    struct Effect: Hashable, Sendable {
        var following: Int
        /// Latency packed with the rule's name.
        var delay: Int
    }

    /// A rule over a window of commands: a ring of their cycles for each instance.
    struct Window: Hashable, Sendable {
        var level: TimingConstraint.Level
        var size: Int
        /// Where the rings begin in the table of rings; `size + 1` words each, the first holds the position.
        var rings: Int
        var effects: [Effect]
    }

    /// Effects of a command that reach one level.
    struct Reach: Hashable, Sendable {
        var level: TimingConstraint.Level
        var sibling: Bool
        var effects: [Effect]
    }

    /// By `DRAMCommand.rawValue`.
    private(set) var reaches: [[Reach]]
    private(set) var windows: [[Window]]
    private(set) var ringWords = 0
    /// Row of a level's first instance in the table.
    let firstRow: [TimingConstraint.Level: Int]
    let rows: Int
    /// Commands to a rank that rules of bank groups or banks follow.
    private(set) var looksInside: Set<DRAMCommand> = []

    init(_ standard: DRAMStandard, commands: Set<DRAMCommand>) {
        let geometry = DRAMChannelGeometry(standard.organization)
        let names = ConstraintNames(standard)
        var firstRow: [TimingConstraint.Level: Int] = [:]
        var rows = 0
        for level in TimingConstraint.Level.allCases {
            firstRow[level] = rows
            rows += geometry.instances(of: level)
        }
        self.firstRow = firstRow
        self.rows = rows
        let count = DRAMCommand.allCases.count
        reaches = Array(repeating: [], count: count)
        windows = Array(repeating: [], count: count)
        for (index, constraint) in standard.constraints.enumerated() {
            let following = DRAMCommand.allCases.filter { constraint.following.contains($0) && commands.contains($0) }
            let preceding = DRAMCommand.allCases.filter { constraint.preceding.contains($0) && commands.contains($0) }
            if following.isEmpty || preceding.isEmpty { continue }
            let delay = ConstraintNames.pack(constraint.latency, names.ofConstraint[index])
            let effects = following.map { Effect(following: Int($0.rawValue), delay: delay) }
            let isPlain = constraint.window == 1 && !constraint.sibling
            let level = constraint.sibling ? constraint.level : Self.merged(constraint.level, geometry)
            if constraint.sibling, geometry.siblings(of: level, instance: 0).count == 1 { continue }
            if level == .bankGroup || level == .bank { looksInside.formUnion(following.filter { !$0.isForBank }) }
            if constraint.window > 1 {
                precondition(!constraint.sibling, "a window over siblings is refused by the decoder")
                let window = Window(level: level, size: constraint.window, rings: ringWords, effects: effects)
                ringWords += (constraint.window + 1) * geometry.instances(of: level)
                for command in preceding { windows[Int(command.rawValue)].append(window) }
                continue
            }
            for command in preceding {
                let raw = Int(command.rawValue)
                let place: Int
                if let known = reaches[raw].firstIndex(where: { $0.level == level && $0.sibling == !isPlain }) {
                    place = known
                } else {
                    place = reaches[raw].count
                    reaches[raw].append(Reach(level: level, sibling: !isPlain, effects: []))
                }
                for effect in effects {
                    if let same = reaches[raw][place].effects.firstIndex(where: { $0.following == effect.following }) {
                        reaches[raw][place].effects[same].delay = max(reaches[raw][place].effects[same].delay, effect.delay)
                    } else {
                        reaches[raw][place].effects.append(effect)
                    }
                }
            }
        }
    }

    /// Where each ring begins.
    func rings(_ geometry: DRAMChannelGeometry) -> [Int] {
        var result: Set<Int> = []
        for window in windows.joined() {
            for instance in 0..<geometry.instances(of: window.level) { result.insert(window.rings + instance * (window.size + 1)) }
        }
        return result.sorted()
    }

    /// The innermost level with the same instances.
    private static func merged(_ level: TimingConstraint.Level, _ geometry: DRAMChannelGeometry) -> TimingConstraint.Level {
        switch level {
        case .channel where geometry.pseudoChannels == 1: merged(.pseudoChannel, geometry)
        case .pseudoChannel where geometry.ranks == 1: .rank
        default: level
        }
    }
}
