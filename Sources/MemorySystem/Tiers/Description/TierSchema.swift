import Architecture

/// The format of files that describe memory in tiers, as data.
public enum TierSchema {
    static let sections = ["memories", "tensors", "accesses"]

    public static let root = ComponentSchema(
        kind: "tiers", title: "Tiers", help: "The top level of the file.",
        parameters: [ParameterSchema("tiers", .text, .named("1 … 128 characters"), .required, "Name of the hierarchy, as reports print it.")])

    public static let memory = ComponentSchema(
        kind: "memory", title: "Memory (`kind: memory`)", help: "SRAM, HBM or DDR as channels of fixed bandwidth behind a fixed latency.",
        parameters: [
            ParameterSchema("capacity", .bytes, .quantities(from: "1 B", to: "64 PiB"), .required, "Bytes that it holds."),
            ParameterSchema(
                "bandwidth", .bandwidth, .quantities(from: "1 kB/s", to: "1 PB/s"), .required, "Bandwidth of all channels together."),
            ParameterSchema("latency", .time, .quantities(from: "0 fs", to: "1 s"), .required, "From a request to its first byte."),
            integer("channels", "channels", 1...4096, "1", "Channels, over which addresses are interleaved."),
            ParameterSchema("interleave", .bytes, .quantities(from: "1 B", to: "1 GiB"), .value("256 B"), "Bytes next to each other in one channel."),
            ParameterSchema("access", .bytes, .quantities(from: "1 B", to: "1 MiB"), .value("32 B"), "Smallest access."),
        ])

    public static let flash = ComponentSchema(
        kind: "flash", title: "Flash (`kind: flash`)", help: "NAND flash: whole pages, programmed once after an erase.",
        parameters: [
            ParameterSchema(
                "cells", .choice(["multi-level", "triple-level"], noun: "a kind of cells"), .named("multi-level, triple-level"), .value("triple-level"),
                "Two or three bits in a cell: the times of reading, programming and erasing, and the pages of a block."),
            ParameterSchema(
                "capacity", .bytes, .quantities(from: "1 B", to: "64 PiB"), .absent("all that its blocks hold"), "Bytes of it that are used."),
            integer("channels", "channels", 1...1024, "8", "Buses that work side by side."),
            integer("dies", "dies", 1...1024, "8", "Dies at each bus."),
            integer("planes", "planes", 1...64, "2", "Planes of a die."),
            integer("blocks", "blocks", 1...1_048_576, "2048", "Blocks of a plane."),
            ParameterSchema("page", .bytes, .quantities(from: "512 B", to: "1 MiB"), .value("16 KiB"), "Bytes of a page."),
            ParameterSchema(
                "spare", .bytes, .quantities(from: "0 B", to: "1 MiB"), .value("1076 B"), "Bytes behind each page for error correction, transferred with it."),
            ParameterSchema(
                "bus", .bandwidth, .quantities(from: "1 kB/s", to: "1 PB/s"), .value("333 MB/s"), "Bandwidth of one channel's bus."),
            ParameterSchema(
                "command", .time, .quantities(from: "0 fs", to: "1 ms"), .value("300 ns"), "Command and address cycles of an operation. The default is an estimate."),
            flag("cache-register", "Reads the next page while one is transferred."),
            flag("independent-planes", "Planes of a die read on their own."),
        ])

    public static let tensor = ComponentSchema(
        kind: "tensor", title: "Tensors", help: "What is stored, by name. With a count there are NAME.0, NAME.1, …",
        parameters: [
            ParameterSchema("size", .bytes, .quantities(from: "1 B", to: "64 PiB"), .required, "Bytes of each."),
            integer("count", "tensors", 1...65_536, "1", "How many there are."),
        ])

    public static let memoryKinds = [memory, flash]

    private static func integer(_ name: String, _ unit: String, _ range: ClosedRange<Int>, _ value: String, _ help: String) -> ParameterSchema {
        ParameterSchema(name, .integer(unit: unit), .integers(range), .value(value), help)
    }

    private static func flag(_ name: String, _ help: String) -> ParameterSchema {
        ParameterSchema(name, .choice(["yes", "no"], noun: "yes or no"), .named("yes, no"), .value("no"), help)
    }
}
