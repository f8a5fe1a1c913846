import Architecture

extension StandardDecoder {
    /// Relations that hold for every real device; a file that breaks one has a wrong value.
    mutating func checkTiming(burstCycles: Int) {
        let values = self.values
        func at(_ name: String) -> Int? { values[name] }

        if let tRAS = at("tRAS"), let tRC = at("tRC") {
            if tRAS > tRC { report("tRAS", "tRAS (\(tRAS)) is longer than the row cycle tRC (\(tRC)) that contains it") }
            if let tRP = at("tRP"), tRC < tRAS + tRP, tRAS <= tRC {
                report("tRC", "tRC (\(tRC)) is shorter than tRAS + tRP (\(tRAS) + \(tRP)), which it consists of")
            }
        }
        for (short, long) in [("tRRD_S", "tRRD_L"), ("tCCD_S", "tCCD_L"), ("tWTR_S", "tWTR_L"), ("tRP", "tRPab")] {
            if let a = at(short), let b = at(long), a > b { report(long, "\(long) (\(b)) is shorter than \(short) (\(a))") }
        }
        for name in ["tRRD_S", "tRRD"] {
            if let tFAW = at("tFAW"), let tRRD = at(name), tFAW < tRRD {
                report("tFAW", "four activates (tFAW \(tFAW)) take less time than two (\(name) \(tRRD))")
            }
        }
        for name in ["tCCD_S", "tCCD"] {
            if let tCCD = at(name), tCCD < burstCycles {
                report(name, "\(name) (\(tCCD)) is shorter than a burst (\(burstCycles) cycles), so that two would meet on the data bus")
            }
        }
        for name in ["tRCD", "tRCDRD", "tRCDWR"] {
            if let tRCD = at(name), let tRAS = at("tRAS"), tRCD > tRAS {
                report(name, "\(name) (\(tRCD)) is longer than tRAS (\(tRAS)): a row could be closed before it can be read")
            }
        }
        if let tRFC = at("tRFC"), let tREFI = at("tREFI"), tRFC >= tREFI {
            report("tRFC", "a refresh (tRFC \(tRFC)) takes as long as the time between refreshes (tREFI \(tREFI)): nothing else would be done")
        }
        for (fine, coarse) in [("tRFC2", "tRFC"), ("tRFC4", "tRFC2"), ("tRFM2", "tRFM"), ("tRFM4", "tRFM2")] {
            if let part = at(fine), let whole = at(coarse), part > whole {
                report(fine, "\(fine) (\(part)) is longer than \(coarse) (\(whole)), of which it is a part")
            }
        }
        if let tRFCpb = at("tRFCpb"), let tRFC = at("tRFC"), tRFCpb > tRFC {
            report("tRFCpb", "the refresh of one bank (\(tRFCpb)) takes longer than that of all (tRFC \(tRFC))")
        }
        if let tRFCsb = at("tRFCsb"), let tRFC = at("tRFC"), tRFCsb > tRFC {
            report("tRFCsb", "the refresh of one bank of each group (\(tRFCsb)) takes longer than that of all (tRFC \(tRFC))")
        }
        if let tRFCsb = at("tRFCsb"), let tREFIsb = at("tREFIsb"), tRFCsb >= tREFIsb {
            report("tRFCsb", "refreshes of the same bank may follow every \(tRFCsb) cycles and must every \(tREFIsb) (tREFIsb)")
        }
        if let between = at("tpbR2pbR"), let tREFIpb = at("tREFIpb"), between > tREFIpb {
            report("tpbR2pbR", "refreshes of single banks may follow every \(between) cycles and must every \(tREFIpb) (tREFIpb)")
        }
        if let tXS = at("tXS"), let tRFC = at("tRFC"), tXS < tRFC {
            report("tXS", "tXS (\(tXS)) is shorter than tRFC (\(tRFC)), the refresh that self-refresh may just have begun")
        }
        for name in ["CL", "CWL", "tRP", "tRAS", "tRFC"] {
            if at(name) == 0 { report(name, "is zero cycles; no device is that fast") }
        }
    }

    /// Commands take energy and do not give it.
    mutating func checkEnergy(of standard: DRAMStandard) {
        guard let model = DRAMEnergyModel(standard) else { return }
        let origin = root["currents"]?.origin
        if model.activate <= 0 {
            diagnostics.report(
                origin, "currents",
                "an activate would take no energy: IDD0 over tRC is not above standby (IDD3N over tRAS, IDD2N over the rest); where IDD3N was measured with all banks open, write baseline: one-bank")
        }
        let commands = [
            ("read", "IDD4R", model.read), ("write", "IDD4W", model.write), ("refresh", "IDD5B", model.refreshAllBanks),
            ("refresh of a bank", "IDD5PB", model.refreshBank),
        ]
        if standard.refreshesSameBanks, model.refreshSameBank <= 0 {
            diagnostics.report(origin, "currents", "a refresh of the same bank would take no energy: IDD5C is not above precharge standby (IDD2N)")
        }
        for (command, current, energy) in commands where energy <= 0 {
            diagnostics.report(origin, "currents", "a \(command) would take no energy: \(current) is not above active standby (IDD3N)")
        }
        if model.prechargePowerDown > model.prechargeStandby || model.activePowerDown > model.activeStandby {
            diagnostics.report(origin, "currents", "power-down (IDD2P, IDD3P) takes more than standby (IDD2N, IDD3N)")
        }
    }

    private mutating func report(_ name: String, _ message: String) {
        let origin = parameters.first { $0.name == name }?.origin
        diagnostics.report(origin, "timing.\(name)", message)
    }
}
