#!/bin/bash
# Verifies one workload on one architecture and prints a line: seconds, the verdict, the slowest obligation and operator.
#     Benchmarks/verification/pair.sh TOOL ARCHITECTURE WORKLOAD
# Exits with 1 when it is not proved. That a machine has no room for a workload is no failure; any other reason is.
tool=$1 architecture=$2 workload=$3
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
start=$(date +%s.%N)
text=$("$tool" verify "$architecture" "$workload" --verbose 2>"$errors")
status=$?
pair="$(awk -v a="$start" -v b="$(date +%s.%N)" 'BEGIN { printf "%.2f", b - a }') s  $architecture  $(basename "$workload")"
case $status in
    0)
        slowest=$(awk -F': ' '
            /^slowest obligation/ { split($2, part, ","); printf "%s %s", part[1], part[2] }
            /^slowest operator/ { split($2, part, ","); printf "; operator %s", part[1] }' "$errors")
        line="$pair  $(tail -n 1 <<<"$text")  slowest $slowest" ;;
    1) line="$pair  NOT PROVED"$'\n'"$(grep -A 6 -E 'REFUTED|NOT PROVED' <<<"$text" | head -n 24)" ;;
    *)
        line="$pair  status $status: $(tail -n 1 "$errors")"
        if [ $status -eq 65 ] && grep -qE 'the workload (needs|has) .* but .* holds' "$errors"; then status=0; fi ;;
esac
# In one piece, so that the lines of two that run beside each other do not mix.
printf '%s\n' "$line"
[ $status -eq 0 ]
