import Architecture
import MemorySystem
import Testing

@Suite struct DRAMEnergyTests {
    /// reference: DRAMsim3's increments for a rank of eight, which are milliwatt · cycles: 6720, 4454, 3763 and 1,064,448; times
    /// a clock of 0.63 ns they are 4.23, 2.81, 2.37 and 671 nJ. Ours ticks 0.625 ns.
    @Test("DDR4-3200: the energies of a rank of eight are those of its datasheet")
    func ddr4() throws {
        let model = try #require(DRAMEnergyModel(try DRAMStandard(named: "DDR4-3200")))
        let expected: [(Int, milliwattCycles: Double, nanojoules: Double)] = [
            (model.activate, 6720, 4.23), (model.read, 4454.4, 2.81), (model.write, 3763.2, 2.37), (model.refreshAllBanks, 1_064_448, 671),
        ]
        for (energy, milliwattCycles, nanojoules) in expected {
            #expect(energy == Int((milliwattCycles * 625).rounded()))
            #expect(abs(Double(energy) * 1e-6 / nanojoules - 1) < 0.01)
        }
        // 37 mA and 52 mA of 1.2 V in eight devices for 0.625 ns.
        #expect(model.prechargeStandby == 222_000)
        #expect(model.activeStandby == 312_000)
        #expect(model.interface == 0)
    }

    @Test("HBM2: a read of 32 bytes takes 0.891 nJ to the host and a row 0.909 nJ (O'Connor et al., MICRO 2017)")
    func hbm2() throws {
        let model = try #require(DRAMEnergyModel(try DRAMStandard(named: "HBM2-2000")))
        #expect(model.activate == 909_000)
        #expect(model.read + model.interface == 890_880)
        #expect(model.write == model.read)
    }

    @Test("DDR5: what one open bank adds to standby is taken off IDD0, not what all add")
    func ddr5() throws {
        let standard = try DRAMStandard(named: "DDR5-4800")
        let model = try #require(DRAMEnergyModel(standard))
        // 1.1 V · (122 · 116 − (92 + 50/32) · 77 − 92 · 39) mA cycles in four devices.
        let milliwattCycles = 1.1 * 4 * (122.0 * 116 - (92 + 50.0 / 32) * 77 - 92 * 39)
        #expect(model.activate == Int((milliwattCycles * 416.667).rounded()))
        #expect {
            try DRAMStandard(named: "DDR5-4800", overrides: ["currents.baseline": "all-banks"])
        } throws: { "\($0)".contains("an activate would take no energy") }
    }

    @Test("LPDDR4: rails add up")
    func rails() throws {
        let model = try #require(DRAMEnergyModel(try DRAMStandard(named: "LPDDR4-3200")))
        // 1.8 V · (2.25 − 2.25) + 1.1 V · (275 − 30) mA for eight cycles of 0.625 ns.
        #expect(model.read == 1_347_500)
        // 1.8 V · 0.3 mA + 1.1 V · 0.5 mA for 0.625 ns.
        #expect(model.selfRefresh == 681)
    }

    @Test("DDR5: a refresh of the same bank is that of IDD5C beyond precharge standby, and about its share of a refresh of all")
    func sameBankRefresh() throws {
        let model = try #require(DRAMEnergyModel(try DRAMStandard(named: "DDR5-4800")))
        // 1.1 V · (135 − 92) mA in four devices for 312 cycles.
        #expect(model.refreshSameBank == Int((1.1 * 43 * 312 * 416.667 * 4).rounded()))
        // All banks, twice as thorough, are eight of them.
        #expect((0.8...1.3).contains(Double(model.refreshSameBank * 8) / Double(model.refreshAllBanks)))
    }

    @Test("LPDDR5: two rails of a die's datasheet, scaled to the data rate; the same energy per bit at either rate")
    func lpddr5() throws {
        let slow = try #require(DRAMEnergyModel(try DRAMStandard(named: "LPDDR5-6400")))
        let fast = try #require(DRAMEnergyModel(try DRAMStandard(named: "LPDDR5X-8533")))
        // 1.8 V · (15.8 − 2.8) + 1.05 V · (338.7 − 40) mA for two cycles of 1.25 ns: 3.3 pJ per bit.
        #expect(abs(slow.read - 842_588) <= 1)
        #expect(abs(Double(fast.read) / Double(slow.read) - 1) < 0.005)
        #expect(abs(Double(fast.write) / Double(slow.write) - 1) < 0.005)
        #expect(slow.sources.allSatisfy { $0.hasPrefix("estimate") } && fast.sources.allSatisfy { $0.hasPrefix("estimate") })
        // 440 pJ for a row of 2 KB and more is what LPDDR4 takes as well; less than 2 nJ.
        #expect((440_000...2_000_000).contains(slow.activate))
    }

    @Test("Every shipped standard has energies; without currents there is none rather than a zero")
    func unknown() throws {
        for name in DRAMStandard.shippedNames { #expect(DRAMEnergyModel(try DRAMStandard(named: name)) != nil, "\(name)") }
        var standard = try DRAMStandard(named: "DDR4-3200")
        standard.currents = nil
        #expect(DRAMEnergyModel(standard) == nil)
    }

    @Test("What is scaled or taken from another device says so", arguments: [
        "HBM2-2000", "HBM2E-3200", "HBM3-5200", "HBM3-6400", "LPDDR4X-4266", "LPDDR5-6400", "LPDDR5X-8533", "DDR5-5600", "DDR5-6400",
    ])
    func estimates(_ name: String) throws {
        let model = try #require(DRAMEnergyModel(try DRAMStandard(named: name)))
        #expect(model.sources[0].hasPrefix("estimate"), "\(name): \(model.sources)")
        if !name.hasPrefix("HBM2-") { #expect(model.sources.allSatisfy { $0.hasPrefix("estimate") }, "\(name): \(model.sources)") }
    }

    @Test("Parts add up to the whole, and stretches of time to the time", arguments: ["DDR4-3200", "HBM3-6400", "LPDDR4X-4266", "GDDR6-14000"])
    func conservation(name: String) throws {
        let model = try #require(DRAMEnergyModel(try DRAMStandard(named: name)))
        var random = SplitMix(state: 5)
        func activity() -> DRAMActivity {
            func count() -> Int { Int(random.next() % 1_000_000) }
            return DRAMActivity(
                commandCounts: DRAMCommand.allCases.map { _ in count() }, activeStandby: count(), prechargeStandby: count(),
                activePowerDown: count(), prechargePowerDown: count(), selfRefresh: count())
        }
        for _ in 0..<100 {
            let first = activity(), second = activity()
            let energy = model.energy(of: first)
            #expect(energy.total == DRAMEnergy.Part.allCases.reduce(0) { $0 + energy[$1] })
            #expect(model.energy(of: first + second) == energy + model.energy(of: second))
            // The same from the other side: what a command more costs.
            for command in DRAMCommand.allCases {
                var more = first
                more[command] += 1
                let difference = model.energy(of: more).total - energy.total
                let cost: Int =
                    switch command {
                    case .activate: model.activate
                    case .read, .readAutoPrecharge: model.read + model.interface
                    case .write, .writeAutoPrecharge: model.write + model.interface
                    case .refreshAllBanks: model.refreshAllBanks
                    case .refreshBank: model.refreshBank
                    case .refreshSameBank: model.refreshSameBank
                    default: 0
                    }
                #expect(difference == cost)
            }
        }
    }

    @Test("Deeper states take less", arguments: DRAMStandard.shippedNames)
    func states(name: String) throws {
        guard let model = DRAMEnergyModel(try DRAMStandard(named: name)) else { return }
        #expect(model.activeStandby >= model.prechargeStandby)
        #expect(model.activePowerDown <= model.activeStandby)
        #expect(model.prechargePowerDown <= model.prechargeStandby)
        #expect(model.prechargeStandby > 0 && model.selfRefresh > 0 && model.refreshBank <= model.refreshAllBanks)
    }
}
