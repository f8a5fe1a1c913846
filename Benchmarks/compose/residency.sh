#!/bin/sh
# What results that stay on chip, chosen for all operators together, gain over those that stay as they come: cycles and bytes
# off chip of the simulation of every mapping that `map` tries.
#
#     Benchmarks/compose/residency.sh [ARCHITECTURE …]
set -eu
cd "$(dirname "$0")/../.."
. Benchmarks/tool.sh
for architecture in ${*:-gemmini}; do
    for workload in resnet18-int8 mobilenet-v2 bert-base gpt2.onnx; do
        for compose in greedy joint; do
            echo "$workload on $architecture, $compose"
            "$tool" map "$architecture" "$workload" --compose "$compose" --quiet -o "$work/mapping.yaml"
            "$tool" simulate "$architecture" "$workload" --mapping "$work/mapping.yaml" --output "$work/report" | grep -E "^  Cycles|^  DRAM  .*read"
        done
    done
done
