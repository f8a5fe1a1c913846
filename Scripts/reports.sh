#!/bin/sh
# Writes Reports/ again, byte for byte the same unless a figure changed. SWIFT names the Swift driver, CONFIGURATION the build.
set -eu
cd "$(dirname "$0")/.."
: "${SWIFT:=swift}" "${CONFIGURATION:=release}"
tool=${CYCLEWRIGHT:-$($SWIFT build --configuration "$CONFIGURATION" --show-bin-path)/cyclewright}
mkdir -p Reports

"$tool" cost --sram-table >Reports/sram-model.md
