import Quantities

/// A place that holds bytes.
public struct Memory: Sendable, Equatable {
    public enum Kind: Sendable, Equatable { case dram(DRAM), sram(SRAM), flash(Flash) }
    public var name: String
    public var scope: Scope
    public var capacity: Bytes
    public var kind: Kind
    public init(name: String, scope: Scope, capacity: Bytes, kind: Kind) {
        self.name = name; self.scope = scope; self.capacity = capacity; self.kind = kind
    }
}

/// How off-chip memory is simulated.
public enum DRAMModel: String, Sendable, CaseIterable {
    /// Requests one after the other, at the peak bandwidth of all channels together.
    case bandwidth
    /// Channels with banks, rows and refresh behind a controller each, command by command.
    case banks
}

/// Off-chip memory.
public struct DRAM: Sendable, Equatable {
    /// JEDEC name, for reports: "DDR3-2133".
    public var standard: String?
    public var channels: Int
    /// Peak bandwidth of one channel.
    public var bandwidth: Bandwidth
    /// From the arrival of a read request to its first byte, when nothing is queued.
    public var latency: Time
    /// Smallest number of bytes that one access moves; shorter or unaligned requests move whole ones.
    public var accessGranularity: Bytes
    public var model = DRAMModel.bandwidth
    /// With `model: banks`: how addresses spread over channels, banks, rows and columns; `nil` for the default.
    public var mapping: String?
    /// With `model: banks`: requests that wait in front of the controllers, or of those at each node of a network; `nil` for no bound.
    public var frontEnd: Int?
    /// With `model: banks`: the settings of the controllers that this one changes.
    public var policy: String?
    /// With `model: banks`: settings of the channels' controllers by name, as they would be written in a file; only those that are given.
    public var controller: [String: String] = [:]
    public init(
        standard: String? = nil, channels: Int = 1, bandwidth: Bandwidth, latency: Time = Time(femtoseconds: 100_000_000),
        accessGranularity: Bytes = Bytes(64)
    ) {
        self.standard = standard; self.channels = channels; self.bandwidth = bandwidth; self.latency = latency
        self.accessGranularity = accessGranularity
    }
}

/// On-chip memory: line-interleaved banks.
public struct SRAM: Sendable, Equatable {
    /// Consecutive lines of `width` bytes lie in consecutive banks.
    public var banks: Int
    /// Bytes that one bank delivers in one cycle through one port.
    public var width: Bytes
    /// Units that can use the memory at the same time; a further one waits.
    public var ports: Int
    /// Cycles from address to data.
    public var latency: Int
    public init(banks: Int = 1, width: Bytes, ports: Int = 1, latency: Int = 1) {
        self.banks = banks; self.width = width; self.ports = ports; self.latency = latency
    }
}

extension DRAM {
    static let schema = ComponentSchema(
        kind: "dram", title: "DRAM (`kind: dram`)",
        help: "Off-chip memory as bandwidth and latency. Networks, their inputs and their results live here.",
        parameters: [
            ArchitectureSchema.scope(default: .shared),
            ParameterSchema(
                "capacity", .bytes, .quantities(from: "1 B", to: "1 EiB"), .required, "Bytes it holds, all channels together."),
            ParameterSchema(
                "standard", .text, .named("1 … 128 characters"), .absent("not stated"),
                "JEDEC name with the transfer rate in MT/s, such as DDR3-2133."),
            ParameterSchema(
                "channels", .integer(unit: "channels"), .integers(1...4096), .value("1"),
                "Independent channels; consecutive accesses go to consecutive channels."),
            ParameterSchema(
                "bandwidth", .bandwidth, .quantities(from: "1 kB/s", to: "1 EB/s"),
                .derived("from `standard`: transfer rate × channel width") { values in
                    guard case .text(let standard)? = values["standard"] else { return nil }
                    return DRAM.channelBandwidth(ofStandard: standard).map(ParameterValue.bandwidth)
                },
                "Peak bandwidth of one channel. Required unless `standard` is DDR3, DDR4, DDR5, LPDDR4, LPDDR4X, LPDDR5, LPDDR5X, GDDR6, HBM2, HBM2E or HBM3 with a rate."),
            ParameterSchema(
                "latency", .time, .quantities(from: "0 fs", to: "1 s"), .value("100 ns"),
                "From the arrival of a read request to its first byte when nothing is queued. The default is an estimate."),
            ParameterSchema(
                "access", .bytes, .quantities(from: "1 B", to: "1 MiB"), .value("64 B"),
                "Bytes that one access moves; shorter or unaligned requests move whole ones."),
            ParameterSchema(
                "model", .choice(DRAMModel.allCases.map(\.rawValue), noun: "a DRAM model"), .named("bandwidth, banks"),
                .value(DRAMModel.bandwidth.rawValue),
                "bandwidth: requests one after the other at peak bandwidth; banks: channels of `standard`, command by command, with `latency` for the way between controller and engine."),
            ParameterSchema(
                "mapping", .text, .named("fields from high to low, such as RoRaBaCoCh"), .absent("RoRaBaCoBgPcCh"),
                "With `model: banks`: how addresses spread over channels, banks, rows and columns."),
            ParameterSchema(
                "front-end", .integer(unit: "requests"), .integers(1...65_536), .absent("no bound"),
                "With `model: banks`: requests that wait in front of the controllers, first in first out; at each node, on a network. A further one is held back where it comes from, and all behind it."),
        ] + controllerParameters)

    /// Bytes that one channel moves in one transfer: the data width of the interface as JEDEC counts channels.
    ///
    /// Sources: JESD79-3F and JESD79-4B (64-bit DIMM channel), JESD79-5 (32-bit subchannel), JESD209-4 and -5 (16-bit
    /// channel), JESD250 (16-bit channel), JESD235 (128-bit channel), JESD238 (64-bit channel).
    private static let channelBytes: [String: Double] = [
        "DDR3": 8, "DDR4": 8, "DDR5": 4, "LPDDR4": 2, "LPDDR4X": 2, "LPDDR5": 2, "LPDDR5X": 2, "GDDR6": 2, "HBM2": 16, "HBM2E": 16, "HBM3": 8,
    ]

    /// Peak bandwidth of a channel of a standard written as `NAME-RATE`, the rate in millions of transfers a second.
    static func channelBandwidth(ofStandard standard: String) -> Bandwidth? {
        let parts = standard.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let bytes = channelBytes[parts[0].uppercased()], let rate = Int(parts[1]),
            (1...1_000_000).contains(rate)
        else { return nil }
        return Bandwidth(bytesPerSecond: bytes * Double(rate) * 1e6)
    }

    init(_ values: ParameterValues) {
        var standard: String?
        if case .text(let name)? = values["standard"] { standard = name }
        self.init(
            standard: standard, channels: values.integer("channels"), bandwidth: values.bandwidth("bandwidth"),
            latency: values.time("latency"), accessGranularity: values.bytes("access"))
        model = values.choice("model", of: DRAMModel.self)
        if case .text(let text)? = values["mapping"] { mapping = text }
        if case .integer(let depth)? = values["front-end"] { frontEnd = depth }
        if case .text(let name)? = values["policy"] { policy = name }
        for name in DRAM.controllerSettings { controller[name] = values[name]?.description }
    }
}

extension SRAM {
    static let schema = ComponentSchema(
        kind: "sram", title: "SRAM (`kind: sram`)",
        help: "On-chip memory: banks that are interleaved line by line. Its bandwidth is banks × width in each cycle.",
        parameters: [
            ArchitectureSchema.scope(default: .core),
            ParameterSchema("capacity", .bytes, .quantities(from: "1 B", to: "1 TiB"), .required, "Bytes it holds, all banks together."),
            ParameterSchema(
                "banks", .integer(unit: "banks"), .integers(1...65_536), .value("1"),
                "Banks; consecutive lines of `width` bytes lie in consecutive banks."),
            ParameterSchema(
                "width", .bytes, .quantities(from: "1 B", to: "1 GiB"), .required,
                "Bytes that one bank delivers in one cycle through one port."),
            ParameterSchema(
                "ports", .integer(unit: "units"), .integers(1...1024), .value("1"),
                "Units that can use the memory at the same time; a further one waits."),
            ParameterSchema(
                "latency", .integer(unit: "cycles"), .integers(0...100_000), .value("1"), "Cycles from address to data."),
        ])

    init(_ values: ParameterValues) {
        self.init(
            banks: values.integer("banks"), width: values.bytes("width"), ports: values.integer("ports"),
            latency: values.integer("latency"))
    }
}
