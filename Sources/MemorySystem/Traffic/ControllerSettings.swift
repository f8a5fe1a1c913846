import Architecture
import Quantities

/// A controller setting as files and command lines name it: `page-policy`.
public struct ControllerSetting: Sendable {
    public let name: String
    public let help: String
    /// What may be written.
    public let accepted: String
    /// The setting as text that can be written again.
    public let value: @Sendable (DRAMControllerConfiguration) -> String
    /// False when the text is not accepted.
    let assign: @Sendable (inout DRAMControllerConfiguration, String) -> Bool

    fileprivate static func integer(
        _ name: String, _ help: String, _ get: @escaping @Sendable (DRAMControllerConfiguration) -> Int,
        _ set: @escaping @Sendable (inout DRAMControllerConfiguration, Int) -> Void
    ) -> ControllerSetting {
        ControllerSetting(name: name, help: help, accepted: "a whole number", value: { "\(get($0))" }) { configuration, text in
            guard let number = Int(text) else { return false }
            set(&configuration, number)
            return true
        }
    }

    fileprivate static func share(
        _ name: String, _ help: String, _ get: @escaping @Sendable (DRAMControllerConfiguration) -> Double,
        _ set: @escaping @Sendable (inout DRAMControllerConfiguration, Double) -> Void
    ) -> ControllerSetting {
        ControllerSetting(name: name, help: help, accepted: "a number from 0 to 1", value: { "\(get($0))" }) { configuration, text in
            guard let number = Double(text), number.isFinite else { return false }
            set(&configuration, number)
            return true
        }
    }

    fileprivate static func flag(
        _ name: String, _ help: String, _ get: @escaping @Sendable (DRAMControllerConfiguration) -> Bool,
        _ set: @escaping @Sendable (inout DRAMControllerConfiguration, Bool) -> Void
    ) -> ControllerSetting {
        ControllerSetting(name: name, help: help, accepted: "true or false", value: { "\(get($0))" }) { configuration, text in
            guard let flag = Bool(text) else { return false }
            set(&configuration, flag)
            return true
        }
    }

    fileprivate static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
        _ name: String, _ help: String, _ get: @escaping @Sendable (DRAMControllerConfiguration) -> Choice,
        _ set: @escaping @Sendable (inout DRAMControllerConfiguration, Choice) -> Void
    ) -> ControllerSetting where Choice.RawValue == String {
        let accepted = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return ControllerSetting(name: name, help: help, accepted: accepted, value: { get($0).rawValue }) { configuration, text in
            guard let choice = Choice(rawValue: text) else { return false }
            set(&configuration, choice)
            return true
        }
    }
}

/// Why a controller setting cannot be made.
public struct ControllerSettingError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String
}

extension DRAMControllerConfiguration {
    /// Every setting, in the order in which reports list them.
    public static let settings: [ControllerSetting] = [
        .integer("read-queue-size", "reads that wait for service", { $0.readQueueSize }, { $0.readQueueSize = $1 }),
        .integer("write-queue-size", "writes that wait for service", { $0.writeQueueSize }, { $0.writeQueueSize = $1 }),
        .integer("requests-per-cycle", "requests that are taken in one cycle", { $0.requestsPerCycle }, { $0.requestsPerCycle = $1 }),
        .choice("scheduling", "which waiting request goes next", { $0.scheduling }, { $0.scheduling = $1 }),
        .integer("row-hit-cap", "accesses to an open row before an older request of the bank; 0 for no cap", { $0.rowHitCap }, { $0.rowHitCap = $1 }),
        .choice("page-policy", "when a row is closed that nobody asks for", { $0.pagePolicy }, { $0.pagePolicy = $1 }),
        .integer("page-timeout", "cycles, for the page policy timeout", { $0.pageTimeout }, { $0.pageTimeout = $1 }),
        .share("write-high-watermark", "part of the write queue above which writes are served", { $0.writeHighWatermark }, { $0.writeHighWatermark = $1 }),
        .share("write-low-watermark", "part of the write queue below which reads are served again", { $0.writeLowWatermark }, { $0.writeLowWatermark = $1 }),
        .integer("write-batch-cap", "writes served in one go while reads wait; 0 for no cap", { $0.writeBatchCap }, { $0.writeBatchCap = $1 }),
        .flag("forwards-writes", "reads are answered from the write queue", { $0.forwardsWrites }, { $0.forwardsWrites = $1 }),
        .flag("coalesces-writes", "a write replaces one to the same address", { $0.coalescesWrites }, { $0.coalescesWrites = $1 }),
        .flag("orders-writes-after-reads", "a write waits for a waiting read of its address", { $0.ordersWritesAfterReads }, { $0.ordersWritesAfterReads = $1 }),
        .choice("refresh", "what one refresh command refreshes", { $0.refresh }, { $0.refresh = $1 }),
        .integer("refresh-granularity", "commands that a refresh of all banks is divided into: 1, 2 or 4", { $0.refreshGranularity }, { $0.refreshGranularity = $1 }),
        .integer("refresh-rate", "refreshes in the time of one; 2 above 85 °C", { $0.refreshRate }, { $0.refreshRate = $1 }),
        .flag("staggers-refresh", "ranks are refreshed one after the other", { $0.staggersRefresh }, { $0.staggersRefresh = $1 }),
        .integer("postponed-refreshes", "refreshes that a busy rank may fall behind", { $0.postponedRefreshes }, { $0.postponedRefreshes = $1 }),
        .integer("pulled-in-refreshes", "refreshes that an idle rank may be ahead", { $0.pulledInRefreshes }, { $0.pulledInRefreshes = $1 }),
        .integer("idle-refresh-delay", "cycles without an access before an idle rank refreshes ahead", { $0.idleRefreshDelay }, { $0.idleRefreshDelay = $1 }),
        .flag("refresh-blocks-channel", "a due refresh stops all ranks of the channel", { $0.refreshBlocksChannel }, { $0.refreshBlocksChannel = $1 }),
        .flag("refresh-management", "banks that were activated often are managed (RFM)", { $0.refreshManagement }, { $0.refreshManagement = $1 }),
        .integer("postponed-management", "RFM commands that a bank of a busy rank may fall behind", { $0.postponedManagement }, { $0.postponedManagement = $1 }),
        .flag("active-requests-first", "requests whose row was opened for them go first", { $0.activeRequestsFirst }, { $0.activeRequestsFirst = $1 }),
        .flag("activates-first", "activates go before all other commands", { $0.activatesFirst }, { $0.activatesFirst = $1 }),
        .flag("active-requests-leave-queue", "a request leaves its queue when its row is opened", { $0.activeRequestsLeaveQueue }, { $0.activeRequestsLeaveQueue = $1 }),
        .integer("power-down-after", "cycles without a command before an idle rank powers down; 0 for never", { $0.powerDownAfter }, { $0.powerDownAfter = $1 }),
        .integer("self-refresh-after", "cycles without an access before an idle rank goes into self-refresh; 0 for never", { $0.selfRefreshAfter }, { $0.selfRefreshAfter = $1 }),
        .flag("shares-command-bus", "one command per cycle even with separate row and column buses", { $0.sharesCommandBus }, { $0.sharesCommandBus = $1 }),
        .flag("one-cycle-commands", "every command takes one cycle even where the standard has longer ones", { $0.oneCycleCommands }, { $0.oneCycleCommands = $1 }),
    ]

    /// Changes the setting called `name`; ``validate(for:)`` checks ranges.
    ///
    /// - Throws: for a name that is no setting and a value that it does not take, with what would be accepted.
    public mutating func set(_ name: String, to value: String) throws(ControllerSettingError) {
        let known = DRAMControllerConfiguration.settings
        guard let setting = known.first(where: { $0.name == name }) else {
            let names = known.map(\.name)
            let advice = Suggestion.closest(to: name, among: names).map { "did you mean \"\($0)\"?" } ?? "there are \(names.joined(separator: ", "))"
            throw ControllerSettingError(description: "\(name.prefix(80)): is no setting of the controller; \(advice)")
        }
        guard setting.assign(&self, value) else {
            throw ControllerSettingError(description: "\(name): \"\(value.prefix(80))\" is not accepted; write \(setting.accepted)")
        }
    }
}
