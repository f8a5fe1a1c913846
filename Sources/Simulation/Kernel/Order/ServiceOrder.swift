import Programs

/// In which order units are served by what they share: part of the schedule that goes with a program.
///
/// Units share three things: memories off chip, to which several DMA engines send requests; the ports of memories on chip; and semaphores
/// that several of them acquire. Without an order each serves whoever comes first, and then a faster machine may serve another first and
/// be slower (`Documentation/Cyclewright.docc/Laws.md`). With an order a unit waits for its turn, even while what it wants is
/// idle.
///
/// ## Why a better machine is then never slower
/// Name the time of every step of a run: a command's start and end, a request's submission and answer, a semaphore's change. With the
/// order fixed, each is the maximum of times of steps before it plus a time that the machine needs, rounded up to a clock edge:
///
/// - A stream's step follows the step before it. What a semaphore lets through follows the n-th earliest of the releases to it, and the
///   acquisition before it where several units acquire.
/// - Request i of a memory is submitted at `s(i) = max(ready(i), s(i − 1))`, and served from `max(end(i − 1), s(i))` for as long as its
///   bytes take: also requests of other engines, reads and writes alike, for the order says which is i − 1. The engine's next request
///   waits for its own path, and for the answer to the request `outstanding` before.
/// - Command i of those that use a memory with P ports starts at the maximum of when its unit is ready, the start of command i − 1, and the
///   P-th latest of the times at which the *other* units end those of their commands that stand before i. A unit that holds a port
///   already is no exception: the others then hold fewer than P. A command that uses several memories starts when this holds for all of
///   them; since nobody passes it, what has become true for one stays true.
///
/// Maxima, n-th earliest, sums and rounding up are monotone in every argument, and which steps there are and what precedes what does not
/// depend on time. So when a machine needs no longer for any step, no step of the run is later: by induction along any run in that order.
/// That needs no longer: with lines of other widths or other channels, addresses lie in other banks, which may make a step longer.
///
/// The same induction shows that a run in order never comes to a standstill on a machine with at least the ports of the one on which
/// the order was recorded: what a step waits for had happened before it there. With fewer ports it might; that is refused.
///
/// A memory that is simulated command by command (`model: banks`), or that lies behind a cache or a network, is given its requests in the
/// order; what happens to them on the way and in its controllers is scheduling of its own, to which none of this applies.
public struct ServiceOrder: Sendable, Equatable {
    /// What is shared.
    public enum Kind: String, Sendable, CaseIterable {
        /// A memory off chip, which serves requests.
        case memory
        /// The ports of a memory on chip, which serve commands.
        case ports
        /// A semaphore, which serves those that acquire it.
        case semaphore
    }

    /// Who is served by one shared thing, one service after the other.
    public struct Queue: Sendable, Equatable {
        public var kind: Kind
        /// Name of the memory or semaphore.
        public var name: String
        /// Ports of the memory on which the order was recorded; 0 for other kinds.
        public var ports: Int
        /// Units that are served, in the order in which each is served first.
        public var units: [String]
        /// The unit of each service, by its place in `units`.
        public var services: [UInt8]

        public init(kind: Kind, name: String, ports: Int = 0, units: [String], services: [UInt8]) {
            self.kind = kind
            self.name = name
            self.ports = ports
            self.units = units
            self.services = services
        }
    }

    /// Name of the program, for people.
    public var program: String
    /// Tells programs apart: `fingerprint(of:)`.
    public var fingerprint: UInt64
    public var queues: [Queue]

    /// Services of one order: a byte each.
    public static let mostServices = 1 << 28
    /// Units that one thing serves.
    public static let mostUnits = 256

    public init(program: String, fingerprint: UInt64, queues: [Queue]) {
        self.program = program
        self.fingerprint = fingerprint
        self.queues = queues
    }

    /// The same for programs that differ in nothing but their names: FNV-1a of the text, 64 bits.
    public static func fingerprint(of program: Program) -> UInt64 {
        var nameless = program
        nameless.name = ""
        nameless.architecture = ""
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in nameless.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
