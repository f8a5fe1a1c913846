#!/bin/sh
# Writes Reports/ again, byte for byte the same unless a figure changed. SWIFT names the Swift driver, CONFIGURATION the build.
set -eu
cd "$(dirname "$0")/.."
: "${SWIFT:=swift}" "${CONFIGURATION:=release}"
tool=${CYCLEWRIGHT:-$($SWIFT build --configuration "$CONFIGURATION" --show-bin-path)/cyclewright}
mkdir -p Reports

"$tool" cost --sram-table >Reports/sram-model.md

# One sweep and its report. The database is left out: points.csv and sweep.json hold all that is in it.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$tool" sweep Reports/systolic-arrays/space.yaml --output "$work/systolic-arrays.sqlite" --quiet
"$tool" report "$work/systolic-arrays.sqlite" --output "$work/report" --quiet
rm -rf Reports/systolic-arrays/report
mv "$work/report" Reports/systolic-arrays/report
