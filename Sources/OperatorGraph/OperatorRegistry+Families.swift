extension OperatorRegistry {
    /// One list a file of `Operators/`; a new operator is added to its family's list.
    static let families: [[any OperatorDefinition]] = [
        arithmetic,
        convolution,
        matrixProducts,
    ]
}
