#!/bin/sh
# What results that stay on chip, chosen for all operators together, gain over those that stay as they come: cycles and bytes
# off chip of the simulation of every mapping that `map` tries.
#
#     Benchmarks/compose/residency.sh [ARCHITECTURE …]
set -eu
cd "$(dirname "$0")/../.."
. Benchmarks/tool.sh
for architecture in ${*:-gemmini tpu-v1}; do
    for workload in resnet18-int8 mobilenet-v2 bert-base gpt2.onnx; do
        echo "$workload on $architecture"
        "$tool" map "$architecture" "$workload" -o "$work/mapping.yaml" | grep -E "^Results|^Simulated|^  with "
    done
done
