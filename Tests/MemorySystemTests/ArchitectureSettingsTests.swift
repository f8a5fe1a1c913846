import Architecture
import MemorySystem
import Testing

/// The settings of controllers in an architecture's file are those of `cyclewright memory`.
@Suite struct ArchitectureSettingsTests {
    private static func file(_ parameters: String) -> String {
        """
        architecture: a
        clock: 1 GHz
        memories:
          main: { kind: dram, standard: DDR5-4800, capacity: 1 GiB, model: banks\(parameters.isEmpty ? "" : ", " + parameters) }
          buffer: { kind: sram, capacity: 1 MiB, width: 64 B }
        engines:
          unit: { kind: vector, lanes: 8, reads: buffer, writes: buffer }
        """
    }

    private static func configuration(_ parameters: String, overrides: [String: String] = [:]) throws -> DRAMControllerConfiguration {
        let architecture = try Architecture.decode(text: file(parameters), file: "a.yaml", overrides: overrides)
        guard case .dram(let dram)? = architecture.memory(named: "main")?.kind else { throw Missing() }
        return try dram.configuration(for: DRAMStandard(named: "DDR5-4800"))
    }

    private struct Missing: Error {}

    /// What a machine's controllers have unless the file says otherwise.
    private static var plain: DRAMControllerConfiguration {
        var result = DRAMControllerConfiguration()
        result.ordersWritesAfterReads = false
        return result
    }

    @Test("Every setting has a parameter of its name, and no parameter is left over")
    func names() throws {
        #expect(DRAM.controllerSettings == DRAMControllerConfiguration.settings.map(\.name))
        #expect(try Self.configuration("") == Self.plain)
    }

    /// Another value for each setting.
    private static let others: [String: String] = [
        "read-queue-size": "17", "write-queue-size": "9", "requests-per-cycle": "3", "scheduling": "fcfs", "row-hit-cap": "4", "page-policy": "timeout",
        "page-timeout": "77", "write-high-watermark": "0.7", "write-low-watermark": "0.3", "write-batch-cap": "12", "forwards-writes": "false",
        "coalesces-writes": "false", "orders-writes-after-reads": "true", "refresh": "same-bank", "refresh-granularity": "2", "refresh-rate": "2",
        "staggers-refresh": "true", "postponed-refreshes": "8", "pulled-in-refreshes": "3", "idle-refresh-delay": "100",
        "refresh-blocks-channel": "true", "refresh-management": "true", "postponed-management": "1", "active-requests-first": "false",
        "activates-first": "true", "active-requests-leave-queue": "true", "power-down-after": "50", "self-refresh-after": "5000",
        "shares-command-bus": "true", "one-cycle-commands": "true",
    ]

    @Test("Each changes its field of the configuration and no other, in the file and with --set", arguments: DRAMControllerConfiguration.settings.map(\.name))
    func each(name: String) throws {
        let value = try #require(Self.others[name])
        var expected = Self.plain
        try expected.set(name, to: value)
        #expect(expected != Self.plain)
        #expect(try Self.configuration("\(name): \(value)") == expected)
        #expect(try Self.configuration("", overrides: ["memories.main.\(name)": value]) == expected)
    }

    @Test("A policy is what the settings change")
    func policy() throws {
        var expected = DRAMControllerConfiguration.ramulator21
        expected.ordersWritesAfterReads = false
        #expect(try Self.configuration("policy: ramulator2.1") == expected)
        expected.rowHitCap = 3
        #expect(try Self.configuration("policy: ramulator2.1, row-hit-cap: 3") == expected)
    }

    @Test("Mistakes get the file, the line and what would be accepted", arguments: [
        ("row-hit-cpa: 4", "a.yaml:4: memories.main.row-hit-cpa: is not a parameter of \"dram\"; did you mean \"row-hit-cap\"?"),
        ("row-hit-cap: -1", "memories.main.row-hit-cap: -1 is outside of 0 … 1048576"),
        ("page-policy: ajar", "memories.main.page-policy: \"ajar\" is not one of its words; write \"open\", \"closed\""),
        ("write-high-watermark: 1.2", "memories.main.write-high-watermark: 1.2 is outside of 0 … 1"),
        ("write-high-watermark: most", "write a part of 1 such as 0.8"),
        ("forwards-writes: maybe", "memories.main.forwards-writes: \"maybe\" is not one of its words; write \"true\" or \"false\""),
        ("refresh-granularity: 4", "the refresh granularity is 4; it must be 1 or 2 with DDR5-4800"),
        ("write-low-watermark: 0.9", "the write watermarks is 0.9 and 0.8"), ("refresh: per-bank", "gives no tRFCpb"),
    ])
    func mistakes(parameters: String, message: String) {
        #expect { try Self.configuration(parameters) } throws: { error in
            "\(error)".contains(message)
        }
    }
}
