extension ModelFamily {
    /// Llama 1 to 3: RMS normalisation, rotary positions, grouped queries, gated SiLU.
    static func llama(_ fields: ConfigurationFields) throws(ImportError) -> DecoderConfiguration {
        var model = try rotary(fields, modelType: "llama")
        model.queryKeyValueBias = try fields.boolean("attention_bias", default: false)
        model.attentionOutputBias = model.queryKeyValueBias
        model.feedForwardBias = try fields.boolean("mlp_bias", default: false)
        return model
    }

    /// Mistral: Llama's structure with a sliding window.
    static func mistral(_ fields: ConfigurationFields) throws(ImportError) -> DecoderConfiguration {
        var model = try rotary(fields, modelType: "mistral", defaultKeyValueHeads: 8)
        model.window = try slidingWindow(fields, default: 4096)
        return model
    }

    /// Mixtral: Mistral's structure with a mixture of experts.
    static func mixtral(_ fields: ConfigurationFields) throws(ImportError) -> DecoderConfiguration {
        var model = try rotary(
            fields, modelType: "mixtral", defaultEpsilon: 1e-5, defaultBase: 1_000_000, defaultKeyValueHeads: 8)
        model.window = try slidingWindow(fields)
        model.feedForward = .mixture(
            try fields.activation("hidden_act", default: "silu"),
            experts: try fields.integer("num_local_experts", in: ConfigurationLimits.experts),
            active: try fields.integer("num_experts_per_tok", in: ConfigurationLimits.experts, default: 2),
            sharesAddUpToOne: true)
        return model
    }

    /// Qwen2 and Qwen2.5: Llama's structure with biases on query, key and value.
    static func qwen2(_ fields: ConfigurationFields) throws(ImportError) -> DecoderConfiguration {
        try refuseWindowOfLaterLayers(fields)
        var model = try rotary(fields, modelType: "qwen2")
        model.queryKeyValueBias = true
        return model
    }

    /// Qwen3: Llama's structure with query and key normalised per head.
    static func qwen3(_ fields: ConfigurationFields) throws(ImportError) -> DecoderConfiguration {
        try qwen3(fields, defaultKeyValueHeads: nil)
    }

    private static func qwen3(
        _ fields: ConfigurationFields, defaultKeyValueHeads keyValueHeads: Int?
    ) throws(ImportError) -> DecoderConfiguration {
        try refuseWindowOfLaterLayers(fields)
        var model = try rotary(
            fields, modelType: "qwen3", defaultHeadDimension: 128, defaultKeyValueHeads: keyValueHeads)
        model.queryKeyValueBias = try fields.boolean("attention_bias", default: false)
        model.attentionOutputBias = model.queryKeyValueBias
        model.normalizesQueryAndKey = true
        return model
    }

    /// Qwen3 with experts in every layer.
    static func qwen3Mixture(_ fields: ConfigurationFields) throws(ImportError) -> DecoderConfiguration {
        if try fields.integer("decoder_sparse_step", in: 1...1024, default: 1) != 1 {
            throw fields.error("decoder_sparse_step", "layers without experts among layers with them are not supported")
        }
        var model = try qwen3(fields, defaultKeyValueHeads: 4)
        model.modelType = "qwen3_moe"
        model.intermediate = try fields.integer("moe_intermediate_size", in: ConfigurationLimits.width)
        model.feedForward = .mixture(
            try fields.activation("hidden_act", default: "silu"),
            experts: try fields.integer(
                fields.has("num_experts") ? "num_experts" : "num_local_experts", in: ConfigurationLimits.experts),
            active: try fields.integer("num_experts_per_tok", in: ConfigurationLimits.experts, default: 8),
            sharesAddUpToOne: try fields.boolean("norm_topk_prob", default: false))
        return model
    }

    /// Phi-1, 1.5 and 2: attention and feed-forward network in parallel, part of a head rotated, biases everywhere.
    static func phi(_ fields: ConfigurationFields) throws(ImportError) -> DecoderConfiguration {
        if try fields.boolean("qk_layernorm", default: false) {
            throw fields.error("qk_layernorm", "layer normalisation of query and key is not supported")
        }
        var model = try rotary(
            fields, modelType: "phi", epsilonField: "layer_norm_eps", defaultEpsilon: 1e-5,
            defaultRotaryFactor: 0.5)
        model.normalization = .layer
        model.feedForward = .plain(try fields.activation("hidden_act", default: "gelu_new"))
        model.queryKeyValueBias = true
        model.attentionOutputBias = true
        model.feedForwardBias = true
        model.isParallel = true
        model.headBias = true
        return model
    }

    /// Phi-3: Llama's structure with query/key/value and gate/up in one matrix each, and a sliding window.
    static func phi3(_ fields: ConfigurationFields) throws(ImportError) -> DecoderConfiguration {
        var model = try rotary(fields, modelType: "phi3", defaultEpsilon: 1e-5)
        model.feedForward = .gated(try fields.activation("hidden_act", default: "silu"), fused: true)
        model.fusesQueryKeyValue = true
        model.window = try slidingWindow(fields)
        return model
    }

    /// Gemma: wide heads, gated GELU, scaled and tied embeddings. The scale of a normalisation is stored as its
    /// difference from one; here the parameter stands for the sum.
    static func gemma(_ fields: ConfigurationFields) throws(ImportError) -> DecoderConfiguration {
        try gemma(fields, defaultKeyValueHeads: nil)
    }

    private static func gemma(
        _ fields: ConfigurationFields, defaultKeyValueHeads keyValueHeads: Int?
    ) throws(ImportError) -> DecoderConfiguration {
        var model = try rotary(
            fields, modelType: "gemma", defaultHeadDimension: 256, defaultKeyValueHeads: keyValueHeads, tiesByDefault: true)
        model.feedForward = .gated(try fields.activation("hidden_activation", default: "gelu_pytorch_tanh"), fused: false)
        model.queryKeyValueBias = try fields.boolean("attention_bias", default: false)
        model.attentionOutputBias = model.queryKeyValueBias
        model.embeddingScale = Double(model.hidden).squareRoot()
        return model
    }

    /// Gemma 2: Gemma with a normalisation behind each block as well, capped scores and logits, and a sliding
    /// window in every other layer.
    static func gemma2(_ fields: ConfigurationFields) throws(ImportError) -> DecoderConfiguration {
        var model = try gemma(fields, defaultKeyValueHeads: 4)
        model.modelType = "gemma2"
        model.normalizesOutputs = true
        model.attentionScale = 1 / (try fields.positive("query_pre_attn_scalar", default: 256)).squareRoot()
        model.attentionCap = try cap(fields, "attn_logit_softcapping", default: 50)
        model.logitCap = try cap(fields, "final_logit_softcapping", default: 30)
        if case .everyLayer(let size) = try slidingWindow(fields, default: 4096) { model.window = .evenLayers(size) }
        return model
    }

    /// The window, or none where the field is null.
    private static func slidingWindow(
        _ fields: ConfigurationFields, default fallback: Int? = nil
    ) throws(ImportError) -> DecoderConfiguration.Window {
        if !fields.has("sliding_window") {
            if let fallback, !fields.states("sliding_window") { return .everyLayer(fallback) }
            return .none
        }
        return .everyLayer(try fields.integer("sliding_window", in: ConfigurationLimits.positions))
    }

    /// A bound on scores or logits, or none where the field is null.
    private static func cap(_ fields: ConfigurationFields, _ field: String, default fallback: Double) throws(ImportError) -> Double? {
        if fields.states(field) && !fields.has(field) { return nil }
        return try fields.positive(field, default: fallback)
    }

    private static func refuseWindowOfLaterLayers(_ fields: ConfigurationFields) throws(ImportError) {
        if try fields.boolean("use_sliding_window", default: false) {
            throw fields.error("use_sliding_window", "a window in the later layers only is not supported", suggestion: "write false")
        }
    }

    /// What the families with rotary positions share: the names of their fields, RMS normalisation, gated SiLU.
    /// Defaults are those of the transformers library, which leaves fields out of a file that have them.
    private static func rotary(
        _ fields: ConfigurationFields, modelType: String, epsilonField: String = "rms_norm_eps",
        defaultEpsilon: Double = 1e-6, defaultBase: Double = 10_000, defaultHeadDimension: Int? = nil,
        defaultKeyValueHeads: Int? = nil, defaultRotaryFactor: Double = 1, tiesByDefault: Bool = false
    ) throws(ImportError) -> DecoderConfiguration {
        let hidden = try fields.integer("hidden_size", in: ConfigurationLimits.width)
        let heads = try fields.integer("num_attention_heads", in: ConfigurationLimits.heads)
        let longest = try fields.integer("max_position_embeddings", in: ConfigurationLimits.positions, default: 2048)
        let head = try fields.headDimension(
            hidden: hidden, heads: heads, headsField: "num_attention_heads", default: defaultHeadDimension)
        guard head.isMultiple(of: 2) || defaultRotaryFactor < 1 else {
            throw fields.error(
                fields.has("head_dim") ? "head_dim" : "num_attention_heads",
                "heads of \(head) extents cannot be rotated in pairs", suggestion: "the number has to be even")
        }
        let rotated = try fields.rotaryDimensions(head: head, defaultFactor: defaultRotaryFactor)
        let scheme = try RotaryScheme(
            fields, dimensions: rotated, defaultBase: defaultBase, longestSequence: longest)
        var model = DecoderConfiguration(
            modelType: modelType, hidden: hidden,
            layers: try fields.integer("num_hidden_layers", in: ConfigurationLimits.layers),
            heads: heads,
            keyValueHeads: try fields.integer(
                "num_key_value_heads", in: ConfigurationLimits.heads,
                default: fields.states("num_key_value_heads") ? heads : defaultKeyValueHeads ?? heads),
            headDimension: head, intermediate: try fields.integer("intermediate_size", in: ConfigurationLimits.width),
            vocabulary: try fields.integer("vocab_size", in: ConfigurationLimits.vocabulary), longestSequence: longest,
            normalization: .rootMeanSquare,
            epsilon: try fields.positive(epsilonField, default: defaultEpsilon),
            positions: .rotary(scheme), feedForward: .gated(.silu, fused: false))
        if modelType != "phi" && !modelType.hasPrefix("gemma") {
            model.feedForward = .gated(try fields.activation("hidden_act", default: "silu"), fused: false)
        }
        model.tiesEmbeddings = try fields.boolean("tie_word_embeddings", default: tiesByDefault)
        return model
    }
}
