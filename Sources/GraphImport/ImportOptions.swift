/// How a workload file is read.
public struct ImportOptions: Sendable, Hashable {
    /// Values for symbolic dimensions by name: `["batch": 1]`. A dimension without a name is called after the
    /// input and its position: `pixel_values.0`.
    public var dimensions: [String: Int]
    /// Every `--set NAME=VALUE` of the command line as text. Those that name a symbolic dimension give its size,
    /// where `dimensions` does not. Formats with settings that are not
    /// dimensions (language models: phase, batch, prompt, context) read them here.
    public var settings: [String: String]
    /// False leaves out the values of large weights: timing needs only their shapes.
    public var readsWeights: Bool

    public init(dimensions: [String: Int] = [:], settings: [String: String] = [:], readsWeights: Bool = true) {
        self.dimensions = dimensions
        self.settings = settings
        self.readsWeights = readsWeights
    }
}
