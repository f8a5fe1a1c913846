/// What the settings of refresh and refresh management come to with a standard.
extension DRAMControllerConfiguration {
    func validateRefresh(for standard: DRAMStandard) throws(DRAMControllerError) {
        if refresh != .none {
            guard let interval = standard.timing["tREFI"]?.cycles else {
                throw .missingTiming(parameter: "tREFI", standard: standard.name, reason: "refresh")
            }
            guard (1...1 << 40).contains(interval) else {
                throw .outOfRange(setting: "tREFI", value: "\(interval)", allowed: "from 1 to \(1 << 40)")
            }
        }
        if refresh == .perBank, !standard.refreshesBanks {
            throw .missingTiming(parameter: "tRFCpb", standard: standard.name, reason: "refresh of single banks")
        }
        if refresh == .sameBank, !standard.refreshesSameBanks {
            throw .missingTiming(parameter: "tRFCsb", standard: standard.name, reason: "refresh of the same bank in all groups")
        }
        try validateGranularity(for: standard)
        if refreshManagement { try validateManagement(for: standard) }
        let duration: (name: String, cycles: Int) =
            switch refresh {
            case .allBank: ("a refresh", standard.withRefreshGranularity(refreshGranularity).timing["tRFC"]?.cycles ?? 0)
            case .perBank: ("the distance of refreshes of two banks", standard.timing["tpbR2pbR"]?.cycles ?? 0)
            case .sameBank: ("a refresh", standard.timing["tRFCsb"]?.cycles ?? 0)
            case .none: ("", 0)
            }
        let interval = refreshInterval(standard)
        guard refresh == .none || duration.cycles < interval else {
            throw .outOfRange(
                setting: "the refresh rate", value: "\(refreshRate)",
                allowed: "lower: \(duration.name) takes \(duration.cycles) cycles, and one would be due every \(interval)")
        }
    }

    private func validateGranularity(for standard: DRAMStandard) throws(DRAMControllerError) {
        guard refreshGranularity != 1 else { return }
        guard refresh == .allBank, standard.refreshGranularities.contains(refreshGranularity) else {
            let allowed = standard.refreshGranularities.map { "\($0)" }.joined(separator: " or ")
            throw .outOfRange(
                setting: "the refresh granularity", value: "\(refreshGranularity)",
                allowed: refresh == .allBank
                    ? "\(allowed) with \(standard.name)" : "1 unless all banks are refreshed together (refresh all-bank)")
        }
    }

    private func validateManagement(for standard: DRAMStandard) throws(DRAMControllerError) {
        guard let management = standard.refreshManagement else {
            throw .missingTiming(parameter: "refresh-management", standard: standard.name, reason: "refresh management")
        }
        guard refresh == .allBank || refresh == .sameBank else {
            throw .outOfRange(
                setting: "refresh management", value: "on with refresh \(refresh.rawValue)",
                allowed: "off, or refresh all-bank or same-bank: banks are managed as they are refreshed")
        }
        let parameter = refresh == .allBank ? "tRFM" : "tRFMsb"
        guard standard.timing[parameter] != nil else {
            throw .missingTiming(parameter: parameter, standard: standard.name, reason: "refresh management")
        }
        guard managementLimit(management) <= management.maximumThreshold else {
            throw .outOfRange(
                setting: "postponed management", value: "\(postponedManagement)",
                allowed: "from 0 to \(management.maximumThreshold / managementThreshold(management) - 1): no bank may be activated more than RAAMMT = \(management.maximumThreshold) times")
        }
    }

    /// Cycles between two refreshes of one rank: of all banks, or of one bank (of each group) after the other.
    func refreshInterval(_ standard: DRAMStandard) -> Int {
        let interval = standard.timing["tREFI"]?.cycles ?? 0
        let inTheCold =
            switch refresh {
            case .allBank, .none: interval / refreshGranularity
            case .perBank: standard.timing["tREFIpb"]?.cycles ?? interval / standard.organization.banks
            // In fine-granularity mode, where each refresh does half as much.
            case .sameBank: standard.timing["tREFIsb"]?.cycles ?? interval / 2 / standard.organization.banksPerGroup
            }
        return max(1, inTheCold / refreshRate)
    }

    /// Refreshes that a rank owes when it wakes from self-refresh, one of every bank: the device's own may have been cut short.
    func refreshesAfterSelfRefresh(_ organization: DRAMOrganization) -> Int {
        switch refresh {
        case .none: 0
        case .allBank: 1
        case .perBank: organization.banks
        case .sameBank: organization.banksPerGroup
        }
    }

    /// Refreshes of the same bank are only there in fine-granularity mode.
    private var isFine: Bool { refreshGranularity > 1 || refresh == .sameBank }

    /// Activates of a bank after which it is due for an RFM, and that one takes off.
    func managementThreshold(_ management: DRAMRefreshManagement) -> Int { max(1, management.initialThreshold / (isFine ? 2 : 1)) }

    /// Activates of a bank after which it waits for an RFM.
    func managementLimit(_ management: DRAMRefreshManagement) -> Int { managementThreshold(management) * (postponedManagement + 1) }

    /// What a refresh takes off a bank's activates.
    func managementRelief(_ management: DRAMRefreshManagement) -> Int { management.refreshDecrement / (isFine ? 2 : 1) }
}
