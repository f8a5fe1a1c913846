/// Energies of a standard's commands and states: those of one rank of one (pseudo-)channel, all its devices together.
///
/// From datasheet currents, for each supply rail of voltage V (Micron TN-40-07, JESD79-4 IDD definitions):
///
///     activate and precharge   V · (IDD0 · tRC − IDD3N · tRAS − IDD2N · (tRC − tRAS))
///     read, write              V · (IDD4 − IDD3N) · burst
///     refresh                  V · (IDD5 − IDD3N) · tRFC; of the same bank in all groups V · (IDD5C − IDD2N) · tRFCsb; in fine
///                              granularity IDD5F, where it is known, and tRFC2 or tRFC4
///     refresh management       as a refresh that takes as long: datasheets give none (estimate)
///     states                   V · IDD3N, IDD2N, IDD3P, IDD2P, IDD6 a cycle
///
/// each times the clock period and the devices of a rank. Where a standard gives energies of the data's path instead (HBM:
/// O'Connor et al., MICRO 2017), activate is that per row, and a read or write is the sum of the stages times its bits; states
/// and refresh remain those of the currents. What the interface takes on top is a part of its own, zero where no figure is
/// known. Not modelled: termination, temperature, the data's values.
///
/// Each energy is rounded to a whole femtojoule once, so that sums are exact. A refresh counts what it takes beyond active
/// standby, as datasheets do.
public struct DRAMEnergyModel: Hashable, Sendable {
    // Femtojoules.
    public let activate: Int
    public let read: Int
    public let write: Int
    public let refreshAllBanks: Int
    public let refreshBank: Int
    /// Of one bank in each group.
    public let refreshSameBank: Int
    /// An RFM of all banks, and of one bank in each group.
    public let manageAllBanks: Int
    public let manageSameBank: Int
    /// Per access, whichever its direction.
    public let interface: Int
    // Femtojoules a cycle of one rank.
    public let activeStandby: Int
    public let prechargeStandby: Int
    public let activePowerDown: Int
    public let prechargePowerDown: Int
    public let selfRefresh: Int
    /// Where the figures come from.
    public let sources: [String]

    /// `nil` for a standard without currents.
    ///
    /// - Parameter refreshGranularity: parts that refreshes of all banks are divided into.
    public init?(_ standard: DRAMStandard, refreshGranularity: Int = 1) {
        guard let currents = standard.currents else { return nil }
        let standard = standard.withRefreshGranularity(refreshGranularity)
        let organization = standard.organization
        let banks = Double(organization.banks)
        func cycles(_ name: String) -> Double { Double(standard.cycles(name) ?? 0) }

        /// Sums V · I over the rails: milliwatt of one device.
        func power(_ current: (DRAMCurrents.Rail) -> Double) -> Double {
            currents.rails.reduce(0) { $0 + $1.voltage * current($1) }
        }
        /// Milliwatt · cycles of a device to femtojoules of all: 1 mW · 1 fs is 10⁻¹⁸ J.
        func energy(_ milliwattCycles: Double) -> Int {
            Int((milliwattCycles * Double(standard.clockPeriod) * 1e-3 * Double(organization.devices)).rounded())
        }
        let tRC = cycles("tRC"), tRAS = cycles("tRAS")
        let bits = Double(organization.accessBytes * 8)

        if let path = standard.pathEnergies, let perRow = path.activate {
            activate = Int((perRow * 1e3).rounded())
            let perBit = path.stages.reduce(0) { $0 + $1.picojoulesPerBit }
            read = Int((perBit * bits * 1e3).rounded())
            write = read
        } else {
            activate = energy(
                power { rail in
                    rail["IDD0"] * tRC - currents.activeBaseline(rail, banks: organization.banks) * tRAS - rail["IDD2N"] * (tRC - tRAS)
                })
            read = energy(power { $0["IDD4R"] - $0["IDD3N"] } * Double(standard.burstCycles))
            write = energy(power { $0["IDD4W"] - $0["IDD3N"] } * Double(standard.burstCycles))
        }
        interface = Int(((standard.pathEnergies?.interface ?? 0) * bits * 1e3).rounded())
        let refreshPower = power { rail in
            ((refreshGranularity > 1 ? rail.milliamperes["IDD5F"] : nil) ?? rail["IDD5B"]) - rail["IDD3N"]
        }
        refreshAllBanks = energy(refreshPower * cycles("tRFC"))
        manageAllBanks = energy(refreshPower * cycles("tRFM"))
        if currents.rails.contains(where: { $0.milliamperes["IDD5PB"] != nil }) {
            refreshBank = energy(power { ($0.milliamperes["IDD5PB"] ?? $0["IDD3N"]) - $0["IDD3N"] } * cycles("tRFCpb"))
        } else {
            // The share of one bank in the refresh of all.
            refreshBank = energy(power { $0["IDD5B"] - $0["IDD3N"] } * cycles("tRFC") / banks)
        }
        if currents.rails.contains(where: { $0.milliamperes["IDD5C"] != nil }) {
            // Measured with all other banks closed.
            refreshSameBank = energy(power { ($0.milliamperes["IDD5C"] ?? $0["IDD2N"]) - $0["IDD2N"] } * cycles("tRFCsb"))
        } else {
            // The share of one bank of each group in the refresh of all; in fine-granularity mode a refresh does half as much.
            refreshSameBank = energy(power { $0["IDD5B"] - $0["IDD3N"] } * cycles("tRFC") / Double(2 * organization.banksPerGroup))
        }
        let partOfRefresh = cycles("tRFCsb") > 0 ? cycles("tRFMsb") / cycles("tRFCsb") : 0
        manageSameBank = Int((Double(refreshSameBank) * partOfRefresh).rounded())
        activeStandby = energy(power { $0["IDD3N"] })
        prechargeStandby = energy(power { $0["IDD2N"] })
        activePowerDown = energy(power { $0["IDD3P"] })
        prechargePowerDown = energy(power { $0["IDD2P"] })
        selfRefresh = energy(power { $0["IDD6"] })
        sources = [currents.source] + (standard.pathEnergies.map { [$0.source] } ?? [])
    }

    /// The energy of a stretch of time. Whole-number arithmetic: 2⁶³ femtojoules are 9,223 J, more than a day of a rank.
    public func energy(of activity: DRAMActivity) -> DRAMEnergy {
        var result = DRAMEnergy()
        let reads = activity[.read] + activity[.readAutoPrecharge]
        let writes = activity[.write] + activity[.writeAutoPrecharge]
        result[.activate] = activate * activity[.activate]
        result[.read] = read * reads
        result[.write] = write * writes
        result[.refresh] = refreshAllBanks * activity[.refreshAllBanks] + refreshBank * activity[.refreshBank]
            + refreshSameBank * activity[.refreshSameBank] + manageAllBanks * activity[.manageAllBanks]
            + manageSameBank * activity[.manageSameBank]
        result[.interface] = interface * (reads + writes)
        result[.activeStandby] = activeStandby * activity.activeStandby
        result[.prechargeStandby] = prechargeStandby * activity.prechargeStandby
        result[.activePowerDown] = activePowerDown * activity.activePowerDown
        result[.prechargePowerDown] = prechargePowerDown * activity.prechargePowerDown
        result[.selfRefresh] = selfRefresh * activity.selfRefresh
        return result
    }
}

extension DRAMCurrents.Rail {
    /// Milliampere; the decoder has seen to it that the current is there.
    subscript(name: String) -> Double { milliamperes[name] ?? 0 }
}

extension DRAMCurrents {
    /// The standby current that is part of IDD0 while the one row it is measured with is open.
    func activeBaseline(_ rail: Rail, banks: Int) -> Double {
        switch baseline {
        case .allBanks: rail["IDD3N"]
        case .oneBank: rail["IDD2N"] + (rail["IDD3N"] - rail["IDD2N"]) / Double(banks)
        }
    }
}
