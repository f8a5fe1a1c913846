#!/bin/sh
# Timeloop's mapspaces (reference/mapping.md §1.4: 8 layers × 2 architectures, three objectives) searched by Cyclewright, and its fixed
# mappings (§1.3) counted. Prints ours, Timeloop's and the ratio; fails when one of ours is worse, when a figure of a fixed mapping
# differs, or past 10 CPU seconds for all searches together (Timeloop had 20 to 100 for each).
# Usage: Benchmarks/timeloop/run.sh FOLDER, where FOLDER/fixed and FOLDER/mapper hold *.in.yaml and *.stats.txt
set -eu
[ $# -eq 1 ] || { echo "usage: Benchmarks/timeloop/run.sh FOLDER" >&2; exit 64; }
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
SWIFT=${SWIFT:-swift}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

$SWIFT build -c release --product timeloop-rows >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
tool=$($SWIFT build -c release --show-bin-path)/timeloop-rows

"$tool" fixed "$folder/fixed"
Benchmarks/measure.py --cpu 10 "Timeloop's mapspaces" -- "$tool" mapper "$folder/mapper"
"$tool" any-factors "$folder/mapper"
