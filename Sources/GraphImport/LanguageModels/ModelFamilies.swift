import NumberFormats

/// The model families that are known: what `model_type` says and how to read the file.
package struct ModelFamily: Sendable {
    package var modelType: String
    package var read: @Sendable (ConfigurationFields) throws(ImportError) -> DecoderConfiguration

    /// A new family is one function in `ModelFamilies+….swift` and one line here.
    package static let all = [
        ModelFamily(modelType: "gpt2", read: gpt2),
        ModelFamily(modelType: "opt", read: opt),
        ModelFamily(modelType: "llama", read: llama),
        ModelFamily(modelType: "mistral", read: mistral),
        ModelFamily(modelType: "mixtral", read: mixtral),
        ModelFamily(modelType: "qwen2", read: qwen2),
        ModelFamily(modelType: "qwen3", read: qwen3),
        ModelFamily(modelType: "qwen3_moe", read: qwen3Mixture),
        ModelFamily(modelType: "phi", read: phi),
        ModelFamily(modelType: "phi3", read: phi3),
        ModelFamily(modelType: "gemma", read: gemma),
        ModelFamily(modelType: "gemma2", read: gemma2),
    ]

    /// The model that the fields describe, with all sizes within `ConfigurationLimits`.
    package static func configuration(_ fields: ConfigurationFields) throws(ImportError) -> DecoderConfiguration {
        let known = "known are " + all.map(\.modelType).joined(separator: ", ")
        guard let modelType = try fields.text("model_type") else {
            throw fields.error("model_type", "is missing", suggestion: known)
        }
        guard let family = all.first(where: { $0.modelType == modelType }) else {
            throw fields.error("model_type", "\"\(modelType.prefix(40))\" is not a known family", suggestion: known)
        }
        var configuration = try family.read(fields)
        configuration.element = try element(fields)
        if !configuration.heads.isMultiple(of: configuration.keyValueHeads) {
            throw fields.error(
                "num_key_value_heads",
                "\(configuration.heads) query heads cannot be shared among \(configuration.keyValueHeads) key/value heads",
                suggestion: "use a divisor of the number of query heads")
        }
        if case .mixture(_, let experts, let active, _) = configuration.feedForward {
            if active > experts {
                throw fields.error("num_experts_per_tok", "\(active) of \(experts) experts for each token")
            }
            if experts * configuration.layers > ConfigurationLimits.expertCount {
                throw fields.error(
                    "num_hidden_layers", "\(configuration.layers) layers of \(experts) experts are too many",
                    suggestion: "keep their product under \(ConfigurationLimits.expertCount)")
            }
        }
        return configuration
    }

    /// Format of the weights: `torch_dtype`, called `dtype` in newer files.
    private static func element(_ fields: ConfigurationFields) throws(ImportError) -> ElementType? {
        switch try fields.text(fields.has("torch_dtype") ? "torch_dtype" : "dtype") {
        case "float32"?: .fp32
        case "float16"?: .fp16
        case "bfloat16"?: .bf16
        default: nil
        }
    }
}

extension ConfigurationFields {
    /// The activation function that `field` names.
    func activation(_ field: String, default fallback: String) throws(ImportError) -> DecoderConfiguration.Activation {
        let name = try text(field) ?? fallback
        switch name {
        case "relu": return .relu
        case "silu", "swish": return .silu
        case "gelu": return .gelu
        case "gelu_new", "gelu_fast", "gelu_pytorch_tanh": return .geluTanh
        default:
            throw error(
                field, "\"\(name.prefix(40))\" is not a known activation function",
                suggestion: "known are relu, silu, gelu, gelu_new and gelu_pytorch_tanh")
        }
    }

    /// Width of a head: stated, or the hidden width divided by the heads.
    func headDimension(hidden: Int, heads: Int, headsField: String, default fallback: Int? = nil) throws(ImportError) -> Int {
        if has("head_dim") || fallback != nil {
            return try integer("head_dim", in: ConfigurationLimits.width, default: fallback)
        }
        guard hidden.isMultiple(of: heads) else {
            throw error(
                headsField, "a hidden width of \(hidden) cannot be divided among \(heads) heads",
                suggestion: "use a divisor of the hidden width, or state head_dim")
        }
        return hidden / heads
    }

    /// Extents of a head that are rotated: `partial_rotary_factor` of them, an even number.
    func rotaryDimensions(head: Int, defaultFactor: Double) throws(ImportError) -> Int {
        let parameters = try object("rope_parameters")
        let owner = parameters?.has("partial_rotary_factor") == true ? parameters ?? self : self
        let factor = try owner.positive("partial_rotary_factor", default: defaultFactor)
        let dimensions = Int((Double(head) * min(factor, 2)).rounded(.down))
        guard factor <= 1, dimensions >= 2, dimensions.isMultiple(of: 2) else {
            throw error(
                "partial_rotary_factor", "rotates \(dimensions) of the \(head) extents of a head",
                suggestion: "the number has to be even, at least 2 and at most the head's")
        }
        return dimensions
    }
}
