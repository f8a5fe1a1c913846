/// The standard's constraint rows, checked against the plain history of commands.
///
/// For every row the cycles of the last commands of its `preceding` set are kept, for each instance of its level; nothing is
/// computed ahead of the command that is checked. Rows with the same commands, level and window share a history.
struct ConstraintRules: Sendable {
    /// Commands of one set, by instance of one level: a ring of the last `window` each.
    private struct History: Sendable {
        var level: TimingConstraint.Level
        var window: Int
        /// Of the first ring in `cycles`, which have `window` places each.
        var firstPlace: Int
        /// Of the first instance in `oldest`.
        var firstInstance: Int
        var instancesPerParent: Int
    }

    private struct Row: Sendable {
        var constraint: TimingConstraint
        var history: Int
    }

    private let index: LevelIndex
    private let histories: [History]
    private let rows: [Row]
    /// Rows that a command may break, and histories that it enters, by its raw value.
    private let rowsOfCommand: [[Int]]
    private let historiesOfCommand: [[Int]]

    private var cycles: [Int]
    private var commands: [PackedCommand]
    /// Place of the oldest entry of each ring.
    private var oldest: [Int]

    /// Before every cycle, and far enough from the end of the range to add latencies.
    private static let never = Int.min / 4

    init(_ standard: DRAMStandard) {
        index = LevelIndex(organization: standard.organization)
        var histories: [History] = [], members: [Set<DRAMCommand>] = [], rows: [Row] = []
        var places = 0, instances = 0
        for constraint in standard.constraints where constraint.window > 0 {
            let preceding = Set(constraint.preceding)
            var found = histories.indices.first {
                members[$0] == preceding && histories[$0].level == constraint.level && histories[$0].window == constraint.window
            }
            if found == nil {
                found = histories.count
                let count = index.count(constraint.level)
                histories.append(
                    History(
                        level: constraint.level, window: constraint.window, firstPlace: places, firstInstance: instances,
                        instancesPerParent: index.countPerParent(constraint.level)))
                members.append(preceding)
                places += count * constraint.window
                instances += count
            }
            rows.append(Row(constraint: constraint, history: found ?? 0))
        }
        self.histories = histories
        self.rows = rows
        rowsOfCommand = DRAMCommand.allCases.map { command in rows.indices.filter { rows[$0].constraint.following.contains(command) } }
        historiesOfCommand = DRAMCommand.allCases.map { command in members.indices.filter { members[$0].contains(command) } }
        cycles = Array(repeating: ConstraintRules.never, count: places)
        commands = Array(repeating: .none, count: places)
        oldest = Array(repeating: 0, count: instances)
    }

    /// Adds the rows that `record` breaks to `violations`.
    func check(_ record: DRAMCommandRecord, into violations: inout [TimingViolation]) {
        for number in rowsOfCommand[Int(record.command.rawValue)] {
            let history = histories[rows[number].history]
            let place = lastPlace(rows[number].constraint.sibling, history, record)
            guard place >= 0, record.cycle < cycles[place] &+ rows[number].constraint.latency else { continue }
            violations.append(violation(of: rows[number].constraint, place, record))
        }
    }

    /// Makes `record` part of the history.
    mutating func append(_ record: DRAMCommandRecord) {
        let packed = PackedCommand(record)
        for number in historiesOfCommand[Int(record.command.rawValue)] {
            let history = histories[number]
            for instance in index.instances(history.level, record) {
                let ring = history.firstInstance + instance
                let place = history.firstPlace + instance * history.window + oldest[ring]
                cycles[place] = record.cycle
                commands[place] = packed
                oldest[ring] = oldest[ring] + 1 == history.window ? 0 : oldest[ring] + 1
            }
        }
    }

    /// Place of the `window`-th last command that counts, the latest over all instances that `record` concerns; -1 for none.
    private func lastPlace(_ sibling: Bool, _ history: History, _ record: DRAMCommandRecord) -> Int {
        let concerned = index.instances(history.level, record)
        var latest = -1
        if !sibling {
            for instance in concerned {
                let place = history.firstPlace + instance * history.window + oldest[history.firstInstance + instance]
                if latest < 0 || cycles[place] > cycles[latest] { latest = place }
            }
            return latest
        }
        let first = concerned.first / history.instancesPerParent * history.instancesPerParent
        let family = first..<first + history.instancesPerParent
        if history.window > 1 { return lastPlace(among: family, except: concerned, history) }
        for instance in family where !concerned.contains(instance) {
            let place = history.firstPlace + instance
            if latest < 0 || cycles[place] > cycles[latest] { latest = place }
        }
        return latest
    }

    /// Place of the `window`-th last command to any instance of `family` outside of `concerned`.
    private func lastPlace(among family: Range<Int>, except concerned: Instances, _ history: History) -> Int {
        var places: [Int] = []
        for instance in family where !concerned.contains(instance) {
            let first = history.firstPlace + instance * history.window
            places += first..<first + history.window
        }
        places.sort { cycles[$0] > cycles[$1] }
        return places.count < history.window ? -1 : places[history.window - 1]
    }

    private func violation(of constraint: TimingConstraint, _ place: Int, _ record: DRAMCommandRecord) -> TimingViolation {
        var text = "\(constraint.latency) cycles"
        if constraint.window > 1 { text += " around \(constraint.window + 1) commands" }
        text += constraint.sibling ? " to another \(constraint.level.name)" : " within a \(constraint.level.name)"
        return TimingViolation(
            rule: .constraint(constraint.name, constraint.level), command: record,
            preceding: commands[place].record(cycle: cycles[place]),
            missingCycles: cycles[place] + constraint.latency - record.cycle, requirement: text)
    }
}

extension TimingConstraint.Level {
    /// In words: "bank group".
    var name: String {
        switch self {
        case .channel: "channel"
        case .pseudoChannel: "pseudo-channel"
        case .rank: "rank"
        case .bankGroup: "bank group"
        case .bank: "bank"
        }
    }
}
