import Foundation
import MemorySystem
import Testing

/// Cycles as the reference study read them from the peers' presets and datasheets, written down apart from our files.
@Suite struct StandardTableTests {
    private static let tables: [(String, [String: Int])] = [
        ("DDR3-1600", ["CL": 11, "tRCD": 11, "tRP": 11, "tRAS": 28, "tRC": 39, "tRRD": 5, "tFAW": 24, "tWTR": 6, "tWR": 12, "tRTP": 6, "tRFC": 208, "tREFI": 6240]),
        ("DDR3-2133", ["CL": 14, "tRCD": 14, "tRP": 14, "tRAS": 36, "tRC": 50, "tRRD": 6, "tFAW": 27]),
        // DRAMsim3 DDR4_8Gb_x8_2400; its CL and tRP are those of a faster bin.
        ("DDR4-2400", ["tRAS": 39, "tRFC": 420, "tRRD_S": 4, "tRRD_L": 6, "tWTR_S": 3, "tWTR_L": 9, "tFAW": 26, "tCCD_S": 4, "tCCD_L": 6, "tCKE": 6, "tXS": 432, "tXP": 8]),
        ("DDR5-4800-ramulator", ["CL": 36, "CWL": 34, "tRCD": 36, "tRP": 36, "tRAS": 77, "tRC": 113, "tCCD_S": 8, "tCCD_L": 12, "tCCD_L_WR": 48, "tRRD_S": 8, "tRRD_L": 12, "tFAW": 49, "tWTR_S": 6, "tWTR_L": 24, "tWR": 72, "tRTP": 18, "tPPD": 2]),
        ("DDR5-4800", ["CL": 40, "CWL": 38, "tRCD": 39, "tRP": 39, "tRAS": 77, "tFAW": 32, "tRTP": 18, "tWR": 72]),
        ("DDR5-5600", ["CL": 46, "tRCD": 45, "tRAS": 90, "tFAW": 32, "tCCD_L": 14, "tRRD_L": 14, "tWTR_L": 28, "tWR": 84]),
        ("DDR5-6400", ["CL": 52, "tRCD": 52, "tRAS": 103, "tFAW": 32, "tCCD_L": 16, "tWR": 96]),
        ("LPDDR4-3200", ["CL": 28, "CWL": 14, "tRCD": 29, "tRP": 29, "tRPab": 34, "tRAS": 68, "tRC": 97, "tCCD": 8, "tRRD": 16, "tFAW": 64, "tWTR": 16, "tWR": 29, "tRTP": 12, "tRFC": 448, "tRFCpb": 224, "tREFI": 6246, "tREFIpb": 780, "tPPD": 4]),
        ("LPDDR4X-4266", ["CL": 36, "CWL": 18, "tRCD": 39, "tRP": 39, "tRPab": 45, "tRAS": 90, "tRC": 129, "tRRD": 22, "tFAW": 86, "tWTR": 22, "tWR": 39]),
        // tRCD is 15 from ACT-2, which is a cycle after ACT-1.
        ("LPDDR5-6400", ["CL": 17, "CWL": 9, "tRCD": 16, "tRP": 15, "tRPab": 17, "tRAS": 34, "tRC": 49, "tCCD_S": 2, "tCCD_L": 4, "tRRD": 4, "tFAW": 16, "tWTR_S": 5, "tWTR_L": 10, "tWR": 28, "tRTP": 8, "tRFC": 224, "tRFCpb": 112, "tPPD": 2]),
        ("GDDR6-14000", ["CL": 24, "CWL": 6, "tRCDRD": 27, "tRCDWR": 16, "tRP": 27, "tRAS": 53, "tCCD_S": 2, "tCCD_L": 4, "tRRD_S": 8, "tFAW": 29, "tWTR_S": 9, "tWTR_L": 11, "tWR": 27, "tRTP": 4, "tRFC": 211, "tRFCpb": 106, "tREFI": 3333]),
        ("HBM2-2000-ramulator", ["CL": 14, "CWL": 5, "tRCDRD": 14, "tRCDWR": 12, "tRP": 14, "tRAS": 34, "tRC": 48, "tCCD_S": 2, "tCCD_L": 4, "tRRD_S": 4, "tRRD_L": 4, "tFAW": 15, "tWTR_S": 6, "tWTR_L": 8, "tWR": 16, "tRTP": 5, "tRFC": 350, "tRFCpb": 160, "tREFI": 3900]),
        ("HBM2-2400", ["CL": 17, "CWL": 6, "tRCDRD": 17, "tRP": 17, "tRRD_S": 5, "tWTR_S": 8, "tWTR_L": 10, "tRTP": 6, "tRFC": 420, "tREFI": 4680]),
        ("HBM3-6400", ["CL": 20, "CWL": 10, "tRCDRD": 31, "tRCDWR": 15, "tRP": 26, "tRAS": 45, "tRC": 72, "tCCD_S": 2, "tCCD_L": 4, "tRRD_S": 4, "tRRD_L": 5, "tFAW": 24, "tWTR_S": 7, "tWTR_L": 10, "tWR": 33, "tRTP": 9, "tRFC": 560, "tRFCpb": 320, "tREFI": 6240]),
        ("HBM3-5200", ["CL": 19, "CWL": 6, "tRCDRD": 19, "tRCDWR": 19, "tRP": 19, "tRAS": 45, "tRRD_S": 2, "tRRD_L": 4, "tFAW": 39, "tWTR_S": 8, "tWTR_L": 11, "tWR": 21, "tRFC": 338, "tRFCpb": 260, "tREFI": 5070]),
    ]

    @Test("Cycles are those of the reference", arguments: tables.map(\.0))
    func cycles(name: String) throws {
        let standard = try DRAMStandard(named: name)
        let expected = try #require(Self.tables.first { $0.0 == name }?.1)
        for (parameter, cycles) in expected.sorted(by: { $0.key < $1.key }) {
            #expect(standard.cycles(parameter) == cycles, "\(name) \(parameter)")
        }
    }

    @Test("Every file in the folder is shipped, and the other way round")
    func folder() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/MemorySystem/Standards/Data").standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        #expect(Set(files) == Set((DRAMStandard.shippedNames + DRAMStandard.shippedRuleNames).map { $0 + ".yaml" }))
        // A user's copy of a shipped file is the same standard.
        for name in DRAMStandard.shippedNames {
            let copy = try DRAMStandard.load(path: folder.appendingPathComponent(name + ".yaml").path)
            let own = try DRAMStandard(named: name)
            #expect(copy.timing == own.timing && copy.constraints == own.constraints && copy.organization == own.organization)
        }
    }

    /// The rules that any device has, whatever its file says: looked up by what they separate, not by their names.
    @Test("No standard leaves out a rule", arguments: DRAMStandard.shippedNames)
    func completeness(name: String) throws {
        let standard = try DRAMStandard(named: name)
        func latency(_ first: DRAMCommand, _ second: DRAMCommand, _ level: TimingConstraint.Level, sibling: Bool = false) -> Int {
            standard.constraints.filter {
                $0.preceding.contains(first) && $0.following.contains(second) && $0.level == level && $0.window == 1 && $0.sibling == sibling
            }.map(\.latency).max() ?? 0
        }
        func cycles(_ name: String) throws -> Int { try #require(standard.cycles(name), "\(name)") }
        let (tRP, tRAS, tRC, tRTP) = (try cycles("tRP"), try cycles("tRAS"), try cycles("tRC"), try cycles("tRTP"))
        let (CL, CWL, burst, tRFC, tWR) = (standard.readLatency, standard.writeLatency, standard.burstCycles, try cycles("tRFC"), try cycles("tWR"))
        #expect(latency(.activate, .activate, .bank) == tRC)
        #expect(latency(.activate, .precharge, .bank) == tRAS && latency(.activate, .prechargeAll, .rank) == tRAS)
        #expect(latency(.precharge, .activate, .bank) == tRP && latency(.prechargeAll, .activate, .rank) >= tRP)
        for read in [DRAMCommand.read, .readAutoPrecharge] {
            #expect(latency(.activate, read, .bank) > 0)
            // A write's data is not driven into a read's, and not before the bus has turned.
            for write in [DRAMCommand.write, .writeAutoPrecharge] {
                #expect(latency(read, write, .pseudoChannel) + CWL > CL + burst)
                #expect(latency(write, read, .rank) > CWL + burst)
            }
        }
        #expect(latency(.read, .precharge, .bank) == tRTP && latency(.readAutoPrecharge, .activate, .bank) == tRTP + tRP)
        #expect(latency(.write, .precharge, .bank) >= CWL + burst + tWR)
        #expect(latency(.writeAutoPrecharge, .activate, .bank) == latency(.write, .precharge, .bank) + tRP)
        for other in [DRAMCommand.activate, .precharge, .prechargeAll, .refreshAllBanks, .selfRefreshEnter] {
            #expect(latency(.refreshAllBanks, other, .rank) == tRFC)
        }
        for last in [DRAMCommand.activate, .precharge, .prechargeAll, .readAutoPrecharge, .writeAutoPrecharge] {
            #expect(latency(last, .refreshAllBanks, .rank) >= tRP)
            #expect(latency(last, .selfRefreshEnter, .rank) >= tRP)
        }
        let exit = try cycles("tXP"), faw = try cycles("tFAW")
        for next in [DRAMCommand.activate, .read, .write, .readAutoPrecharge, .writeAutoPrecharge, .precharge, .refreshAllBanks] {
            #expect(latency(.powerDownExit, next, .rank) == exit)
        }
        #expect(latency(.selfRefreshExit, .activate, .rank) >= tRFC)
        #expect(latency(.write, .powerDownEnter, .rank) >= CWL + burst && latency(.read, .powerDownEnter, .rank) > CL + burst)
        // Ranks share the bus: no read of one rank meets the write of another.
        #expect(latency(.read, .read, .rank, sibling: true) > burst && latency(.write, .write, .rank, sibling: true) > burst)
        #expect(latency(.read, .write, .rank, sibling: true) + CWL > CL + burst)
        #expect(latency(.write, .read, .rank, sibling: true) + CL > CWL + burst)
        let window = try #require(standard.constraints.first { $0.window == 4 })
        #expect(window.preceding.contains(.activate) && window.following.contains(.activate) && window.latency == faw)
        if standard.refreshesBanks {
            let tRFCpb = try cycles("tRFCpb")
            #expect(latency(.refreshBank, .activate, .bank) == tRFCpb && latency(.refreshBank, .refreshAllBanks, .rank) == tRFCpb)
            #expect(latency(.activate, .refreshBank, .bank) == tRC && latency(.precharge, .refreshBank, .bank) == tRP)
            #expect(latency(.refreshBank, .activate, .rank) > 0 && latency(.refreshBank, .refreshBank, .rank) > 0)
        }
        if standard.organization.bankGroups > 1 {
            #expect(latency(.read, .read, .bankGroup) > latency(.read, .read, .rank))
            #expect(latency(.write, .write, .bankGroup) > latency(.write, .write, .rank))
            #expect(latency(.write, .read, .bankGroup) > latency(.write, .read, .rank))
        }
    }
}
