import Quantities

/// A network on chip between DMA engines and the channels of off-chip memories.
///
/// Topology and routers are kept as they were written: `MemorySystem` builds the network from them.
public struct OnChipNetwork: Sendable, Equatable {
    /// How packets get across.
    public enum Model: String, Sendable, CaseIterable {
        /// Flit by flit, with contention.
        case flits
        /// At once, however large and however many.
        case ideal
    }

    /// Where something sits.
    public struct Placement: Sendable, Equatable {
        /// An engine, a memory, or ``OnChipNetwork/cores``.
        public var name: String
        /// Terminals of the network: one for each unit, core or group of channels, or one for all.
        public var terminals: [Int]
        package var origin: DocumentNode.Origin
    }

    /// The name in `nodes` that stands for all DMA engines of each core.
    public static let cores = "cores"

    public var name: String
    public var model: Model
    /// Own clock; the architecture's when `nil`.
    public var clock: Frequency?
    /// In the order of the file; `nil` for the default placement.
    public var nodes: [Placement]?
    /// A network document: name, clock, flit, topology and router.
    package var document: DocumentNode
    /// The architecture's file, for messages.
    package var file: String

    /// Its topology as it is written: `mesh, columns 4, rows 4`.
    package var topologyText: String {
        guard let entries = document["topology"]?.entries else { return "" }
        return entries.compactMap { entry in
            guard let text = entry.value.scalar ?? entry.value["value"]?.scalar, entry.key != "source" else { return nil }
            return entry.key == "kind" ? text : "\(entry.key) \(text)"
        }.joined(separator: ", ")
    }

    /// Whether all off-chip memories and the engines that use them are on it, at places of its own choice.
    public var placesByDefault: Bool { nodes == nil }
}

extension OnChipNetwork {
    static let schema = ComponentSchema(
        kind: "networks", title: "Network on chip (entries of `networks`)",
        help: "A network between DMA engines and the channels of off-chip memories. It is described as in a network file: `topology` and `router` beside these parameters, or a whole `file`.",
        parameters: [
            ParameterSchema(
                "file", .text, .named("a network file"), .absent("described here"),
                "Network file: a path seen from this file, or the name of one in the folder `Networks` beside this file's folder."),
            ParameterSchema(
                "model", .choice(Model.allCases.map(\.rawValue), noun: "a network model"), .named("flits, ideal"), .value(Model.flits.rawValue),
                "flits: packets cross flit by flit, with contention; ideal: every packet is there at once, for comparison."),
            ParameterSchema(
                "clock", .frequency, .quantities(from: "1 kHz", to: "1 THz"), .absent("that of `file`, else the architecture's clock"), "Clock of all routers."),
            ParameterSchema(
                "flit", .bytes, .quantities(from: "1 B", to: "1 MiB"), .absent("that of `file`, else 32 B"),
                "Payload of a flit, which a channel carries each cycle. A packet is one header flit, and the flits of its data."),
        ])
}

extension DocumentNode {
    /// The same node with every line belonging to another file.
    func within(_ file: String) -> DocumentNode {
        func moved(_ origin: Origin) -> Origin { if case .line(let line) = origin { .other(file: file, line: line) } else { origin } }
        let content: Content =
            switch self.content {
            case .scalar: self.content
            case .sequence(let items): .sequence(items.map { $0.within(file) })
            case .mapping(let entries): .mapping(entries.map { Entry(key: $0.key, origin: moved($0.origin), value: $0.value.within(file)) })
            }
        return DocumentNode(content: content, origin: moved(origin))
    }
}
