import MemorySystem
import Testing

/// The shipped files and the checker against rules that were written apart from them.
@Suite("Timing checker: hand-stated rules")
struct CheckerIndependentRulesTests {
    /// Random commands that the states allow, each as early as the hand-stated rules allow: the checker must accept that cycle and
    /// refuse the one before.
    private func compare(_ rules: HandStatedRules, _ standard: DRAMStandard, commands: Int, seed: UInt64) -> [String] {
        var random = Xorshift64Star(seed: seed)
        var walk = CommandWalk(
            standard.organization, refreshesSameBanks: standard.refreshesSameBanks, managesRefresh: standard.refreshManagement != nil)
        var checker = TimingChecker(standard, options: .init(refreshInterval: 0, rankSwitchCycles: standard.timing["tCS"]?.cycles ?? 1))
        var log: [DRAMCommandRecord] = []
        var differences: [String: Int] = [:], order: [String] = []
        for _ in 0..<commands {
            var next = walk.next(&random)
            next.cycle = log.last?.cycle ?? 0
            let stated = rules.earliest(next, after: log)
            next.cycle = stated.cycle
            var atLimit = checker
            atLimit.check(next)
            var text: String?
            if let found = atLimit.violations.first {
                text = "stricter than stated by hand: \(found.command.command.abbreviation) after \(found.preceding?.command.abbreviation ?? "–"): \(found.rule.name) by \(found.missingCycles)"
                next.cycle += atLimit.violations.map(\.missingCycles).max() ?? 0
            } else if log.last != nil {
                var early = checker, rushed = next
                rushed.cycle -= 1
                early.check(rushed)
                if early.violations.isEmpty { text = "laxer than stated by hand: \(next.command.abbreviation) after \(stated.binding?.command.abbreviation ?? "–")" }
            }
            if let text {
                if differences[text] == nil { order.append(text) }
                differences[text, default: 0] += 1
            }
            // Sometimes time passes, so that other rules than the last command's bind.
            if Int.random(in: 0..<4, using: &random) == 0 { next.cycle += Int.random(in: 0...40, using: &random) }
            checker = TimingCheckerAfter.append(next, to: checker)
            walk.append(next)
            log.append(next)
            if log.count > 2000 { log.removeFirst(1000) }
        }
        return order.prefix(20).map { "\(differences[$0] ?? 0) × \($0)" }
    }

    @Test(arguments: [1, 2])
    func ddr4(_ ranks: Int) throws {
        let standard = try DRAMStandard(named: "DDR4-3200", overrides: ["organization.ranks": "\(ranks)"])
        let differences = compare(.ddr4_3200, standard, commands: 30_000, seed: 11)
        #expect(differences == [], "\(differences.joined(separator: "\n"))")
    }

    @Test func hbm2() throws {
        let differences = compare(.hbm2_2000, try DRAMStandard(named: "HBM2-2000"), commands: 30_000, seed: 12)
        #expect(differences == [], "\(differences.joined(separator: "\n"))")
    }

    @Test func ddr5() throws {
        let differences = compare(.ddr5_4800, try DRAMStandard(named: "DDR5-4800"), commands: 30_000, seed: 13)
        #expect(differences == [], "\(differences.joined(separator: "\n"))")
    }
}

/// The checker with one more command, its violations forgotten.
enum TimingCheckerAfter {
    static func append(_ record: DRAMCommandRecord, to checker: TimingChecker) -> TimingChecker {
        var copy = checker
        copy.check(record)
        precondition(copy.violations.isEmpty, "\(copy.violations)")
        return copy
    }
}

/// Commands in an order that the states of banks and ranks allow, drawn at random with a liking for near banks.
struct CommandWalk {
    private let organization: DRAMOrganization
    private let refreshesSameBanks: Bool
    private let managesRefresh: Bool
    private var openRows: [DRAMCoordinates: Int] = [:]
    private var down: [DRAMCoordinates: DRAMCommand] = [:]

    init(_ organization: DRAMOrganization, refreshesSameBanks: Bool, managesRefresh: Bool) {
        self.organization = organization
        self.refreshesSameBanks = refreshesSameBanks
        self.managesRefresh = managesRefresh
    }

    private func rank(_ at: DRAMCoordinates) -> DRAMCoordinates { DRAMCoordinates(pseudoChannel: at.pseudoChannel, rank: at.rank) }
    private func bank(_ at: DRAMCoordinates) -> DRAMCoordinates {
        DRAMCoordinates(pseudoChannel: at.pseudoChannel, rank: at.rank, bankGroup: at.bankGroup, bank: at.bank)
    }

    func next(_ random: inout Xorshift64Star) -> DRAMCommandRecord {
        var at = DRAMCoordinates(
            pseudoChannel: Int.random(in: 0..<organization.pseudoChannels, using: &random), rank: Int.random(in: 0..<organization.ranks, using: &random),
            bankGroup: Int.random(in: 0..<min(2, organization.bankGroups), using: &random),
            bank: Int.random(in: 0..<organization.banksPerGroup, using: &random))
        func record(_ command: DRAMCommand) -> DRAMCommandRecord {
            DRAMCommandRecord(cycle: 0, command: command, coordinates: command.isForOneBank ? at : rank(at))
        }
        if let state = down[rank(at)] { return record(state == .powerDownEnter ? .powerDownExit : .selfRefreshExit) }
        let draw = Int.random(in: 0..<100, using: &random)
        let isRankClosed = !openRows.keys.contains { rank($0) == rank(at) }
        if draw < 2 { return record(.powerDownEnter) }
        if draw < 6 { return record(.prechargeAll) }
        if isRankClosed, draw < 60 { return record(draw < 10 ? .selfRefreshEnter : managesRefresh && draw < 35 ? .manageAllBanks : .refreshAllBanks) }
        if refreshesSameBanks, draw < 12, !openRows.keys.contains(where: { rank($0) == rank(at) && $0.bank == at.bank }) {
            return DRAMCommandRecord(
                cycle: 0, command: managesRefresh && draw < 9 ? .manageSameBank : .refreshSameBank,
                coordinates: DRAMCoordinates(pseudoChannel: at.pseudoChannel, rank: at.rank, bank: at.bank))
        }
        guard let row = openRows[bank(at)] else {
            if organization.pseudoChannels > 1, draw < 15 { return record(.refreshBank) }
            if draw < 18 { return record(.precharge) }
            at.row = Int.random(in: 0..<organization.rows, using: &random)
            return record(.activate)
        }
        if draw < 25 { return record(.precharge) }
        at.row = row
        at.column = Int.random(in: 0..<organization.columns, using: &random)
        return record(draw < 30 ? .readAutoPrecharge : draw < 35 ? .writeAutoPrecharge : draw < 68 ? .read : .write)
    }

    mutating func append(_ record: DRAMCommandRecord) {
        let at = record.coordinates
        switch record.command {
        case .activate: openRows[bank(at)] = at.row
        case .precharge, .readAutoPrecharge, .writeAutoPrecharge: openRows[bank(at)] = nil
        case .prechargeAll: openRows = openRows.filter { rank($0.key) != rank(at) }
        case .powerDownEnter, .selfRefreshEnter: down[rank(at)] = record.command
        case .powerDownExit, .selfRefreshExit: down[rank(at)] = nil
        default: break
        }
    }
}
