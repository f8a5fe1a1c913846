import MemorySystem

/// An access that a channel is offered from a cycle on.
struct OfferedAccess {
    var access: DRAMAccess
    var cycle: Int
}

/// Traffic that drives a channel into its corners, by coordinates.
enum AuditTraffic: String, CaseIterable {
    /// One bank, another row each time.
    case rowConflicts
    /// Another row of the next bank group's next bank each time: activates as dense as they can be.
    case activateBursts
    /// Activates of one bank group only.
    case oneBankGroup
    /// Reads and writes by turns to open rows.
    case turnarounds
    /// Ranks by turns, and by turns read and written.
    case rankPingPong
    /// Pseudo-channels by turns, bursts of hits in each.
    case pseudoChannelPingPong
    /// Any bank, few rows: hits, misses and conflicts, a third of them writes.
    case mixture
    /// Bursts with pauses of 0 to 3000 cycles: power-down, refresh of idle ranks, page timeouts.
    case pauses
    /// One access each now and then, as if to meet each refresh.
    case trickle

    /// A controller that ticks, after the first `count` accesses of a mixture, with its commands.
    static func served(_ count: Int, by standard: DRAMStandard) throws -> TickingController {
        var controller = try TickingController(standard: standard, configuration: .init(), recording: DRAMRecording(commands: true))
        var random = Xorshift64Star(seed: 5)
        for number in 0..<count {
            let access = mixture.access(number, after: 0, standard.organization, &random).access
            while !controller.offer(access) { controller.advanceAfterRefusal(isWrite: access.isWrite) }
        }
        controller.drain()
        return controller
    }

    /// The `number`-th access; `cycle` is that of the one before.
    func access(_ number: Int, after cycle: Int, _ organization: DRAMOrganization, _ random: inout Xorshift64Star) -> OfferedAccess {
        func draw(_ count: Int) -> Int { Int(random.next() >> 33) % count }
        var at = DRAMCoordinates(row: draw(organization.rows), column: draw(organization.columns))
        var isWrite = false, wait = 0
        switch self {
        case .rowConflicts: isWrite = number % 7 == 6
        case .activateBursts:
            at.bankGroup = number % organization.bankGroups
            at.bank = number / organization.bankGroups % organization.banksPerGroup
        case .oneBankGroup: at.bank = number % organization.banksPerGroup
        case .turnarounds:
            at.row = number / 500
            at.bankGroup = number / 3 % organization.bankGroups
            isWrite = number % 2 == 1
        case .rankPingPong:
            at.rank = number % organization.ranks
            at.row = number / 300
            isWrite = number / organization.ranks % 3 == 1
        case .pseudoChannelPingPong:
            at.pseudoChannel = number / 5 % organization.pseudoChannels
            at.bankGroup = draw(organization.bankGroups)
            at.row = number / 1000
        case .mixture:
            at = anywhere(organization, &random)
            at.row = draw(4)
            isWrite = draw(3) == 0
        case .pauses:
            at = anywhere(organization, &random)
            at.row = draw(8)
            isWrite = draw(4) == 0
            wait = draw(20) == 0 ? draw(3000) : 0
        case .trickle:
            at = anywhere(organization, &random)
            isWrite = draw(4) == 0
            wait = draw(400)
        }
        at.row %= organization.rows
        return OfferedAccess(access: DRAMAccess(coordinates: at, isWrite: isWrite, tag: number), cycle: cycle + wait)
    }

    private func anywhere(_ organization: DRAMOrganization, _ random: inout Xorshift64Star) -> DRAMCoordinates {
        func draw(_ count: Int) -> Int { Int(random.next() >> 33) % count }
        return DRAMCoordinates(
            pseudoChannel: draw(organization.pseudoChannels), rank: draw(organization.ranks), bankGroup: draw(organization.bankGroups),
            bank: draw(organization.banksPerGroup), row: draw(organization.rows), column: draw(organization.columns))
    }
}

/// A controller run whose every command is audited, in the memory of a part of its log.
struct Audit {
    var commands = 0
    var counts = [Int](repeating: 0, count: DRAMCommand.allCases.count)
    var statistics: DRAMStatistics
    var violations: [TimingViolation] = []
    var violationCount = 0

    /// - Parameter accesses: how many are offered.
    init<Controller: DRAMController>(
        _: Controller.Type, _ standard: DRAMStandard, _ configuration: DRAMControllerConfiguration, _ traffic: AuditTraffic,
        accesses: Int, seed: UInt64 = 1
    ) throws {
        var controller = try Controller(standard: standard, configuration: configuration, recording: DRAMRecording(commands: true))
        var checker = TimingChecker(standard, controlledBy: configuration, maximumViolations: 5)
        var counts = counts
        func audit() {
            for record in controller.takeCommandLog() {
                checker.check(record)
                counts[Int(record.command.rawValue)] += 1
            }
        }
        var random = Xorshift64Star(seed: seed), cycle = 0
        for number in 0..<accesses {
            let offered = traffic.access(number, after: cycle, standard.organization, &random)
            if offered.cycle > controller.cycle { controller.advance(to: offered.cycle) }
            while !controller.offer(offered.access) { controller.advanceAfterRefusal(isWrite: offered.access.isWrite) }
            cycle = max(controller.cycle, offered.cycle)
            if number % 4096 == 0 { audit() }
        }
        controller.drain()
        // Long enough for refreshes that nobody is in the way of.
        controller.advance(to: controller.cycle + 3 * (standard.timing["tREFI"]?.cycles ?? 0))
        audit()
        checker.finish(cycle: controller.cycle)
        statistics = controller.statistics
        commands = checker.commandCount
        violations = checker.violations
        violationCount = checker.violationCount
        self.counts = counts
    }
}

/// Controller settings that differ in what they issue.
enum AuditedConfiguration {
    static let named: [(name: String, configuration: DRAMControllerConfiguration)] = [
        ("default", .init()),
        ("ramulator2.1", .ramulator21),
        ("closed, row hits first, capped", make { $0.pagePolicy = .closed; $0.scheduling = .rowHitFirst; $0.rowHitCap = 4 }),
        ("adaptive, in order", make { $0.pagePolicy = .adaptive; $0.scheduling = .firstComeFirstServed }),
        ("timeout, power-down", make { $0.pagePolicy = .timeout; $0.pageTimeout = 100; $0.powerDownAfter = 20 }),
        ("postponed refresh", make { $0.postponedRefreshes = 8; $0.pulledInRefreshes = 8; $0.staggersRefresh = true; $0.powerDownAfter = 50 }),
        ("per-bank refresh", make { $0.refresh = .perBank; $0.postponedRefreshes = 2 }),
        ("same-bank refresh", make { $0.refresh = .sameBank; $0.postponedRefreshes = 2 }),
        ("same-bank refresh, self-refresh", make { $0.refresh = .sameBank; $0.selfRefreshAfter = 100; $0.pulledInRefreshes = 1 }),
        ("per-bank refresh, self-refresh", make { $0.refresh = .perBank; $0.selfRefreshAfter = 200; $0.powerDownAfter = 20 }),
        ("self-refresh", make { $0.selfRefreshAfter = 150; $0.pagePolicy = .closed }),
        ("self-refresh behind power-down", make { $0.selfRefreshAfter = 600; $0.powerDownAfter = 10; $0.postponedRefreshes = 4; $0.pulledInRefreshes = 4 }),
        ("fine-granularity refresh, hot", make { $0.refreshGranularity = 2; $0.refreshRate = 2; $0.postponedRefreshes = 3 }),
        ("finest granularity", make { $0.refreshGranularity = 4; $0.pulledInRefreshes = 4; $0.idleRefreshDelay = 10 }),
        ("hot, per-bank", make { $0.refresh = .perBank; $0.refreshRate = 2; $0.pulledInRefreshes = 2 }),
        ("refresh management", make { $0.refreshManagement = true; $0.activatesFirst = true }),
        ("refresh management, fine, postponed", make { $0.refreshManagement = true; $0.refreshGranularity = 2; $0.postponedManagement = 5; $0.powerDownAfter = 30 }),
        ("refresh management, same bank", make { $0.refresh = .sameBank; $0.refreshManagement = true; $0.postponedManagement = 2; $0.refreshRate = 2 }),
        ("no refresh, small queues", make { $0.refresh = .none; $0.readQueueSize = 2; $0.writeQueueSize = 3; $0.forwardsWrites = false }),
        ("refresh blocks, active first off", make { $0.refreshBlocksChannel = true; $0.activeRequestsFirst = false; $0.coalescesWrites = false }),
        ("one bus, one cycle", make { $0.sharesCommandBus = true; $0.oneCycleCommands = true; $0.activeRequestsLeaveQueue = true }),
    ]

    private static func make(_ change: (inout DRAMControllerConfiguration) -> Void) -> DRAMControllerConfiguration {
        var configuration = DRAMControllerConfiguration()
        change(&configuration)
        return configuration
    }

    /// Those that a device can do.
    static func of(_ standard: DRAMStandard) -> [(name: String, configuration: DRAMControllerConfiguration)] {
        named.filter { (try? $0.configuration.validate(for: standard)) != nil }
    }
}
