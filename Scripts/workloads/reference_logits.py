"""Writes Tests/GraphImportTests/LanguageModelReferenceValues.swift: logits of tiny models of every known family.

    venv/bin/python Scripts/workloads/reference_logits.py > Tests/GraphImportTests/LanguageModelReferenceValues.swift

The transformers library runs each model in fp32 on eight token ids. Its weights come from a formula over the names and
positions that Cyclewright gives to parameters (`value`), which the test repeats, so no weights are stored.
"""

import json
import warnings

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM

IDS = [3, 1, 4, 1, 5, 9, 2, 6]
SIZES = dict(
    vocab_size=16, hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=64)
LLAMA3 = dict(
    rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32)
MODELS = {
    "gpt2": dict(vocab_size=16, n_embd=16, n_layer=3, n_head=4, n_positions=64),
    "opt": dict(
        vocab_size=16, hidden_size=16, word_embed_proj_dim=16, ffn_dim=24, num_hidden_layers=3, num_attention_heads=4,
        max_position_embeddings=64, pad_token_id=0),
    "llama": dict(SIZES, attention_bias=True, mlp_bias=True, head_dim=8, rope_theta=500.0, rope_scaling=LLAMA3),
    "mistral": dict(SIZES, sliding_window=3),
    "qwen2": dict(SIZES, tie_word_embeddings=True),
    "qwen3": dict(SIZES, head_dim=8),
    "phi": dict(SIZES, num_key_value_heads=4),
    "phi3": dict(SIZES, sliding_window=4),
    "gemma": dict(SIZES, head_dim=8),
    "gemma2": dict(
        SIZES, head_dim=8, sliding_window=3, query_pre_attn_scalar=20, attn_logit_softcapping=2.0,
        final_logit_softcapping=1.5),
    # One expert: with more of them the routing of the graph is fixed, and the values are not the model's.
    "mixtral": dict(SIZES, num_local_experts=1, num_experts_per_tok=1),
    "qwen3_moe": dict(SIZES, head_dim=8, moe_intermediate_size=20, num_experts=1, num_experts_per_tok=1),
}


def values(name, shape):
    """Element i of parameter `name`: an integer hash of both in [-0.5, 0.5); one more for scales of normalisations."""
    hash_ = 2166136261
    for byte in name.encode():
        hash_ = (hash_ ^ byte) * 16777619 % 2**32
    index = np.arange(int(np.prod(shape)), dtype=np.uint64)
    mixed = (hash_ + index * 2654435761) % 2**32
    mixed ^= mixed >> 15
    mixed = mixed * 2246822519 % 2**32
    mixed ^= mixed >> 13
    result = (mixed >> 16).astype(np.float32) / 65536 - 0.5
    return (result + (1 if "norm.weight" in name else 0)).reshape(shape).astype(np.float32)


PARTS = {
    "transformer.wte": "embedding", "transformer.wpe": "positions", "transformer.ln_f": "final_norm", "lm_head": "head",
    "embed_tokens": "embedding", "embed_positions": "positions", "final_layer_norm": "final_norm",
    "final_layernorm": "final_norm", "norm": "final_norm",
}
LAYER_PARTS = {
    "ln_1": "attention_norm", "ln_2": "feed_forward_norm", "attn.c_attn": "attention.query_key_value",
    "attn.c_proj": "attention.output", "mlp.c_fc": "feed_forward.up", "mlp.c_proj": "feed_forward.down",
    "self_attn_layer_norm": "attention_norm", "final_layer_norm": "feed_forward_norm", "fc1": "feed_forward.up",
    "fc2": "feed_forward.down", "self_attn.q_proj": "attention.query", "self_attn.k_proj": "attention.key",
    "self_attn.v_proj": "attention.value", "self_attn.qkv_proj": "attention.query_key_value",
    "self_attn.o_proj": "attention.output", "self_attn.out_proj": "attention.output",
    "self_attn.dense": "attention.output", "self_attn.q_norm": "attention.query.norm",
    "self_attn.k_norm": "attention.key.norm", "mlp.gate_proj": "feed_forward.gate", "mlp.up_proj": "feed_forward.up",
    "mlp.down_proj": "feed_forward.down", "mlp.gate_up_proj": "feed_forward.gate_up", "mlp.fc1": "feed_forward.up",
    "mlp.fc2": "feed_forward.down", "mlp.gate": "feed_forward.router", "input_layernorm": "attention_norm",
    "post_attention_layernorm": "feed_forward_norm",
}
SANDWICH = {
    "post_attention_layernorm": "attention_output_norm", "pre_feedforward_layernorm": "feed_forward_norm",
    "post_feedforward_layernorm": "feed_forward_output_norm",
}


def set_parameter(family, key, parameter):
    """Gives one parameter of transformers the values of the parameter of the same meaning in the graph."""
    for prefix in ("model.decoder.", "model."):
        key = key.removeprefix(prefix)
    key = key.replace("transformer.h.", "layers.")
    if key.startswith("layers."):
        _, layer, rest = key.split(".", 2)
        if "experts." in rest:
            return set_experts(f"layers.{layer}.feed_forward.experts", rest, parameter)
        part, _, kind = rest.rpartition(".")
        part = SANDWICH[part] if family == "gemma2" and part in SANDWICH else LAYER_PARTS[part]
        name = f"layers.{layer}.{part}.{kind}"
    else:
        part, _, kind = key.rpartition(".")
        name = f"{PARTS[part]}.{kind}"
    shape = list(parameter.shape)
    # PyTorch's linear layers are [outputs, inputs]; GPT-2's and all tables are as in the graph.
    if len(shape) == 2 and family != "gpt2" and not name.startswith(("embedding", "positions")):
        data = values(name, shape[::-1]).T
    else:
        data = values(name, shape)
    if family.startswith("gemma") and "norm.weight" in name:
        data = data - 1
    parameter.copy_(torch.from_numpy(np.ascontiguousarray(data)))


def set_experts(prefix, rest, parameter):
    for expert in range(parameter.shape[0]):
        rows, columns = parameter.shape[1:]
        if "gate_up_proj" in rest:
            halves = [values(f"{prefix}.{expert}.{part}.weight", [columns, rows // 2]).T for part in ("gate", "up")]
            data = np.concatenate(halves)
        else:
            data = values(f"{prefix}.{expert}.down.weight", [columns, rows]).T
        parameter[expert].copy_(torch.from_numpy(np.ascontiguousarray(data)))


def logits(family, fields):
    config = AutoConfig.for_model(
        family, attn_implementation="eager", **({"bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 0} | fields))
    model = AutoModelForCausalLM.from_config(config).eval().float()
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            set_parameter(family, key, parameter)
        model.tie_weights()
        return model(torch.tensor([IDS]), use_cache=False).logits[0, -1].tolist()


def main():
    warnings.simplefilter("ignore")
    print("// Written by Scripts/workloads/reference_logits.py with transformers 5.23.\n")
    print("/// Tiny models of every known family, and the logits that transformers computes for `referenceTokens`.")
    print(f"let referenceTokens: [Int64] = {IDS}\n")
    print("let referenceModels: [(configuration: String, logits: [Float])] = [")
    for family, fields in MODELS.items():
        text = json.dumps({"model_type": family, **fields})
        numbers = ", ".join(f"{number:.6f}" for number in logits(family, fields))
        print(f"    (\n        #\"{text}\"#,\n        [{numbers}]\n    ),")
    print("]")


if __name__ == "__main__":
    main()
