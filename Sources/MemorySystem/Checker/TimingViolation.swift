/// A command that the standard forbids where or when it was issued.
public struct TimingViolation: Hashable, Sendable, CustomStringConvertible {
    /// The kind of rule that is broken.
    public enum Rule: Hashable, Sendable {
        /// A row of the standard's constraints, by its name and level.
        case constraint(String, TimingConstraint.Level)
        /// Commands are not in the order of their cycles.
        case commandOrder
        /// A coordinate that the organisation does not have.
        case coordinates
        /// A command that the bank's state does not allow.
        case bankState
        /// A command to a rank that is powered down, or a way out of a state that it is not in.
        case powerState
        case commandBus
        case dataBus
        /// A refresh came too late, too early or not at all.
        case refreshRate
        /// A bank was activated too often without refresh management.
        case refreshManagement

        public var name: String {
            switch self {
            case .constraint(let name, _): name
            case .commandOrder: "command order"
            case .coordinates: "coordinates"
            case .bankState: "bank state"
            case .powerState: "power state"
            case .commandBus: "command bus"
            case .dataBus: "data bus"
            case .refreshRate: "refresh rate"
            case .refreshManagement: "refresh management"
            }
        }
    }

    public var rule: Rule
    /// The command that breaks the rule.
    public var command: DRAMCommandRecord
    /// The earlier command that the rule measures from, where there is one.
    public var preceding: DRAMCommandRecord?
    /// Cycles by which the command came too early, or a refresh too late; 0 where waiting would not help.
    public var missingCycles: Int
    /// What the rule asks for.
    public var requirement: String

    public var description: String {
        var text = "cycle \(command.cycle): \(command): \(rule.name): \(requirement)"
        if let preceding { text += "; before it: \(preceding)" }
        if missingCycles > 0 { text += "; \(missingCycles) cycle\(missingCycles == 1 ? "" : "s") missing" }
        return text
    }
}
