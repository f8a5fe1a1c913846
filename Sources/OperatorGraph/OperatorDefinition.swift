import NumberFormats

/// The meaning of one operator for a range of operator set versions: the types of its results, their
/// values, and how many multiply–accumulates they take.
public protocol OperatorDefinition: Sendable {
    /// ONNX operator name.
    var name: String { get }
    /// ONNX domain, "" for the default one.
    var domain: String { get }
    /// First operator set version whose operator this definition describes.
    var since: Int { get }
    /// First version whose operator it no longer describes (changed or withdrawn); `nil` up to the newest.
    var until: Int? { get }

    /// Element formats and shapes of the outputs; `nil` where the node leaves an optional output out.
    /// Input tensors in the context are those known at compile time.
    func inferTypes(_ context: OperatorContext) throws(GraphError) -> [TensorType?]

    /// Values of the outputs. All inputs that the node has are present in the context.
    func evaluate(_ context: OperatorContext) throws(GraphError) -> [Tensor?]

    /// Multiplications whose product is added to a sum; 0 for operators without a contraction.
    func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int
}

extension OperatorDefinition {
    public var domain: String { "" }
    public var until: Int? { nil }
    public func multiplyAccumulates(_ context: OperatorContext) throws(GraphError) -> Int { 0 }
}
