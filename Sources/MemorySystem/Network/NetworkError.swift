/// Why a network cannot be built or used, with the rule that is broken and what to change.
public enum NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A size, latency or index outside of what a network can have.
    case invalid(parameter: String, value: Int, rule: String)
    /// No path leads from one terminal to another.
    case disconnected(from: Int, to: Int)
    /// A router with more ports than a switch can have.
    case radix(router: Int, ports: Int, limit: Int)
    /// The routing function lets channels wait for each other in a circle (Dally and Seitz 1987).
    case cyclicDependency([String])
    /// The algorithm is not defined on this topology.
    case unsupported(routing: String, topology: String, remedy: String)
    /// Too few virtual channels for the classes that keep the routing function free of deadlock.
    case virtualChannels(have: Int, need: Int, reason: String)
    /// A packet that breaks a rule of the network.
    case packet(String)

    public var description: String {
        switch self {
        case .invalid(let parameter, let value, let rule): "\(parameter) is \(value); \(rule)"
        case .disconnected(let from, let to):
            "the network is disconnected: no path leads from terminal \(from) to terminal \(to); add channels that join the two parts"
        case .radix(let router, let ports, let limit):
            "router \(router) has \(ports) ports, and a switch has at most \(limit); use several routers (a mesh or a fat tree) instead of one"
        case .cyclicDependency(let cycle):
            "the routing function can deadlock, channels wait for each other in a circle: \(Self.circle(cycle)); "
                + "use spanning-tree routing, or dimension order on a grid"
        case .unsupported(let routing, let topology, let remedy): "\(routing) routing is not defined on a \(topology); \(remedy)"
        case .virtualChannels(let have, let need, let reason):
            "\(have) virtual channels are too few: \(reason) needs at least \(need)"
        case .packet(let problem): problem
        }
    }

    /// Channels of a circle, at most twelve of them.
    static func circle(_ channels: [String]) -> String {
        let shown = channels.prefix(12).joined(separator: " → ")
        return channels.count > 12 ? shown + " → … (\(channels.count) in all)" : shown
    }
}

/// A network in which no flit will ever move again.
public struct NetworkDeadlock: Error, Hashable, Sendable, CustomStringConvertible {
    /// The cycle from which on nothing moves.
    public var cycle: Int
    /// Channels, each waiting for the next and the last for the first.
    public var waiting: [String]

    public var description: String {
        "deadlock in cycle \(cycle): \(waiting.joined(separator: " waits for "))"
    }
}
