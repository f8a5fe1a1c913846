/// Why a DRAM controller cannot be built as asked.
public enum DRAMControllerError: Error, Hashable, CustomStringConvertible, Sendable {
    case unknownPreset(String)
    /// A setting, its value and what it must be.
    case outOfRange(setting: String, value: String, allowed: String)
    /// The standard lacks a timing parameter that the configuration needs.
    case missingTiming(parameter: String, standard: String, reason: String)
    case tooManyBanks(Int)
    case tooManyConstraints(Int)

    public var description: String {
        switch self {
        case .unknownPreset(let name):
            return "\"\(name)\" is not a DRAM controller; there are: \(DRAMControllerConfiguration.presetNames.joined(separator: ", "))"
        case .outOfRange(let setting, let value, let allowed):
            return "DRAM controller: \(setting) is \(value); it must be \(allowed)"
        case .missingTiming(let parameter, let standard, let reason):
            return "\(standard) gives no \(parameter), which \(reason) needs"
        case .tooManyBanks(let banks):
            return "a channel of \(banks) banks is too large; at most \(DRAMChannelGeometry.bankLimit) are simulated"
        case .tooManyConstraints(let names):
            return "the standard has \(names) names of constraints; at most \(ConstraintNames.limit) are told apart"
        }
    }
}

extension DRAMControllerConfiguration {
    /// Refuses settings that no controller can have, and those that `standard` cannot serve.
    public func validate(for standard: DRAMStandard) throws(DRAMControllerError) {
        func check(_ setting: String, _ value: Int, _ range: ClosedRange<Int>) throws(DRAMControllerError) {
            guard range.contains(value) else {
                throw .outOfRange(setting: setting, value: "\(value)", allowed: "from \(range.lowerBound) to \(range.upperBound)")
            }
        }
        try check("the read queue's size", readQueueSize, 1...4096)
        try check("the write queue's size", writeQueueSize, 1...4096)
        try check("requests per cycle", requestsPerCycle, 1...64)
        try check("the row-hit cap", rowHitCap, 0...1 << 20)
        try check("the write batch cap", writeBatchCap, 0...1 << 20)
        try check("the page timeout", pageTimeout, 1...1 << 30)
        try check("postponed refreshes", postponedRefreshes, 0...64)
        try check("pulled-in refreshes", pulledInRefreshes, 0...64)
        try check("the idle refresh delay", idleRefreshDelay, 0...1 << 30)
        try check("the power-down delay", powerDownAfter, 0...1 << 30)
        try check("the self-refresh delay", selfRefreshAfter, 0...1 << 30)
        guard writeLowWatermark >= 0, writeHighWatermark <= 1, writeLowWatermark <= writeHighWatermark else {
            throw .outOfRange(
                setting: "the write watermarks", value: "\(writeLowWatermark) and \(writeHighWatermark)",
                allowed: "parts of the queue between 0 and 1, the low one not above the high one")
        }
        try check("the refresh rate", refreshRate, 1...4)
        try check("postponed management", postponedManagement, 0...64)
        try validateRefresh(for: standard)
        let banks = DRAMChannelGeometry(standard.organization).banks
        guard (1...DRAMChannelGeometry.bankLimit).contains(banks) else { throw .tooManyBanks(banks) }
        let names = ConstraintNames(standard)
        guard names.count <= ConstraintNames.limit else { throw .tooManyConstraints(names.count) }
    }
}
