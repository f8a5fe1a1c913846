import MemorySystem
import Testing

@Suite struct DRAMBoundsTests {
    /// The closed forms and peaks of the reference study of DRAMsim3 and Ramulator 2.1.
    @Test("DDR4-3200: 25.6 GB/s; 8.90 cycles for a random read, 77.48 in one bank, 4.19 in a stream")
    func ddr4() throws {
        let bounds = DRAMBounds(try DRAMStandard(named: "DDR4-3200"))
        #expect(abs(bounds.peakBandwidth - 25.6e9) < 1)
        #expect(abs(bounds.randomRead.cycles - 8.90) < 0.005 && bounds.randomRead.rule == "tFAW / 4")
        #expect(abs(bounds.sameBankRead.cycles - 77.48) < 0.01 && bounds.sameBankRead.rule == "tRC")
        #expect(abs(bounds.stream.cycles - 4.19) < 0.005)
        #expect(abs(bounds.streamWithinBankGroup.cycles - 8.38) < 0.005 && bounds.streamWithinBankGroup.rule == "tCCD_L")
        #expect(abs(bounds.bandwidth(cyclesPerAccess: 4) - bounds.peakBandwidth) < 1)
    }

    @Test("Peak bandwidth of a channel", arguments: [
        ("DDR3-1600", 12.8), ("DDR4-2400", 19.2), ("DDR5-4800", 19.2), ("DDR5-6400", 25.6), ("LPDDR4X-4266", 8.533), ("LPDDR5-6400", 12.8),
        ("LPDDR5X-8533", 17.067), ("GDDR6-14000", 28.0), ("HBM2-2000", 32.0), ("HBM2E-3200", 51.2), ("HBM3-6400", 51.2), ("HBM3-5200", 41.6),
    ])
    func peaks(name: String, gigabytes: Double) throws {
        let bounds = DRAMBounds(try DRAMStandard(named: name))
        #expect(abs(bounds.peakBandwidth / (gigabytes * 1e9) - 1) < 1e-4)
    }

    /// Cycles per request that Ramulator 2.1 reached (reads at random addresses, streams through bank groups). Its clock for HBM3
    /// is half of the command clock.
    @Test("No peer is below the bounds", arguments: [
        ("DDR4-3200", 9.220, 4.263, 1.0), ("DDR5-4800-ramulator", 13.130, 8.772, 1.0), ("HBM2-2000-ramulator", 3.324, 1.148, 1.0),
        ("GDDR6-14000", 8.742, 2.366, 1.0), ("LPDDR5-6400", 4.582, 2.217, 1.0), ("HBM3-6400", 6.939, 2.443, 2.0),
    ])
    func peers(name: String, random: Double, stream: Double, clocks: Double) throws {
        let bounds = DRAMBounds(try DRAMStandard(named: name))
        // A refresh lends one window of activates, and the last refresh of a run may be owed.
        #expect(random / clocks > bounds.randomRead.cycles * 0.99)
        #expect(stream / clocks > bounds.stream.cycles * 0.999)
        // Nor far above, where a rule and not the queue binds.
        #expect(stream / clocks < bounds.stream.cycles * 1.15)
    }
}
