import MemorySystem

/// xorshift64*, as in the workload definition of the peer measurements.
struct Xorshift {
    var state: UInt64

    init(_ seed: UInt64 = 0x9E37_79B9_7F4A_7C15) { state = seed }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func below(_ bound: Int) -> Int { Int((next() >> 11) % UInt64(bound)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}

/// Accesses with tunable locality, and pauses between them.
struct VariedTraffic {
    var random: Xorshift
    let organization: DRAMOrganization
    let writePercent: Int
    let rows: Int
    let columns: Int
    /// Out of 100: repeats the last bank and row; stays in one bank.
    let runPercent: Int
    let bankLimit: Int
    let pausePercent: Int
    let longestPause: Int
    private var last = DRAMCoordinates()

    init(seed: UInt64, organization: DRAMOrganization) {
        random = Xorshift(seed)
        self.organization = organization
        writePercent = random.pick([0, 10, 33, 50, 100])
        rows = random.pick([1, 2, 4, 1000])
        columns = random.pick([2, 8, organization.columns])
        runPercent = random.pick([0, 50, 90, 98])
        bankLimit = random.pick([1, 2, 5, 1000])
        let pauses = random.pick([(0, 1), (0, 1), (20, 3), (20, 60), (2, 3000)])
        pausePercent = pauses.0
        longestPause = pauses.1
    }

    /// The next access and how many cycles after the last one it comes.
    mutating func next() -> (access: DRAMAccess, pause: Int) {
        if !random.chance(runPercent) {
            last.pseudoChannel = random.below(min(bankLimit, organization.pseudoChannels))
            last.rank = random.below(min(bankLimit, organization.ranks))
            last.bankGroup = random.below(min(bankLimit, organization.bankGroups))
            last.bank = random.below(min(bankLimit, organization.banksPerGroup))
            last.row = random.below(min(rows, organization.rows))
        }
        last.column = random.below(min(columns, organization.columns))
        let pause = random.chance(pausePercent) ? 1 + random.below(longestPause) : 0
        return (DRAMAccess(coordinates: last, isWrite: random.chance(writePercent)), pause)
    }
}

extension DRAMControllerConfiguration {
    /// Any settings that `standard` can serve.
    static func random(_ random: inout Xorshift, for standard: DRAMStandard) -> DRAMControllerConfiguration {
        var result = DRAMControllerConfiguration()
        result.readQueueSize = random.pick([1, 4, 8, 32, 32, 64])
        result.writeQueueSize = random.pick([1, 4, 8, 32, 32, 64])
        result.requestsPerCycle = random.pick([1, 2, 4])
        result.scheduling = random.pick([.nextCommandReady, .nextCommandReady, .rowHitFirst, .rowHitFirst, .firstComeFirstServed])
        result.rowHitCap = random.pick([0, 0, 1, 4, 16])
        result.pagePolicy = random.pick([.open, .open, .closed, .adaptive, .timeout])
        result.pageTimeout = random.pick([1, 20, 100, 500])
        result.writeHighWatermark = random.pick([0.5, 0.8, 1.0])
        result.writeLowWatermark = random.pick([0, 0.2, 0.5])
        result.writeBatchCap = random.pick([0, 0, 1, 5, 40])
        result.forwardsWrites = random.chance(70)
        result.coalescesWrites = random.chance(70)
        result.ordersWritesAfterReads = random.chance(70)
        let byBank = standard.refreshesBanks ? Refresh.perBank : standard.refreshesSameBanks ? .sameBank : .allBank
        result.refresh = random.pick([.allBank, .allBank, byBank, byBank, .none])
        result.staggersRefresh = random.chance(50)
        result.postponedRefreshes = random.pick([0, 0, 1, 8])
        result.pulledInRefreshes = random.pick([0, 0, 1, 8])
        result.idleRefreshDelay = random.pick([0, 30, 200])
        result.refreshBlocksChannel = random.chance(50)
        result.activeRequestsFirst = random.chance(70)
        result.activeRequestsLeaveQueue = random.chance(50)
        result.activatesFirst = random.chance(20)
        result.powerDownAfter = random.pick([0, 0, 1, 30, 500])
        result.selfRefreshAfter = random.pick([0, 0, 0, 1, 40, 300, 2000])
        result.sharesCommandBus = random.chance(50)
        result.oneCycleCommands = random.chance(30)
        result.refreshRate = random.pick([1, 1, 2])
        if result.refresh == .allBank { result.refreshGranularity = random.pick(standard.refreshGranularities) }
        if let management = standard.refreshManagement, result.refresh == .allBank || result.refresh == .sameBank {
            result.refreshManagement = random.chance(70)
            result.postponedManagement = random.pick([0, 0, 1, management.maximumThreshold / management.initialThreshold - 1])
        }
        if random.chance(50) {
            // What most runs have, and what has its own way to decisions.
            result.scheduling = .nextCommandReady
            result.rowHitCap = 0
            result.pagePolicy = .open
            result.postponedRefreshes = 0
            result.pulledInRefreshes = 0
            result.powerDownAfter = 0
            result.selfRefreshAfter = 0
            result.activatesFirst = false
            result.postponedManagement = 0
        }
        // Where refreshes have been made frequent, twice as many may leave no time for anything else.
        if (try? result.validate(for: standard)) == nil { (result.refreshRate, result.refreshGranularity) = (1, 1) }
        return result
    }
}

extension DRAMStandard {
    /// Small changes that reach other branches: more ranks, pseudo-channels, buses, two-cycle commands, frequent refresh.
    func varied(_ random: inout Xorshift) -> DRAMStandard {
        var result = self
        result.organization.ranks = random.pick([1, 1, 2, 4])
        result.organization.pseudoChannels = random.pick([1, 1, 2])
        if random.chance(30) { result.organization.separateRowAndColumnCommands = true }
        if random.chance(20) { result.organization.commandCycles = [.activate: 2, .read: random.pick([1, 2])] }
        if random.chance(50), let refresh = result.timing["tREFI"] {
            result.timing["tREFI"] = TimingParameter(cycles: max(2000, refresh.cycles / random.pick([4, 8])), source: "test")
        }
        if random.chance(70), var management = refreshManagement {
            // Traffic of a thousand accesses seldom activates one bank 32 times.
            management.initialThreshold = random.pick([2, 3, 8])
            management.maximumThreshold = management.initialThreshold * random.pick([1, 3])
            management.refreshDecrement = random.pick([0, 1, management.initialThreshold])
            result.refreshManagement = management
        }
        return result
    }
}
