/// Bounds on what a configuration may say, checked while its fields are read.
enum ConfigurationLimits {
    static let width = 1...(1 << 18)
    static let layers = 1...1024
    static let heads = 1...4096
    static let vocabulary = 1...(1 << 24)
    static let positions = 1...(1 << 24)
    static let experts = 1...1024
    static let batch = 1...(1 << 16)
    static let prompt = 1...(1 << 18)
    /// Layers × experts: bounds the number of nodes.
    static let expertCount = 1 << 16
    /// Tokens of one step, over the batch.
    static let tokens = 1 << 22
    /// Elements of one tensor.
    static let elements = 1 << 40
    /// Numbers of one kind of constant (rotary tables, routing) that the graph holds.
    static let constants = 1 << 25
    /// Bytes of a config.json.
    static let fileSize = 4 << 20
}
