import ArgumentParser
import Logging

/// Options that every command has.
struct CommonOptions: ParsableArguments {
    @Flag(name: .long, help: "Say on the error stream what is being done.")
    var verbose = false

    var logger: Logger { .command(isVerbose: verbose) }
}

/// `--set`, where files can be adjusted.
struct SettingOptions: ParsableArguments {
    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Set a parameter of the architecture or of the workload; may be repeated.",
            discussion: "Of the architecture by its path: engines.mxu.rows=64, clock=1GHz. Of the workload: a symbolic dimension "
                + "of an ONNX model (batch=8), or phase, batch, prompt, context, layers, element of a language model.",
            valueName: "path=value"))
    var assignments: [String] = []
}

/// Names and files for the shell's completion.
enum InputCompletion {
    static func of(_ kinds: [InputKind]) -> CompletionKind {
        .custom { _, _, prefix in candidates(kinds, prefix) }
    }

    /// Shipped names and files that begin with `prefix`.
    static func candidates(_ kinds: [InputKind], _ prefix: String) -> [String] {
        let shipped = ShippedFiles.standard()
        let names = kinds.flatMap { shipped.entries($0).map(\.name) }
        return (names + InputPathCompletion.paths(prefix, kinds)).filter { $0.hasPrefix(prefix) }
    }
}
