import MemorySystem
import Testing

/// Figures of other simulators and closed forms; see MemoryValidation in the documentation for where ours differ and why.
@Suite struct ControllerPeerTests {
    static func run(
        _ standard: DRAMStandard, mapping: String, pattern: String, capacity: Int, requests: Int, configuration: DRAMControllerConfiguration
    ) throws -> DRAMStatistics {
        let mapping = try AddressMapping(mapping, organization: standard.organization)
        let pattern = try #require(TrafficPattern(name: pattern))
        let traffic = try TrafficGenerator(
            pattern, count: requests, accessBytes: standard.organization.accessBytes, capacity: min(capacity, mapping.capacity))
        var controller = try EventController(standard: standard, configuration: configuration)
        controller.drive(traffic, mapping: mapping)
        return controller.statistics
    }

    /// Unoptimised builds leave out the long rows.
    static let rows: [PeerRow] = {
        #if DEBUG
        PeerRow.all.filter { $0.requests <= 40_000 }
        #else
        PeerRow.all
        #endif
    }()

    @Test("Ramulator 2.1's cycles within 3 %, row hits within 2 points, latencies within 3 %", arguments: rows)
    func ramulator(_ row: PeerRow) throws {
        var configuration = DRAMControllerConfiguration.ramulator21
        var overrides: [String: String] = [:]
        if row.standard.hasPrefix("LPDDR5") {
            // The peer sends the two steps of an activate apart, between reads, and counts tRCD from the second; ours holds the bus
            // for both. Here an activate is the second step alone.
            configuration.oneCycleCommands = true
            overrides["timing.tRCD"] = "15"
        }
        let standard = try DRAMStandard(named: row.standard, overrides: overrides)
        let found = try Self.run(
            standard, mapping: row.mapping, pattern: row.pattern, capacity: row.capacity, requests: row.requests, configuration: configuration)
        let ratio = Double(found.lastCompletion) / Double(row.cycles)
        #expect(abs(ratio - 1) < 0.03, "\(found.lastCompletion) cycles, \(ratio) of the peer's")
        #expect(abs(found.rowHitRate - row.rowHitRate) < 0.02, "\(found.rowHitRate) row hits, \(row.rowHitRate)")
        #expect(abs(found.readLatency.average / row.latency - 1) < 0.03, "latency \(found.readLatency.average), \(row.latency)")
    }

    /// Pattern, mapping, and cycles per request in the standard's parameters where one rule binds, before refresh.
    struct Floor: Sendable, CustomTestStringConvertible {
        var standard: String
        var pattern: String
        var mapping: String
        var rule: String
        /// Requests per this many cycles of the rule: 4 for tFAW.
        var per: Int

        var testDescription: String { "\(standard) \(pattern): \(rule)" }
    }

    static let floors = [
        Floor(standard: "DDR4-3200", pattern: "stride131072", mapping: "RoBaRaCoCh", rule: "tRC", per: 1),
        Floor(standard: "DDR4-3200", pattern: "stride512", mapping: "RoBaRaCoCh", rule: "tCCD_S", per: 1),
        Floor(standard: "DDR4-3200", pattern: "seq", mapping: "RoRaBaCoBgPcCh", rule: "tCCD_S", per: 1),
        Floor(standard: "DDR4-2400", pattern: "stride131072", mapping: "RoBaRaCoCh", rule: "tRC", per: 1),
        Floor(standard: "DDR3-1600", pattern: "stride65536", mapping: "RoBaRaCoCh", rule: "tRC", per: 1),
        Floor(standard: "DDR5-4800", pattern: "seq", mapping: "RoRaBaCoBgPcCh", rule: "tCCD_S", per: 1),
        Floor(standard: "GDDR6-14000", pattern: "stride65536", mapping: "RoBaRaCoCh", rule: "tRC", per: 1),
        Floor(standard: "HBM2-2000", pattern: "stride65536", mapping: "RoBaRaCoCh", rule: "tRC", per: 1),
        Floor(standard: "HBM3-6400", pattern: "stride65536", mapping: "RoBaRaCoCh", rule: "tRC", per: 1),
        Floor(standard: "LPDDR5-6400", pattern: "stride65536", mapping: "RoBaRaCoCh", rule: "tRC", per: 1),
    ]

    @Test("Where one rule binds, cycles are the closed form's within 1 %: rule times tREFI / (tREFI - tRFC)", arguments: floors)
    func closedForm(_ floor: Floor) throws {
        let standard = try DRAMStandard(named: floor.standard)
        func cycles(_ name: String) throws -> Double { Double(try #require(standard.timing[name]?.cycles)) }
        let refresh = try cycles("tREFI") / (cycles("tREFI") - cycles("tRFC"))
        let expected = try cycles(floor.rule) / Double(floor.per) * refresh
        let requests = 20_000
        let found = try Self.run(
            standard, mapping: floor.mapping, pattern: floor.pattern, capacity: 1 << 30, requests: requests, configuration: .init())
        let ratio = Double(found.lastCompletion) / Double(requests) / expected
        #expect(ratio > 0.99 && ratio < 1.015, "\(ratio) of \(expected) cycles per request")
    }
}
