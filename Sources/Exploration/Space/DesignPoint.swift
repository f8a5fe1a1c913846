/// One configuration of a space: for every parameter the index of its value. Continuous ranges are cut into steps by the file, so that every
/// space is finite, and two strategies that mean the same point write the same numbers.
public struct DesignPoint: Sendable, Hashable, Codable {
    /// In the order of the space's parameters.
    public var choices: [Int]

    public init(choices: [Int]) { self.choices = choices }
}
