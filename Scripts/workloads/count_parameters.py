"""Prints the parameter count of every Workloads/language-models/*.json as the transformers library counts it.

    venv/bin/python Scripts/workloads/count_parameters.py [FILE…]

The model is built on torch's "meta" device: shapes without memory. The counts check Cyclewright's graphs; the tests
(LanguageModelParameterTests) hold the same figures.
"""

import json
import pathlib
import sys

import torch
from transformers import AutoConfig, AutoModelForCausalLM


def count(path):
    fields = json.loads(path.read_text())
    config = AutoConfig.for_model(fields.pop("model_type"), **fields)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    model.tie_weights()
    return sum(parameter.numel() for parameter in model.parameters())


paths = [pathlib.Path(p) for p in sys.argv[1:]] or sorted(pathlib.Path("Workloads/language-models").glob("*.json"))
for path in paths:
    print(f"{path.stem:20} {count(path):>18,}", flush=True)
