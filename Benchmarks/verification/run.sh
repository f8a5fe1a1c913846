#!/bin/bash
# Verifies every shipped network and layer list on every shipped architecture.
#     Benchmarks/verification/run.sh [--jobs N] [--brief] [ARCHITECTURE …]
# Prints a line for each (pair.sh), with --brief only for what is not proved, and how many are. Exits with 1 when one is not. Times are of
# one core; --jobs runs several beside each other.
cd "$(dirname "$0")/../.." || exit 1
jobs=1 brief=0 architectures=()
while [ $# -gt 0 ]; do
    case $1 in
        --jobs) jobs=$2; shift ;;
        --brief) brief=1 ;;
        -*) echo "usage: $0 [--jobs N] [--brief] [ARCHITECTURE …]" >&2; exit 64 ;;
        *) architectures+=("$1") ;;
    esac
    shift
done
tool=${CYCLEWRIGHT:-}
if [ -z "$tool" ]; then
    ${SWIFT:-swift} build -c release --product cyclewright || exit 1
    tool="$(${SWIFT:-swift} build -c release --show-bin-path)/cyclewright"
fi
if [ ${#architectures[@]} -eq 0 ]; then
    for file in Architectures/*.yaml; do architectures+=("$(basename "$file" .yaml)"); done
fi
lines=$(mktemp)
trap 'rm -f "$lines"' EXIT
for architecture in "${architectures[@]}"; do
    for workload in Workloads/*.onnx Workloads/*.csv Workloads/language-models/*.json; do
        printf '%s\0%s\0' "$architecture" "$workload"
    done
done | xargs -0 -n 2 -P "$jobs" Benchmarks/verification/pair.sh "$tool" >"$lines"
failed=$?
if [ $brief -eq 1 ]; then
    grep -v ' are proved (' "$lines"
else
    cat "$lines"
fi
echo "$(grep -c ' are proved (' "$lines") of $(grep -c '^[0-9.]* s  ' "$lines") proved"
[ $failed -eq 0 ]
