// Written by Scripts/workloads/reference_logits.py with transformers 5.23.

/// Tiny models of every known family, and the logits that transformers computes for `referenceTokens`.
let referenceTokens: [Int64] = [3, 1, 4, 1, 5, 9, 2, 6]

let referenceModels: [(configuration: String, logits: [Float])] = [
    (
        #"{"model_type": "gpt2", "vocab_size": 16, "n_embd": 16, "n_layer": 3, "n_head": 4, "n_positions": 64}"#,
        [1.899344, 0.647798, 0.023443, -1.719446, -0.072512, -0.476081, 0.462906, -1.758770, -1.797592, 1.147248, 0.951262, -0.144845, -0.526505, -0.876046, -3.311462, 3.758400]
    ),
    (
        #"{"model_type": "opt", "vocab_size": 16, "hidden_size": 16, "word_embed_proj_dim": 16, "ffn_dim": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "max_position_embeddings": 64, "pad_token_id": 0}"#,
        [0.794800, -1.191985, -0.557450, -2.384285, 1.035655, -1.873414, 0.442460, -0.273120, -1.494844, 2.321273, 0.615872, 0.149427, -0.251864, -3.043584, -1.058514, 2.509357]
    ),
    (
        #"{"model_type": "llama", "vocab_size": 16, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64, "attention_bias": true, "mlp_bias": true, "head_dim": 8, "rope_theta": 500.0, "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}}"#,
        [-0.848365, -1.975660, 0.172954, 2.584928, 0.180774, -1.952401, -1.281200, 1.991289, 0.203412, -0.936105, -0.447109, 0.333589, 0.631740, 1.778413, 1.126304, -1.009182]
    ),
    (
        #"{"model_type": "mistral", "vocab_size": 16, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64, "sliding_window": 3}"#,
        [0.164239, -1.256073, 0.595338, 1.687090, -2.614603, -0.781040, -0.432553, -0.199791, -1.663564, 1.153797, -0.155071, 0.668417, -0.662742, 1.796447, -0.740966, -0.251793]
    ),
    (
        #"{"model_type": "qwen2", "vocab_size": 16, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64, "tie_word_embeddings": true}"#,
        [0.307555, -0.270062, -2.118648, 0.125918, -1.735877, 0.904487, 2.901975, -0.324417, 1.587783, -0.452193, 0.313799, 2.055204, -0.792961, 0.640226, 0.260672, -2.392044]
    ),
    (
        #"{"model_type": "qwen3", "vocab_size": 16, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64, "head_dim": 8}"#,
        [-1.431471, 1.733023, 0.348057, 0.686698, 2.108134, 0.603140, -0.512035, 0.457471, 1.231735, -1.533805, -0.224276, 0.669667, -0.415932, 0.143840, 0.004680, -1.140719]
    ),
    (
        #"{"model_type": "phi", "vocab_size": 16, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 4, "max_position_embeddings": 64}"#,
        [0.566949, 2.030122, 0.396459, -0.322894, 0.673503, 1.970691, 0.747767, -1.110959, 0.149750, 1.362262, -0.694851, 1.748805, -0.807451, 0.712617, -0.867091, 1.646235]
    ),
    (
        #"{"model_type": "phi3", "vocab_size": 16, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64, "sliding_window": 4}"#,
        [1.239861, 1.354930, -0.481087, -0.723945, 2.594672, -0.716357, -0.571734, -1.032721, 0.739060, -1.499315, 0.182945, -0.246746, -0.638723, -0.319535, 0.046921, 0.671273]
    ),
    (
        #"{"model_type": "gemma", "vocab_size": 16, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64, "head_dim": 8}"#,
        [2.189320, 0.051610, -1.516531, -0.223291, -0.619613, 0.469944, 2.812852, -1.303580, -0.489075, 0.730031, 0.806993, 0.938816, 0.379818, -0.780552, 0.271273, -0.949912]
    ),
    (
        #"{"model_type": "gemma2", "vocab_size": 16, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64, "head_dim": 8, "sliding_window": 3, "query_pre_attn_scalar": 20, "attn_logit_softcapping": 2.0, "final_logit_softcapping": 1.5}"#,
        [1.378293, 0.659932, -0.629977, -0.208766, -0.384344, 1.239337, 0.877994, 0.543937, 0.597374, -0.135989, 0.764014, -0.549272, 1.348855, -0.987371, 1.089785, -0.925916]
    ),
    (
        #"{"model_type": "mixtral", "vocab_size": 16, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64, "num_local_experts": 1, "num_experts_per_tok": 1}"#,
        [-1.653744, 0.076458, 0.435731, 0.760731, -1.500617, 1.125517, 0.607106, -0.748052, 2.075259, -1.612279, 1.487995, 0.050745, -0.138984, 1.012852, -1.004201, -0.581554]
    ),
    (
        #"{"model_type": "qwen3_moe", "vocab_size": 16, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64, "head_dim": 8, "moe_intermediate_size": 20, "num_experts": 1, "num_experts_per_tok": 1}"#,
        [-0.243682, -0.103848, 0.522815, -1.346384, -1.366550, -0.500214, 0.012566, -0.483561, 0.980659, -2.052445, 1.074836, -1.355600, 1.691698, -1.422038, 0.683810, -0.576496]
    ),
]
