/// When a command may issue next, worked out from the standard's list of constraints as it stands: for each constraint and each
/// instance of its level, the cycles of the last commands that count.
///
/// Written for clarity, used by ``TickingController``; ``CompiledTiming`` answers the same question fast.
struct TimingHistory: Sendable {
    private let geometry: DRAMChannelGeometry
    private let constraints: [TimingConstraint]
    /// By command: the constraints that it follows, and that it precedes.
    private let following: [[Int]]
    private let preceding: [[Int]]
    private let names: ConstraintNames
    /// By constraint, then instance: cycles of the last `window` preceding commands, oldest first.
    private var issued: [[[Int]]]

    init(_ standard: DRAMStandard) {
        geometry = DRAMChannelGeometry(standard.organization)
        constraints = standard.constraints
        let constraints = standard.constraints
        following = DRAMCommand.allCases.map { command in constraints.indices.filter { constraints[$0].following.contains(command) } }
        preceding = DRAMCommand.allCases.map { command in constraints.indices.filter { constraints[$0].preceding.contains(command) } }
        names = ConstraintNames(standard)
        issued = constraints.map { Array(repeating: [], count: DRAMChannelGeometry(standard.organization).instances(of: $0.level)) }
    }

    /// The instances of a level that a command goes to: one for a bank's command, all in the rank for a rank's; for REFsb the banks
    /// with the number of `bank`.
    private func instances(of level: TimingConstraint.Level, unit: Int, bank: Int, command: DRAMCommand) -> StrideTo<Int> {
        if command.isForSameBanks, level == .bank {
            return geometry.sameBanks(bank % geometry.banksPerGroup, inUnit: unit)
        }
        if command.isForBank {
            let instance = geometry.instance(of: level, ofBank: bank)
            return stride(from: instance, to: instance + 1, by: 1)
        }
        let all = geometry.instances(of: level, inUnit: unit)
        return stride(from: all.lowerBound, to: all.upperBound, by: 1)
    }

    /// The packed cycle from which on no constraint forbids the command.
    func earliest(_ command: DRAMCommand, unit: Int, bank: Int) -> Int {
        var latest = 0
        for index in following[Int(command.rawValue)] {
            let constraint = constraints[index]
            let targets = instances(of: constraint.level, unit: unit, bank: bank, command: command)
            for target in targets {
                let sources = constraint.sibling ? geometry.siblings(of: constraint.level, instance: target) : target..<target + 1
                for source in sources where !(constraint.sibling && source == target) && issued[index][source].count == constraint.window {
                    let cycle = issued[index][source][0] + constraint.latency
                    latest = max(latest, ConstraintNames.pack(cycle, names.ofConstraint[index]))
                }
            }
        }
        return latest
    }

    mutating func record(_ command: DRAMCommand, unit: Int, bank: Int, at cycle: Int) {
        for index in preceding[Int(command.rawValue)] {
            let constraint = constraints[index]
            for instance in instances(of: constraint.level, unit: unit, bank: bank, command: command) {
                issued[index][instance].append(cycle)
                if issued[index][instance].count > constraint.window { issued[index][instance].removeFirst() }
            }
        }
    }
}
