import NumberFormats

/// A decoder-only transformer, described without reference to the family that it belongs to.
package struct DecoderConfiguration: Sendable {
    package enum Activation: Sendable { case relu, silu, gelu, geluTanh }

    package enum Normalization: Sendable {
        /// Mean and variance, scale and bias.
        case layer
        /// Root of the mean square, scale only.
        case rootMeanSquare
    }

    package enum Positions: Sendable {
        /// A table of `rows` learned vectors, of which row `offset` belongs to position 0.
        case learned(rows: Int, offset: Int)
        case rotary(RotaryScheme)
    }

    package enum FeedForward: Sendable {
        /// `down(activation(up(x)))`.
        case plain(Activation)
        /// `down(activation(gate(x)) · up(x))`; `fused` keeps gate and up in one matrix.
        case gated(Activation, fused: Bool)
        /// Gated experts of which a router picks `active` for every token. Their shares are the router's
        /// probabilities, divided by their sum where `sharesAddUpToOne`.
        case mixture(Activation, experts: Int, active: Int, sharesAddUpToOne: Bool)
    }

    package enum Window: Sendable {
        case none
        /// Every layer attends to this many tokens at most, the newest included.
        case everyLayer(Int)
        /// Layers 0, 2, 4, … have the window, the others none.
        case evenLayers(Int)
    }

    package var modelType: String
    package var hidden: Int
    package var layers: Int
    package var heads: Int
    package var keyValueHeads: Int
    package var headDimension: Int
    /// Width inside the feed-forward network (of one expert).
    package var intermediate: Int
    package var vocabulary: Int
    /// Longest sequence that the model was made for.
    package var longestSequence: Int
    package var normalization: Normalization
    package var epsilon: Double
    package var positions: Positions
    package var feedForward: FeedForward

    /// Query, key and value come from one matrix of `(heads + 2 · keyValueHeads) · headDimension` columns.
    package var fusesQueryKeyValue = false
    package var queryKeyValueBias = false
    package var attentionOutputBias = false
    package var feedForwardBias = false
    /// Query and key are normalised per head (RMS) before their rotation.
    package var normalizesQueryAndKey = false
    /// Attention and feed-forward network read the same normalised input and are added together.
    package var isParallel = false
    /// A second normalisation behind attention and behind the feed-forward network.
    package var normalizesOutputs = false
    package var hasFinalNormalization = true
    package var window = Window.none
    /// Factor on query · key; `nil` for 1 / √headDimension.
    package var attentionScale: Double?
    /// Scores become `cap · tanh(scores / cap)`.
    package var attentionCap: Double?
    package var logitCap: Double?
    /// Factor on embeddings.
    package var embeddingScale: Double?
    /// The head's matrix is the embedding table, transposed.
    package var tiesEmbeddings = false
    package var headBias = false
    /// Format that the file states for its weights.
    package var element: ElementType?

    /// Most tokens that layer `layer` attends to; `nil` for all of them.
    package func window(ofLayer layer: Int) -> Int? {
        switch window {
        case .none: nil
        case .everyLayer(let size): size
        case .evenLayers(let size): layer.isMultiple(of: 2) ? size : nil
        }
    }
}
