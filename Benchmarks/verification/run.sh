#!/bin/bash
# Verifies every shipped network and layer list on every shipped architecture; prints seconds, the slowest obligation and operator, and what
# is not proved. One at a time.
#     Benchmarks/verification/run.sh [ARCHITECTURE …]
# Exits with 1 when something is not proved. A network that does not fit a machine is said to, and is no failure.
cd "$(dirname "$0")/../.."
SWIFT=${SWIFT:-swift}
tool=${CYCLEWRIGHT:-}
if [ -z "$tool" ]; then
    $SWIFT build -c release --product cyclewright || exit 1
    tool="$($SWIFT build -c release --show-bin-path)/cyclewright"
fi
architectures=("$@")
[ ${#architectures[@]} -eq 0 ] && for file in Architectures/*.yaml; do architectures+=("$(basename "$file" .yaml)"); done
failed=0
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
for architecture in "${architectures[@]}"; do
    for workload in Workloads/*.onnx Workloads/*.csv Workloads/language-models/{gpt2,llama-3.2-1b,llama-3.1-8b}.json; do
        [ -e "$workload" ] || continue
        start=$(date +%s.%N)
        text=$("$tool" verify "$architecture" "$workload" --verbose 2>"$errors")
        status=$?
        slowest=$(awk -F': ' '/^slowest obligation/ { split($2, part, ","); printf "%s %s", part[1], part[2] } /^slowest operator/ { split($2, part, ","); printf "; operator %s", part[1] }' "$errors")
        seconds=$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "%.2f", b - a }')
        case $status in
            0) echo "$seconds s  $architecture  $(basename "$workload")  $(echo "$text" | tail -n 1)  slowest $slowest" ;;
            1) echo "$seconds s  $architecture  $(basename "$workload")  NOT PROVED"; echo "$text" | grep -A 6 -E "REFUTED|NOT PROVED" | head -n 24; failed=1 ;;
            65) echo "$seconds s  $architecture  $(basename "$workload")  cannot be lowered: $(tail -n 1 "$errors")" ;;
            *) echo "$seconds s  $architecture  $(basename "$workload")  status $status: $(tail -n 1 "$errors")"; failed=1 ;;
        esac
    done
done
exit $failed
