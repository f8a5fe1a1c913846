#!/bin/sh
# The networks that ONNXim was measured on, on tpu-v4-core, which has the size of its TPU v4 configuration: cycles and CPU seconds
# beside its own. README.md says what differs between the two. Usage: Benchmarks/onnxim/run.sh
set -eu
cd "$(dirname "$0")/../.."
. Benchmarks/tool.sh

printf 'product, M, N, K,\ngemv, 1, 4096, 4096,\n' >"$work/gemv.csv"

# compare NAME CYCLES SECONDS ARGUMENT…: ONNXim's figures, then the workload and its settings
compare() {
    name=$1 cycles=$2 seconds=$3
    shift 3
    line=$(Benchmarks/measure.py --no-instructions "$name" -- "$tool" simulate Architectures/tpu-v4-core.yaml "$@" --quiet --output "$work/$name")
    python3 - "$work/$name/summary.json" "$name" "$cycles" "$seconds" "$line" <<'PYTHON'
import json, re, sys
path, name, cycles, seconds, line = sys.argv[1:]
ours = json.load(open(path))["cycles"]
cpu = float(re.search(r"([\d.]+) CPU s", line).group(1))
print(f"{name:<14} {ours:>10,} cycles, ONNXim {int(cycles):>10,}: {ours / int(cycles):5.2f} ×   "
      f"{cpu:5.2f} CPU s, ONNXim {float(seconds):6.1f}: {float(seconds) / max(cpu, 0.01):,.0f} times as fast")
PYTHON
}

# Every access of 32 B, as the machine is shipped.
compare resnet18 459084 23.5 Workloads/resnet18.onnx
compare bert-base-128 1272826 568.6 Workloads/bert-base.onnx
compare gemv-4096 81218 82.2 "$work/gemv.csv" --set element=bf16

# The same without the hash of channels, and with DRAM of bandwidth and latency.
plain="memories.hbm.mapping=RoRaBaCoBgPcCh"
bandwidth="--set memories.hbm.model=bandwidth --set memories.hbm.latency=100ns"
# shellcheck disable=SC2086
{
    compare resnet18-plain 459084 23.5 Workloads/resnet18.onnx --set "$plain"
    compare bert-base-128-plain 1272826 568.6 Workloads/bert-base.onnx --set "$plain"
    compare gemv-4096-plain 81218 82.2 "$work/gemv.csv" --set element=bf16 --set "$plain"
    compare resnet18-bandwidth 459084 23.5 Workloads/resnet18.onnx $bandwidth
    compare bert-base-128-bandwidth 1272826 568.6 Workloads/bert-base.onnx $bandwidth
    compare gemv-4096-bandwidth 81218 82.2 "$work/gemv.csv" --set element=bf16 $bandwidth
}
