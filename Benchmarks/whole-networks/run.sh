#!/bin/sh
# Whole networks from a cold process, report included, at event fidelity: ResNet-50 on tpu-v1 and one decoding step of Llama-3.1-8B on
# tpu-v4-core, the latter with DRAM of bandwidth and latency in requests of 2 KiB, and with every access of 32 B. Fails past 1 CPU second, past 5 with every
# access, or past 300 MB for ResNet-50. Usage: Benchmarks/whole-networks/run.sh
set -eu
cd "$(dirname "$0")/../.."
. Benchmarks/tool.sh

status=0
Benchmarks/measure.py --cpu 1 --memory 300 "ResNet-50 int8, tpu-v1" -- \
    "$tool" simulate Architectures/tpu-v1.yaml Workloads/resnet50-int8.onnx --quiet --output "$work/resnet50" || status=1
llama() {
    limit=$1 name=$2
    shift 2
    Benchmarks/measure.py --cpu "$limit" "Llama-3.1-8B, decode at 4096, tpu-v4-core, $name" -- \
        "$tool" simulate Architectures/tpu-v4-core.yaml Workloads/language-models/llama-3.1-8b.json --set phase=decode --set context=4096 "$@" \
        --quiet --output "$work/llama" || status=1
}
llama 1 "bandwidth and latency" --set memories.hbm.model=bandwidth --set memories.hbm.latency=100ns \
    --set engines.load.request=2KiB --set engines.store.request=2KiB
llama 5 "every access"
exit $status
