import NumberFormats
import OperatorGraph

/// Writes a decoder-only transformer as a graph of ONNX operators.
///
/// The input is `token_ids` `[batch, tokens]`, the output `logits` `[batch, vocabulary]` of each sequence's last token.
/// Parameters of matrix products are `[inputs, outputs]`; the embedding table is `[vocabulary, hidden]`, and a head
/// tied to it is a `Gemm` that reads the table transposed (`transB`).
///
/// Keys and values are cached as `[batch, key/value heads, length, head dimension]`. In a decode step every layer's
/// two caches are states of the graph: `layers.0.key_cache` of `context − 1` tokens goes in, `layers.0.key_cache.next`
/// with the new token comes out (both are graph inputs and outputs as well). A prefill has only the outputs.
struct DecoderBuilder {
    let model: DecoderConfiguration
    let settings: LanguageModelSettings
    var builder: GraphBuilder
    /// Causal masks by window size, 0 for none.
    var masks: [Int: Graph.ValueID] = [:]
    var rotaryTables: RotaryTables?

    init(model: DecoderConfiguration, settings: LanguageModelSettings, name: String) {
        self.model = model
        self.settings = settings
        var origin = "config.json (\(model.modelType)), \(settings.phase.rawValue)"
        if case .mixture = model.feedForward {
            switch settings.routing {
            case .uniform: origin += ", routing uniform"
            case .seeded(let seed): origin += ", routing seeded \(seed)"
            }
        }
        builder = GraphBuilder(name: name, origin: origin, element: settings.element)
    }

    /// The whole graph.
    mutating func build() -> Graph {
        let (batch, tokens, hidden) = (settings.batch, settings.tokens, model.hidden)
        let ids = builder.input("token_ids", .int64, [batch, tokens])
        let table = builder.parameter("embedding.weight", [model.vocabulary, hidden])
        var stream = builder.node(
            "embedding", "Gather", [table, ids], shape: [batch, tokens, hidden], attributes: ["axis": .int(0)])
        if let scale = model.embeddingScale {
            stream = builder.multiply("embedding.scale", stream, builder.scalar(scale))
        }
        if case .learned(let rows, let offset) = model.positions {
            let positions = builder.parameter("positions.weight", [rows, hidden])
            let first = offset + settings.cached
            let indices = builder.integers(Array(first..<first + tokens))
            let vectors = builder.node(
                "positions", "Gather", [positions, indices], shape: [tokens, hidden], attributes: ["axis": .int(0)])
            stream = builder.add("positions.add", stream, vectors)
        }
        for layer in 0..<settings.layers { stream = block(stream, layer: layer) }
        if model.hasFinalNormalization { stream = normalize("final_norm", stream) }
        builder.output(head(stream, table: table))
        // The logits come first, the caches behind them.
        for output in pendingOutputs { builder.output(output) }
        return builder.graph
    }

    /// Caches that a step leaves, in layer order, key before value.
    var pendingOutputs: [Graph.ValueID] = []

    private mutating func block(_ stream: Graph.ValueID, layer: Int) -> Graph.ValueID {
        let prefix = "layers.\(layer)"
        let normalized = normalize(prefix + ".attention_norm", stream)
        var attended = attention(normalized, layer: layer)
        if model.isParallel {
            let transformed = feedForward(normalized, layer: layer)
            let sum = builder.add(prefix + ".attention.add", stream, attended)
            return builder.add(prefix + ".feed_forward.add", sum, transformed)
        }
        if model.normalizesOutputs { attended = normalize(prefix + ".attention_output_norm", attended) }
        let sum = builder.add(prefix + ".attention.add", stream, attended)
        var transformed = feedForward(normalize(prefix + ".feed_forward_norm", sum), layer: layer)
        if model.normalizesOutputs { transformed = normalize(prefix + ".feed_forward_output_norm", transformed) }
        return builder.add(prefix + ".feed_forward.add", sum, transformed)
    }

    /// Normalisation over the last extent.
    mutating func normalize(_ name: String, _ value: Graph.ValueID) -> Graph.ValueID {
        let shape = builder.shape(value)
        let width = shape[shape.count - 1]
        let attributes: [String: Attribute] = ["axis": .int(-1), "epsilon": .float(Float(model.epsilon))]
        let scale = builder.parameter(name + ".weight", [width])
        switch model.normalization {
        case .rootMeanSquare:
            return builder.node(name, "RMSNormalization", [value, scale], shape: shape, attributes: attributes)
        case .layer:
            let bias = builder.parameter(name + ".bias", [width])
            return builder.node(name, "LayerNormalization", [value, scale, bias], shape: shape, attributes: attributes)
        }
    }

    /// Logits `[batch, vocabulary]` of the last token.
    private mutating func head(_ stream: Graph.ValueID, table: Graph.ValueID) -> Graph.ValueID {
        let (batch, hidden, vocabulary) = (settings.batch, model.hidden, model.vocabulary)
        var last = stream
        if settings.tokens > 1 {
            let starts = builder.integers([settings.tokens - 1])
            let ends = builder.integers([settings.tokens])
            let axes = builder.integers([1])
            last = builder.node("head.last_token", "Slice", [stream, starts, ends, axes], shape: [batch, 1, hidden])
        }
        last = builder.reshape("head.rows", last, to: [batch, hidden])
        // The result is the graph's output, so the last node of the head gets its name.
        let isLast = model.logitCap == nil
        let name = isLast ? "logits" : "head"
        var logits: Graph.ValueID
        if model.tiesEmbeddings {
            logits = builder.node(
                model.headBias ? "head" : name, "Gemm", [last, table], shape: [batch, vocabulary],
                attributes: ["transB": .int(1)])
        } else {
            let weight = builder.parameter("head.weight", [hidden, vocabulary])
            logits = builder.node(
                model.headBias ? "head" : name, "MatMul", [last, weight], shape: [batch, vocabulary])
        }
        if model.headBias {
            let bias = builder.parameter("head.bias", [vocabulary])
            logits = builder.add(isLast ? "logits" : "head.add_bias", logits, bias)
        }
        if let cap = model.logitCap { logits = builder.softCap("logits", logits, cap: cap) }
        return logits
    }
}
