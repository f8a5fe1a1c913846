import MemorySystem
import Testing

/// Every command that the controllers issue is legal.
@Suite("Audited controllers")
struct CheckerAuditTests {
    static let ranks = [1, 2, 4]

    @Test(arguments: DRAMStandard.shippedNames)
    func theEventModelBreaksNoRule(_ name: String) throws {
        try audit(EventController.self, name, accesses: 1500)
    }

    private func audit<Controller: DRAMController>(_: Controller.Type, _ name: String, accesses: Int) throws {
        var counts = [Int](repeating: 0, count: DRAMCommand.allCases.count)
        for ranks in CheckerAuditTests.ranks {
            let standard = try DRAMStandard(named: name, overrides: ["organization.ranks": "\(ranks)"])
            for (label, configuration) in AuditedConfiguration.of(standard) {
                for traffic in AuditTraffic.allCases {
                    let audit = try Audit(Controller.self, standard, configuration, traffic, accesses: accesses, seed: UInt64(ranks))
                    for index in counts.indices { counts[index] += audit.counts[index] }
                    let place = "\(name), \(ranks) ranks, \(label), \(traffic.rawValue)"
                    #expect(audit.violationCount == 0, "\(place): \(audit.violationCount): \(audit.violations.map(\.description).joined(separator: "\n"))")
                    // Nothing is audited that was not issued, and all is that was.
                    #expect(audit.counts == audit.statistics.commandCounts, "\(place)")
                    #expect(audit.statistics.count(of: .read) + audit.statistics.count(of: .readAutoPrecharge) + audit.statistics.forwardedReads == audit.statistics.reads, "\(place)")
                }
            }
        }
        // The traffic reaches every command that the controllers know.
        var expected = Set(DRAMCommand.allCases)
        let standard = try DRAMStandard(named: name)
        if !standard.refreshesBanks { expected.remove(.refreshBank) }
        if !standard.refreshesSameBanks { expected.remove(.refreshSameBank) }
        if standard.refreshManagement == nil { expected.subtract([.manageAllBanks, .manageSameBank]) }
        for command in DRAMCommand.allCases where expected.contains(command) {
            #expect(counts[Int(command.rawValue)] > 100, "\(name): \(command.abbreviation)")
        }
        // Ten million in all (nineteen standards).
        #expect(counts.reduce(0, +) > 600_000)
    }
}
