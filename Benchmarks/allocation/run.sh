#!/bin/sh
# Scratchpad placement against MiniMalloc's challenging benchmark, whole processes, CPU time of each.
#
#     Benchmarks/allocation/run.sh [FOLDER]
#
# FOLDER holds A.1048576.csv … K.1048576.csv of https://github.com/google/minimalloc, benchmarks/challenging; the files are not
# ours to ship. Without it this is skipped. Fails past twice the CPU time that MiniMalloc took for a file (2026-11, on a
# two-core machine under load), or when a file is not solved.
set -eu
cd "$(dirname "$0")/../.."
SWIFT=${SWIFT:-swift}
folder=${1:-${MINIMALLOC:-}}
if [ -z "$folder" ]; then
    echo "allocation: skipped; give the folder of MiniMalloc's challenging benchmark as the argument or as MINIMALLOC"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
$SWIFT build -c release --product cyclewright >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
tool=$($SWIFT build -c release --show-bin-path)/cyclewright

status=0
# MiniMalloc's CPU seconds, doubled.
for limit in A:23.6 B:14.4 C:3.6 D:15 E:15.4 F:34.6 G:6.6 H:9.2 I:19.2 J:5.8 K:2.6; do
    name=${limit%%:*}
    Benchmarks/measure.py --runs 3 --cpu "${limit#*:}" "$name, 1,048,576 bytes" -- \
        "$tool" allocate "$folder/$name.1048576.csv" --capacity 1048576 --output "$work/$name.csv" --quiet || status=1
done
exit $status
