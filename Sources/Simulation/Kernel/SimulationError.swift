/// Why a program cannot be run on a machine, or stopped.
public enum SimulationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The program breaks a rule of its own format.
    case invalidProgram(String)
    /// The program names something that the machine does not have, or asks a unit for what it cannot do.
    case unsupported(String)
    /// Every unit waits for another; the units and what they wait for.
    case deadlock(String)
    /// The order of service that was given does not fit the program or the machine.
    case order(String)
    /// A limit that protects the host was reached.
    case limit(String)

    public var description: String {
        switch self {
        case .invalidProgram(let text): "invalid program: \(text)"
        case .unsupported(let text): text
        case .deadlock(let text): "deadlock: \(text)"
        case .order(let text): "the order of service does not fit: \(text)"
        case .limit(let text): text
        }
    }
}
