/// Refresh management (RFM): rows beside one that is activated often lose charge, and the device needs time to look after them.
///
/// The controller counts the activates of each bank (rolling accumulated activates, RAA). At `initialThreshold` the bank is due for an
/// RFM command, beyond `maximumThreshold` it may not be activated. An RFM takes `initialThreshold` off the count, a refresh
/// `refreshDecrement`; it does not fall below 0. In fine-granularity refresh the first and the last are half as much.
public struct DRAMRefreshManagement: Hashable, Sendable {
    public var source: String
    /// RAAIMT, in activates.
    public var initialThreshold: Int
    /// RAAMMT, in activates.
    public var maximumThreshold: Int
    /// What a refresh of the bank takes off the count.
    public var refreshDecrement: Int

    public init(source: String, initialThreshold: Int, maximumThreshold: Int, refreshDecrement: Int) {
        self.source = source
        self.initialThreshold = initialThreshold
        self.maximumThreshold = maximumThreshold
        self.refreshDecrement = refreshDecrement
    }
}

extension DRAMStandard {
    /// Parts that a refresh of all banks may be divided into: 1, and 2 and 4 where the standard has tRFC2 and tRFC4.
    public var refreshGranularities: [Int] { [1] + [2, 4].filter { timing["tRFC\($0)"] != nil } }

    /// The rules in fine-granularity refresh: a refresh of all banks, and its management, take tRFC2 (tRFC4) instead of tRFC, and tRFM2
    /// instead of tRFM. tREFI stays: how often refreshes come is the controller's.
    func withRefreshGranularity(_ parts: Int) -> DRAMStandard {
        guard parts > 1 else { return self }
        var result = self
        for name in ["tRFC", "tRFM"] {
            guard let fine = timing["\(name)\(parts)"] else { continue }
            result.timing[name] = fine
            for index in result.constraints.indices where result.constraints[index].name == name { result.constraints[index].latency = fine.cycles }
        }
        return result
    }
}
