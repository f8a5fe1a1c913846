/// The settings of the controllers of a memory with `model: banks`: those of `cyclewright memory`, by the same names.
///
/// What each does is written beside the controller (`DRAMControllerConfiguration` in MemorySystem); a test there sees to it that names,
/// words and defaults here are the same. Only what a file gives is kept: the rest is the controller's own default.
extension DRAM {
    /// Names of the settings, in the order of the documentation; the keys of ``controller``.
    package static let controllerSettings = controllerParameters.map(\.name).filter { $0 != "policy" }

    static let controllerParameters: [ParameterSchema] = [
        words("policy", ["default", "ramulator2.1"], "settings to begin with, which the others change"),
        number("read-queue-size", "accesses", 1...4096, "32", "reads that wait in each channel's controller"),
        number("write-queue-size", "accesses", 1...4096, "32", "writes that wait in each channel's controller"),
        ParameterSchema(
            "requests-per-cycle", .integer(unit: "requests"), .integers(1...64), .absent("4, twice the pseudo-channels if that is more"),
            "With `model: banks`: requests that a controller takes in one cycle."),
        words("scheduling", ["fcfs", "frfcfs", "frfcfs-row-hit"], default: "frfcfs", "which waiting access goes next: the oldest, the oldest whose next command is ready, row hits first"),
        number("row-hit-cap", "accesses", 0...1 << 20, "0", "accesses to an open row before an older request of the bank; 0 for no cap"),
        words("page-policy", ["open", "closed", "adaptive", "timeout"], "when a row is closed that nobody asks for"),
        number("page-timeout", "cycles", 1...1 << 30, "200", "cycles after its last access that a row stays open, for the page policy timeout"),
        share("write-high-watermark", "0.8", "part of the write queue above which writes are served"),
        share("write-low-watermark", "0.2", "part of the write queue below which reads are served again"),
        number("write-batch-cap", "writes", 0...1 << 20, "0", "writes served in one go while reads wait; 0 for no cap"),
        flag("forwards-writes", true, "reads are answered from the write queue"),
        flag("coalesces-writes", true, "a write replaces one to the same address that waits"),
        flag("orders-writes-after-reads", false, "a write waits for a waiting read of its address; engines keep that order themselves"),
        words("refresh", ["all-bank", "per-bank", "same-bank", "none"], "what one refresh command refreshes; per-bank and same-bank where the standard has it"),
        number("refresh-granularity", "parts", 1...4, "1", "commands that one refresh of all banks is divided into: 2 where the standard has tRFC2, 4 where it has tRFC4"),
        number("refresh-rate", "refreshes", 1...4, "1", "refreshes in one refresh interval: 2 above 85 °C"),
        flag("staggers-refresh", false, "ranks are refreshed one after the other"),
        number("postponed-refreshes", "refreshes", 0...64, "0", "refreshes that a busy rank may fall behind"),
        number("pulled-in-refreshes", "refreshes", 0...64, "0", "refreshes that an idle rank may be ahead"),
        number("idle-refresh-delay", "cycles", 0...1 << 30, "64", "cycles without an access before an idle rank refreshes ahead"),
        flag("refresh-blocks-channel", false, "a due refresh stops all ranks of the channel"),
        flag("refresh-management", false, "banks are managed (RFM) that have been activated often, where the standard has RAAIMT"),
        number("postponed-management", "commands", 0...64, "0", "refresh management commands that a busy bank may fall behind"),
        flag("active-requests-first", true, "requests whose row was opened for them go first"),
        flag("activates-first", false, "activates go before all other commands"),
        flag("active-requests-leave-queue", false, "a request leaves its queue when its row is opened for it"),
        number("power-down-after", "cycles", 0...1 << 30, "0", "cycles without a command before an idle rank powers down; 0 for never"),
        number("self-refresh-after", "cycles", 0...1 << 30, "0", "cycles without an access before an idle rank goes into self-refresh; 0 for never"),
        flag("shares-command-bus", false, "one command in a cycle even where the standard has buses for row and column commands"),
        flag("one-cycle-commands", false, "every command takes one cycle even where the standard has longer ones"),
    ]

    private static func help(_ text: String) -> String { "With `model: banks`: \(text)." }

    private static func number(_ name: String, _ unit: String, _ range: ClosedRange<Int>, _ value: String, _ text: String) -> ParameterSchema {
        ParameterSchema(name, .integer(unit: unit), .integers(range), .absent(value), help(text))
    }

    private static func share(_ name: String, _ value: String, _ text: String) -> ParameterSchema {
        ParameterSchema(name, .share, .quantities(from: "0", to: "1"), .absent(value), help(text))
    }

    private static func flag(_ name: String, _ value: Bool, _ text: String) -> ParameterSchema {
        words(name, ["true", "false"], default: "\(value)", text)
    }

    /// - Parameter value: the default; the first word unless given.
    private static func words(_ name: String, _ words: [String], default value: String? = nil, _ text: String) -> ParameterSchema {
        ParameterSchema(
            name, .choice(words, noun: "one of its words"), .named(words.joined(separator: ", ")), .absent(value ?? words[0]), help(text))
    }
}
