#!/bin/sh
# Requests per CPU second of the DRAM controller on the patterns that its peers were measured on. Usage: Benchmarks/dram/run.sh
set -eu
cd "$(dirname "$0")/../.."
SWIFT=${SWIFT:-swift}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

$SWIFT build -c release --product dram-benchmark >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
"$($SWIFT build -c release --show-bin-path)/dram-benchmark" "$@"
