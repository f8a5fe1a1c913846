/// One way of running a convolution: a tile of each of its seven loops. Groups come one after the other.
public struct ConvolutionTiling: Sendable, Hashable {
    /// Images.
    public var tileBatch: Int
    /// Output channels of a group.
    public var tileOutputChannels: Int
    /// Input channels of a group.
    public var tileInputChannels: Int
    public var tileOutputHeight: Int
    public var tileOutputWidth: Int
    public var tileKernelHeight: Int
    public var tileKernelWidth: Int
    /// Which loops over tiles are innermost, and so which tensor stays: those over pixels of the result (m: weights stay), over output channels
    /// (n: inputs stay), or over input channels and the kernel (k: sums stay).
    public var innermost: MatmulInnermost
    /// The innermost of the loops that move the inputs: along it only what is new of them is brought.
    public var sliding: ConvolutionSliding
    /// Of the pixels as m, the output channels as n, and input channels and kernel as k.
    public var dataflow: MatmulDataflow
    /// Left: inputs; right: weights.
    public var bypassing: MatmulTensors
    public var isDoubleBuffered: Bool

    public init(
        tileBatch: Int, tileOutputChannels: Int, tileInputChannels: Int, tileOutputHeight: Int, tileOutputWidth: Int, tileKernelHeight: Int, tileKernelWidth: Int,
        innermost: MatmulInnermost, sliding: ConvolutionSliding, dataflow: MatmulDataflow, bypassing: MatmulTensors = [], isDoubleBuffered: Bool = true
    ) {
        self.tileBatch = tileBatch
        self.tileOutputChannels = tileOutputChannels
        self.tileInputChannels = tileInputChannels
        self.tileOutputHeight = tileOutputHeight
        self.tileOutputWidth = tileOutputWidth
        self.tileKernelHeight = tileKernelHeight
        self.tileKernelWidth = tileKernelWidth
        self.innermost = innermost
        self.sliding = sliding
        self.dataflow = dataflow
        self.bypassing = bypassing
        self.isDoubleBuffered = isDoubleBuffered
    }
}

/// A loop along which a tile of the inputs slides.
public enum ConvolutionSliding: Sendable, Hashable, CaseIterable {
    case outputHeight, outputWidth, kernelHeight, kernelWidth

    /// Among all cases.
    @inline(__always)
    var position: Int {
        switch self {
        case .outputHeight: 0
        case .outputWidth: 1
        case .kernelHeight: 2
        case .kernelWidth: 3
        }
    }

    /// Whether the loop can be the innermost one that moves the inputs.
    func isPossible(_ innermost: MatmulInnermost) -> Bool {
        switch innermost {
        case .m: self == .outputHeight || self == .outputWidth
        case .n: true
        case .k: self == .kernelHeight || self == .kernelWidth
        }
    }
}

/// Bytes of one element.
public struct ConvolutionBytes: Sendable, Hashable {
    public var input: Int
    public var weight: Int
    /// Of a partial sum, which is what the result is until the last input channel.
    public var sum: Int

    public init(input: Int = 1, weight: Int = 1, sum: Int = 4) {
        self.input = input
        self.weight = weight
        self.sum = sum
    }
}
