import Architecture
import MemorySystem
import Testing

@Suite struct StandardFileTests {
    @Test("DDR4-3200 has the cycles of JESD79-4C's speed bin 3200AA")
    func ddr4() throws {
        let standard = try DRAMStandard(named: "DDR4-3200")
        #expect(standard.clockPeriod == 625_000)
        #expect(standard.organization.channelBytes == 8 << 30)
        #expect(standard.burstCycles == 4)
        let expected = [
            "CL": 22, "CWL": 16, "tRCD": 22, "tRP": 22, "tRAS": 52, "tRC": 74, "tRRD_S": 4, "tRRD_L": 8, "tFAW": 34, "tCCD_S": 4,
            "tCCD_L": 8, "tWTR_S": 4, "tWTR_L": 12, "tWR": 24, "tRTP": 12, "tRFC": 560, "tREFI": 12480, "tRTW": 12, "tWTP": 44,
            "tXP": 10, "tCKE": 8, "tXS": 576,
        ]
        for (name, cycles) in expected.sorted(by: { $0.key < $1.key }) {
            #expect(standard.timing[name]?.cycles == cycles, "\(name)")
        }
        let faw = try #require(standard.constraints.first { $0.name == "tFAW" })
        #expect(faw.window == 4 && faw.latency == 34 && faw.level == .rank)
        let readAfterWrite = try #require(standard.constraints.first { $0.name == "tWTR_L" })
        #expect(readAfterWrite.latency == 16 + 4 + 12)
    }

    @Test("An unknown name gets the nearest one")
    func unknown() {
        #expect { try DRAMStandard(named: "DDR4-320") } throws: {
            "\($0)" == "memory standards: there is no \"DDR4-320\"; did you mean \"DDR4-3200\"?"
        }
    }
}

extension StandardFileTests {
    @Test("Every shipped standard decodes", arguments: DRAMStandard.shippedNames)
    func shipped(name: String) throws {
        let standard = try DRAMStandard(named: name)
        #expect(standard.name == name)
        let organization = standard.organization
        #expect(organization.channelBytes.nonzeroBitCount == 1)
        #expect([32, 64].contains(organization.accessBytes))
        #expect(standard.timing.values.allSatisfy { !$0.source.isEmpty })
        // Nothing but the relock of a DLL takes longer than a refresh and its neighbourhood.
        let refresh = try #require(standard.cycles("tXS"))
        #expect(standard.constraints.allSatisfy { $0.latency <= refresh || $0.name == "tXSDLL" })
    }
}
