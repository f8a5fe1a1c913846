import MemorySystem
import Testing

/// Figures of other simulators; see MemoryValidation in the documentation for where ours differ and why.
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
}
