#!/bin/sh
# Scheduling and composition: what is proved, in how many CPU seconds, beside a study of Z3 and OR-tools on problems of the
# same kind and size. Fails where something is not proved or takes longer than 2 CPU s (order fixed, up to 32 layers) or 20.
#
#     Benchmarks/compose/run.sh
set -eu
cd "$(dirname "$0")/../.."
SWIFT=${SWIFT:-swift}
$SWIFT build -c release --product compose-benchmark >/dev/null
exec "$($SWIFT build -c release --show-bin-path)"/compose-benchmark --check
