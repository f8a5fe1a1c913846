#!/bin/sh
# Whole networks from a cold process, report included: ResNet-50 on tpu-v1 and one decoding step of Llama-3.1-8B on tpu-v4-core, at
# event fidelity. Fails past 1 CPU second, or past 300 MB for ResNet-50. Usage: Benchmarks/whole-networks/run.sh
set -eu
cd "$(dirname "$0")/../.."
. Benchmarks/tool.sh

status=0
Benchmarks/measure.py --cpu 1 --memory 300 "ResNet-50 int8, tpu-v1" -- \
    "$tool" simulate Architectures/tpu-v1.yaml Workloads/resnet50-int8.onnx --quiet --output "$work/resnet50" || status=1
Benchmarks/measure.py --cpu 1 "Llama-3.1-8B, decode at 4096, tpu-v4-core" -- \
    "$tool" simulate Architectures/tpu-v4-core.yaml Workloads/language-models/llama-3.1-8b.json --set phase=decode --set context=4096 \
    --quiet --output "$work/llama" || status=1
exit $status
