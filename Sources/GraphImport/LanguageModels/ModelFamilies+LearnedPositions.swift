extension ModelFamily {
    /// GPT-2: learned positions, fused query/key/value, biases everywhere, tied embeddings.
    static func gpt2(_ fields: ConfigurationFields) throws(ImportError) -> DecoderConfiguration {
        let hidden = try fields.integer("n_embd", in: ConfigurationLimits.width)
        let heads = try fields.integer("n_head", in: ConfigurationLimits.heads)
        let positions = try fields.integer("n_positions", in: ConfigurationLimits.positions, default: 1024)
        var model = DecoderConfiguration(
            modelType: "gpt2", hidden: hidden, layers: try fields.integer("n_layer", in: ConfigurationLimits.layers),
            heads: heads, keyValueHeads: heads,
            headDimension: try fields.headDimension(hidden: hidden, heads: heads, headsField: "n_head"),
            intermediate: try fields.integer("n_inner", in: ConfigurationLimits.width, default: 4 * hidden),
            vocabulary: try fields.integer("vocab_size", in: ConfigurationLimits.vocabulary),
            longestSequence: positions, normalization: .layer,
            epsilon: try fields.positive("layer_norm_epsilon", default: 1e-5),
            positions: .learned(rows: positions, offset: 0),
            feedForward: .plain(try fields.activation("activation_function", default: "gelu_new")))
        model.fusesQueryKeyValue = true
        model.queryKeyValueBias = true
        model.attentionOutputBias = true
        model.feedForwardBias = true
        model.tiesEmbeddings = try fields.boolean("tie_word_embeddings", default: true)
        if try !fields.boolean("scale_attn_weights", default: true) { model.attentionScale = 1 }
        return model
    }

    /// OPT: learned positions with two rows in front, ReLU, biases, tied embeddings. The variant with its
    /// normalisation behind the blocks (opt-350m) is refused.
    static func opt(_ fields: ConfigurationFields) throws(ImportError) -> DecoderConfiguration {
        let hidden = try fields.integer("hidden_size", in: ConfigurationLimits.width)
        let heads = try fields.integer("num_attention_heads", in: ConfigurationLimits.heads)
        let positions = try fields.integer("max_position_embeddings", in: ConfigurationLimits.positions, default: 2048)
        if try !fields.boolean("do_layer_norm_before", default: true) {
            throw fields.error("do_layer_norm_before", "normalisation behind the blocks is not supported")
        }
        let embedding = try fields.integer("word_embed_proj_dim", in: ConfigurationLimits.width, default: hidden)
        if embedding != hidden {
            throw fields.error("word_embed_proj_dim", "embeddings of a width other than hidden_size are not supported")
        }
        let bias = try fields.boolean("enable_bias", default: true)
        var model = DecoderConfiguration(
            modelType: "opt", hidden: hidden,
            layers: try fields.integer("num_hidden_layers", in: ConfigurationLimits.layers),
            heads: heads, keyValueHeads: heads,
            headDimension: try fields.headDimension(hidden: hidden, heads: heads, headsField: "num_attention_heads"),
            intermediate: try fields.integer("ffn_dim", in: ConfigurationLimits.width),
            vocabulary: try fields.integer("vocab_size", in: ConfigurationLimits.vocabulary),
            longestSequence: positions, normalization: .layer, epsilon: 1e-5,
            positions: .learned(rows: positions + 2, offset: 2),
            feedForward: .plain(try fields.activation("activation_function", default: "relu")))
        model.queryKeyValueBias = bias
        model.attentionOutputBias = bias
        model.feedForwardBias = bias
        model.tiesEmbeddings = try fields.boolean("tie_word_embeddings", default: true)
        model.hasFinalNormalization = try !fields.boolean("_remove_final_layer_norm", default: false)
        return model
    }
}
