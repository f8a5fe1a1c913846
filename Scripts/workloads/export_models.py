"""Writes Workloads/NAME.onnx: published networks built from their configuration and exported without weights.

    python -m venv venv && venv/bin/pip install torch torchvision transformers onnx onnxscript
    venv/bin/python Scripts/workloads/export_models.py --output Workloads NAME…      (no NAME: all of them)

No weights are downloaded: the networks are initialised at random from their published configuration, and the
weights are stripped afterwards (stripping.py). Prints one line of Markdown with the counts of every file.
"""

import argparse
import pathlib

import torch

import stripping


def image_network(constructor, size=224):
    """A torchvision classifier and its input."""
    import torchvision

    model = getattr(torchvision.models, constructor)
    options = {"aux_logits": False, "init_weights": False} if constructor == "inception_v3" else {}
    return model(weights=None, **options), (torch.zeros(1, 3, size, size),), ["image"], ["logits"]


class Selected(torch.nn.Module):
    """A transformers model as a function of tensors: ids (and mask) in, one tensor out."""

    def __init__(self, model, output):
        super().__init__()
        self.model, self.output = model, output

    def forward(self, ids):
        return getattr(self.model(ids), self.output)


def bert_base(tokens=128):
    from transformers import BertConfig, BertModel

    config = BertConfig(attn_implementation="eager")
    return Selected(BertModel(config), "last_hidden_state"), (torch.ones(1, tokens, dtype=torch.int64),), ["ids"], ["hidden"]


def gpt2(tokens=128):
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(attn_implementation="eager", use_cache=False)
    return Selected(GPT2LMHeadModel(config), "logits"), (torch.ones(1, tokens, dtype=torch.int64),), ["ids"], ["logits"]


def llama_tiny(tokens=64):
    """The Llama structure at the size of llama2.c's "stories15M": 6 layers, 288 wide, 6 heads, 32,000 tokens."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        tie_word_embeddings=True,
        hidden_size=288, intermediate_size=768, num_hidden_layers=6, num_attention_heads=6, num_key_value_heads=6,
        vocab_size=32000, max_position_embeddings=256, attn_implementation="eager", use_cache=False)
    return Selected(LlamaForCausalLM(config), "logits"), (torch.ones(1, tokens, dtype=torch.int64),), ["ids"], ["logits"]


NETWORKS = {
    "resnet18": lambda: image_network("resnet18"),
    "resnet50": lambda: image_network("resnet50"),
    "mobilenet-v2": lambda: image_network("mobilenet_v2"),
    "vgg16": lambda: image_network("vgg16"),
    "bert-base": bert_base,
    "gpt2": gpt2,
    "vit-b-16": lambda: image_network("vit_b_16"),
    "swin-t": lambda: image_network("swin_t"),
    "convnext-tiny": lambda: image_network("convnext_tiny"),
    "efficientnet-b0": lambda: image_network("efficientnet_b0"),
    "densenet121": lambda: image_network("densenet121"),
    "mobilenet-v3-large": lambda: image_network("mobilenet_v3_large"),
    "squeezenet1-1": lambda: image_network("squeezenet1_1"),
    "shufflenet-v2": lambda: image_network("shufflenet_v2_x1_0"),
    "inception-v3": lambda: image_network("inception_v3", 299),
    "alexnet": lambda: image_network("alexnet"),
    "googlenet": lambda: googlenet(),
    "regnet-y-400mf": lambda: image_network("regnet_y_400mf"),
    "mnasnet1-0": lambda: image_network("mnasnet1_0"),
    "llama-15m": llama_tiny,
}


def googlenet():
    import torchvision

    model = torchvision.models.googlenet(weights=None, aux_logits=False, init_weights=False)
    return model, (torch.zeros(1, 3, 224, 224),), ["image"], ["logits"]


def roughen(model):
    """Moves every parameter that is initialised to one repeated value off it, and gives batch normalisations
    statistics: the exporter would otherwise drop biases of zero and scales of one as if they were not there."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.numel() > 1 and parameter.min() == parameter.max():
                parameter.add_(torch.randn_like(parameter) * 0.05)
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.5, 1.5)


def export(name, opset=18):
    """The exported model with its random weights, and its number of trainable parameters in PyTorch."""
    torch.manual_seed(0)
    model, inputs, input_names, output_names = NETWORKS[name]()
    model.eval()
    roughen(model)
    with torch.no_grad():
        program = torch.onnx.export(
            model, inputs, input_names=input_names, output_names=output_names, opset_version=opset, dynamo=True,
            verbose=False)
    return program.model_proto, sum(p.numel() for p in model.parameters())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NETWORKS))
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("Workloads"))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name in arguments.names or NETWORKS:
        model, parameters = export(name)
        model.graph.name = name
        stripping.strip(model)
        (arguments.output / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))
        print(stripping.summary(name, model), f"{parameters:,} in PyTorch", flush=True)


if __name__ == "__main__":
    main()
