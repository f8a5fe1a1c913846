import Quantities

/// A unit that executes commands.
public struct Engine: Sendable, Equatable {
    public enum Kind: Sendable, Equatable { case systolicArray(SystolicArray), vector(VectorUnit), dma(DMAEngine) }
    public var name: String
    public var scope: Scope
    /// How many identical units there are (in each core, for scope `.core`), named `mxu0`, `mxu1`, … when more than one.
    public var count: Int
    /// Own clock; the architecture's when `nil`.
    public var clock: Frequency?
    public var kind: Kind
    /// Names of the memories it reads. A systolic array lists the memory of its activations (left operand)
    /// first and that of its weights (right operand) second; one name serves both.
    public var reads: [String]
    /// Name of the memory it writes.
    public var writes: String
    public init(
        name: String, scope: Scope = .core, count: Int = 1, clock: Frequency? = nil, kind: Kind, reads: [String], writes: String
    ) {
        self.name = name; self.scope = scope; self.count = count; self.clock = clock; self.kind = kind
        self.reads = reads; self.writes = writes
    }
}
