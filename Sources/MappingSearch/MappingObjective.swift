/// What a search makes small; ties go to another figure.
public enum MappingObjective: String, Sendable, Hashable, CaseIterable {
    case cycles, energy
    /// Energy times delay.
    case edp
    /// What passes the outermost memory: bytes over the pins, or a loop nest's words.
    case traffic

    /// By Timeloop's name of it, which calls cycles delay.
    public init?(timeloopName name: String) {
        guard let objective = name == "delay" ? .cycles : Self(rawValue: name) else { return nil }
        self = objective
    }
}
