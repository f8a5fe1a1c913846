#!/bin/sh
# All layers of SCALE-Sim's compute reports (Tests/SimulationTests/Fixtures/scalesim-compute.csv) lowered and simulated as programs in
# one process. Fails when an array's busy cycles differ from the report's, or past 1 CPU second.
# Usage: Benchmarks/scalesim-rows/run.sh
set -eu
cd "$(dirname "$0")/../.."
SWIFT=${SWIFT:-swift}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

$SWIFT build -c release --product scalesim-rows >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
tool=$($SWIFT build -c release --show-bin-path)/scalesim-rows
rows=Tests/SimulationTests/Fixtures/scalesim-compute.csv

"$tool" "$rows"
Benchmarks/measure.py --cpu 1 "SCALE-Sim's layers" -- "$tool" "$rows"
