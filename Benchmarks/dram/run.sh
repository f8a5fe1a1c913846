#!/bin/bash
# Speed of the DRAM controller: the workloads of the peer measurements, streams in bulk, DMA requests; instructions where perf can count.
#     Benchmarks/dram/run.sh [--only SUBSTRING]
set -e
cd "$(dirname "$0")/../.."
SWIFT=${SWIFT:-swift}
$SWIFT build -c release --product dram-benchmark
benchmark="$($SWIFT build -c release --show-bin-path)/dram-benchmark"
echo "Access by access, Ramulator 2.1's settings:"
"$benchmark" "$@"
echo "Contiguous reads of one channel, in bulk:"
"$benchmark" --stream 33554432 "$@"
echo "DMA requests of an event-driven machine:"
"$benchmark" --requests-of 64
# Instructions: cachegrind on a copy without debug information, which it cannot read.
if command -v valgrind > /dev/null; then
    copy="$(mktemp -d)"
    trap 'rm -rf "$copy"' EXIT
    strip -g -o "$copy/dram-benchmark" "$benchmark"
    count() {
        LD_LIBRARY_PATH="$(dirname "$benchmark")" valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null \
            "$copy/dram-benchmark" --only "$1" --requests "$2" 2>&1 | grep "I *refs" | tr -dc '0-9 ' | awk '{print $NF}'
    }
    echo "Instructions per request (difference of two run lengths):"
    for case in "DDR4-3200 RoBaRaCoCh seq " "DDR4-3200 RoBaRaCoCh rand " "DDR4-3200 RoBaRaCoCh randmix " "DDR4-3200 MOP4CLXOR seq " \
        "HBM3-6400-ramulator MOP4CLXOR rand "; do
        echo "    $case: $(( ($(count "$case" 60000) - $(count "$case" 20000)) / 40000 ))"
    done
fi
