import ArgumentParser

/// The architecture and the workload that a command is about, and what is changed of them.
struct PairArguments: ParsableArguments {
    @Argument(
        help: "An architecture file (.yaml, or .cfg of SCALE-Sim), or the name of a shipped one.",
        completion: InputCompletion.of([.architecture]))
    var architecture: String

    @Argument(
        help: "A workload file (.onnx, config.json, .csv of SCALE-Sim), or the name of a shipped one.",
        completion: InputCompletion.of([.workload]))
    var workload: String

    @OptionGroup var settings: SettingOptions
}
