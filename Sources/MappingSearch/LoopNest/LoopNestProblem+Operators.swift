extension LoopNestProblem {
    /// result[b, m, n] = Σ over k of left[b, m, k] × right[b, k, n], both operands with their own values for each b.
    public static func matrixProduct(m: Int, n: Int, k: Int, batch: Int = 1) throws(LoopNestError) -> LoopNestProblem {
        try LoopNestProblem(
            name: "matrix product",
            dimensions: [Dimension("B", batch), Dimension("M", m), Dimension("N", n), Dimension("K", k)],
            dataSpaces: [
                DataSpace("Left", ranks: [[Term(0)], [Term(1)], [Term(3)]]),
                DataSpace("Right", ranks: [[Term(0)], [Term(3)], [Term(2)]]),
                DataSpace("Result", ranks: [[Term(0)], [Term(1)], [Term(2)]], isResult: true),
            ])
    }

    /// A two-dimensional convolution, padding already part of the inputs.
    public struct Convolution: Sendable, Hashable {
        /// Images.
        public var batch = 1
        /// Input channels, of all groups together.
        public var inputChannels: Int
        /// Output channels, of all groups together.
        public var outputChannels: Int
        /// Rows and columns of the result.
        public var outputHeight: Int
        public var outputWidth: Int
        /// Rows and columns of a kernel.
        public var kernelHeight: Int
        public var kernelWidth: Int
        public var strideHeight = 1
        public var strideWidth = 1
        public var dilationHeight = 1
        public var dilationWidth = 1
        /// As many as input channels for a depthwise convolution.
        public var groups = 1

        public init(inputChannels: Int, outputChannels: Int, outputHeight: Int, outputWidth: Int, kernelHeight: Int, kernelWidth: Int) {
            self.inputChannels = inputChannels
            self.outputChannels = outputChannels
            self.outputHeight = outputHeight
            self.outputWidth = outputWidth
            self.kernelHeight = kernelHeight
            self.kernelWidth = kernelWidth
        }
    }

    /// The seven loops of a convolution, with an eighth over groups.
    ///
    /// Dimensions: G groups, N images, M output channels and C input channels of a group, P × Q the result's columns and rows, R × S the
    /// kernel's columns and rows.
    public static func convolution(_ layer: Convolution) throws(LoopNestError) -> LoopNestProblem {
        guard layer.groups >= 1, layer.inputChannels % layer.groups == 0, layer.outputChannels % layer.groups == 0 else {
            throw .problem("\(layer.groups) groups do not divide \(layer.inputChannels) input and \(layer.outputChannels) output channels")
        }
        let (g, n, m, c, p, q, r, s) = (0, 1, 2, 3, 4, 5, 6, 7)
        return try LoopNestProblem(
            name: layer.groups == 1 ? "convolution" : layer.groups == layer.inputChannels ? "depthwise convolution" : "grouped convolution",
            dimensions: [
                Dimension("G", layer.groups), Dimension("N", layer.batch), Dimension("M", layer.outputChannels / layer.groups),
                Dimension("C", layer.inputChannels / layer.groups), Dimension("P", layer.outputWidth), Dimension("Q", layer.outputHeight),
                Dimension("R", layer.kernelWidth), Dimension("S", layer.kernelHeight),
            ],
            dataSpaces: [
                DataSpace("Weights", ranks: [[Term(g)], [Term(m)], [Term(c)], [Term(r)], [Term(s)]]),
                DataSpace(
                    "Inputs",
                    ranks: [
                        [Term(n)], [Term(g)], [Term(c)], [Term(r, coefficient: layer.dilationWidth), Term(p, coefficient: layer.strideWidth)],
                        [Term(s, coefficient: layer.dilationHeight), Term(q, coefficient: layer.strideHeight)],
                    ]),
                DataSpace("Outputs", ranks: [[Term(n)], [Term(g)], [Term(m)], [Term(q)], [Term(p)]], isResult: true),
            ])
    }
}
