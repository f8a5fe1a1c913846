extension OperatorRegistry {
    /// One list a file of `Operators/`; a new operator is added to its family's list.
    static let families: [[any OperatorDefinition]] = [
        arithmetic,
        signs,
        realFunctions,
        activations,
        comparisons,
        bitwise,
        powersAndMeans,
        conversions,
        reductions,
        softmaxes,
        normalizations,
        convolution,
        matrixProducts,
        reshaping,
        rearranging,
        gathering,
        queries,
        generators,
        ordering,
    ]
}
