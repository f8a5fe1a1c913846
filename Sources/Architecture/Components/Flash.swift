import Quantities

/// Off-chip NAND flash: read in whole pages, written before the run.
public struct Flash: Sendable, Equatable {
    /// Bits of a cell, with which the times of the array go.
    public enum Cells: String, Sendable, CaseIterable {
        case multiLevel = "multi-level"
        case tripleLevel = "triple-level"
    }
    /// What workloads are told to keep here.
    public enum Contents: String, Sendable, CaseIterable {
        /// Nothing: programs place what they like.
        case nothing
        /// Constant right operands of matrix products.
        case weights
    }
    public var cells: Cells
    public var holds: Contents
    /// Buses that work side by side, dies at each, planes of each, blocks of each.
    public var channels: Int
    public var dies: Int
    public var planes: Int
    public var blocks: Int
    public var page: Bytes
    public var spare: Bytes
    /// Of one channel.
    public var bus: Bandwidth
    public var command: Time
    public var hasCacheRegister: Bool
    public var hasIndependentPlanes: Bool
    /// Pages that the controller keeps after they were read.
    public var buffer: Int
    /// Between controller and engine, once for the answer.
    public var latency: Time
}

extension Flash {
    static let schema = ComponentSchema(
        kind: "flash", title: "Flash (`kind: flash`)",
        help: "Off-chip NAND flash that DMA engines read: whole pages from dies at several buses, through a controller that keeps the latest pages. What it holds was programmed before the run.",
        parameters: [
            ArchitectureSchema.scope(default: .shared),
            ParameterSchema("capacity", .bytes, .quantities(from: "1 B", to: "64 PiB"), .required, "Bytes of it that are used; the blocks must hold them."),
            ParameterSchema(
                "holds", .choice(Contents.allCases.map(\.rawValue), noun: "contents"), .named("nothing, weights"), .value(Contents.nothing.rawValue),
                "weights: constant right operands of matrix products lie here and not in the DRAM, and a DMA engine brings their tiles to the memory that arrays read weights from."),
            ParameterSchema(
                "cells", .choice(Cells.allCases.map(\.rawValue), noun: "a kind of cells"), .named("multi-level, triple-level"),
                .value(Cells.tripleLevel.rawValue),
                "Two or three bits in a cell: how long a page takes to read, and how many a block has. Sources are those of the tiers format."),
            ParameterSchema("channels", .integer(unit: "channels"), .integers(1...1024), .value("8"), "Buses that work side by side."),
            ParameterSchema("dies", .integer(unit: "dies"), .integers(1...1024), .value("8"), "Dies at each bus."),
            ParameterSchema("planes", .integer(unit: "planes"), .integers(1...64), .value("2"), "Planes of a die."),
            ParameterSchema("blocks", .integer(unit: "blocks"), .integers(1...1_048_576), .value("2048"), "Blocks of a plane."),
            ParameterSchema("page", .bytes, .quantities(from: "512 B", to: "1 MiB"), .value("16 KiB"), "Bytes of a page, which is read as a whole."),
            ParameterSchema(
                "spare", .bytes, .quantities(from: "0 B", to: "1 MiB"), .value("1076 B"),
                "Bytes behind each page for error correction, transferred with it."),
            ParameterSchema(
                "bus", .bandwidth, .quantities(from: "1 kB/s", to: "1 PB/s"), .value("333 MB/s"), "Bandwidth of one channel's bus."),
            ParameterSchema(
                "command", .time, .quantities(from: "0 fs", to: "1 ms"), .value("300 ns"),
                "Command and address cycles of an operation. The default is an estimate."),
            flag("cache-register", "yes: a die reads the next page while one is transferred."),
            flag("independent-planes", "yes: planes of a die read on their own."),
            ParameterSchema(
                "buffer", .integer(unit: "pages"), .integers(1...1_048_576), .value("64"),
                "Pages that the controller keeps, the least recently used goes first; requests for a page on its way wait for it. The default is an estimate."),
            ParameterSchema(
                "latency", .time, .quantities(from: "0 fs", to: "1 s"), .value("1 us"),
                "Between controller and engine, once for the answer. The default is an estimate."),
        ])

    private static func flag(_ name: String, _ help: String) -> ParameterSchema {
        ParameterSchema(name, .choice(["yes", "no"], noun: "yes or no"), .named("yes, no"), .value("no"), help)
    }

    init(_ values: ParameterValues) {
        self.init(
            cells: values.choice("cells", of: Cells.self), holds: values.choice("holds", of: Contents.self), channels: values.integer("channels"),
            dies: values.integer("dies"), planes: values.integer("planes"), blocks: values.integer("blocks"), page: values.bytes("page"),
            spare: values.bytes("spare"), bus: values.bandwidth("bus"), command: values.time("command"),
            hasCacheRegister: values.text("cache-register") == "yes", hasIndependentPlanes: values.text("independent-planes") == "yes",
            buffer: values.integer("buffer"), latency: values.time("latency"))
    }
}
