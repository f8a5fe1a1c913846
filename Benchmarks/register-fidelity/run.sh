#!/bin/sh
# Instructions per element and cycle of register fidelity, against the same loop in C at -O3: a 128 × 128 weight-stationary int8
# array. Counted by cachegrind as the difference of two run lengths, so that start-up and operands cancel; steady from run to run.
# Fails when ours takes more than 1.5 times as many. Needs valgrind and clang (or cc). Usage: Benchmarks/register-fidelity/run.sh
set -eu
cd "$(dirname "$0")/../.."
SWIFT=${SWIFT:-swift}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

$SWIFT build -c release --product register-fidelity >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
# Some versions of valgrind cannot read the debug information of a Swift program.
ours=$work/register-fidelity
strip -g -o "$ours" "$($SWIFT build -c release --show-bin-path)/register-fidelity"
compiler=$(command -v clang || command -v cc)
"$compiler" -O3 -DSIZE=128 Benchmarks/register-fidelity/loop.c -o "$work/loop"

# count NAME COMMAND…: instructions of one run; its output goes to NAME.out
count() {
    name=$1
    shift
    valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "$@" >"$work/$name.out" 2>"$work/$name.err" ||
        { cat "$work/$name.err" >&2; exit 1; }
    sed -n 's/.*I *refs: *//p' "$work/$name.err" | tr -d ','
}

# per_element NAME STREAM COMMAND…: instructions per element and cycle, as 6 tiles less 2 tiles
per_element() {
    name=$1
    stream=$2
    shift 2
    few=$(count "$name-2" "$@" "$stream" 2)
    many=$(count "$name-6" "$@" "$stream" 6)
    awk -v few="$few" -v many="$many" -v stream="$stream" 'BEGIN { printf "%.2f", (many - few) / (4 * stream * 128 * 128) }'
}

checksum() { sed 's/.*checksum //' "$work/$1.out"; }

c=$(per_element c 1024 "$work/loop")
swift=$(per_element swift 1024 "$ours" 128)
short=$(per_element short 128 "$ours" 128)
[ "$(checksum c-2)" = "$(checksum swift-2)" ] || { echo "the results differ: C $(checksum c-2), ours $(checksum swift-2)"; exit 1; }

echo "instructions per element and cycle, 128 × 128 weight-stationary int8, $(uname -m)"
printf '  %-62s %s\n' "C, $(basename "$compiler") -O3" "$c"
printf '  %-62s %s\n' "register fidelity, 1024 vectors a tile" "$swift"
printf '  %-62s %s\n' "register fidelity, 128 a tile: new weights shift in every cycle" "$short"
awk -v c="$c" -v s="$swift" 'BEGIN { r = s / c; printf "  %-62s %.2f (at most 1.5)\n", "ratio, 1024 vectors a tile to C", r; exit !(r <= 1.5) }'
